"""Casting a ballot: cheap checks, then the proofs, then one lock, the database's clock, and one append to the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import cast as cast_as

from flask_babel import gettext as _
from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import ballot as protocol
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.ballot import Ballot
from elections.lifecycle import BEFORE_KEYS, Phase
from elections.models import BoardHead, CastBallot, Election, Voter
from elections.services import catalogue, roll, twins
from elections.services.frozen import protocol_election
from elections.services.refusals import TOO_LARGE, as_invalid
from elections.verifier import receipt as receipts
from elections.verifier.manifest import Manifest
from elections.verifier.note import NoteKey
from foundation.accounts.models import Person
from foundation.core.db import UtcDateTime
from foundation.core.errors import Busy, Conflict, Forbidden, Invalid
from foundation.core.signing import server_key

BALLOT_LIMIT = 64 * 1024
LOCK_WAIT = "5s"


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


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """The name and the Ed25519 seed with which receipts are signed."""

    name: str
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows at one moment: whether voting is open, and what of this voter and ballot is there."""

    phase: Phase
    opens_at: datetime | None
    closes_at: datetime | None
    moment: datetime
    newest: CastBallot | None
    seen: bool
    twin_of: int | None


# No entity of these is an alias of a subquery: SQLAlchemy would finish it when a statement runs for the first time, and
# two threads that do so at the same moment might each look for the other's columns.
_SEEN = (
    select(CastBallot.id)
    .where(CastBallot.election_uuid == bindparam("of"), CastBallot.tracker == bindparam("tracker"))
    .correlate(None)
)
_TWIN_OF = select(Voter.twin_of_id).where(Voter.id == bindparam("voter")).scalar_subquery()
_MOMENT = func.clock_timestamp(type_=UtcDateTime)
STANDING = (
    select(Election.phase, Election.opens_at, Election.closes_at, _MOMENT, CastBallot, _SEEN.exists(), _TWIN_OF)
    .select_from(Election)
    .outerjoin(CastBallot, CastBallot.voter_id == bindparam("voter"))
    .where(Election.uuid == bindparam("of"))
    .order_by(CastBallot.height.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)
ADD_CAST = insert(cast_as(Table, CastBallot.__table__))
_SEEDS: dict[str, bytes] = {}


def cast(session: Session, uuid: str, data: bytes, *, person: Person) -> Receipt:
    """Put the ballot on the board and return its receipt, or raise a Refusal and leave nothing stored.

    The same newest ballot sent again gets the same receipt. Casting is durable when the caller's commit returns.
    """
    ballot = _read(data)
    election = catalogue.find(session, uuid)
    voter = roll.voter_of(session, election, person)
    attempt = Attempt(data, protocol.tracker(data), election, voter, person)
    # What is decided under the lock is asked before it as well: most that is refused, and every repetition, ends here.
    found = _standing(session, attempt)
    if (given := _given_before(session, attempt, found)) is not None:
        return given
    _refuse_unless_open(found)
    _check(ballot, election, voter, seen=found.seen)
    key = receipt_key(session, election)
    head = _lock(session, uuid)
    return _record(session, head, attempt, key)


def receipts_of(session: Session, election: Election, voter: Voter) -> Sequence[CastBallot]:
    """Return what the voter cast, newest first; only the first counts."""
    wanted = select(CastBallot).where(CastBallot.election_uuid == election.uuid, CastBallot.voter_id == voter.id)
    return session.execute(wanted.order_by(CastBallot.height.desc())).scalars().all()


def _read(data: bytes) -> Ballot:
    if len(data) > BALLOT_LIMIT:
        raise Invalid(_("This is too large to be a ballot."), code="too-large", status=TOO_LARGE)
    with as_invalid():
        return Ballot.from_json(data)


def _check(ballot: Ballot, election: Election, voter: Voter, *, seen: bool) -> None:
    """Check everything that needs no lock, cheapest first; `seen` says that the board has the very same ballot."""
    parsed = protocol_election(election)
    with as_invalid():
        protocol.verify_election(ballot, parsed)
        protocol.verify_shape(ballot, parsed)
    if ballot.credential.text != voter.public_credential:
        sentence = _("This ballot is not signed with your credential for this election.")
        raise Forbidden(sentence, code="not-your-credential")
    if seen:
        raise _seen_before()
    with as_invalid():
        protocol.verify_signature(ballot)
        protocol.verify_answers(ballot, parsed)


def busy(again_in: int | None = None) -> Busy:
    """Return the refusal of a ballot for which there is no time, because so many come at once."""
    return Busy(_("Many ballots are arriving right now. Yours was not recorded; send the same one again."), again_in)


def _lock(session: Session, uuid: str) -> BoardHead:
    """Lock the board's head, waiting only so long: whoever waits longer is told to try again, which is safe."""
    try:
        return board.lock_head(session, uuid, wait=LOCK_WAIT)
    except OperationalError as error:
        session.rollback()
        raise busy() from error


def _record(session: Session, head: BoardHead, attempt: Attempt, key: ReceiptKey) -> Receipt:
    """Decide under the head's lock, append, and sign; the lock lasts until the caller commits."""
    found = _standing(session, attempt)
    if (given := _given_before(session, attempt, found)) is not None:
        return given
    if found.seen:
        raise _seen_before()
    _refuse_unless_open(found)
    if found.twin_of is not None:
        raise Conflict(twins.sentence(), code="voted-as-another")
    roll.link(session, attempt.voter, attempt.person)
    event = board.append(session, head, EventType.BALLOT, [attempt.data])
    facts = receipts.Receipt(attempt.election.uuid, attempt.tracker, head.height, event, found.moment)
    note = facts.sign(key.name, key.seed)
    row = {"voter_id": attempt.voter.id, "tracker": attempt.tracker, "height": head.height, "event_sha256": event}
    place = {"election_uuid": attempt.election.uuid, "ballot_sha256": sha256_hex(attempt.data)}
    session.connection().execute(ADD_CAST, {"accepted_at": found.moment, "receipt": note, **row, **place})
    replaces = found.newest.tracker if found.newest else None
    return Receipt(attempt.tracker, head.height, event, found.moment, note, replaces)


def _standing(session: Session, attempt: Attempt) -> Standing:
    """Ask, in one statement, all that decides about the ballot.

    Before the lock its answer may refuse, or find what was cast before. Under the head's lock it sees what was
    committed before the lock was granted, and its moment is the one at which the ballot is appended, by the
    database's clock, whatever any other clock says.
    """
    facts = {"of": attempt.election.uuid, "voter": attempt.voter.id, "tracker": attempt.tracker}
    return Standing(*session.execute(STANDING, facts).one())


def _refuse_unless_open(found: Standing) -> None:
    """Raise Conflict unless voting is open at the database's moment."""
    voting = found.phase is Phase.VOTING and found.opens_at is not None
    early = voting and found.opens_at is not None and found.moment < found.opens_at
    if found.phase in BEFORE_KEYS | {Phase.KEY_CEREMONY} or early:
        raise Conflict(_("Voting has not begun yet. Your ballot was not stored."), code="not-open-yet")
    if found.phase is Phase.ANNULLED:
        raise Conflict(_("This election was annulled. Your ballot was not stored."), code="annulled")
    if not voting or (found.closes_at is not None and found.moment >= found.closes_at):
        raise _closed()


def _closed() -> Conflict:
    return Conflict(_("Voting has ended. Your ballot came too late and was not stored."), code="voting-closed")


def _seen_before() -> Conflict:
    """An older ballot sent again must not replace the newest: whoever kept it could undo a change of mind."""
    sentence = _("This ballot is on the board already, and is not your newest. Make a new one to change your vote.")
    return Conflict(sentence, code="ballot-seen-before")


def _given_before(session: Session, attempt: Attempt, found: Standing) -> Receipt | None:
    """Return the receipt as it was given the first time where the ballot is the voter's newest one, else None."""
    cast = found.newest
    if cast is None or cast.tracker != attempt.tracker:
        return None
    mine = receipts_of(session, attempt.election, attempt.voter)
    replaces = mine[1].tracker if len(mine) > 1 else None
    return Receipt(cast.tracker, cast.height, cast.event_sha256, cast.accepted_at, cast.receipt, replaces)


def receipt_key(session: Session, election: Election) -> ReceiptKey:
    """Return the key that signs receipts and checkpoints: the server's, which must be the manifest's."""
    published = _published_key(election.manifest or b"")
    seed = _SEEDS.get(published.text)
    if seed is None:
        seed = server_key(session)
        if NoteKey.of_seed(published.name, seed) != published:
            raise RuntimeError("The server's signing key is not the one in this election's manifest.")
        # The key that seals it is in this process's memory as well; asking the database for each ballot gains nothing.
        _SEEDS[published.text] = seed
    return ReceiptKey(published.name, seed)


@lru_cache(maxsize=64)
def _published_key(manifest: bytes) -> NoteKey:
    return Manifest.from_json(manifest).receipt_key
