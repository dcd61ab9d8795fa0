"""The pairwise table: for each ordered pair of candidates, how many voters rank the first strictly above the second.

Everything a Condorcet method needs is in this table, and tables of parts of the electorate add up to the table of all.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from elections.counting.rankings import Rankings, Ranks, Unranked, Weights

Pairwise: TypeAlias = NDArray[np.int64]

LANES = 8
LARGEST_BYTE = 255
BLOCK = LANES * LARGEST_BYTE * 16
"""Ballots at a time: few enough that a candidate's flags stay in the cache, enough that Python's own steps are rare."""


def pairwise_table(rankings: Rankings, weights: Weights | None = None, unranked: Unranked = Unranked.LAST) -> Pairwise:
    """Count, for each ordered pair (a, b), the weight of ballots that rank a strictly above b.

    The result is (candidates, candidates) int64. Not ranked is tied last below every ranked candidate, or with
    `no-opinion` a candidate without a rank is compared with nobody on that ballot.
    """
    counted = rankings.weights if weights is None else weights
    table = np.zeros((len(rankings.candidates),) * 2, dtype=np.int64)
    for factor, rows in _equal_weights(counted):
        ranks = rankings.ranks if rows is None else rankings.ranks[rows]
        table += factor * _unweighted(ranks, unranked)
    return table


def pairwise_of(parts: Iterable[Rankings], executor: Executor, unranked: Unranked = Unranked.LAST) -> Pairwise:
    """Count the parts of an electorate with any `concurrent.futures` executor and add their tables up.

    The parts must name the same candidates in the same order; raises ValueError where they do not, or without a part.
    """
    tables, candidates = [], None
    for part in parts:
        if candidates is not None and part.candidates != candidates:
            raise ValueError("The parts of an electorate must name the same candidates in the same order.")
        candidates = part.candidates
        tables.append(executor.submit(pairwise_table, part, None, unranked))
    if candidates is None:
        raise ValueError("There is no part to count.")
    total = np.zeros((len(candidates),) * 2, dtype=np.int64)
    for table in tables:
        total += table.result()
    return total


def _equal_weights(weights: Weights) -> Iterable[tuple[int, NDArray[np.intp] | None]]:
    """Split the ballots into sets that can be counted without weights: by value if few, else by binary digit."""
    if not weights.size:
        return
    low, high = int(weights.min()), int(weights.max())
    if low == high:
        yield low, None
        return
    values = np.unique(weights)
    if len(values) <= high.bit_length():
        for value in values:
            yield int(value), np.flatnonzero(weights == value)
        return
    for digit in range(high.bit_length()):
        yield 1 << digit, np.flatnonzero(weights >> digit & 1)


def _unweighted(ranks: Ranks, unranked: Unranked) -> Pairwise:
    """Count every row once. Not ranked becomes the largest unsigned number, by subtracting 1 from 0."""
    ballots, candidates = ranks.shape
    table = np.zeros((candidates, candidates), dtype=np.int64)
    unsigned = ranks.view(np.dtype(f"u{ranks.dtype.itemsize}"))
    width = min(BLOCK, -(-ballots // LANES) * LANES)
    flags = np.zeros((candidates, width), dtype=np.bool_)
    for start in range(0, ballots, BLOCK):
        columns = np.ascontiguousarray(unsigned[start : start + BLOCK].T)
        below = columns - 1
        above = below if unranked is Unranked.LAST else np.where(columns == 0, 0, below)
        _count_block(below, above, flags, table)
    return table


def _count_block(
    first: NDArray[np.unsignedinteger], second: NDArray[np.unsignedinteger], flags: NDArray[np.bool_], table: Pairwise
) -> None:
    """Add to `table` how often each row of `first` is below each row of `second`.

    Eight flags lie in one 64-bit word, so adding words adds eight counters at once; none can pass 255 in 255 words.
    """
    candidates, ballots = first.shape
    if ballots < flags.shape[1]:
        flags[:, ballots:] = False
    words = flags.view(np.uint64)
    starts = np.arange(0, words.shape[1], LARGEST_BYTE)
    for candidate in range(candidates):
        np.less(first[candidate], second, out=flags[:, :ballots])
        lanes = np.add.reduceat(words, starts, axis=1)
        table[candidate] += lanes.view(np.uint8).reshape(candidates, -1).sum(axis=1, dtype=np.int64)
