"""What the page of a lot shows of each contest: the seed, once it is known, and the order it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from elections.lots import services as lots
from elections.models import Election


@dataclass(frozen=True, slots=True)
class Drawn:
    """One contest's lot: the seed in hexadecimal, and its candidates in the order drawn; both empty until revealed."""

    title: str
    seed: str
    order: Sequence[str]


def drawn(session: Session, election: Election) -> list[Drawn]:
    """Return what the lot of each contest has drawn."""
    found = []
    for contest in election.contests:
        seed = lots.seed_of(session, election, contest.position)
        order = lots.drawn(contest, seed) if seed is not None and contest.candidates else []
        found.append(Drawn(contest.title, seed.hex() if seed is not None else "", order))
    return found
