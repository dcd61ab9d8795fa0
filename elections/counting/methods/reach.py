"""Who stands above whom while pairs are locked one after the other.

A set of candidates is a whole number whose binary digits are its members, so that sets are joined in one step. Locking
a pair visits only whom it brings something new: over a whole count that is at most once for each two candidates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from elections.counting.tiers import Relation


@dataclass(frozen=True)
class Reach:
    """For each candidate, the set of those below and the set of those above, over chains of locked pairs."""

    below: list[int]
    above: list[int]

    @classmethod
    def nothing(cls, count: int) -> "Reach":
        """Return what holds before anything is locked."""
        return cls([0] * count, [0] * count)

    def has(self, winner: int, loser: int) -> bool:
        """Tell whether a chain leads from the one to the other."""
        return bool(self.below[winner] >> loser & 1)

    def lock(self, winner: int, loser: int) -> None:
        """Lock a pair, whatever it closes: whoever is above the winner is then above whoever is below the loser."""
        if self.below[winner] >> loser & 1:
            return
        lower, upper = self.below[loser] | 1 << loser, self.above[winner] | 1 << winner
        new_upper, new_lower = upper & ~self.above[loser], lower & ~self.below[winner]
        for one in members(new_upper):
            self.below[one] |= lower
        for other in members(new_lower):
            self.above[other] |= upper

    def after(self, pairs: Iterable[tuple[int, int]]) -> "Reach":
        """Return what holds once these pairs are locked too; this one stays as it is."""
        following = Reach(self.below.copy(), self.above.copy())
        for winner, loser in pairs:
            following.lock(winner, loser)
        return following

    def relation(self) -> Relation:
        """Return the chains as an array: whether the row's candidate stands above the column's."""
        count = len(self.below)
        width = -(-count // 8)
        packed = b"".join(row.to_bytes(width, "little") for row in self.below)
        digits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), bitorder="little")
        return digits.reshape(count, 8 * width)[:, :count].astype(np.bool_)


def members(candidates: int) -> Iterator[int]:
    """Yield the members of a set, the lowest number first."""
    while candidates:
        lowest = candidates & -candidates
        yield lowest.bit_length() - 1
        candidates ^= lowest
