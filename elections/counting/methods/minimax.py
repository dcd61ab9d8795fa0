"""Minimax (Simpson–Kramer): who loses by least at worst.

Sources: P. Simpson, "On defining areas of voter choice", Quarterly Journal of Economics 83 (1969); G. Kramer, "A
dynamical model of political equilibrium", Journal of Economic Theory 16 (1977).

A candidate's score is the worst result against any other one: with *winning votes* the most votes in a defeat (0
without one), with *margins* the largest d[b,a] − d[a,b] (below 0 for whoever beats everybody), with *opposition* the
largest d[b,a], defeat or not. The lowest score is best. The last need not elect a Condorcet winner.

Ties: equal scores share a tier.
"""

import numpy as np

from elections.counting.outcome import Outcome
from elections.counting.profile import Measure, Profile, victories
from elections.counting.tiers import by_score


def minimax(profile: Profile, measure: Measure = Measure.WINNING_VOTES) -> Outcome:
    """Order the candidates by their worst result; `strengths` is that result for each."""
    against = victories(profile.pairwise, measure).T
    lowest = np.iinfo(np.int64).min
    alone = len(against) == 1
    worst = np.where(np.eye(len(against), dtype=np.bool_), 0 if alone else lowest, against).max(axis=1)
    scores = tuple(int(score) for score in worst)
    return Outcome(order=by_score(scores, highest_first=False), strengths=scores)
