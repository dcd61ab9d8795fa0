"""What the sentences are made from, with candidates by name."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from elections.counting.methods.registry import Method
from elections.counting.methods.schulze import link_levels
from elections.counting.outcome import Number, Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Measure, Profile
from elections.counting.seats import Seating


@dataclass(frozen=True, eq=False)
class Facts:
    """One method's outcome together with the profile it counted and the seats that followed."""

    method: Method
    profile: Profile
    outcome: Outcome
    seating: Seating

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


def listed(names: list[str]) -> str:
    """Join names with commas and a last "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"


def shown(number: Number) -> str:
    """Write a number exactly: whole, or as a fraction."""
    fraction = Fraction(number)
    return str(fraction.numerator) if fraction.denominator == 1 else f"{fraction.numerator}/{fraction.denominator}"
