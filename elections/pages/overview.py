"""Where an election stands, gathered for the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.cycles.pages import wording as cycle_wording
from elections.cycles.services import catalogue
from elections.lifecycle import AFTER_RESULT, Phase, is_final
from elections.models import Contest, Election, Trustee, Voter
from elections.pages import result_view, wording
from elections.pages.language import translated as _
from elections.services import outcome, progress, roll, trackers
from elections.services.progress import Waiting
from foundation.accounts.models import Person

FEW_BALLOTS = 20
COUNTING = frozenset({Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION})


@dataclass(frozen=True, slots=True)
class Overview:
    """The facts of one election: `done` of `total` trustees have taken the step it waits for, if it waits."""

    phase: Phase
    tag: dict[str, str]
    next: str
    is_open: bool
    is_counting: bool
    done: int
    total: int
    on_roll: int
    ballots: int
    turnout: tuple[int, int] | None
    trustees: Sequence[Trustee]
    may_be_annulled: bool

    @property
    def few_ballots(self) -> bool:
        """Whether so few have voted that a whole ranking can identify its voter (protocol, "Who knows what")."""
        return self.turnout is not None and self.turnout[0] < FEW_BALLOTS


def of(session: Session, election: Election, now: datetime) -> Overview:
    """Gather the facts of one election as they are now."""
    waiting = progress.what_waits(session, election)
    ended = election.phase in COUNTING or election.phase in AFTER_RESULT
    return Overview(
        phase=election.phase,
        tag=wording.phase_tag(election),
        next=next_of(session, election, waiting, now),
        is_open=wording.is_open(election, now),
        is_counting=election.phase in COUNTING,
        done=waiting.done if waiting else 0,
        total=waiting.total if waiting else 0,
        on_roll=roll.size(session, election),
        ballots=trackers.total(session, election),
        turnout=outcome.turnout(session, election) if ended else None,
        trustees=election.trustees,
        may_be_annulled=not is_final(election.phase, poll=election.cycle_id is None),
    )


def next_of(session: Session, election: Election, waiting: Waiting | None, now: datetime) -> str:
    """Say what happens next in an election: by its own state, and where a date of its cycle decides, by that date."""
    held = result_view.held(outcome.holds(session, election)) if election.phase in AFTER_RESULT else []
    if held:
        return " ".join(one.sentence for one in held)
    if election.phase is Phase.CERTIFIED:
        return _certified(session, election)
    cycle = catalogue.cycle_of(session, election)
    said = cycle_wording.next_of_election(cycle, election, now) if cycle is not None and waiting is None else None
    return said or wording.what_next(election, waiting, now)


def _certified(session: Session, election: Election) -> str:
    """Say what became of the seats: where too few voted, or nobody could be elected, none is filled."""
    filled = select(SeatTerm.id).join(Contest).where(Contest.election_uuid == election.uuid)
    if session.execute(filled.limit(1)).first() is None:
        return _("The result is certified, and no seat is filled.")
    return _("The result is certified, and the seats are filled.")


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader of an election's page is to it: a voter on the roll, a trustee, or neither."""

    voter: Voter | None
    seat: Trustee | None


def reader(session: Session, election: Election, person: Person | None) -> Reader:
    """Say what the signed-in person is to an election; a stranger is nothing to it."""
    if person is None:
        return Reader(None, None)
    seats = [trustee for trustee in election.trustees if trustee.person_id == person.id]
    return Reader(roll.voter_or_none(session, election, person), seats[0] if seats else None)
