"""Casting a ballot: cheap checks, then the proofs, then one lock, the database's clock, and one append to the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import CastBallot, Election, Voter
from foundation.accounts.models import Person

BALLOT_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter gets for a ballot: `note` is the signed text, `replaces` the tracker that no longer counts."""

    tracker: str
    height: int
    event: str
    time: datetime
    note: str
    replaces: str | None


def cast(session: Session, uuid: str, data: bytes, *, person: Person) -> Receipt:
    """Put the ballot on the board and return its receipt, or raise a Refusal and leave nothing stored.

    The same newest ballot sent again gets the same receipt. Casting is durable when the caller's commit returns.
    """
    raise NotImplementedError


def receipts_of(session: Session, election: Election, voter: Voter) -> Sequence[CastBallot]:
    """Return what the voter cast, newest first; only the first counts."""
    raise NotImplementedError
