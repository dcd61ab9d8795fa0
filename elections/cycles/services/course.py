"""The course of a cycle: announced by an official, then taken from phase to phase by its dates, and never back."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from elections.cycles import dates as calendar
from elections.cycles.dates import DAY
from elections.cycles.models import Cycle
from elections.cycles.services import catalogue, mailing
from elections.cycles.services.drafting import check_dates, chosen_dates, dates_of, subject
from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import FINAL, Phase
from elections.models import Election
from elections.services import setup, voting
from elections.services.wording import public_reason
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.errors import Conflict

SERVER = "the server"
LONGEST_REASON = 1000
# The clock strikes once a minute at most; only what is later than this counts as a vote that opens late.
GRACE = timedelta(hours=1)
BY_DATE = {
    Phase.ANNOUNCED: (Phase.NOMINATIONS, "election.nominations_opened"),
    Phase.NOMINATIONS: (Phase.CAMPAIGN, "election.nominations_closed"),
}


def announce(session: Session, cycle_id: int, *, by: Person, now: datetime) -> Cycle:
    """Announce a drafted cycle to the members concerned; its dates must still leave what the rules ask for."""
    cycle = catalogue.find_locked(session, cycle_id)
    catalogue.require_official(session, cycle, by)
    if cycle.announced_at is not None:
        raise Conflict(_("These elections are announced already."), code="announced-already")
    decided = clock.database_now(session)
    check_dates(rules_of(cycle), chosen_dates(cycle), decided, cycle.zone)
    cycle.announced_at = decided
    for election in catalogue.running(catalogue.elections_locked(session, cycle)):
        voting.move(election, Phase.ANNOUNCED, now)
        _enter(session, election, "election.announced", by=by.display_name, now=now)
    up = {election.uuid: [contest.kind for contest in election.contests] for election in cycle.elections}
    facts = {"title": cycle.title, "rules": cycle.rules.version, "elections": up, **dates_of(cycle)}
    who = by.display_name
    register.enter(session, act="cycle.announced", by=who, now=now, subject=subject(cycle), facts=facts)
    mailing.announce(session, cycle, now=now)
    return cycle


def due(session: Session) -> list[int]:
    """Return the cycles in which a date has come, by the database's clock."""
    wanted = (
        select(Cycle.id)
        .join(Election, Election.cycle_id == Cycle.id)
        .where(
            or_(
                and_(Election.phase == Phase.ANNOUNCED, Cycle.nominations_open_at <= func.clock_timestamp()),
                and_(Election.phase == Phase.NOMINATIONS, Cycle.nominations_close_at <= func.clock_timestamp()),
                and_(
                    Election.phase == Phase.KEY_CEREMONY,
                    Election.election_json.is_not(None),
                    Cycle.voting_opens_at <= func.clock_timestamp(),
                    Cycle.voting_closes_at > func.clock_timestamp(),
                ),
            )
        )
    )
    return list(session.execute(wanted.distinct().order_by(Cycle.id)).scalars())


def advance(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Take one cycle's elections as far as their dates allow; a clock that goes back takes nothing back."""
    cycle = catalogue.find_locked(session, cycle_id)
    decided = clock.database_now(session)
    steps, opened = 0, []
    for election in catalogue.elections_locked(session, cycle):
        before = election.phase
        steps += _by_date(session, cycle, election, decided)
        if election.phase is Phase.KEY_CEREMONY and may_open(cycle, election, decided):
            voting.open_voting(session, election.uuid, by=SERVER, now=now, closes_at=cycle.voting_closes_at)
            opened.append(election)
            steps += 1
        if election.phase is not before:
            election.phase_since = decided
    session.flush()
    if opened:
        mailing.tell_open(session, cycle, opened, now=now)
    return steps


def _by_date(session: Session, cycle: Cycle, election: Election, decided: datetime) -> int:
    steps = 0
    ends = {Phase.ANNOUNCED: cycle.nominations_open_at, Phase.NOMINATIONS: cycle.nominations_close_at}
    while election.phase in BY_DATE and ends[election.phase] <= decided:
        to, act = BY_DATE[election.phase]
        voting.move(election, to, decided)
        _enter(session, election, act, by=SERVER, now=decided)
        steps += 1
    return steps


def may_open(cycle: Cycle, election: Election, at: datetime) -> bool:
    """Answer whether the vote opens now: its date has come, the keys are there, and enough time is left to vote."""
    if election.election_json is None or not cycle.voting_opens_at <= at < cycle.voting_closes_at:
        return False
    return not is_too_late(cycle, at)


def is_too_late(cycle: Cycle, at: datetime) -> bool:
    """Answer whether opening the vote now would leave less time than the rules ask for: then it must be moved."""
    if at <= cycle.voting_opens_at + GRACE:
        return False
    left = calendar.length(at, cycle.voting_closes_at, cycle.zone)
    return left < rules_of(cycle).voting.days_min * DAY or at >= cycle.voting_closes_at


def annul(session: Session, cycle_id: int, reason: str, *, by: Person, now: datetime) -> Cycle:
    """Annul all of a cycle's elections that are not certified or annulled, for a public reason."""
    reason = public_reason(reason, LONGEST_REASON)
    cycle = catalogue.find_locked(session, cycle_id)
    catalogue.require_official(session, cycle, by)
    ended = catalogue.running(catalogue.elections_of(session, cycle))
    for election in ended:
        # It takes the board's lock before the election's, as casting does.
        voting.annul(session, election.uuid, by=by.display_name, now=now, reason=reason)
    who, facts = by.display_name, {"reason": reason}
    register.enter(session, act="cycle.annulled", by=who, now=now, subject=subject(cycle), facts=facts)
    if cycle.announced_at is not None:
        mailing.tell_annulled(session, cycle, ended, reason, now=now)
    return cycle


def annul_one(session: Session, uuid: str, reason: str, *, by: str, now: datetime) -> Election:
    """Annul one election for a public reason, and tell those concerned if its cycle was announced."""
    election = voting.annul(session, uuid, by=by, now=now, reason=reason)
    cycle = catalogue.cycle_of(session, election)
    if cycle is not None and cycle.announced_at is not None:
        mailing.tell_one_annulled(session, cycle, election, reason, now=now)
    return election


def is_over(elections: list[Election]) -> bool:
    """Answer whether every election of a cycle is certified or annulled."""
    return all(election.phase in FINAL for election in elections)


def _enter(session: Session, election: Election, act: str, *, by: str, now: datetime) -> None:
    subject_of = setup.subject(election)
    register.enter(session, act=act, by=by, now=now, subject=subject_of, facts={"cycle": election.cycle_id})
