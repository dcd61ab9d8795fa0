"""A trustee's acts after the close: one shuffle and one partial decryption, each refused out of turn, and its proof."""

from __future__ import annotations

from elections.crypto import decryption, shuffle
from elections.crypto import whole_decryption as whole
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.decryption import PartialDecryption
from elections.crypto.errors import BadProof
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
    """Return the file of the key owner's partial decryption, in the form of `mix`, with its second proof as third line.

    Only what was mixed is decrypted.
    """
    owner = board.owner_of(key.public_key)
    _require_mixed(board)
    if board.decryption_of(owner) is not None:
        raise NotNow(f"Trustee {owner} has decrypted already. If its second proof is missing, use the command vouch.")
    made = decryption.decrypt(key, board.ciphertexts(), board.election.fingerprint).to_json()
    return _decrypted(board, key, made)


def vouch(board: Board, key: PrivateKey, file: bytes | None) -> bytes:
    """Return the file of `decrypt` for a decryption made before: that of `file`, or else the one on the board.

    Every factor is computed anew; raises BadProof where one is not what this key gives, and nothing is proved then.
    """
    owner = board.owner_of(key.public_key)
    _require_mixed(board)
    there, given = board.decryption_of(owner), file.split(b"\n")[0] if file is not None else None
    if there is not None and given is not None and given != there:
        raise NotNow(
            "The board has another decryption of yours than this file. Leave --decryption out to prove that one."
        )
    made = given if given is not None else there
    if made is None:
        raise NotNow(
            "Your decryption is not on the board yet. Name its file with --decryption, or use the command decrypt."
        )
    partial, ciphertexts = PartialDecryption.from_json(made), board.ciphertexts()
    decryption.verify_shape(partial, ciphertexts)
    if partial.factors != tuple(tuple(map(key.factor, contest)) for contest in ciphertexts):
        raise BadProof("A factor of this decryption is not what your key gives. It is not vouched for.")
    return _decrypted(board, key, made)


def require_shuffle(board: Board, file: bytes) -> None:
    """Raise NotNow unless the board holds the shuffle of this file: a trustee does not decrypt without its own."""
    own = file.splitlines()[0] if file else b""
    hashes = {entry.payload for entry in board.shuffles}
    if shuffle.OwnedShuffle.of(1, own).payload not in hashes:
        raise NotNow("Your shuffle is not on the board. Do not decrypt: ask the officials what became of it.")


def _require_mixed(board: Board) -> None:
    if EventType.END_SHUFFLES not in board.events:
        raise NotNow("The mixing is not over: decrypting now could show whose ballot is whose.")


def _decrypted(board: Board, key: PrivateKey, made: bytes) -> bytes:
    owner, hashes = board.owner_of(key.public_key), (board.ciphertexts_sha256(), sha256_hex(made))
    statement = whole.Statement(board.election.fingerprint, owner, key.public_key, *hashes)
    proof = whole.prove(key, statement, board.ciphertexts())
    return _lines(made, decryption.OwnedPartialDecryption.of(owner, made).to_json(), proof.to_json())


def _lines(*parts: bytes) -> bytes:
    return b"".join(part + b"\n" for part in parts)
