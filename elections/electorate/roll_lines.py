"""The roll as lines that are hashed when it freezes (SPEC 4.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

LABEL = b"footing voter 1"
LENGTH_BYTES = 8


def line(uuid: str, address: str, member_class: str, reason: str) -> str:
    """Return a voter's line: the hash of election and address, the class and the reason, between tabs."""
    digest = sha256(b"".join(_frame(part) for part in (LABEL, uuid.encode(), address.encode()))).hexdigest()
    return f"{digest}\t{member_class}\t{reason}"


def document(lines: Iterable[str]) -> bytes:
    """Return the lines sorted by their bytes, each ended by a line feed: what the roll's hash is the SHA-256 of."""
    return b"".join(each + b"\n" for each in sorted(each.encode() for each in lines))


def _frame(part: bytes) -> bytes:
    return len(part).to_bytes(LENGTH_BYTES, "big") + part
