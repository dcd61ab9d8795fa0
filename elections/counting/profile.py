"""What a method is given to count, and how strong one candidate's victory over another is."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from elections.counting.errors import NeedsBallots
from elections.counting.pairwise import Pairwise, pairwise_table
from elections.counting.rankings import Rankings, Unranked


class Measure(StrEnum):
    """How strong the victory of a over b is, from the table d.

    Winning votes: d[a,b] where d[a,b] > d[b,a], else 0. Margins: d[a,b] − d[b,a]. Opposition: d[a,b], victory or not.
    """

    WINNING_VOTES = "winning votes"
    MARGINS = "margins"
    OPPOSITION = "pairwise opposition"


@dataclass(frozen=True, eq=False)
class Profile:
    """An electorate: its candidates, its pairwise table and, unless only the table is known, its ballots."""

    candidates: tuple[str, ...]
    pairwise: Pairwise
    rankings: Rankings | None
    unranked: Unranked = Unranked.LAST

    @property
    def ballots(self) -> Rankings:
        """The rankings; raises NeedsBallots where only a pairwise table was given."""
        if self.rankings is None:
            raise NeedsBallots("This method looks at whole rankings, and only the pairwise table is known.")
        return self.rankings

    def without(self, dropped: set[int]) -> "Profile":
        """Return the election among the other candidates: the same ballots, the table without their rows and
        columns.
        """
        kept = [index for index in range(len(self.candidates)) if index not in dropped]
        rankings = None if self.rankings is None else self.rankings.without(dropped)
        names = tuple(self.candidates[index] for index in kept)
        return Profile(names, self.pairwise[np.ix_(kept, kept)], rankings, self.unranked)


def profile_of(rankings: Rankings, unranked: Unranked = Unranked.LAST) -> Profile:
    """Count the pairwise table of these ballots and keep both together."""
    return Profile(rankings.candidates, pairwise_table(rankings, unranked=unranked), rankings, unranked)


def victories(pairwise: Pairwise, measure: Measure) -> Pairwise:
    """Return the strength of each ordered pair as `measure` says; 0 where winning votes see no victory."""
    if measure is Measure.MARGINS:
        return pairwise - pairwise.T
    if measure is Measure.WINNING_VOTES:
        return np.where(pairwise > pairwise.T, pairwise, 0)
    return pairwise.copy()
