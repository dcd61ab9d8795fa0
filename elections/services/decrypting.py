"""Decryption: every trustee's partial decryption, verified before it enters; all of them together are the result."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import Election


def server_decrypt(session: Session, uuid: str, *, now: datetime) -> bool:
    """Decrypt for one trustee whose key the server holds and who has not yet; answer whether it did."""
    raise NotImplementedError


def accept_partial_decryption(
    session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime
) -> Election:
    """Verify a trustee's partial decryption and put it on the board; the last one publishes the result."""
    raise NotImplementedError
