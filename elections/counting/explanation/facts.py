"""What the sentences are made from, with candidates by name."""

from dataclasses import dataclass
from functools import cached_property

from elections.counting.methods.registry import Method
from elections.counting.methods.schulze import link_levels
from elections.counting.numerals import listed
from elections.counting.outcome import Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Measure, Profile
from elections.counting.seats import Seating


@dataclass(frozen=True, eq=False)
class Facts:
    """One method's outcome together with the profile it counted and the seats that followed.

    `condorcet_winner` is the name of whoever beats all others of the election, also those dropped before the count.
    """

    method: Method
    profile: Profile
    outcome: Outcome
    seating: Seating
    condorcet_winner: str | None = None

    @cached_property
    def links(self) -> Pairwise:
        """The strengths of all victories, as methods that follow chains of them compare them."""
        return link_levels(self.profile.pairwise, self.method.measure or Measure.MARGINS)

    def name(self, index: int) -> str:
        """Return a candidate's name."""
        return self.profile.candidates[index]

    def names(self, indices: tuple[int, ...]) -> str:
        """Return several names as a list in words."""
        return listed([self.name(index) for index in indices])

    def place(self, index: int) -> int:
        """Return the tier, from 0, in which a candidate came out."""
        return next(place for place, tier in enumerate(self.outcome.order) if index in tier)

    def votes(self, first: int, second: int) -> int:
        """Return how many rank the first candidate above the second."""
        return int(self.profile.pairwise[first, second])
