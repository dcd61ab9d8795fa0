"""Opening, closing and annulling an election: each at most once, and each in the register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import Election


def open_voting(
    session: Session, uuid: str, *, by: str, now: datetime, opens_at: datetime | None = None, closes_at: datetime | None
) -> Election:
    """Open the vote at once or from `opens_at`, until `closes_at` or until an official closes it."""
    raise NotImplementedError


def close_voting(session: Session, uuid: str, *, by: str, now: datetime) -> Election:
    """End the ballots and publish the encrypted tally, once: a second call finds the work done and changes nothing."""
    raise NotImplementedError


def annul(session: Session, uuid: str, *, by: str, now: datetime, reason: str) -> Election:
    """End an election that has no result yet; its board stays as it is, and the reason is public."""
    raise NotImplementedError
