"""What the second count starts from: the ballots as tiers of candidates, and who is preferred to whom how often."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from elections.counting.errors import BadInput

if TYPE_CHECKING:
    from elections.counting.caps import Cap

Tier: TypeAlias = tuple[int, ...]
Tiers: TypeAlias = tuple[Tier, ...]


@dataclass(frozen=True)
class Ballot:
    """One ranking, best first, with nobody in it who is not ranked; and how many voters cast it."""

    tiers: Tiers
    voters: int

    def first(self, standing: Collection[int]) -> Tier:
        """Return the highest ranked of the candidates who still stand, several where they are ranked equally."""
        for tier in self.tiers:
            found = tuple(candidate for candidate in tier if candidate in standing)
            if found:
                return found
        return ()


@dataclass(frozen=True)
class Election:
    """One contest: candidates are numbered from 0; `drawn` are they in the order of the lot, if there is one.

    Who is not ranked on a ballot is tied last there; with `no_opinion` the ballot compares them with nobody.
    """

    names: tuple[str, ...]
    ballots: tuple[Ballot, ...]
    seats: int
    cap: "Cap | None" = None
    drawn: tuple[int, ...] | None = None
    no_opinion: bool = False

    @property
    def everybody(self) -> range:
        """All candidates."""
        return range(len(self.names))

    @cached_property
    def votes(self) -> tuple[tuple[int, ...], ...]:
        """For each candidate and each other one, how many voters rank the first above the second."""
        table = [[0 for _ in self.everybody] for _ in self.everybody]
        for ballot in self.ballots:
            below = self.compared(ballot)
            for tier in ballot.tiers:
                below.difference_update(tier)
                for one in tier:
                    for other in below:
                        table[one][other] += ballot.voters
        return tuple(map(tuple, table))

    def compared(self, ballot: Ballot) -> set[int]:
        """Return whom a ballot compares with each other."""
        if not self.no_opinion:
            return set(self.everybody)
        return {one for tier in ballot.tiers for one in tier}

    def beats(self, one: int, other: int) -> bool:
        """Tell whether more voters rank one above the other than the other way round."""
        return self.votes[one][other] > self.votes[other][one]

    def victories(self) -> list[tuple[int, int]]:
        """Return every pair of a winner and a loser."""
        return [(one, other) for one in self.everybody for other in self.everybody if self.beats(one, other)]

    def fits(self, candidate: int, seated: Iterable[int]) -> bool:
        """Tell whether the affiliation cap leaves this candidate a seat beside those who are seated."""
        seated = list(seated)
        return (
            all(self._held(group, seated) < self.cap.limit for group in self._groups(candidate)) if self.cap else True
        )

    def fit_together(self, chosen: Iterable[int]) -> bool:
        """Tell whether the affiliation cap lets all of these be seated."""
        if self.cap is None:
            return True
        chosen = list(chosen)
        groups = {group for candidate in chosen for group in self._groups(candidate)}
        return all(self._held(group, chosen) <= self.cap.limit for group in groups)

    def _groups(self, candidate: int) -> frozenset[str]:
        return self.cap.groups.get(self.names[candidate], frozenset()) if self.cap else frozenset()

    def _held(self, group: str, seated: Collection[int]) -> int:
        sitting = self.cap.sitting.get(group, 0) if self.cap else 0
        return sitting + sum(1 for candidate in seated if group in self._groups(candidate))


def ballots_of(rows: Iterable[Sequence[int]], count: int) -> tuple[Ballot, ...]:
    """Read ranks (0 = not ranked, else lower is better) into ballots; raises BadInput for a row that is none."""
    counted: Counter[Tiers] = Counter()
    for row in rows:
        if len(row) != count or any(rank < 0 for rank in row):
            raise BadInput("A ranking must have one rank for each candidate, and none below 0.")
        ranks = sorted({rank for rank in row if rank})
        counted[tuple(tuple(c for c in range(count) if row[c] == rank) for rank in ranks)] += 1
    return tuple(Ballot(tiers, voters) for tiers, voters in counted.items())


def in_tiers(candidates: Iterable[int], first_of: Callable[[frozenset[int]], Iterable[int]]) -> Tiers:
    """Order candidates: `first_of` says who is on top of those who are left, again and again."""
    left, tiers = frozenset(candidates), []
    while left:
        top = frozenset(first_of(left)) & left
        if not top:
            raise ValueError("Nobody is on top.")
        tiers.append(tuple(sorted(top)))
        left -= top
    return tuple(tiers)


def unbeaten(better: Callable[[int, int], bool]) -> Callable[[frozenset[int]], set[int]]:
    """Return the question who of some candidates has nobody better among them."""
    return lambda left: {one for one in left if not any(better(other, one) for other in left)}
