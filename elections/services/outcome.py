"""The outcome: each contest's raw result counted by `elections.counting`, kept with the hash of what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections import board
from elections.counting.errors import BadInput, NeedsBallots, TooLarge
from elections.counting.report import report
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.result import Result
from elections.lifecycle import Phase
from elections.models import CastBallot, Contest, Election, Outcome
from elections.services import catalogue, roll
from elections.services.setup import subject
from elections.verifier.plaintext import read_plaintexts
from foundation.core import register
from foundation.core.errors import Conflict, NotFound

FORMAT = "footing-outcome/1"


def compute(session: Session, election: Election, *, now: datetime) -> list[Outcome]:
    """Count every contest of the published raw result and keep the reports; a second call finds them kept."""
    election = catalogue.find_locked(session, election.uuid)
    kept = outcomes_of(session, election)
    if kept:
        return kept
    if election.phase is not Phase.PROVISIONAL_RESULT:
        raise Conflict(_("This election has no result to count yet."), code="wrong-phase")
    raw = board.payload_of(session, election.uuid, EventType.RESULT)
    outcomes = [
        Outcome(
            election_uuid=election.uuid,
            contest_id=contest.id,
            report=count(contest, plaintexts),
            computed_at=now,
            inputs_sha256=sha256_hex(raw),
        )
        for contest, plaintexts in zip(election.contests, Result.from_json(raw).contests, strict=True)
    ]
    session.add_all(outcomes)
    session.flush()
    facts = {"result": sha256_hex(raw), "contests": len(outcomes)}
    register.enter(session, act="result.counted", by="the server", now=now, subject=subject(election), facts=facts)
    return outcomes


def count(contest: Contest, plaintexts: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Return the counting report of a contest's plaintexts, or raise Conflict where the method refuses to count."""
    names = [candidate.name for candidate in contest.candidates]
    try:
        counted = report(names, read_plaintexts(plaintexts), method=contest.method, seats=contest.seats)
    except (BadInput, NeedsBallots, TooLarge) as error:
        words = {"title": contest.title, "why": str(error)}
        raise Conflict(_("“%(title)s” cannot be counted: %(why)s", **words), code="not-countable") from error
    return counted.to_json()


def outcomes_of(session: Session, election: Election) -> list[Outcome]:
    """Return the kept outcomes in the contests' order; empty while there is no result."""
    wanted = select(Outcome).join(Contest, Contest.id == Outcome.contest_id)
    wanted = wanted.where(Outcome.election_uuid == election.uuid).order_by(Contest.position)
    return list(session.execute(wanted).scalars())


def document(session: Session, election: Election) -> dict[str, Any]:
    """Return outcome.json (format "footing-outcome/1"): the archive's hash and each contest's report, or NotFound."""
    outcomes = outcomes_of(session, election)
    if not outcomes:
        raise NotFound(_("This election has no outcome yet."), code="no-outcome-yet")
    digest = sha256()
    for piece in board.stream(session, board.head_of(session, election.uuid)):
        digest.update(piece)
    contests = [outcome.report for outcome in outcomes]
    return {"format": FORMAT, "uuid": election.uuid, "archive": digest.hexdigest(), "contests": contests}


def turnout(session: Session, election: Election) -> tuple[int, int]:
    """Return how many voters' ballots count, and how many voters are on the roll."""
    wanted = select(func.count(func.distinct(CastBallot.voter_id)))
    counted = session.execute(wanted.where(CastBallot.election_uuid == election.uuid)).scalar_one()
    return counted, roll.size(session, election)
