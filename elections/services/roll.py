"""The roll: who may vote in an election. A file is taken whole or not at all, and every bad row is named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import Election, Voter
from foundation.accounts.models import Person
from foundation.core.errors import Invalid


class BadRoll(Invalid):
    """The file cannot be the roll; `rows` holds one sentence for each bad row, with its line number."""

    code = "bad-roll"
    rows: tuple[str, ...]


def import_roll(session: Session, election: Election, csv_text: str, *, by: str, now: datetime) -> int:
    """Add the voters of a CSV file with the columns address[,name] and return how many, or raise BadRoll."""
    raise NotImplementedError


def voter_of(session: Session, election: Election, person: Person) -> Voter:
    """Return the person's row on the roll, or raise Forbidden."""
    raise NotImplementedError


def voter_or_none(session: Session, election: Election, person: Person) -> Voter | None:
    """Return the person's row on the roll if there is one, for pages that say whether somebody may vote."""
    raise NotImplementedError


def size(session: Session, election: Election) -> int:
    """Return how many voters are on the roll."""
    raise NotImplementedError
