"""Borda's count, from the pairwise table (for comparison only).

Source: J.-C. de Borda, "Mémoire sur les élections au scrutin" (1781). Equal and missing ranks are treated as Black does
("The Theory of Committees and Elections", 1958): a candidate has a point for each candidate ranked below, half a point
for each ranked equal, on every ballot that compares the two.

Ties: equal scores share a tier.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from elections.counting.outcome import Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Profile
from elections.counting.tiers import by_score


def borda(profile: Profile) -> Outcome:
    """Order the candidates by Borda points; `strengths` has them.

    Only how many voters compare two candidates separates the points from the sum of margins; that number is taken as
    the number of ballots, so that ballots that rank two candidates equally or not at all give half a point to both.
    """
    balance = balances(profile.pairwise)
    points = tuple(Fraction(value + _everybody(profile), 2) for value in balance.tolist())
    return Outcome(order=by_score(balance.tolist()), strengths=points)


def balances(pairwise: Pairwise) -> NDArray[np.int64]:
    """Return for each candidate the votes for less the votes against, over all others: Borda's count about its mean."""
    found: NDArray[np.int64] = pairwise.sum(axis=1) - pairwise.sum(axis=0)
    return found


def _everybody(profile: Profile) -> int:
    """Return the points that everybody would have if all ballots were blank, twice."""
    others = len(profile.candidates) - 1
    if profile.rankings is not None:
        return profile.rankings.ballots * others
    return int((profile.pairwise + profile.pairwise.T).max(initial=0)) * others
