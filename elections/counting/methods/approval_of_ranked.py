"""Approval of the ranked: everybody whom a ballot ranks has one vote from it (for comparison only).

Source: S. J. Brams and P. C. Fishburn, "Approval Voting" (1983); that to rank is to approve is this comparison's
reading.

Ties: equal numbers of votes share a tier.
"""

from elections.counting.outcome import Outcome
from elections.counting.profile import Profile
from elections.counting.tiers import by_score


def approval_of_ranked(profile: Profile) -> Outcome:
    """Order the candidates by the number of ballots that rank them; `strengths` has the numbers."""
    ballots = profile.ballots
    scores = tuple(int(ballots.weights[ballots.ranks[:, index] > 0].sum()) for index in range(len(profile.candidates)))
    return Outcome(order=by_score(scores), strengths=scores)
