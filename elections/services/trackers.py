"""The ballots on a board as anyone may list them: trackers, places, and which of them count."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from elections.models import CastBallot, Election


@dataclass(frozen=True, slots=True)
class Listed:
    """A ballot on the board; `counts` is false once a later ballot of the same voter stands there."""

    tracker: str
    height: int
    counts: bool


def total(session: Session, election: Election) -> int:
    """Return how many ballots are on the board."""
    wanted = select(func.count()).select_from(CastBallot).where(CastBallot.election_uuid == election.uuid)
    return session.execute(wanted).scalar_one()


def listed(session: Session, election: Election, *, after: int, limit: int) -> list[Listed]:
    """Return up to `limit` ballots above the height `after`, in the order of the board."""
    later = aliased(CastBallot)
    replaced = select(later.id).where(later.voter_id == CastBallot.voter_id, later.height > CastBallot.height).exists()
    wanted = select(CastBallot.tracker, CastBallot.height, ~replaced)
    wanted = wanted.where(CastBallot.election_uuid == election.uuid, CastBallot.height > after)
    rows = session.execute(wanted.order_by(CastBallot.height).limit(limit))
    return [Listed(*row) for row in rows]
