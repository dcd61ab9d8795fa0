"""Reminders while voting runs: at half time and on the last day, each once, only to those who have not voted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.rules import Period
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


def voting_cycles(session: Session) -> list[int]:
    """Return the cycles in which somebody can vote."""
    wanted = select(Election.cycle_id).where(Election.cycle_id.is_not(None), Election.phase == Phase.VOTING)
    return [number for number in session.execute(wanted.distinct()).scalars() if number is not None]


def remind(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Write a cycle's reminders that are due and were not written, by the close of each election; return how many."""
    cycle = catalogue.find_locked(session, cycle_id)
    decided = clock.database_now(session)
    open_now = [one for one in catalogue.elections_of(session, cycle) if _is_open(one, decided)]
    # Those that were opened, or made longer, in one step were so some microseconds apart.
    together: dict[str, list[Election]] = {}
    for election in open_now:
        together.setdefault(_minute(election.closes_at or decided), []).append(election)
    return sum(_remind(session, cycle, same, decided, now=now) for same in together.values())


def _remind(session: Session, cycle: Cycle, elections: Sequence[Election], decided: datetime, *, now: datetime) -> int:
    """Write the reminder of elections that close together, if one is due; the latest one where two are."""
    opens, closes = min(one.opens_at or decided for one in elections), elections[0].closes_at or decided
    due = [kind for kind, when in plan(opens, closes).items() if when <= decided]
    number = _minute(closes) if _is_longer(cycle, elections[0], opens) else None
    if not due or _was_reminded(session, cycle, due[-1], number, since=opens):
        return 0
    to = mailing.voters(session, [election.uuid for election in elections], without_ballot=True)
    letter = mailing.letter_of(due[-1], cycle, closes=closes)
    return mailing.send(session, cycle, letter, to, now=now, number=number)


def _was_reminded(session: Session, cycle: Cycle, kind: Kind, number: str | None, *, since: datetime) -> bool:
    """Half time comes once, and not after the last day was told; a last day comes again when the vote is longer."""
    if kind is Kind.LAST_DAY:
        return mailing.was_sent(session, cycle, kind, number=number)
    return any(mailing.was_sent(session, cycle, one, since=since) for one in (Kind.HALF_TIME, Kind.LAST_DAY))


def _is_longer(cycle: Cycle, election: Election, opens: datetime) -> bool:
    """Answer whether the vote was made longer since it opened, so that its close is not the one first told."""
    longer = [one for one in cycle.extensions if one.period is Period.VOTING and one.at > opens]
    return any(one.election_uuid in {None, election.uuid} for one in longer)


def _minute(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M}"


def plan_of(cycle: Cycle) -> dict[Kind, datetime]:
    """Return when the cycle's reminders are due."""
    return plan(cycle.voting_opens_at, cycle.voting_closes_at)


def _is_open(election: Election, at: datetime) -> bool:
    return election.phase is Phase.VOTING and election.closes_at is not None and at < election.closes_at
