"""Rankings written with the candidates' names: `A > B = C`; the part that `.cvotes` and ABIF share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader
from elections.counting.rankings import Rankings, rank_type


@dataclass
class Collected:
    """Ballots gathered from lines: each distinct ranking once, with its weight."""

    places: dict[str, int]
    weights: dict[tuple[int, ...], int] = field(default_factory=dict)

    def add(self, ranking: tuple[int, ...], weight: int) -> None:
        """Count a ranking, given as one rank for each candidate."""
        self.weights[ranking] = self.weights.get(ranking, 0) + weight

    def rankings(self) -> Rankings:
        """Return what was gathered; a ranking made before a candidate was known ranks that candidate not at all."""
        width = len(self.places)
        ranks = np.zeros((len(self.weights), width), dtype=rank_type(width))
        for row, ranking in enumerate(self.weights):
            ranks[row, : len(ranking)] = ranking
        return Rankings(tuple(self.places), ranks, np.array(list(self.weights.values()), dtype=np.int64))


def ranking_of(tiers: Iterable[Iterable[str]], places: Mapping[str, int]) -> tuple[int, ...]:
    """Turn tiers of names, best first, into one rank for each candidate; raises BadInput for a strange or second
    name.
    """
    ranks = [0] * len(places)
    for rank, tier in enumerate(tiers, start=1):
        for name in tier:
            place = places.get(name)
            if place is None:
                raise BadInput(_unknown(name))
            if ranks[place]:
                raise BadInput(f"The candidate {name!r} stands twice in one ranking.")
            ranks[place] = rank
    return tuple(ranks)


def _unknown(name: str) -> str:
    return f"The candidate {name[:60]!r} is not one of the election's." if name else "A place in the ranking is empty."


def each_distinct_line(lines: list[str], first: int, take: Callable[[str, int], None], reader: Reader) -> None:
    """Give every distinct line to `take` once with the number of times it stands there; faults name its line."""
    counted: dict[str, int] = {}
    for line in lines:
        counted[line] = counted.get(line, 0) + 1
    for line, times in counted.items():
        try:
            take(line, times)
        except BadInput as fault:
            for number, other in enumerate(lines, start=first):
                if other == line:
                    reader.fault(fault, number)
