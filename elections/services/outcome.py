"""The outcome: each contest's raw result counted by `elections.counting`, kept with the hash of what was counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from elections.models import Election, Outcome


def compute(session: Session, election: Election, *, now: datetime) -> list[Outcome]:
    """Count every contest of the published raw result and keep the reports."""
    raise NotImplementedError


def outcomes_of(session: Session, election: Election) -> list[Outcome]:
    """Return the kept outcomes in the contests' order; empty while there is no result."""
    raise NotImplementedError


def document(session: Session, election: Election) -> dict[str, Any]:
    """Return outcome.json (format "footing-outcome/1"): the archive's hash and each contest's report, or NotFound."""
    raise NotImplementedError


def turnout(session: Session, election: Election) -> tuple[int, int]:
    """Return how many voters' ballots count, and how many voters are on the roll."""
    raise NotImplementedError
