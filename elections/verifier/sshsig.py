"""Signatures of files by SSH keys (OpenSSH, PROTOCOL.sshsig), as `ssh-keygen -Y sign` makes and `-Y verify` checks.

Only Ed25519 keys (RFC 8709) without certificates are read, signed with and verified. The namespace says what a
signature is for: one made to sign a commit or a mail certifies no election.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256, sha512

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

MAGIC = b"SSHSIG"
VERSION = 1
ED25519 = b"ssh-ed25519"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
LONGEST = 8192
WIDTH = 70
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
HASHES: dict[bytes, Callable[[bytes], bytes]] = {
    b"sha256": lambda message: sha256(message).digest(),
    b"sha512": lambda message: sha512(message).digest(),
}

_BASE64 = re.compile("[A-Za-z0-9+/]+={0,2}")


class BadSignature(ValueError):
    """The text is no such key or signature, or does not sign what it should; `str()` says which."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key of SSH, 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise BadSignature("An Ed25519 public key has 32 bytes.")

    @property
    def blob(self) -> bytes:
        """The key in the wire form (RFC 8709 4)."""
        return frame(ED25519) + frame(self.raw)

    @property
    def line(self) -> str:
        """The key as it stands in a .pub file, without the comment."""
        return f"{ED25519.decode()} {b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """The fingerprint as `ssh-keygen -l` shows it."""
        return f"SHA256:{b64encode(sha256(self.blob).digest()).decode().rstrip('=')}"

    @classmethod
    def parse(cls, line: str) -> "PublicKey":
        """Read the line of a .pub file; raise BadSignature unless it is a plain Ed25519 key."""
        kind, _, rest = line.strip().partition(" ")
        if kind != ED25519.decode():
            raise BadSignature("The key must be of the kind ssh-ed25519; its line begins with that word.")
        return cls.of_blob(_decoded(rest.strip().split(" ")[0], "The key"))

    @classmethod
    def of_blob(cls, blob: bytes) -> "PublicKey":
        """Read the wire form; raise BadSignature unless it is exactly that of a plain Ed25519 key."""
        reader = _Reader(blob, "The key")
        if reader.string() != ED25519:
            raise BadSignature("Only Ed25519 keys are accepted.")
        key = cls(reader.string())
        reader.end()
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was read but not verified: whose it claims to be, for what, over which hash of the message."""

    key: PublicKey
    namespace: str
    hash: bytes
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> "Signature":
        """Read the text between and with the two marked lines; raise BadSignature where it has another form."""
        reader = _Reader(_body(text), "The signature")
        if reader.take(len(MAGIC)) != MAGIC or reader.number() != VERSION:
            raise BadSignature("The signature is not one of SSH, version 1.")
        key, namespace, reserved, name = (
            PublicKey.of_blob(reader.string()),
            reader.string(),
            reader.string(),
            reader.string(),
        )
        signed = _Reader(reader.string(), "The signature")
        reader.end()
        if signed.string() != ED25519:
            raise BadSignature("The signature is not made with Ed25519.")
        raw = signed.string()
        signed.end()
        if name not in HASHES or reserved or len(raw) != SIGNATURE_BYTES:
            raise BadSignature("The signature has a form that PROTOCOL.sshsig does not know.")
        return cls(key, _text(namespace), name, raw)

    def verify(self, message: bytes, namespace: str) -> None:
        """Raise BadSignature unless the key signed `message` for exactly this `namespace`."""
        if self.namespace != namespace:
            raise BadSignature(f"The signature is for “{self.namespace[:100]}”, not for “{namespace}”.")
        try:
            VerifyKey(self.key.raw).verify(_signed(message, namespace, self.hash), self.raw)
        except (CryptoError, ValueError) as error:
            raise BadSignature("The signature does not hold: the key signed something else.") from error

    def armored(self) -> str:
        """Return the text as `ssh-keygen` writes it, lines ended by line feeds."""
        signed = frame(ED25519) + frame(self.raw)
        parts = (self.key.blob, self.namespace.encode(), b"", self.hash, signed)
        body = MAGIC + VERSION.to_bytes(4, "big") + b"".join(frame(part) for part in parts)
        text = b64encode(body).decode()
        lines = [text[start : start + WIDTH] for start in range(0, len(text), WIDTH)]
        return "".join(f"{line}\n" for line in (BEGIN, *lines, END))


def sign(message: bytes, namespace: str, seed: bytes) -> str:
    """Return the armored signature of `message` for `namespace` by the key of a 32-byte Ed25519 seed (RFC 8032)."""
    if not namespace:
        raise BadSignature("A signature needs a namespace.")
    key = SigningKey(seed)
    raw = key.sign(_signed(message, namespace, b"sha512")).signature
    return Signature(PublicKey(bytes(key.verify_key)), namespace, b"sha512", raw).armored()


def frame(part: bytes) -> bytes:
    """Return the wire form of a string (RFC 4251 5): its length in four bytes, then itself."""
    return len(part).to_bytes(4, "big") + part


def _signed(message: bytes, namespace: str, name: bytes) -> bytes:
    return MAGIC + b"".join(frame(part) for part in (namespace.encode(), b"", name, HASHES[name](message)))


def _body(text: str) -> bytes:
    if len(text) > LONGEST:
        raise BadSignature("The text is too long for an SSH signature.")
    lines = [line.strip() for line in text.strip().splitlines()]
    if lines[:1] != [BEGIN] or lines[-1:] != [END]:
        raise BadSignature(f"An SSH signature begins with the line {BEGIN} and ends with {END}.")
    return _decoded("".join(lines[1:-1]), "The signature")


def _decoded(text: str, what: str) -> bytes:
    try:
        if _BASE64.fullmatch(text) and len(text) <= LONGEST:
            return b64decode(text, validate=True)
    except Base64Error:
        pass
    raise BadSignature(f"{what} is not Base64.")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadSignature("The signature's namespace is not text.") from error


class _Reader:
    """Takes the wire form apart; what is cut off or left over is refused."""

    def __init__(self, data: bytes, what: str) -> None:
        self.data, self.what, self.at = data, what, 0

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise BadSignature(f"{self.what} is cut off.")
        self.at += count
        return part

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        return self.take(self.number())

    def end(self) -> None:
        if self.at != len(self.data):
            raise BadSignature(f"{self.what} has something after its end.")
