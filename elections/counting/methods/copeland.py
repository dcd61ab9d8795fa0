"""Copeland: the most victories, half a point for a tie.

Source: A. H. Copeland, "A reasonable social welfare function", University of Michigan (1951); with ½ for ties as in
Saari and Merlin, "The Copeland method", Economic Theory 8 (1996).

Ties: equal scores share a tier.
"""

from fractions import Fraction

from elections.counting.outcome import Outcome
from elections.counting.profile import Profile
from elections.counting.tiers import by_score


def copeland(profile: Profile) -> Outcome:
    """Order the candidates by victories plus half their ties; `strengths` has the scores."""
    table = profile.pairwise
    won = (table > table.T).sum(axis=1).tolist()
    tied = (table == table.T).sum(axis=1).tolist()
    scores = tuple(Fraction(2 * wins + ties - 1, 2) for wins, ties in zip(won, tied, strict=True))
    return Outcome(order=by_score(scores), strengths=scores)
