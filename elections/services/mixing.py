"""Mixing: each trustee in turn shuffles the ballots and proves it; nothing enters the board unverified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import Election


def begin(session: Session, uuid: str, *, now: datetime) -> Election:
    """Begin the mixing of a closed election: closed → mixing."""
    raise NotImplementedError


def server_mix(session: Session, uuid: str, *, now: datetime) -> bool:
    """Shuffle for the next mixer if the server holds its key; answer whether it did."""
    raise NotImplementedError


def accept_shuffle(session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime) -> Election:
    """Verify a trustee's shuffle of the last list and put it on the board; the last mixer ends the mixing."""
    raise NotImplementedError
