"""Drafting once: a form that is sent twice, or a program that asks again, gets the draft that was made before."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle, DraftKey
from elections.models import Election
from foundation.accounts.models import Person
from foundation.core.errors import Conflict

LONGEST_KEY = 200
NO_CONTENT = frozenset({"csrf_token", "once"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent to have something drafted, under the key that they gave it; without one nothing is known."""

    by: Person
    key: str
    sha256: str

    @classmethod
    def of(cls, by: Person, key: str | None, content: Mapping[str, Any]) -> Sent:
        """Return what was sent, with the hash of its content apart from tokens."""
        said = {name: value for name, value in content.items() if name not in NO_CONTENT}
        digest = sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
        return cls(by, key or "", digest)


def new_key() -> str:
    """Return a fresh key for a form."""
    return secrets.token_urlsafe(16)


def earlier(session: Session, sent: Sent) -> DraftKey | None:
    """Return what was drafted under this key before, if anything; whoever asks at the same time waits for the answer.

    Raises Conflict where something else was sent under it.
    """
    if not sent.key:
        return None
    # Nothing is there to lock before the first draft; so the key itself is, until the transaction ends.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"draft {sent.by.id} {sent.key}", 0))))
    found = session.get(DraftKey, (sent.by.id, sent.key))
    if found is not None and found.sha256 != sent.sha256:
        title = found.cycle.title if found.cycle else found.election.title if found.election else ""
        words = {"title": title}
        sentence = _("This was sent before with other content, and “%(title)s” was drafted then.", **words)
        raise Conflict(sentence, code="key-used")
    return found


def keep(session: Session, sent: Sent, made: Cycle | Election, *, now: datetime) -> None:
    """Note what was drafted under the key."""
    if sent.key:
        key = DraftKey(by_id=sent.by.id, key=sent.key, sha256=sent.sha256, at=now)
        if isinstance(made, Cycle):
            key.cycle = made
        else:
            key.election = made
        session.add(key)
        session.flush()
