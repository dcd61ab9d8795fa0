"""The only module that reads the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

MINUTE = timedelta(minutes=1)


def now() -> datetime:
    """Return this machine's time, in UTC; good for records, never for deciding who was in time."""
    return datetime.now(UTC)


def database_now(session: Session) -> datetime:
    """Return the database's time, in UTC: the one clock that decides what came before the close."""
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)
