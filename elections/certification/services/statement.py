"""What a certificate states, gathered from the records: the same facts always give the same certificate (SPEC 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections import board
from elections.certification.models import Complaint
from elections.certification.services import complaints, second
from elections.crypto.archive import EventType, sha256_hex
from elections.cycles.models import Cycle
from elections.cycles.services.rules_in_force import rules_of
from elections.lots import services as lots
from elections.models import Contest, Election
from elections.services import outcome, roll
from elections.verifier.certificate_form import (
    DISPOSITIONS,
    Certificate,
    CertifiedContest,
    Counted,
    Disposed,
    FrozenRoll,
    Lot,
    Rules,
    Skipped,
    Turnout,
    moment,
)
from elections.verifier.recount import open_ties
from foundation.core.errors import Conflict


def state(session: Session, election: Election, *, made_at: str) -> Certificate:
    """Return the certificate of an election as the records have it now."""
    cycle = cycle_of(session, election)
    on_roll = roll.size(session, election)
    return Certificate(
        uuid=election.uuid,
        title=election.title,
        foundation=election.foundation,
        archive_sha256=_archive(session, election),
        manifest_sha256=election.manifest_sha256 or "",
        roll=FrozenRoll(on_roll, election.roll_sha256 or ""),
        turnout=_turnout(session, election, cycle),
        result_sha256=sha256_hex(board.payload_of(session, election.uuid, EventType.RESULT)),
        contests=_contests(session, election),
        lots=tuple(Lot(one.name, one.commitment, one.secret) for one in lots.commitments(session, election)),
        withdrawn=tuple(_withdrawn(contest) for contest in election.contests),
        rules=Rules(cycle.rules.version, cycle.rules.sha256, rules_of(cycle).certification.signatures),
        complaints=tuple(
            _disposed(number, one) for number, one in enumerate(complaints.listed(session, election), start=1)
        ),
        second_counts=tuple(
            Counted(verdict.contest.position, one.program, one.agrees)
            for verdict in second.verdicts(session, election)
            for one in verdict.counts
        ),
        made_at=made_at,
    )


def cycle_of(session: Session, election: Election) -> Cycle:
    """Return the cycle of an election under rules; raise Conflict for a poll, which certifies nothing."""
    if election.cycle_id is None:
        raise Conflict(_("This is a poll: it binds nobody, and there is nothing to certify."), code="a-poll")
    return session.get_one(Cycle, election.cycle_id)


def _archive(session: Session, election: Election) -> str:
    digest = sha256()
    for piece in board.stream(session, board.head_of(session, election.uuid)):
        digest.update(piece)
    return digest.hexdigest()


def _turnout(session: Session, election: Election, cycle: Cycle) -> Turnout:
    voters, on_roll = outcome.turnout(session, election)
    rule = rules_of(cycle).turnout
    if rule is None:
        return Turnout(voters, on_roll, None, None)
    return Turnout(voters, on_roll, str(rule.quorum), Fraction(voters) >= rule.quorum * on_roll)


def _contests(session: Session, election: Election) -> tuple[CertifiedContest, ...]:
    kept = {one.contest_id: one.report for one in outcome.outcomes_of(session, election)}
    return tuple(_contest(contest, kept[contest.id]) for contest in election.contests)


def _contest(contest: Contest, report: Mapping[str, Any]) -> CertifiedContest:
    result = report["results"][0]
    return CertifiedContest(
        title=contest.title,
        method=contest.method,
        seats=contest.seats,
        elected=tuple(result["seats"]),
        order=_names(result["order"]),
        unresolved=_names(open_ties(dict(report))),
        skipped_by_cap=tuple(Skipped(one["name"], one["reason"]) for one in result["skipped_by_cap"]),
        reasons=tuple(result["explanation"]),
    )


def _names(tiers: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tier) for tier in tiers)


def _withdrawn(contest: Contest) -> tuple[str, ...]:
    return tuple(one.name for one in contest.candidates if one.withdrawn_at is not None)


def _disposed(number: int, complaint: Complaint) -> Disposed:
    disposition = cast("DISPOSITIONS", str(complaint.disposition))
    return Disposed(number, moment(complaint.at), disposition, complaint.reason or "")


def now_in_words(now: datetime) -> str:
    """Return the time of making a certificate, to the second: nobody needs more, and a person reads it."""
    return moment(now.replace(microsecond=0))
