"""An order of candidates with ties: groups of indices, best first."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Tiers: TypeAlias = tuple[tuple[int, ...], ...]
Relation: TypeAlias = NDArray[np.bool_]


def peel(better: Relation) -> Tiers:
    """Order candidates by an acyclic relation: first those to whom nobody is better, then the same among the rest.

    Candidates in one tier are tied: none of them is better than another. Raises ValueError for a cycle.
    """
    above = better.sum(axis=0)
    placed = np.zeros(len(better), dtype=np.bool_)
    tiers = []
    while not placed.all():
        tier = np.flatnonzero((above == 0) & ~placed)
        if not len(tier):
            raise ValueError("The relation has a cycle, so it orders nobody first.")
        tiers.append(tuple(tier.tolist()))
        placed[tier] = True
        above -= better[tier].sum(axis=0)
    return tuple(tiers)


def by_score(scores: Sequence[object] | NDArray[np.int64], *, highest_first: bool = True) -> Tiers:
    """Order candidates by their scores; equal scores share a tier."""
    places: dict[object, list[int]] = {}
    for index, score in enumerate(scores):
        places.setdefault(score, []).append(index)
    ordered = sorted(places, reverse=highest_first)  # type: ignore[type-var]
    return tuple(tuple(places[score]) for score in ordered)


def closure(relation: Relation) -> Relation:
    """Return the transitive closure (Warshall 1962), one vectorised step for each intermediate candidate."""
    reached = relation.copy()
    for middle in range(len(reached)):
        reached |= reached[:, middle, None] & reached[middle]
    return reached
