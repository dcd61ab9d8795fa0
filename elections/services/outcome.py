"""The outcome: each contest of the raw result counted as its manifest says, and kept with the hash of what was counted.

A contest waits where a tie leaves a seat open and not every lot is revealed, or where its method refuses these ballots.
It is then on hold, which the pages show, and is counted again when what it waits for has come (SPEC 8).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections import board
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.result import Result
from elections.lifecycle import Phase
from elections.lots import services as lots
from elections.models import CastBallot, Contest, CountHold, Election, Outcome
from elections.services import catalogue, roll
from elections.services.setup import subject
from elections.verifier.manifest import Manifest
from elections.verifier.recount import open_ties, recount
from foundation.core import register
from foundation.core.errors import Conflict

COUNTED_IN = frozenset({Phase.PROVISIONAL_RESULT, Phase.COMPLAINTS})


def compute(session: Session, election: Election, *, now: datetime) -> list[Outcome]:
    """Count what there is to count and return the outcomes that stand; raise Conflict before there is a result."""
    settle(session, election, now=now)
    return outcomes_of(session, election)


def settle(session: Session, election: Election, *, now: datetime) -> bool:
    """Count every contest that has no outcome as things stand; answer whether anything is known that was not before.

    A contest whose count waits is looked at again only when lots were revealed or candidates withdrew since.
    """
    election = catalogue.find_locked(session, election.uuid)
    if election.phase not in COUNTED_IN:
        raise Conflict(_("This election has no result to count yet."), code="wrong-phase")
    counted = {outcome.contest_id for outcome in outcomes_of(session, election)}
    missing = [contest for contest in election.contests if contest.id not in counted]
    if not missing:
        return False
    count = _Count(session, election, now)
    found = [count.take(contest) for contest in missing]
    if any(found):
        facts = {"result": count.result, "contests": sum(found)}
        register.enter(session, act="result.counted", by="the server", now=now, subject=subject(election), facts=facts)
    return count.is_news


def outcomes_of(session: Session, election: Election) -> list[Outcome]:
    """Return the outcomes in the contests' order; a contest has none before its count, or since somebody withdrew."""
    wanted = select(Outcome).where(Outcome.election_uuid == election.uuid).order_by(Outcome.id)
    newest = {outcome.contest_id: outcome for outcome in session.execute(wanted).scalars()}
    held = {hold.contest_id for hold in holds(session, election)}
    return [
        newest[contest.id]
        for contest in election.contests
        if contest.id in newest and contest.id not in held and _is_current(newest[contest.id], contest)
    ]


def is_complete(session: Session, election: Election) -> bool:
    """Answer whether every contest has an outcome that counts exactly those who have not withdrawn."""
    return len(outcomes_of(session, election)) == len(election.contests)


def holds(session: Session, election: Election) -> list[CountHold]:
    """Return what keeps contests from being counted, in the contests' order."""
    wanted = select(CountHold).join(Contest).where(Contest.election_uuid == election.uuid).order_by(Contest.position)
    return list(session.execute(wanted).scalars())


def withdrawn(contest: Contest) -> list[str]:
    """Return the names of those who withdrew after the ballots were made, in the ballot's order."""
    return [candidate.name for candidate in contest.candidates if candidate.withdrawn_at is not None]


def turnout(session: Session, election: Election) -> tuple[int, int]:
    """Return how many voters' ballots count, and how many voters are on the roll."""
    wanted = select(func.count(func.distinct(CastBallot.voter_id)))
    counted = session.execute(wanted.where(CastBallot.election_uuid == election.uuid)).scalar_one()
    return counted, roll.size(session, election)


class _Count:
    """One pass over contests that are to be counted; the raw result is read once, and parsed only if it is counted."""

    def __init__(self, session: Session, election: Election, now: datetime) -> None:
        raw = board.payload_of(session, election.uuid, EventType.RESULT)
        self.session, self.election, self.now = session, election, now
        self.raw, self.result = raw, sha256_hex(raw)
        self.manifest = Manifest.from_json(election.manifest or b"")
        self.unrevealed = lots.waits_for(session, election)
        self.held = {hold.contest_id: hold for hold in holds(session, election)}
        self.is_news = False

    @cached_property
    def plaintexts(self) -> Sequence[Sequence[Sequence[int]]]:
        """The decrypted ballots of each contest."""
        return Result.from_json(self.raw).contests

    def take(self, contest: Contest) -> bool:
        """Count one contest, or hold it; answer whether it was counted."""
        hold = self.held.get(contest.id)
        looked_at = _digest(self.result, withdrawn(contest), self.unrevealed)
        if hold is not None and hold.inputs_sha256 == looked_at:
            return False
        self.is_news = True
        try:
            report = self._report(contest)
        except ValueError as refusal:
            self._hold(contest, looked_at, refusal=str(refusal), tied=[])
            return False
        if self.manifest.lots and self.unrevealed and (tied := open_ties(report)):
            self._hold(contest, looked_at, refusal=None, tied=[name for tie in tied for name in tie])
            return False
        self._keep(contest, report)
        return True

    def _report(self, contest: Contest) -> dict[str, Any]:
        seed = lots.seed_of(self.session, self.election, contest.position)
        published = self.manifest.contests[contest.position]
        return recount(published, self.plaintexts[contest.position], withdrawn(contest), seed)

    def _keep(self, contest: Contest, report: dict[str, Any]) -> None:
        hold = self.held.get(contest.id)
        if hold is not None:
            self.session.delete(hold)
        inputs = _digest(self.result, withdrawn(contest), report["options"]["seed"])
        outcome = Outcome(contest_id=contest.id, report=report, computed_at=self.now, inputs_sha256=inputs)
        outcome.election_uuid = self.election.uuid
        self.session.add(outcome)
        self.session.flush()

    def _hold(self, contest: Contest, looked_at: str, *, refusal: str | None, tied: list[str]) -> None:
        hold = self.held.get(contest.id) or CountHold(contest_id=contest.id)
        hold.inputs_sha256, hold.at = looked_at, self.now
        hold.refusal, hold.tied = refusal, tied
        hold.waits_for = [] if refusal else self.unrevealed
        self.session.add(hold)
        self.session.flush()
        facts = {"contest": contest.title, "refusal": refusal, "tied": tied, "waits_for": hold.waits_for}
        about = subject(self.election)
        register.enter(self.session, act="result.held", by="the server", now=self.now, subject=about, facts=facts)


def _is_current(outcome: Outcome, contest: Contest) -> bool:
    standing = [candidate.name for candidate in contest.candidates if candidate.withdrawn_at is None]
    counted: list[str] = outcome.report["candidates"]
    return counted == standing


def _digest(result: str, gone: Sequence[str], more: object) -> str:
    """Name what is counted: the raw result by its own hash, and with it whatever else may change."""
    if not gone and not more:
        return result
    return sha256_hex(json.dumps([result, list(gone), more], ensure_ascii=True).encode())
