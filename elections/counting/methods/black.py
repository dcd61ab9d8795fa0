"""Black's method: the Condorcet winner if there is one, else Borda.

Source: D. Black, "The Theory of Committees and Elections" (1958), chapter 9.

The Condorcet winner, if any, is the first tier; everybody else follows by Borda's count. Ties: equal counts share a
tier.
"""

from elections.counting.methods.borda import borda
from elections.counting.outcome import Outcome
from elections.counting.profile import Profile
from elections.counting.sets import condorcet_winner


def black(profile: Profile) -> Outcome:
    """Order the candidates by Borda, after the Condorcet winner; `strengths` has the Borda points."""
    counted = borda(profile)
    winner = condorcet_winner(profile.pairwise)
    if winner is None:
        return Outcome(order=counted.order, strengths=counted.strengths)
    rest = (tuple(index for index in tier if index != winner) for tier in counted.order)
    return Outcome(order=((winner,), *(tier for tier in rest if tier)), strengths=counted.strengths)
