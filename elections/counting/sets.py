"""The candidates that majorities single out: Condorcet winner and loser, the Smith set, the Schwartz set."""

import numpy as np

from elections.counting.pairwise import Pairwise
from elections.counting.tiers import Relation, closure


def condorcet_winner(pairwise: Pairwise) -> int | None:
    """Return the candidate who beats every other one by a strict majority of the comparisons, or None if nobody
    does.
    """
    return _who_beats_all(pairwise)


def condorcet_loser(pairwise: Pairwise) -> int | None:
    """Return the candidate whom every other one beats, or None if there is none, or no other one."""
    if len(pairwise) == 1:
        return None
    return _who_beats_all(pairwise.T)


def smith_set(pairwise: Pairwise) -> tuple[int, ...]:
    """Return the smallest non-empty set whose members beat everybody outside it (Smith 1973; Fishburn 1977).

    They are those who reach every candidate over steps in which one beats *or ties* the next.
    """
    reached = closure(pairwise >= pairwise.T)
    return _indices(np.asarray(reached.all(axis=1)))


def schwartz_set(pairwise: Pairwise) -> tuple[int, ...]:
    """Return the union of the smallest sets that nobody outside beats (Schwartz 1972).

    They are those who reach, over steps of beating, everybody who reaches them.
    """
    reached = closure(pairwise > pairwise.T)
    return _indices(np.asarray((reached | ~reached.T).all(axis=1)))


def _who_beats_all(pairwise: Pairwise) -> int | None:
    beaten = (pairwise > pairwise.T).sum(axis=1)
    found = np.flatnonzero(beaten == len(pairwise) - 1)
    return int(found[0]) if len(found) == 1 else None


def _indices(mask: Relation) -> tuple[int, ...]:
    return tuple(int(index) for index in np.flatnonzero(mask))
