"""The key ceremony: the roll and the manifest freeze, each trustee brings a key, and the board begins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import Election, Trustee


def begin(session: Session, uuid: str, *, by: str, now: datetime) -> Election:
    """Freeze roll and manifest and make the server's key (in a demonstration everybody's): draft → key ceremony."""
    raise NotImplementedError


def accept_trustee_key(session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime) -> Trustee:
    """Take a trustee's public key as `keygen` or belenios-tool wrote it, or raise Invalid naming what is wrong."""
    raise NotImplementedError


def missing_keys(session: Session, election: Election) -> list[Trustee]:
    """Return the trustees whose keys have not come, in order."""
    raise NotImplementedError


def finish(session: Session, uuid: str, *, by: str, now: datetime) -> Election:
    """Combine the keys into the election's and begin the board with the Setup event; nothing after it can change."""
    raise NotImplementedError
