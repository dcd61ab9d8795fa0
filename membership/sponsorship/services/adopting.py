"""When two entries of one company were merged, its sponsorships follow to the one that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.core.logs import get_logger
from membership.sponsorship import company
from membership.sponsorship.models.sponsorships import Sponsorship, SponsorshipEvent
from membership.sponsorship.services import catalogue, steps

log = get_logger()
MERGED = "The company's entries were merged into one."


def left_behind(session: Session) -> Sequence[int]:
    """Return the sponsorships of companies whose entry was merged into another."""
    wanted = select(Sponsorship.id).where(Sponsorship.organization_id.in_(company.merged()))
    return session.execute(wanted.order_by(Sponsorship.id)).scalars().all()


def adopt(session: Session, number: int, *, now: datetime) -> bool:
    """Let the kept company have the sponsorship; answer whether that was possible.

    Where both entries sponsored at the same time their terms overlap: it stays, for the secretary to end one.
    """
    sponsored = catalogue.locked(session, number)
    kept = company.kept_for(session, sponsored.organization_id)
    if kept == sponsored.organization_id:
        return False
    try:
        with session.begin_nested():
            sponsored.organization_id = kept
            sponsored.version += 1
            session.flush()
    except IntegrityError:
        log.warning("sponsorship not adopted", sponsorship=number, organization=kept)
        return False
    state = sponsored.state.value
    event = SponsorshipEvent(sponsorship_id=number, from_state=state, to_state=state, at=now)
    event.by, event.reason = steps.SERVER, MERGED
    session.add(event)
    session.flush()
    session.refresh(sponsored)
    return True
