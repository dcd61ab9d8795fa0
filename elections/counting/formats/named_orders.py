"""Rankings written with names or numbers, `A > B = C`: the part that `.cvotes`, ABIF, `.blt` and PrefLib share."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader
from elections.counting.formats.rank_table import Irregular
from elections.counting.rankings import MOST_VOTES, Rankings, Ranks, Weights, rank_type

FEW = 100
"""With fewer different lines it does not matter how they are read."""


@dataclass
class Collected:
    """Ballots gathered from lines: each distinct ranking once, with its weight; and from how many lines."""

    places: dict[str, int]
    weights: dict[tuple[int, ...], int] = field(default_factory=dict)
    tables: list[tuple[Ranks, Weights]] = field(default_factory=list)
    lines: int = 0

    def add(self, ranking: tuple[int, ...], weight: int) -> None:
        """Count a ranking, given as one rank for each candidate; `Rankings` refuses more than it can count."""
        self.weights[ranking] = min(self.weights.get(ranking, 0) + weight, MOST_VOTES + 1)

    def rankings(self) -> Rankings:
        """Return what was gathered; a ranking made before a candidate was known ranks that candidate not at all."""
        width = len(self.places)
        ranks = np.zeros((len(self.weights), width), dtype=rank_type(width))
        for row, ranking in enumerate(self.weights):
            ranks[row, : len(ranking)] = ranking
        weights = np.array(list(self.weights.values()), dtype=np.int64)
        every = [*self.tables, (ranks, weights)]
        if self.tables:
            ranks, weights = np.concatenate([table for table, _ in every]), np.concatenate([n for _, n in every])
        return Rankings(tuple(self.places), ranks, weights)


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


@dataclass(frozen=True)
class Quick:
    """A way to read at once all lines without a `special` character; it raises Irregular if one may be wrong."""

    special: str
    read: Callable[[Sequence[str]], tuple[Ranks, Weights]]

    def take(self, counted: dict[str, int], collected: Collected) -> None:
        """Collect the plain ones of these lines, each as often as it stands there, and take them out."""
        whole = "\n".join(counted)
        special = [character for character in self.special if character in whole]
        plain = [line for line in counted if line.strip() and not any(character in line for character in special)]
        if not plain:
            return
        try:
            ranks, weights = self.read(plain)
        except Irregular:
            return
        if len(weights) != len(plain):
            return
        collected.tables.append((ranks, weights * np.array([counted[line] for line in plain])))
        for line in plain:
            collected.lines += counted.pop(line)


def each_distinct_line(
    lines: list[str],
    first: int,
    take: Callable[[str, int], None],
    reader: Reader,
    *,
    quick: tuple[Quick, Collected] | None = None,
) -> None:
    """Give every distinct line to `take` once with the number of times it stands there; faults name its line.

    Many plain lines are read in the quick way where there is one.
    """
    counted = dict(Counter(lines))
    if quick is not None and len(counted) > FEW:
        quick[0].take(counted, quick[1])
    for line, times in counted.items():
        try:
            take(line, times)
        except BadInput as fault:
            for number, other in enumerate(lines, start=first):
                if other == line:
                    reader.fault(fault, number)
