"""Ranked ballots as one array: a row for each (distinct) ranking, a column for each candidate, 0 for *not ranked*."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from elections.counting.errors import BadInput

Ranks: TypeAlias = NDArray[np.signedinteger[Any]]
Weights: TypeAlias = NDArray[np.int64]

LARGEST_INT8 = 127
LARGEST_INT16 = 32767
MOST_VOTES = 3 * 10**9
"""So many ballots can be counted exactly: the strength of a link has two digits of this size in 64 bits."""


class Unranked(StrEnum):
    """What a candidate without a rank means: tied last with the others, or left out of the voter's comparisons."""

    LAST = "last"
    NO_OPINION = "no-opinion"


@dataclass(frozen=True, eq=False)
class Rankings:
    """Ballots of one contest.

    `ranks` is (rows, candidates): 1 is the best rank, equal numbers are equal ranks, 0 is not ranked. `weights` says
    how many ballots each row stands for. Numbers need not be dense: only their order counts.
    """

    candidates: tuple[str, ...]
    ranks: Ranks
    weights: Weights

    def __post_init__(self) -> None:
        """Refuse arrays whose shapes disagree, candidates of one name, negative weights and too many ballots."""
        if self.ranks.ndim != 2 or self.ranks.shape[1] != len(self.candidates):  # noqa: PLR2004
            raise BadInput("The rankings have another number of columns than there are candidates.")
        if self.weights.shape != (self.ranks.shape[0],):
            raise BadInput("There must be exactly one weight for each ranking.")
        if (self.weights < 0).any():
            raise BadInput("A weight is negative.")
        if self.weights.sum(dtype=np.float64) > MOST_VOTES:
            raise BadInput(f"More than {MOST_VOTES:,} ballots cannot be counted.")
        if len(set(self.candidates)) != len(self.candidates):
            raise BadInput("Two candidates have the same name.")

    @property
    def ballots(self) -> int:
        """How many ballots there are, blank ones included."""
        return int(self.weights.sum())

    @property
    def blank(self) -> int:
        """How many ballots rank nobody."""
        return int(self.weights[~self.ranks.any(axis=1)].sum())

    def distinct(self) -> "Rankings":
        """Return the same ballots with each distinct row once and the weights added, in order of the rows."""
        if self.ranks.shape[0] < 2:  # noqa: PLR2004
            return self
        rows = np.ascontiguousarray(self.ranks)
        first, inverse = _groups(rows)
        weights = np.zeros(len(first), dtype=np.int64)
        np.add.at(weights, inverse, self.weights)
        return Rankings(self.candidates, rows[first], weights)

    def orders(self) -> "Rankings":
        """Return each distinct order once, its ranks closed up to 1, 2, 3…: 1–3 and 1–2 say the same."""
        return Rankings(self.candidates, _closed_up(self.ranks), self.weights).distinct()

    def without(self, dropped: Iterable[int]) -> "Rankings":
        """Return the ballots as if the candidates with these indices had not stood."""
        gone = set(dropped)
        kept = [index for index in range(len(self.candidates)) if index not in gone]
        names = tuple(self.candidates[index] for index in kept)
        return Rankings(names, self.ranks[:, kept], self.weights)


def rankings_of(
    candidates: Sequence[str], rows: Sequence[Sequence[int]], weights: Sequence[int] | None = None
) -> Rankings:
    """Make `Rankings` from plain lists of ranks (0 = not ranked); raise BadInput for a rank or weight out of range."""
    shape = (len(rows), len(candidates))
    if any(len(row) != len(candidates) for row in rows):
        raise BadInput("A ranking has another number of ranks than there are candidates.")
    wide = np.array(rows, dtype=np.int64).reshape(shape)
    if wide.size and (wide.min() < 0 or wide.max() > LARGEST_INT16):
        raise BadInput(f"A rank is not between 0 and {LARGEST_INT16}.")
    counted = np.ones(len(rows), dtype=np.int64) if weights is None else np.array(weights, dtype=np.int64)
    return Rankings(tuple(candidates), wide.astype(rank_type(int(wide.max(initial=0)))), counted)


def without(
    candidates: Sequence[str], rankings: "Rankings | Sequence[Sequence[int]]", withdrawn: Iterable[str]
) -> Rankings:
    """Return the ballots as if those who withdrew had not stood: without their columns, the ranks closed up to 1, 2….

    Every ballot is kept; one that ranked nobody else becomes a blank one. Raises BadInput for a name that is no
    candidate's, and where nobody is left.
    """
    given = rankings if isinstance(rankings, Rankings) else rankings_of(candidates, rankings)
    gone = set(withdrawn)
    if given.candidates != tuple(candidates):
        raise BadInput("The rankings are about other candidates than those named.")
    if strange := gone - set(candidates):
        raise BadInput(f"{min(strange)!r} cannot withdraw: there is no such candidate.")
    if len(gone) == len(candidates):
        raise BadInput("There is no candidate left.")
    left = given.without(given.candidates.index(name) for name in gone)
    return Rankings(left.candidates, _closed_up(left.ranks), left.weights)


def rank_type(largest: int) -> type[np.int8] | type[np.int16]:
    """Return the smallest integer type that holds ranks up to `largest`."""
    return np.int8 if largest <= LARGEST_INT8 else np.int16


def dense(rank_row: Sequence[int]) -> tuple[int, ...]:
    """Renumber one ranking so that its ranks are 1, 2, 3… without gaps; 0 stays *not ranked*, below 0 counts as 0."""
    places = {rank: place for place, rank in enumerate(sorted({rank for rank in rank_row if rank > 0}), start=1)}
    return tuple(places.get(rank, 0) for rank in rank_row)


def tiers_of(rank_row: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return one ranking as groups of candidate indices, best first; candidates that are not ranked are left out."""
    places: dict[int, list[int]] = {}
    for index, rank in enumerate(rank_row):
        if rank > 0:
            places.setdefault(rank, []).append(index)
    return tuple(tuple(places[rank]) for rank in sorted(places))


def _closed_up(ranks: Ranks) -> Ranks:
    """Renumber every ranking without gaps, as `dense` does one: a rank becomes the number of ranks up to it."""
    closed, place = np.zeros_like(ranks), np.zeros((len(ranks), 1), dtype=ranks.dtype)
    for rank in np.unique(ranks[ranks > 0]):
        here = ranks == rank
        place += here.any(axis=1, keepdims=True)
        closed += here * place
    return closed


def _groups(rows: Ranks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for equal rows together, the index of a first row of each group and each row's group.

    Rows are compared by a 64-bit sum first; the answer is used only if every row equals its group's first row.
    """
    sums = _sums(rows)
    _, first, inverse = np.unique(sums, return_index=True, return_inverse=True)
    if not np.array_equal(rows[first][inverse], rows):
        _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return first[order], place[inverse.reshape(-1)]


def _sums(rows: Ranks) -> NDArray[np.uint64]:
    """Return each row's weighted sum modulo 2⁶⁴, a column at a time so that no large intermediate is needed."""
    total = np.zeros(rows.shape[0], dtype=np.uint64)
    generator = np.random.Generator(np.random.PCG64(1))
    multipliers: NDArray[np.uint64] = generator.integers(1, 2**63, (rows.shape[1],), dtype=np.uint64)
    for column in range(rows.shape[1]):
        total += rows[:, column].astype(np.uint64) * multipliers[column]
    return total
