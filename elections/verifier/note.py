"""Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures that name their key.

The format of the Go checksum database and of transparency logs, so that other people's tools verify our receipts.
Only Ed25519 signatures (type 0x01) are made and verified; lines of unknown keys are passed over, as C2SP says.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

ED25519 = b"\x01"
KEY_BYTES = 32

_SIGNATURE = re.compile("— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})")
_KEY_NAME = re.compile(r"[^\s+]+")
_KEY_HASH = re.compile("[0-9a-f]{8}")


class BadNote(ValueError):
    """The text is not a signed note, or is not signed by the key; `str()` says which."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key for notes: the signer's name and 32 bytes of Ed25519."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name):
            raise BadNote("The name of a note's key is not empty and has neither spaces nor plus signs.")
        if len(self.public_key) != KEY_BYTES:
            raise BadNote("An Ed25519 public key has 32 bytes.")

    @property
    def hash(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ "\\n" ‖ type ‖ key), which a signature line repeats."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key string: name+hash+Base64(type ‖ key)."""
        return f"{self.name}+{self.hash.hex()}+{b64encode(ED25519 + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> "NoteKey":
        """Read a verifier key string; raise BadNote unless it is one of type Ed25519 with the right hash."""
        name, _, rest = text.partition("+")
        digest, _, encoded = rest.partition("+")
        if not _KEY_HASH.fullmatch(digest):
            raise BadNote("A verifier key has the form name+hash+key.")
        typed = _decode(encoded)
        if typed[:1] != ED25519:
            raise BadNote("Only verifier keys of type Ed25519 are supported.")
        key = cls(name, typed[1:])
        if key.hash.hex() != digest:
            raise BadNote("The verifier key's hash does not fit its name and key.")
        return key

    @classmethod
    def of_seed(cls, name: str, seed: bytes) -> "NoteKey":
        """Return the public key that belongs to a 32-byte Ed25519 seed."""
        return cls(name, bytes(SigningKey(seed).verify_key))


def sign(body: str, name: str, seed: bytes) -> str:
    """Return the note: `body`, whose last line must end, signed with the 32-byte Ed25519 `seed` in the name `name`."""
    if not body.endswith("\n"):
        raise BadNote("The text of a note ends with the end of a line.")
    signature = SigningKey(seed).sign(body.encode()).signature
    line = b64encode(NoteKey.of_seed(name, seed).hash + signature).decode()
    return f"{body}\n— {name} {line}\n"


def verify(note: str, key: NoteKey) -> str:
    """Return the note's text if `key` signed it; raise BadNote otherwise."""
    body, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise BadNote("A signed note is a text, an empty line, and signatures.")
    body += "\n"
    for name, signature in [_signed(line) for line in signatures[:-1].split("\n")]:
        if name == key.name and signature[:4] == key.hash:
            _verify(body, signature[4:], key)
            return body
    raise BadNote(f"The note is not signed by {key.name}.")


def _signed(line: str) -> tuple[str, bytes]:
    """Return a signature line's name of a key, and the key's hash with the signature; raise BadNote for another line.

    Every line is read, also below the one that counts: nothing may be added to a note but signatures.
    """
    match = _SIGNATURE.fullmatch(line)
    if match is None:
        raise BadNote("A line of the note's signatures is malformed.")
    return match[1], _decode(match[2])


def _verify(body: str, signature: bytes, key: NoteKey) -> None:
    try:
        VerifyKey(key.public_key).verify(body.encode(), signature)
    except (CryptoError, ValueError) as error:
        raise BadNote(f"The signature of {key.name} does not hold.") from error


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except Base64Error as error:
        raise BadNote("A key or signature is not Base64.") from error
