"""What an election waits for: who has to bring what next, for the pages, the mails and the jobs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from elections.models import Election, Step, Trustee
from elections.services import contributions

__all__ = ["Step", "Waiting", "what_waits"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The step an election is at: how many of how many are done, and whose turn it is now."""

    step: Step
    done: int
    total: int
    trustees: tuple[Trustee, ...]


def what_waits(session: Session, election: Election) -> Waiting | None:
    """Return what trustees have to do now, or None when the election does not wait for any trustee."""
    found: Waiting | None = None
    if election.phase is Phase.KEY_CEREMONY:
        missing = tuple(trustee for trustee in election.trustees if trustee.public_key is None)
        found = _waiting(Step.KEY, election, missing, len(missing))
    elif election.phase in {Phase.CLOSED, Phase.MIXING}:
        done = contributions.of(session, election.uuid).shuffles
        turn = contributions.next_mixer(election, list(done))
        found = _waiting(Step.SHUFFLE, election, (turn,) if turn else (), len(election.trustees) - len(done))
    elif election.phase is Phase.DECRYPTION:
        brought = contributions.of(session, election.uuid).decryptions
        missing = tuple(trustee for trustee in election.trustees if trustee.owner not in brought)
        found = _waiting(Step.DECRYPTION, election, missing, len(missing))
    return found if found and found.trustees else None


def _waiting(step: Step, election: Election, trustees: tuple[Trustee, ...], left: int) -> Waiting:
    total = len(election.trustees)
    return Waiting(step, total - left, total, trustees)
