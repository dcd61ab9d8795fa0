"""Making an election: its contests and candidates, in an order drawn by lot, and its trustees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import CredentialSource, Election, TrusteeKind
from foundation.accounts.models import Person


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """Who is to stand; `affiliations` are printed beside the name."""

    name: str
    affiliations: Sequence[str] = ()
    statement: str = ""


@dataclass(frozen=True, slots=True)
class NewContest:
    """A contest as an official enters it; `candidates` keep their index in the ballot, the displayed order is a lot."""

    title: str
    candidates: Sequence[NewCandidate]
    seats: int = 1
    method: str = "schulze"


@dataclass(frozen=True, slots=True)
class NewTrustee:
    """A trustee as an official enters it; a person's account may be named for mail and for the trustee's page."""

    name: str
    person: Person | None = None
    kind: TrusteeKind = TrusteeKind.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class NewElection:
    """All that an official says to make an election; trustees are owners 1, 2, … in this order."""

    title: str
    foundation: str
    contests: Sequence[NewContest]
    trustees: Sequence[NewTrustee]
    credential_source: CredentialSource
    demonstration: bool = False
    uuid: str | None = None


def create(session: Session, new: NewElection, *, by: str, now: datetime) -> Election:
    """Make a draft election, or raise Invalid with the sentence that says what is wrong with it."""
    raise NotImplementedError
