"""What an election waits for: who has to bring what next, for the pages, the mails and the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from elections.models import Election, Trustee


class Step(StrEnum):
    """What a trustee may be asked for."""

    KEY = "key"
    SHUFFLE = "shuffle"
    DECRYPTION = "decryption"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The step an election is at: how many of how many are done, and whose turn it is now."""

    step: Step
    done: int
    total: int
    trustees: tuple[Trustee, ...]


def what_waits(session: Session, election: Election) -> Waiting | None:
    """Return what trustees have to do now, or None when the election does not wait for any trustee."""
    raise NotImplementedError
