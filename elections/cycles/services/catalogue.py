"""Finding cycles, and locking one with its elections before something is decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.lifecycle import FINAL, Phase
from elections.models import Election
from elections.nominations.interests import require_office
from foundation.accounts.models import Person
from foundation.core.errors import Conflict, NotFound


def find(session: Session, cycle_id: int) -> Cycle:
    """Return the cycle with this number, or raise NotFound."""
    cycle = session.get(Cycle, cycle_id) if 0 < cycle_id < 2**31 else None
    if cycle is None:
        raise NotFound(_("There are no elections under this address."), code="no-such-cycle")
    return cycle


def find_locked(session: Session, cycle_id: int) -> Cycle:
    """Return the cycle as the database has it now, its row locked until the transaction ends, or raise NotFound."""
    find(session, cycle_id)
    wanted = select(Cycle).where(Cycle.id == cycle_id).with_for_update().execution_options(populate_existing=True)
    return session.execute(wanted).scalar_one()


def elections_of(session: Session, cycle: Cycle) -> Sequence[Election]:
    """Return the cycle's elections in the order in which they were made."""
    wanted = select(Election).where(Election.cycle_id == cycle.id).order_by(Election.created_at, Election.electorate)
    return session.execute(wanted.order_by(Election.project, Election.uuid)).scalars().all()


def elections_locked(session: Session, cycle: Cycle) -> Sequence[Election]:
    """Return the cycle's elections as the database has them now, their rows locked until the transaction ends."""
    wanted = select(Election).where(Election.cycle_id == cycle.id).order_by(Election.uuid).with_for_update()
    return session.execute(wanted.execution_options(populate_existing=True)).scalars().all()


def running(elections: Sequence[Election]) -> list[Election]:
    """Return those that are neither certified nor annulled, or raise Conflict when none is left."""
    found = [election for election in elections if election.phase not in FINAL]
    if not found:
        raise Conflict(_("These elections are over: nothing about them changes any more."), code="wrong-phase")
    return found


def require_official(session: Session, cycle: Cycle, by: Person) -> None:
    """Raise Forbidden when the official stands in the cycle; its elections share their officials."""
    for election in elections_of(session, cycle)[:1]:
        require_office(session, election, by)


def is_drafted(cycle: Cycle) -> bool:
    """Answer whether nobody but officials knows of the cycle yet."""
    return cycle.announced_at is None


def cycle_of(session: Session, election: Election) -> Cycle | None:
    """Return the cycle an election belongs to; a poll belongs to none."""
    return None if election.cycle_id is None else session.get(Cycle, election.cycle_id)


def announced_cycles(session: Session, now: datetime, *, drafts: bool) -> Sequence[Cycle]:
    """Return the cycles that are not over, the next vote first; those still drafted are for officials only."""
    alive = select(Election.cycle_id).where(Election.cycle_id.is_not(None), Election.phase.not_in(FINAL))
    wanted = select(Cycle).where(Cycle.id.in_(alive)).order_by(Cycle.voting_opens_at, Cycle.id)
    if not drafts:
        wanted = wanted.where(Cycle.announced_at <= now)
    return session.execute(wanted).scalars().all()


def has_opened(elections: Sequence[Election]) -> bool:
    """Answer whether the vote has opened in one of the elections."""
    before = {Phase.DRAFT, Phase.ANNOUNCED, Phase.NOMINATIONS, Phase.CAMPAIGN, Phase.ROLL_FROZEN, Phase.KEY_CEREMONY}
    return any(election.phase not in before | {Phase.ANNULLED} for election in elections)
