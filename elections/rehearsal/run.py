"""The rehearsal itself: from the roll to the result, each act through the service that a real one goes through."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

from elections import board, jobs
from elections.counting.caps import Cap
from elections.crypto import ballot as paper
from elections.crypto.trustees import PrivateKey
from elections.models import Contest, CredentialSource, Election, Trustee
from elections.rehearsal import electorate
from elections.rehearsal.ballots import Ballots
from elections.rehearsal.electorate import BY, RehearsalVoter
from elections.rehearsal.stages import Stages
from elections.services import casting, ceremony, decrypting, mixing, progress, setup, voting
from elections.services.frozen import protocol_election
from elections.services.progress import Step
from elections.services.setup import NewCandidate, NewContest, NewElection
from elections.trustee import acts
from elections.trustee.board import Board, read_board
from foundation.core import clock
from foundation.core.context import settings


class Progress(Protocol):
    """A progress bar that is told of each thing done."""

    def update(self, n_steps: int) -> None:
        """Say that so many more are done."""


Bar = Callable[[int, str], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which ballots, counted how, and by how many trustees, of whom the server is one; `cap` limits control groups."""

    ballots: Ballots
    trustees: int
    method: str
    seats: int
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Underway:
    """An election that is being rehearsed, with the keys of the trustees who are not the server, by owner."""

    session: Session
    election: Election
    bar: Bar
    keys: dict[int, PrivateKey] = field(default_factory=dict, repr=False)


def rehearse(session: Session, plan: Plan, stages: Stages, bar: Bar) -> Election:
    """Run the whole election and return it, decided; every act is committed as a page would."""
    with stages.measure("set-up"):
        election, roll_file = draft(session, plan)
        underway = Underway(session, election, bar)
    with stages.measure("credentials"):
        voters = electorate.issue_credentials(session, election, roll_file, now=clock.now())
        session.commit()
    with stages.measure("key ceremony"):
        open_vote(underway)
    with stages.measure("sealing"):
        sealed = seal_all(underway, voters, plan.ballots)
    with stages.measure("casting"):
        cast_all(underway, list(zip(voters, sealed, strict=True)))
    with stages.measure("closing"):
        voting.close_voting(session, election.uuid, by=BY, now=clock.now())
        session.commit()
    with stages.measure("mixing"):
        take_turns(underway, Step.SHUFFLE)
    with stages.measure("decryption"):
        take_turns(underway, Step.DECRYPTION)
    with stages.measure("counting"):
        jobs.advance(election.uuid)
    return election


def draft(session: Session, plan: Plan) -> tuple[Election, bytes]:
    """Make the election and its roll; return it and the roll's file."""
    candidates = tuple(NewCandidate(name) for name in plan.ballots.candidates)
    new = NewElection(
        title=f"Rehearsal of {plan.ballots.name}"[: setup.LONGEST_TITLE],
        foundation=settings().foundation_name,
        contests=(NewContest(plan.ballots.name[: setup.LONGEST_TITLE], candidates, plan.seats, plan.method),),
        trustees=electorate.trustees(plan.trustees),
        credential_source=CredentialSource.REGISTRAR,
        # With the server as its only trustee an election can be a demonstration and nothing else.
        demonstration=plan.trustees == 1,
    )
    election = setup.create(session, new, by=BY, now=clock.now())
    if plan.cap is not None:
        put_under_cap(election.contests[0], plan.cap)
    roll_file = electorate.enrol(session, election, len(plan.ballots.rankings), now=clock.now())
    session.commit()
    return election, roll_file


def put_under_cap(contest: Contest, cap: Cap) -> None:
    """Limit the seats of control groups as rules would; polls have no such rule of their own."""
    contest.cap, contest.sitting = cap.limit, dict(cap.sitting)
    for candidate in contest.candidates:
        candidate.groups = sorted(cap.groups.get(candidate.name, ()))


def open_vote(underway: Underway) -> None:
    """Hold the key ceremony and open the vote."""
    session, uuid = underway.session, underway.election.uuid
    ceremony.begin(session, uuid, by=BY, now=clock.now())
    underway.keys.update(electorate.bring_keys(session, underway.election, now=clock.now()))
    ceremony.finish(session, uuid, by=BY, now=clock.now())
    voting.open_voting(session, uuid, by=BY, now=clock.now(), closes_at=None)
    session.commit()


def seal_all(underway: Underway, voters: list[RehearsalVoter], ballots: Ballots) -> list[bytes]:
    """Encrypt and sign each voter's ballot, as a browser would."""
    published = protocol_election(underway.election)
    sealed = []
    with underway.bar(len(voters), "sealing") as shown:
        for voter, ranking in zip(voters, ballots.rankings, strict=True):
            sealed.append(paper.seal(published, voter.credential, [ranking]).to_json())
            shown.update(1)
    return sealed


def cast_all(underway: Underway, ballots: list[tuple[RehearsalVoter, bytes]]) -> None:
    """Cast each ballot through the casting service, one commit a ballot."""
    with underway.bar(len(ballots), "casting") as shown:
        for voter, data in ballots:
            casting.cast(underway.session, underway.election.uuid, data, person=voter.person)
            underway.session.commit()
            shown.update(1)


def take_turns(underway: Underway, step: Step) -> None:
    """Let everybody who is waited for take the step, one after the other."""
    session, election = underway.session, underway.election
    with underway.bar(len(election.trustees), "mixing" if step is Step.SHUFFLE else "decrypting") as shown:
        while (waiting := progress.what_waits(session, election)) is not None and waiting.step is step:
            contribute(underway, waiting.trustees[0], step)
            session.commit()
            shown.update(1)


def contribute(underway: Underway, trustee: Trustee, step: Step) -> None:
    """Take one trustee's step: on the server with the key kept there, or with its own key from the public board."""
    session, uuid, now = underway.session, underway.election.uuid, clock.now()
    key = underway.keys.get(trustee.owner)
    if key is None:
        serve = mixing.server_mix if step is Step.SHUFFLE else decrypting.server_decrypt
        serve(session, uuid, now=now)
    elif step is Step.SHUFFLE:
        made = acts.mix(_board(underway), trustee.owner)
        mixing.accept_shuffle(session, uuid, trustee.owner, made, by=trustee.name, now=now)
    else:
        made = acts.decrypt(_board(underway), key)
        decrypting.accept_partial_decryption(session, uuid, trustee.owner, made, by=trustee.name, now=now)


def _board(underway: Underway) -> Board:
    head = board.head_of(underway.session, underway.election.uuid)
    return read_board(b"".join(board.stream(underway.session, head)))
