"""Casting a ballot: cheap checks, then the proofs, then one lock, the database's clock, and one append to the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask_babel import gettext as _
from sqlalchemy import func, insert, literal, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import ballot as protocol
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.ballot import Ballot
from elections.lifecycle import Phase
from elections.models import BoardHead, CastBallot, Election, Voter
from elections.services import catalogue, roll
from elections.services.frozen import protocol_election
from elections.services.refusals import TOO_LARGE, as_invalid
from elections.verifier import receipt as receipts
from elections.verifier.manifest import Manifest
from foundation.accounts.models import Person
from foundation.core.errors import Conflict, Forbidden, Invalid, Unavailable
from foundation.core.signing import server_key

BALLOT_LIMIT = 64 * 1024
LOCK_WAIT = "5s"
LONGEST_STATEMENT = "20s"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter gets for a ballot: `note` is the signed text, `replaces` the tracker that no longer counts."""

    tracker: str
    height: int
    event: str
    time: datetime
    note: str
    replaces: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A ballot on its way to the board, and whose it is."""

    data: bytes
    tracker: str
    election: Election
    voter: Voter
    person: Person


def cast(session: Session, uuid: str, data: bytes, *, person: Person) -> Receipt:
    """Put the ballot on the board and return its receipt, or raise a Refusal and leave nothing stored.

    The same newest ballot sent again gets the same receipt. Casting is durable when the caller's commit returns.
    """
    ballot = _read(data)
    election = catalogue.find(session, uuid)
    voter = roll.voter_of(session, election, person)
    attempt = Attempt(data, protocol.tracker(data), election, voter, person)
    sent_before = _sent_before(session, attempt)
    if sent_before is not None:
        return sent_before
    _refuse_unless_open(session, election)
    _check(ballot, election, voter)
    name, seed = _receipt_key(election), server_key(session)
    head = _lock(session, uuid)
    return _record(session, head, attempt, (name, seed))


def receipts_of(session: Session, election: Election, voter: Voter) -> Sequence[CastBallot]:
    """Return what the voter cast, newest first; only the first counts."""
    wanted = select(CastBallot).where(CastBallot.election_uuid == election.uuid, CastBallot.voter_id == voter.id)
    return session.execute(wanted.order_by(CastBallot.height.desc())).scalars().all()


def _read(data: bytes) -> Ballot:
    if len(data) > BALLOT_LIMIT:
        raise Invalid(_("This is too large to be a ballot."), code="too-large", status=TOO_LARGE)
    with as_invalid():
        return Ballot.from_json(data)


def _check(ballot: Ballot, election: Election, voter: Voter) -> None:
    """Check everything that needs no lock, cheapest first."""
    parsed = protocol_election(election)
    with as_invalid():
        protocol.verify_election(ballot, parsed)
        protocol.verify_shape(ballot, parsed)
    if ballot.credential.text != voter.public_credential:
        sentence = _("This ballot is not signed with your credential for this election.")
        raise Forbidden(sentence, code="not-your-credential")
    with as_invalid():
        protocol.verify_signature(ballot)
        protocol.verify_answers(ballot, parsed)


def _lock(session: Session, uuid: str) -> BoardHead:
    """Lock the board's head, waiting only so long: whoever waits longer is told to try again, which is safe."""
    limits = select(
        func.set_config("lock_timeout", LOCK_WAIT, literal(value=True)),
        func.set_config("statement_timeout", LONGEST_STATEMENT, literal(value=True)),
    )
    session.execute(limits)
    try:
        return board.lock_head(session, uuid)
    except OperationalError as error:
        session.rollback()
        sentence = _("Many ballots are arriving right now. Yours was not stored; send the same one again.")
        raise Unavailable(sentence, code="busy") from error


def _record(session: Session, head: BoardHead, attempt: Attempt, key: tuple[str, bytes]) -> Receipt:
    """Decide under the head's lock, append, and sign; the lock lasts until the caller commits."""
    election, voter = attempt.election, attempt.voter
    sent_before = _sent_before(session, attempt)
    if sent_before is not None:
        return sent_before
    moment = _refuse_unless_open(session, election)
    roll.link(session, voter, attempt.person)
    replaced = _newest(session, voter)
    event = board.append(session, head, EventType.BALLOT, [attempt.data])
    facts = receipts.Receipt(election.uuid, attempt.tracker, head.height, event, moment)
    note = facts.sign(*key)
    row = {"voter_id": voter.id, "tracker": attempt.tracker, "height": head.height, "event_sha256": event}
    place = {"election_uuid": election.uuid, "ballot_sha256": sha256_hex(attempt.data)}
    session.execute(insert(CastBallot).values(accepted_at=moment, receipt=note, **row, **place))
    return Receipt(attempt.tracker, head.height, event, moment, note, replaced.tracker if replaced else None)


def _refuse_unless_open(session: Session, election: Election) -> datetime:
    """Return the database's time if voting is open at it, else raise Conflict.

    A statement of its own: under the lock it sees what was committed before the lock was granted, and the moment is
    the one at which the ballot is appended, whatever any other clock says.
    """
    wanted = select(Election.phase, Election.opens_at, Election.closes_at, func.clock_timestamp())
    moment: datetime
    phase, opens_at, closes_at, moment = session.execute(wanted.where(Election.uuid == election.uuid)).one()
    if phase in {Phase.DRAFT, Phase.KEY_CEREMONY} or (phase is Phase.VOTING and moment < opens_at):
        raise Conflict(_("Voting has not begun yet. Your ballot was not stored."), code="not-open-yet")
    if phase is Phase.ANNULLED:
        raise Conflict(_("This election was annulled. Your ballot was not stored."), code="annulled")
    if phase is not Phase.VOTING or (closes_at is not None and moment >= closes_at):
        raise Conflict(_("Voting has ended. Your ballot came too late and was not stored."), code="voting-closed")
    return moment


def _sent_before(session: Session, attempt: Attempt) -> Receipt | None:
    """Return the receipt if this very ballot is the voter's newest; raise Conflict if it stands on the board otherwise.

    An older ballot sent again must not replace the newest: else whoever kept it could undo a voter's change of mind.
    """
    wanted = select(CastBallot).where(CastBallot.election_uuid == attempt.election.uuid)
    found = session.execute(wanted.where(CastBallot.tracker == attempt.tracker)).scalar_one_or_none()
    if found is None:
        return None
    mine = receipts_of(session, attempt.election, attempt.voter)
    if not mine or mine[0].id != found.id:
        sentence = _("This ballot is on the board already, and is not your newest. Make a new one to change your vote.")
        raise Conflict(sentence, code="ballot-seen-before")
    replaces = mine[1].tracker if len(mine) > 1 else None
    return Receipt(found.tracker, found.height, found.event_sha256, found.accepted_at, found.receipt, replaces)


def _newest(session: Session, voter: Voter) -> CastBallot | None:
    wanted = select(CastBallot).where(CastBallot.voter_id == voter.id).order_by(CastBallot.height.desc()).limit(1)
    return session.execute(wanted).scalar_one_or_none()


def _receipt_key(election: Election) -> str:
    """Return the name of the key that signs receipts, as the manifest publishes it."""
    if election.manifest is None:
        raise Conflict(_("Voting has not begun yet. Your ballot was not stored."), code="not-open-yet")
    return _key_name(election.manifest)


@lru_cache(maxsize=64)
def _key_name(manifest: bytes) -> str:
    return Manifest.from_json(manifest).receipt_key.name
