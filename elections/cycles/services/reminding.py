"""Reminders while voting runs: at half time and on the last day, each once, only to those who have not voted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.services import catalogue, mailing
from elections.cycles.services.mailing import Kind
from elections.lifecycle import Phase
from elections.models import Election
from foundation.core import clock

LAST_DAY = timedelta(days=1)


def plan(opens: datetime, closes: datetime) -> dict[Kind, datetime]:
    """Return when each reminder is due; a vote too short for two gets the later one, of a day or less the earlier."""
    half, last = opens + (closes - opens) / 2, closes - LAST_DAY
    if last <= opens:
        return {Kind.HALF_TIME: half}
    return {Kind.HALF_TIME: half, Kind.LAST_DAY: last} if half < last else {Kind.LAST_DAY: last}


def remind_due(session: Session, *, now: datetime) -> int:
    """Write the reminders that are due and were not written, and return how many."""
    return sum(remind(session, cycle_id, now=now) for cycle_id in voting_cycles(session))


def voting_cycles(session: Session) -> list[int]:
    """Return the cycles in which somebody can vote."""
    wanted = select(Election.cycle_id).where(Election.cycle_id.is_not(None), Election.phase == Phase.VOTING)
    return [number for number in session.execute(wanted.distinct()).scalars() if number is not None]


def remind(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Write a cycle's reminder that is due, if it was not written; the latest one where two are."""
    cycle = catalogue.find_locked(session, cycle_id)
    decided = clock.database_now(session)
    elections = [one for one in catalogue.elections_of(session, cycle) if _is_open(one, decided)]
    due = [kind for kind, when in plan_of(cycle).items() if when <= decided]
    if not elections or not due or mailing.was_sent(session, cycle, due[-1]):
        return 0
    to = mailing.voters(session, [election.uuid for election in elections], without_ballot=True)
    return mailing.send(session, cycle, mailing.letter_of(due[-1], cycle), to, now=now)


def plan_of(cycle: Cycle) -> dict[Kind, datetime]:
    """Return when the cycle's reminders are due."""
    return plan(cycle.voting_opens_at, cycle.voting_closes_at)


def _is_open(election: Election, at: datetime) -> bool:
    return election.phase is Phase.VOTING and election.closes_at is not None and at < election.closes_at
