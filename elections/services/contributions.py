"""What trustees have brought after the close, read from the board itself: their shuffles and partial decryptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections import board
from elections.crypto.archive import EventType, Owned, sha256_hex
from elections.crypto.shuffle import Shuffle
from elections.crypto.tally import Ciphertexts, EncryptedTally, SizedEncryptedTally
from elections.crypto.whole_decryption import WholeProof
from elections.models import Election, Trustee
from elections.services.refusals import as_invalid
from foundation.core.errors import Invalid, NotFound

FILE_LIMIT = 60 * 1024 * 1024
MOST_LINES = 2
WITH_PROOF = 3


@dataclass(frozen=True, slots=True)
class Contributions:
    """Which owners have shuffled, in order, and which have decrypted, each with the SHA-256 of what they brought."""

    shuffles: dict[int, str]
    decryptions: dict[int, str]


@dataclass(frozen=True, slots=True)
class Decryption:
    """What a trustee brings: the partial decryption's exact bytes, and the second proof if the file has one."""

    content: bytes
    proof: WholeProof | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the partial decryption, which the board names it by."""
        return sha256_hex(self.content)

    def to_file(self) -> bytes:
        """Return a file that is read as this again."""
        if self.proof is None:
            return self.content
        owned = Owned(self.proof.owner, self.sha256)
        return b"\n".join((self.content, owned.to_json(), self.proof.to_json()))


def of(session: Session, uuid: str) -> Contributions:
    """Read the contributions from the board's events after the close."""
    events = board.after_close(session, uuid)[::-1]
    found: dict[EventType, dict[int, str]] = {EventType.SHUFFLE: {}, EventType.PARTIAL_DECRYPTION: {}}
    for event in events:
        if event.type in found and event.payload is not None:
            owned = Owned.from_json(board.content(session, uuid, event.payload))
            found[event.type][owned.owner] = owned.payload
    return Contributions(found[EventType.SHUFFLE], found[EventType.PARTIAL_DECRYPTION])


def ciphertexts(session: Session, uuid: str) -> Ciphertexts:
    """Return the list that the next shuffle or the decryption works on: the last shuffle's output, or the tally."""
    shuffles = list(of(session, uuid).shuffles.values())
    if shuffles:
        return Shuffle.from_json(board.content(session, uuid, shuffles[-1])).ciphertexts
    return EncryptedTally.from_json(board.content(session, uuid, _tally_sha256(session, uuid))).ciphertexts


def ciphertexts_sha256(session: Session, uuid: str) -> str:
    """Return the SHA-256 of the last shuffle, or of the encrypted tally where nobody mixed."""
    shuffles = list(of(session, uuid).shuffles.values())
    return shuffles[-1] if shuffles else _tally_sha256(session, uuid)


def _tally_sha256(session: Session, uuid: str) -> str:
    sized = SizedEncryptedTally.from_json(board.payload_of(session, uuid, EventType.ENCRYPTED_TALLY))
    return sized.encrypted_tally


def next_mixer(election: Election, done: Sequence[int]) -> Trustee | None:
    """Return whose turn it is to shuffle: every trustee once, in the order of their numbers, as the manifest says."""
    waiting = (trustee for trustee in election.trustees if trustee.owner not in done)
    return next(waiting, None)


def trustee(election: Election, owner: int) -> Trustee:
    """Return the trustee with this number, or raise NotFound."""
    for one in election.trustees:
        if one.owner == owner:
            return one
    raise NotFound(_("This election has no trustee number %(owner)s.", owner=owner), code="no-such-trustee")


def read_file(data: bytes, owner: int) -> bytes:
    """Return the contribution's exact bytes from a file as our command line or belenios-tool writes it.

    belenios-tool 3 adds a second line, {"owner":…,"payload":…}: it must then name this owner and that first line.
    """
    return _lines(data, owner, MOST_LINES)[0]


def read_decryption(data: bytes, owner: int) -> Decryption:
    """Return the decryption in a trustee's file; a third line is its second proof, by this owner and about it."""
    lines = _lines(data, owner, WITH_PROOF)
    if len(lines) < WITH_PROOF:
        return Decryption(lines[0])
    with as_invalid():
        proof = WholeProof.from_json(lines[2])
    if (proof.owner, proof.decryption) != (owner, sha256_hex(lines[0])):
        raise Invalid(_("The file's third line is not about its first."), code="malformed")
    return Decryption(lines[0], proof)


def _lines(data: bytes, owner: int, most: int) -> list[bytes]:
    """Return the lines of a trustee's file, of which the second is about the first."""
    if len(data) > FILE_LIMIT:
        raise Invalid(_("The file is too large."), code="too-large", status=413)
    lines = [line for line in data.split(b"\n") if line.strip()]
    if not 1 <= len(lines) <= most:
        raise Invalid(_("The file does not hold what a trustee's tool writes."), code="malformed")
    if len(lines) > 1:
        with as_invalid():
            owned = Owned.from_json(lines[1])
        if owned.owner != owner:
            words = {"other": owned.owner, "owner": owner}
            raise Invalid(_("The file is trustee %(other)s's, not trustee %(owner)s's.", **words), code="wrong-owner")
        if owned.payload != sha256_hex(lines[0]):
            raise Invalid(_("The file's second line is not about its first."), code="malformed")
    return lines
