"""A trustee's two acts after the close: one shuffle and one partial decryption, each refused out of turn."""

from __future__ import annotations

from elections.crypto import decryption, shuffle
from elections.crypto.archive import EventType
from elections.crypto.trustees import PrivateKey
from elections.trustee.board import Board, NotNow


def mix(board: Board, owner: int) -> bytes:
    """Return the file of `owner`'s shuffle, as belenios-tool writes it: the shuffle, then who owns it, a line each."""
    if EventType.END_SHUFFLES in board.events:
        raise NotNow("The mixing of this election is over.")
    if owner in {entry.owner for entry in board.shuffles}:
        raise NotNow(f"Trustee {owner} has mixed these ballots already.")
    election = board.election
    made = shuffle.shuffle(board.ciphertexts(), election.public_key, election.fingerprint).to_json()
    return _lines(made, shuffle.OwnedShuffle.of(owner, made).to_json())


def decrypt(board: Board, key: PrivateKey) -> bytes:
    """Return the file of the key owner's partial decryption, in the form of `mix`; only what was mixed is decrypted."""
    owner = board.owner_of(key.public_key)
    if EventType.END_SHUFFLES not in board.events:
        raise NotNow("The mixing is not over: decrypting now could show whose ballot is whose.")
    if owner in {entry.owner for entry in board.decryptions}:
        raise NotNow(f"Trustee {owner} has decrypted already.")
    election = board.election
    made = decryption.decrypt(key, board.ciphertexts(), election.fingerprint).to_json()
    return _lines(made, decryption.OwnedPartialDecryption.of(owner, made).to_json())


def require_shuffle(board: Board, file: bytes) -> None:
    """Raise NotNow unless the board holds the shuffle of this file: a trustee does not decrypt without its own."""
    own = file.splitlines()[0] if file else b""
    hashes = {entry.payload for entry in board.shuffles}
    if shuffle.OwnedShuffle.of(1, own).payload not in hashes:
        raise NotNow("Your shuffle is not on the board. Do not decrypt: ask the officials what became of it.")


def _lines(*parts: bytes) -> bytes:
    return b"".join(part + b"\n" for part in parts)
