"""Kemeny–Young: the order that agrees with the most pairwise votes.

Sources: J. G. Kemeny, "Mathematics without numbers", Daedalus 88 (1959); H. P. Young and A. Levenglick, "A consistent
extension of Condorcet's election principle", SIAM Journal on Applied Mathematics 35 (1978).

An order's score is the sum of d[a,b] over all a placed above b; the orders with the highest score are optimal. Exact,
by dynamic programming over the sets of candidates still to be placed (Held and Karp 1962): at most LARGEST candidates.

Ties: there may be several optimal orders. The first tier holds whoever is first in one of them; the next tier whoever
is first of the rest in one of them, and so on.
"""

import numpy as np
from numpy.typing import NDArray

from elections.counting.errors import TooLarge
from elections.counting.outcome import Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Profile
from elections.counting.tiers import Tiers

LARGEST = 18


def kemeny_young(profile: Profile) -> Outcome:
    """Order the candidates by the optimal orders; `strengths` is the optimal score. Raises TooLarge above the limit."""
    count = len(profile.candidates)
    if count > LARGEST:
        raise TooLarge(f"Kemeny–Young is counted exactly for at most {LARGEST} candidates; here are {count}.")
    best = _best_scores(profile.pairwise)
    order = _tiers(profile.pairwise, best)
    return Outcome(order=order, strengths=(int(best[-1]),))


def _best_scores(pairwise: Pairwise) -> NDArray[np.int64]:
    """Return for each set of candidates (as bits) the highest score of an order of just these candidates.

    Sets are taken by size: whoever is placed first scores against the rest of the set, and the rest is already known.
    """
    count = len(pairwise)
    sets = np.arange(1 << count)
    best = np.full(1 << count, -1, dtype=np.int64)
    best[0] = 0
    sizes = np.bitwise_count(sets)
    against = [_sums(pairwise[candidate]) for candidate in range(count)]
    for size in range(1, count + 1):
        layer = sets[sizes == size]
        for candidate in range(count):
            having = layer[(layer >> candidate & 1).astype(np.bool_)]
            rest = having ^ (1 << candidate)
            best[having] = np.maximum(best[having], against[candidate][rest] + best[rest])
    return best


def _sums(votes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each set of candidates the sum of these votes over it, doubling the table for each candidate."""
    sums = np.zeros(1, dtype=np.int64)
    for vote in votes:
        sums = np.concatenate((sums, sums + vote))
    return sums


def _tiers(pairwise: Pairwise, best: NDArray[np.int64]) -> Tiers:
    """Return the tiers over all optimal orders, from the sets that an optimal order leaves to be placed."""
    count = len(pairwise)
    choices = _optimal_choices(pairwise, best)
    remaining = (1 << count) - 1
    tiers = []
    while remaining:
        first = 0
        for left, chosen in choices.items():
            if left & remaining == remaining:
                first |= chosen & remaining
        tiers.append(tuple(index for index in range(count) if first >> index & 1))
        remaining &= ~first
    return tuple(tiers)


def _optimal_choices(pairwise: Pairwise, best: NDArray[np.int64]) -> dict[int, int]:
    """Return, for each set that an optimal order may leave to be placed, who may be placed next (as bits)."""
    count = len(pairwise)
    votes = [_sums(pairwise[candidate]) for candidate in range(count)]
    choices: dict[int, int] = {}
    waiting = [(1 << count) - 1]
    while waiting:
        left = waiting.pop()
        if left in choices or not left:
            continue
        choices[left] = 0
        for candidate in range(count):
            rest = left ^ (1 << candidate)
            if left >> candidate & 1 and votes[candidate][rest] + best[rest] == best[left]:
                choices[left] |= 1 << candidate
                waiting.append(rest)
    return choices
