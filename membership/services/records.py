"""How acts of membership stand in the public register: under numbers, never under the names of private persons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import register
from membership.models.parties import Party


def subject_of(party: Party) -> str:
    """Return how the register names a party."""
    return f"party:{party.id}"


def enter(session: Session, act: str, *, by: Person | str, subject: str, facts: dict[str, Any], now: datetime) -> None:
    """Enter an act; an officer acts under their name, since offices are public, a member under their number."""
    actor = by if isinstance(by, str) else by.display_name
    register.enter(session, act=act, by=actor, now=now, subject=subject, facts=facts)
