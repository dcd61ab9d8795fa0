"""What elections say to a new name: who stands keeps the name that voters were shown until the election is over."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.lifecycle import FINAL, ORDER, Phase
from elections.models import Candidate, Contest, Election
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from foundation.accounts.models import Person
from foundation.core.errors import Conflict

# Before, whoever looks at the nominations sees the new name, and the ballot is made with it.
SHOWN_IN = frozenset(ORDER[ORDER.index(Phase.CAMPAIGN) :]) - FINAL


def renamed(session: Session, person: Person, now: datetime) -> bool:
    """Answer whether the person holds a seat, which is public; raise Conflict while voters know them by their name."""
    title = session.execute(_standing(person).limit(1)).scalar_one_or_none()
    if title is not None:
        sentence = _("Voters know you by your name in “%(title)s”, in which you stand: it stays until that is over.")
        raise Conflict(sentence % {"title": title}, code="name-on-ballot")
    seated = exists().where(
        SeatTerm.person_id == person.id, SeatTerm.ended_on.is_(None), SeatTerm.until_on >= now.date()
    )
    return session.execute(select(seated)).scalar_one()


def _standing(person: Person) -> Select[str]:
    nominated = exists().where(
        Nomination.contest_id == Contest.id,
        Nomination.person_id == person.id,
        Nomination.state == NominationState.ACCEPTED,
    )
    listed = exists().where(Candidate.contest_id == Contest.id, Candidate.person_id == person.id)
    wanted = select(Election.title).join(Contest).where(Election.phase.in_(SHOWN_IN), or_(nominated, listed))
    return wanted.order_by(Election.created_at)
