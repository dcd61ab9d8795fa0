"""The public register: an append-only, hash-chained list of every act of weight.

Each entry's hash covers the whole entry and the hash before it (SPEC 2.1), so that nothing can be edited or removed
without every later hash changing; the database itself refuses updates, deletions and truncation (migration 0001).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.core.db import Base, UtcDateTime

LABEL = b"footing register v1\n"
GENESIS = "0" * 64


class RegisterEntry(Base):
    """One public act; `facts` is the exact compact JSON that was hashed."""

    __tablename__ = "register_entry"
    __table_args__ = (CheckConstraint("seq > 0", name="seq_positive"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(80), index=True)
    by: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    facts: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class BrokenRegister(Exception):
    """The chain does not hold; the sentence names the first entry at fault."""


def _hash_of(entry: RegisterEntry) -> str:
    body = {
        "seq": entry.seq,
        "at": entry.at.isoformat(timespec="microseconds"),
        "act": entry.act,
        "by": entry.by,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous": entry.previous,
    }
    exact = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(LABEL + exact).hexdigest()


def enter(
    session: Session, *, act: str, by: str, now: datetime, subject: str, facts: Mapping[str, Any]
) -> RegisterEntry:
    """Append an act to the register and return its entry; the caller's commit makes it stand."""
    # One appender at a time: readers go on, and a second writer waits until the first commits or fails.
    session.execute(text("LOCK TABLE register_entry IN EXCLUSIVE MODE"))
    last = session.execute(select(RegisterEntry).order_by(RegisterEntry.seq.desc()).limit(1)).scalar_one_or_none()
    entry = RegisterEntry(
        seq=last.seq + 1 if last else 1,
        at=now,
        act=act,
        by=by,
        subject=subject,
        facts=json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"), sort_keys=True),
        previous=last.hash if last else GENESIS,
    )
    entry.hash = _hash_of(entry)
    session.add(entry)
    session.flush()
    return entry


def verify_chain(session: Session) -> int:
    """Return the number of entries after checking every link, or raise BrokenRegister."""
    previous, count = GENESIS, 0
    for entry in session.execute(select(RegisterEntry).order_by(RegisterEntry.seq)).scalars().yield_per(500):
        count += 1
        if entry.seq != count or entry.previous != previous or entry.hash != _hash_of(entry):
            raise BrokenRegister(f"Entry {entry.seq} of the register does not follow from the one before it.")
        previous = entry.hash
    return count
