"""Opening, closing and annulling an election: each at most once, and each in the register."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import board
from elections.crypto.archive import EventType
from elections.crypto.ballot import Ballot
from elections.crypto.tally import SizedEncryptedTally, encrypted_tally
from elections.cycles.models import Cycle
from elections.lifecycle import AFTER_RESULT, IllegalTransition, Phase, advance
from elections.lots import services as lots
from elections.models import BoardHead, BoardRecord, CastBallot, Election, RecordKind
from elections.services import catalogue, checkpoints, notices
from elections.services.frozen import protocol_election
from elections.services.setup import subject
from elections.services.wording import public_reason
from foundation.core import clock, register
from foundation.core.errors import Conflict, Invalid, NotFound

LONGEST_REASON = 1000
PARSE_ROWS = 500
AFTER_VOTING = frozenset({Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION}) | AFTER_RESULT


def open_voting(
    session: Session, uuid: str, *, by: str, now: datetime, opens_at: datetime | None = None, closes_at: datetime | None
) -> Election:
    """Open the vote at once or from `opens_at`, until `closes_at` or until an official closes it."""
    # The head's lock comes first here too; without a board what follows says why voting cannot open.
    with suppress(NotFound):
        board.lock_head(session, uuid)
    election = catalogue.find_locked(session, uuid)
    if election.phase is Phase.KEY_CEREMONY and election.election_json is None:
        raise Conflict(_("The key ceremony is not finished: voting cannot open."), code="keys-missing")
    decided = clock.database_now(session)
    if election.cycle_id is not None:
        _require_dates(session.get_one(Cycle, election.cycle_id), decided, closes_at)
    opens_at = max(opens_at or decided, decided)
    if closes_at is not None and closes_at <= opens_at:
        raise Invalid(_("Voting must close after it opens, and in the future."), code="bad-dates")
    election.opens_at, election.closes_at = opens_at, closes_at
    move(election, Phase.VOTING, now)
    facts = {"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat() if closes_at else None}
    register.enter(session, act="election.opened", by=by, now=now, subject=subject(election), facts=facts)
    session.flush()
    checkpoints.publish(session, election, now=now)
    return election


def _require_dates(cycle: Cycle, decided: datetime, closes_at: datetime | None) -> None:
    """Raise Conflict unless the vote opens and closes as was announced: an election under rules keeps its dates."""
    if decided < cycle.voting_opens_at or closes_at != cycle.voting_closes_at:
        sentence = _("An election under rules opens and closes by itself, at the dates that were announced.")
        raise Conflict(sentence, code="dates-announced")


def close_voting(session: Session, uuid: str, *, by: str, now: datetime) -> Election:
    """End the ballots and publish the encrypted tally, once: a second call finds the work done and changes nothing."""
    if catalogue.find(session, uuid).opens_at is None:
        raise Conflict(_("Voting has not begun: there is nothing to close."), code="wrong-phase")
    # The head's lock comes first, as in casting: a ballot is either on the board before this or refused after it.
    head = board.lock_head(session, uuid)
    election = catalogue.find_locked(session, uuid)
    if election.phase in AFTER_VOTING:
        return election
    if election.cycle_id is not None and election.closes_at and clock.database_now(session) < election.closes_at:
        sentence = _("Voting closes by itself at the date announced. To close it sooner would make it shorter.")
        raise Conflict(sentence, code="dates-announced")
    cast = head.height
    move(election, Phase.CLOSED, now)
    board.append(session, head, EventType.END_BALLOTS)
    num_tallied = _publish_tally(session, election, head)
    session.flush()
    checkpoints.publish(session, election, now=now)
    lots.reveal_server(session, election, now=now)
    facts = {"ballots": cast, "counted": num_tallied, "board": head.hash}
    register.enter(session, act="election.closed", by=by, now=now, subject=subject(election), facts=facts)
    notices.tell_trustees(session, election, now=now)
    return election


def annul(session: Session, uuid: str, *, by: str, now: datetime, reason: str) -> Election:
    """End an election that has no result yet; its board stays as it is, and the reason is public."""
    reason = public_reason(reason, LONGEST_REASON)
    # Before the key ceremony ends there is no board to stop: the election's own row is lock enough.
    # An older board than was published can be ended too, and only that.
    with suppress(NotFound):
        board.lock_head(session, uuid, older_too=True)
    election = catalogue.find_locked(session, uuid)
    move(election, Phase.ANNULLED, now)
    facts = {"reason": reason}
    register.enter(session, act="election.annulled", by=by, now=now, subject=subject(election), facts=facts)
    session.flush()
    return election


def move(election: Election, to: Phase, now: datetime) -> None:
    """Change the phase by the lifecycle's one door; raise Conflict where there is no such step."""
    try:
        election.phase = advance(election.phase, to, poll=election.cycle_id is None)
    except IllegalTransition as error:
        raise Conflict(str(error), code="wrong-phase") from error
    election.phase_since = now


def _publish_tally(session: Session, election: Election, head: BoardHead) -> int:
    tally = encrypted_tally(_ballots(session, election.uuid), protocol_election(election))
    sized = SizedEncryptedTally.of(tally)
    board.append(session, head, EventType.ENCRYPTED_TALLY, [tally.to_json(), sized.to_json()])
    return sized.num_tallied


def _ballots(session: Session, uuid: str) -> Iterator[Ballot]:
    """Yield the ballots in the order of casting; each was checked when it was cast."""
    wanted = (
        select(BoardRecord.content)
        .join(
            CastBallot,
            (CastBallot.election_uuid == BoardRecord.election_uuid) & (CastBallot.ballot_sha256 == BoardRecord.sha256),
        )
        .where(BoardRecord.election_uuid == uuid, BoardRecord.kind == RecordKind.DATA)
        .order_by(CastBallot.height)
    )
    for content in session.execute(wanted).scalars().yield_per(PARSE_ROWS):
        yield Ballot.from_json(content)
