"""The public board of an election: an append-only archive kept as rows, published as the bytes of a Belenios archive.

Whoever appends holds the lock on the head's row, so events form one chain whatever happens at once (specification 4.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from elections.models import BoardHead


def lock_head(session: Session, uuid: str) -> BoardHead:
    """Lock and return the head of the board until the transaction ends; raise NotFound before the board begins."""
    raise NotImplementedError


def append(session: Session, head: BoardHead, event_type: Any, payloads: Sequence[bytes] = ()) -> str:
    """Append the payloads and an event for the last of them under the head's lock; return the event's SHA-256."""
    raise NotImplementedError


def stream(session: Session, uuid: str) -> Iterator[bytes]:
    """Yield the archive file (`.bel`) in pieces, in order."""
    raise NotImplementedError


def archive_bytes(session: Session, uuid: str) -> bytes:
    """Return the whole archive file; `python -m elections.verifier` and belenios-tool read it."""
    return b"".join(stream(session, uuid))


def archive_header(session: Session, uuid: str) -> bytes:
    """Return the exact bytes of the archive's first file."""
    raise NotImplementedError


def head_of(session: Session, uuid: str) -> BoardHead:
    """Return the head without a lock, or raise NotFound before the board begins."""
    raise NotImplementedError


def content(session: Session, uuid: str, sha256: str) -> bytes:
    """Return the content of the data or event file with this hash, or raise NotFound."""
    raise NotImplementedError
