"""What the public register says about something, for tests."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.core.register import RegisterEntry


def acts(session: Session, subject: str) -> list[str]:
    """The acts entered about the subject, oldest first."""
    wanted = select(RegisterEntry.act).where(RegisterEntry.subject == subject).order_by(RegisterEntry.seq)
    return list(session.execute(wanted).scalars())
