"""The second count: other programs count each contest's raw result again, and must agree before anybody signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import board
from elections.certification import programs
from elections.certification.ballot_box import BallotBox, CannotCount, FirstCount, difference, digest
from elections.certification.models import SecondCount
from elections.counting.caps import Cap
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.result import Result
from elections.models import Contest, Election
from elections.services import outcome
from elections.services.setup import subject
from elections.verifier.plaintext import read_plaintext
from foundation.core import register
from foundation.core.context import settings
from foundation.core.errors import Conflict

NOBODY = "no program"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second count says of a contest: None while it was not made for the outcome as it stands."""

    contest: Contest
    counts: Sequence[SecondCount]

    @property
    def agrees(self) -> bool | None:
        """Whether every program that counted agrees with the first count; None where none counted yet."""
        return all(one.agrees for one in self.counts) if self.counts else None


def recount(session: Session, election: Election, *, now: datetime) -> list[SecondCount]:
    """Have every contest counted again by the programs there are, and keep what each found beside what it counted."""
    firsts = _counted(session, election)
    raw = Result.from_json(_raw(session, election))
    made: list[SecondCount] = []
    for counted, plaintexts in zip(firsts, raw.contests, strict=True):
        contest = counted.contest
        standing = [one.position for one in contest.candidates if one.withdrawn_at is None]
        rankings = [read_plaintext([row[position] for position in standing]) for row in plaintexts]
        for program, agrees, words in _opinions(replace(counted.box, rankings=rankings), counted.first):
            kept = SecondCount(contest_id=contest.id, program=program, inputs_sha256=counted.inputs, at=now)
            kept.agrees, kept.difference = agrees, words
            made.append(kept)
    session.add_all(made)
    session.flush()
    facts = {
        "counts": [{"contest": one.contest.position, "program": one.program, "agrees": one.agrees} for one in made]
    }
    register.enter(session, act="result.recounted", by="the server", now=now, subject=subject(election), facts=facts)
    return made


def recount_if_due(session: Session, election: Election, *, now: datetime) -> bool:
    """Count again where the outcome as it stands was not counted again yet; tell whether that was so."""
    if all(verdict.agrees is not None for verdict in verdicts(session, election)):
        return False
    recount(session, election, now=now)
    return True


def verdicts(session: Session, election: Election) -> list[Verdict]:
    """Return for each contest the newest second count of each program, as far as it counted what stands now."""
    found = []
    for counted in _counted(session, election):
        about = (SecondCount.contest_id == counted.contest.id, SecondCount.inputs_sha256 == counted.inputs)
        rows = session.execute(select(SecondCount).where(*about).order_by(SecondCount.id)).scalars()
        newest = {one.program: one for one in rows}
        able = [one for one in newest.values() if one.program != NOBODY]
        found.append(Verdict(counted.contest, able or list(newest.values())))
    return found


@dataclass(frozen=True, slots=True)
class _Counted:
    """A contest with its first count, and the box it is counted from but for the rankings, which are large."""

    contest: Contest
    box: BallotBox
    first: FirstCount
    inputs: str


def _counted(session: Session, election: Election) -> list[_Counted]:
    if not outcome.is_complete(session, election):
        raise Conflict(_("This election has no outcome yet."), code="no-outcome-yet")
    kept = {one.contest_id: one.report for one in outcome.outcomes_of(session, election)}
    result = sha256_hex(_raw(session, election))
    found = []
    for contest in election.contests:
        box, first = _box(contest, kept[contest.id]), _first(kept[contest.id])
        found.append(_Counted(contest, box, first, digest(box, first, result)))
    return found


def _raw(session: Session, election: Election) -> bytes:
    return board.payload_of(session, election.uuid, EventType.RESULT)


def _box(contest: Contest, report: Mapping[str, Any]) -> BallotBox:
    standing = [one for one in contest.candidates if one.withdrawn_at is None]
    cap = None
    if contest.cap is not None:
        groups = {one.name: frozenset(one.groups) for one in standing if one.groups}
        cap = Cap(contest.cap, groups, dict(contest.sitting))
    options = report["options"]
    return BallotBox(
        candidates=tuple(one.name for one in standing),
        rankings=(),
        method=contest.method,
        seats=options["seats"],
        cap=cap,
        seed=bytes.fromhex(options["seed"]) if options["seed"] else None,
        hat=tuple(one.name for one in contest.candidates),
    )


def _first(report: Mapping[str, Any]) -> FirstCount:
    result = report["results"][0]
    return FirstCount(tuple(tuple(tier) for tier in result.get("order", ())), tuple(result.get("seats", ())))


def _opinions(box: BallotBox, first: FirstCount) -> list[tuple[str, bool, str]]:
    """Return what each program that is able says; a foreign one is asked after another only where that was not able."""
    *foreign, own = programs.programs(settings())
    found: list[tuple[str, bool, str]] = []
    reasons = []
    for program in (*foreign, own):
        if found and program is not own:
            continue
        try:
            finding = program(box)
        except CannotCount as error:
            reasons.append(str(error))
        else:
            words = difference(first, finding)
            found.append((finding.program, not words, words))
    return found or [(NOBODY, False, " ".join(reasons))]
