"""The victories of an election as pairs of winner and loser, strongest first; kept as arrays, because they are many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from elections.counting.outcome import Pair
from elections.counting.profile import Measure, Profile, victories

Places: TypeAlias = NDArray[np.intp]
Link: TypeAlias = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Pairs(Sequence[Pair]):
    """Pairs as arrays: the winner, the loser and the strength of each. A sequence that makes each `Pair` when asked."""

    winners: Places
    losers: Places
    strengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.winners)

    @overload
    def __getitem__(self, place: int) -> Pair: ...

    @overload
    def __getitem__(self, place: slice) -> "Pairs": ...

    def __getitem__(self, place: int | slice) -> "Pair | Pairs":
        if isinstance(place, slice):
            return self.only(place)
        return Pair(int(self.winners[place]), int(self.losers[place]), int(self.strengths[place]))

    def __iter__(self) -> Iterator[Pair]:
        return map(Pair, self.winners.tolist(), self.losers.tolist(), self.strengths.tolist())

    def only(self, chosen: NDArray[np.bool_] | Places | slice) -> "Pairs":
        """Return some of the pairs, or all in another order."""
        return Pairs(self.winners[chosen], self.losers[chosen], self.strengths[chosen])

    def links(self) -> list[Link]:
        """Return the winners and losers without the strengths."""
        return list(zip(self.winners.tolist(), self.losers.tolist(), strict=True))

    def equal(self) -> Iterator[tuple[int, list[Link]]]:
        """Yield the pairs of each strength together, with the place of the first; they must be sorted by strength."""
        links = self.links()
        bounds = [0, *(np.flatnonzero(np.diff(self.strengths)) + 1).tolist(), len(links)]
        return ((start, links[start:end]) for start, end in pairwise(bounds) if start < end)


def pairs_of(profile: Profile, measure: Measure) -> Pairs:
    """Return every victory, strongest first, equal ones in candidates' order."""
    strengths = victories(profile.pairwise, measure)
    winners, losers = np.nonzero(profile.pairwise > profile.pairwise.T)
    order = np.argsort(-strengths[winners, losers], kind="stable")
    return Pairs(winners, losers, strengths[winners, losers]).only(order)
