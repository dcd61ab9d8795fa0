"""What an election promises before its first ballot: the ballot made from nominations, and the manifest (SPEC 3)."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.rules import ElectionRules
from elections.cycles.services.rules_in_force import rules_of
from elections.lots import services as lots
from elections.models import Contest, Election
from elections.nominations import groups
from elections.nominations.services import ballot, records
from elections.services import roll
from elections.verifier.contests import ManifestCandidate, ManifestContest, Sitting
from elections.verifier.manifest import LotShare, Manifest, Roll, Rules, Turnout
from elections.verifier.note import NoteKey
from foundation.core.context import settings
from foundation.core.errors import Conflict
from foundation.core.signing import server_key


def make_ballot(session: Session, election: Election, *, now: datetime) -> None:
    """Make the ballot of an election under rules: its candidates, caps and sitting members, and the server's lot.

    Raises Conflict where too few officials committed to the lot, or a contest cannot be held.
    """
    lots.require_enough(session, election)
    lots.commit_server(session, election, now=now)
    cycle = session.get_one(Cycle, election.cycle_id)
    rules = rules_of(cycle)
    for contest in election.contests:
        contest.cap = rules.cap.seats if rules.cap else None
        contest.sitting = _sitting(session, contest, rules, records.first_day(cycle)) if rules.cap else {}
    ballot.put_on(session, election, now=now)
    session.flush()
    session.refresh(election, ["contests"])


def manifest_of(session: Session, election: Election) -> Manifest:
    """Return the manifest of an election as its tables have it, which freezes it when it is published."""
    cycle = session.get(Cycle, election.cycle_id) if election.cycle_id is not None else None
    shares = lots.commitments(session, election)
    return Manifest(
        uuid=election.uuid,
        foundation=election.foundation,
        contests=tuple(_contest(contest) for contest in election.contests),
        roll=Roll.of(roll.public_credentials(session, election)),
        mixers=tuple(trustee.owner for trustee in election.trustees),
        trustees=tuple(trustee.name for trustee in election.trustees),
        credentials=str(election.credential_source),
        demonstration=election.demonstration,
        receipt_key=NoteKey.of_seed(f"{settings().host}/receipts", server_key(session)),
        rules=Rules(cycle.rules.version, cycle.rules.sha256) if cycle else None,
        turnout=_turnout(rules_of(cycle)) if cycle else None,
        lots=tuple(LotShare(made.name, made.commitment) for made in shares),
    )


def _sitting(session: Session, contest: Contest, rules: ElectionRules, on: date) -> dict[str, int]:
    if contest.kind is None:
        raise Conflict(_("“%(title)s” is no contest of the rules.", title=contest.title), code="not-in-rules")
    return groups.sitting(session, rules.contest(contest.kind).body, on)


def _turnout(rules: ElectionRules) -> Turnout | None:
    """Return the quorum; where the rules ask for nobody, there is none to miss."""
    return Turnout(rules.turnout.quorum) if rules.turnout and rules.turnout.quorum > 0 else None


def _contest(contest: Contest) -> ManifestContest:
    candidates = tuple(
        ManifestCandidate(one.name, tuple(one.affiliations), tuple(sorted(set(one.groups))))
        for one in contest.candidates
    )
    return ManifestContest(
        contest.title,
        contest.seats,
        contest.method,
        candidates,
        tuple(contest.display_order),
        contest.cap,
        Sitting.of(contest.sitting.items()) if contest.cap is not None else (),
    )
