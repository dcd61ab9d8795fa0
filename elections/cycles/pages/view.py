"""What the page of a cycle shows: its dates, its elections, and what the reader can do in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from elections.cycles import dates as calendar
from elections.cycles.dates import DAY
from elections.cycles.models import Cycle, Extension
from elections.cycles.pages import wording
from elections.cycles.rules import Period
from elections.cycles.services import catalogue, course, extending, rules_in_force
from elections.lifecycle import BEFORE_KEYS, FINAL, Phase
from elections.models import CastBallot, Contest, Election, Voter
from elections.nominations.services import ballot
from elections.pages import overview
from elections.pages import wording as election_wording
from elections.pages.language import translated as _
from elections.services import ceremony, roll
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Permission

FEW_VOTERS = overview.FEW_BALLOTS
BEFORE_OPENING = frozenset({Phase.CAMPAIGN, Phase.ROLL_FROZEN, Phase.KEY_CEREMONY})
COUNTING = frozenset({Phase.VOTING, Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION})
BEFORE_RESULT = BEFORE_KEYS | COUNTING | {Phase.KEY_CEREMONY}


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its dates (complaints have a length only until an election's result is there)."""

    name: str
    clause: str
    begin: datetime | None
    end: datetime | None
    length: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Ballot:
    """An election in which the reader is on the roll."""

    election: Election
    is_open: bool
    has_voted: bool


@dataclass(frozen=True, slots=True)
class CycleView:
    """A cycle as its page shows it."""

    cycle: Cycle
    next: str
    spans: Sequence[Span]
    elections: Sequence[Election]
    ballots: Sequence[Ballot]

    @property
    def open_ballots(self) -> list[Ballot]:
        """The elections in which the reader can vote now."""
        return [ballot for ballot in self.ballots if ballot.is_open]

    @property
    def voted(self) -> list[Ballot]:
        """The elections in which the reader's vote is recorded, also after the close."""
        return [ballot for ballot in self.ballots if ballot.has_voted]

    @property
    def to_vote(self) -> int:
        """In how many elections the reader can vote and has not."""
        return sum(not ballot.has_voted for ballot in self.open_ballots)


def of(session: Session, cycle: Cycle, reader: Person | None, now: datetime) -> CycleView:
    """Gather what a cycle's page shows to this reader."""
    elections = catalogue.elections_of(session, cycle)
    return CycleView(
        cycle=cycle,
        next=wording.next_of_cycle(cycle, elections, now),
        spans=spans(cycle, now, over=course.is_over(list(elections))),
        elections=elections,
        ballots=ballots(session, cycle, reader, now) if reader is not None else (),
    )


def spans(cycle: Cycle, now: datetime, *, over: bool = False) -> list[Span]:
    """Return the periods of a cycle in order; of elections that are over none is current."""
    rules = rules_in_force.rules_of(cycle)
    moments = {
        Period.ANNOUNCEMENT: (cycle.announced_at, cycle.nominations_open_at),
        Period.NOMINATIONS: (cycle.nominations_open_at, cycle.nominations_close_at),
        Period.CAMPAIGN: (cycle.nominations_close_at, cycle.voting_opens_at),
        Period.VOTING: (cycle.voting_opens_at, cycle.voting_closes_at),
    }
    found = [
        Span(
            name=str(wording.PERIODS[period]),
            clause=rules.periods[period].clause,
            begin=begin,
            end=end,
            length=calendar.spoken(calendar.length(begin, end, cycle.zone)) if begin else "",
            is_current=cycle.announced_at is not None and not over and (begin or end) <= now < end,
        )
        for period, (begin, end) in moments.items()
    ]
    days = calendar.spoken(cycle.complaint_days * DAY) if cycle.complaint_days else ""
    name, clause = str(wording.PERIODS[Period.COMPLAINTS]), rules.complaints.clause
    return [*found, Span(name, clause, None, None, days, is_current=False)]


def ballots(session: Session, cycle: Cycle, reader: Person, now: datetime) -> list[Ballot]:
    """Return the elections of the cycle in which the reader is on the roll, and whether they have voted."""
    voted = exists().where(CastBallot.voter_id == Voter.id)
    wanted = (
        select(Election, voted)
        .join(Voter, Voter.election_uuid == Election.uuid)
        .where(Election.cycle_id == cycle.id, Voter.person_id == reader.id, Voter.twin_of_id.is_(None))
        .order_by(Election.created_at, Election.electorate, Election.uuid)
    )
    return [
        Ballot(election, election_wording.is_open(election, now), has_voted)
        for election, has_voted in session.execute(wanted)
    ]


def warnings(session: Session, cycle: Cycle, elections: Sequence[Election], now: datetime) -> list[str]:
    """Say to officials what will go wrong: rolls so small that rankings tell who voted, keys that are missing."""
    found = []
    for election in elections:
        if election.phase not in BEFORE_OPENING:
            continue
        size = roll.size(session, election)
        words = {"title": election.title, "size": size, "few": FEW_VOTERS}
        if 0 < size < FEW_VOTERS:
            found.append(
                _("“%(title)s” has %(size)s voters: with fewer than %(few)s a ranking can tell who voted.", **words)
            )
        if election.phase is not Phase.KEY_CEREMONY:
            found += ballot.shortages(session, election)
        if now >= cycle.voting_opens_at:
            found.append(_late(session, cycle, election, now))
    return found + list(_twice_up(session, cycle, elections)) + list(_trustees_who_leave(cycle, elections))


def _twice_up(session: Session, cycle: Cycle, elections: Sequence[Election]) -> Iterator[str]:
    """Say which seats are up in other elections that are going on: whoever is elected there fills them as well."""
    kinds = [contest.kind for election in elections if election.phase not in FINAL for contest in election.contests]
    others = (
        select(Contest.title, Cycle.title)
        .join(Election, Election.uuid == Contest.election_uuid)
        .join(Cycle, Cycle.id == Election.cycle_id)
        .where(Contest.kind.in_(kinds), Cycle.id != cycle.id, Election.phase.not_in(FINAL))
    )
    for contest, other in session.execute(others.order_by(Cycle.id, Contest.position)):
        yield _("“%(contest)s” is up in “%(other)s” as well, which is not over.", contest=contest, other=other)


def _trustees_who_leave(cycle: Cycle, elections: Sequence[Election]) -> Iterator[str]:
    """Say whose office as a trustee ends before the ballots are decrypted: without them there is no result."""
    alive = [election for election in elections if election.phase in BEFORE_RESULT]
    names = {
        trustee.name
        for election in alive
        for trustee in election.trustees
        if trustee.person is not None
        and trustee.sealed_private_key is None
        and Permission.TRUSTEES_ACT not in trustee.person.permissions(max(cycle.voting_closes_at, clock.now()))
    }
    for name in sorted(names):
        yield _("%(name)s holds no office as a trustee when voting closes, and every trustee is needed.", name=name)


def _late(session: Session, cycle: Cycle, election: Election, now: datetime) -> str:
    names = [trustee.name for trustee in ceremony.missing_keys(session, election)]
    waits = {"title": election.title, "names": election_wording.listed(names)}
    said = _("“%(title)s” should be open for voting and has no keys yet.", **waits)
    if election.phase is Phase.KEY_CEREMONY and names:
        said = _("“%(title)s” should be open for voting. Missing are the keys of %(names)s.", **waits)
    clause = rules_in_force.rules_of(cycle).voting.clause
    late = _("Clause %(clause)s leaves too little time to vote now: extend the campaign or annul.", clause=clause)
    if Period.CAMPAIGN not in extending.extensible(cycle, [election], clock.database_now(session)):
        late = _("Clause %(clause)s leaves too little time to vote now: only annulling is left.", clause=clause)
    return f"{said} {late}" if extending_needed(cycle, now) else said


def extending_needed(cycle: Cycle, now: datetime) -> bool:
    """Answer whether voting can open only after its dates are moved."""
    return course.is_too_late(cycle, now)


def extensible(session: Session, cycle: Cycle, elections: Sequence[Election]) -> list[tuple[Period, str, datetime]]:
    """Return the periods that can be extended now, their names, and when they end."""
    found = extending.extensible(cycle, elections, clock.database_now(session))
    return [(period, str(wording.PERIODS[period]), end) for period, end in found.items()]


def said_of(extension: Extension) -> str:
    """Say who extended what."""
    period = str(wording.PERIODS[extension.period])
    by = extension.by.display_name if extension.by else _("the rules")
    return _("%(period)s, extended by %(by)s", period=period, by=by)
