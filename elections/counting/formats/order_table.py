"""Reading many rankings at once, `27:A>B=C` or `A > B = C * 27`, without Python's own steps for each ballot.

The text is split at every separator; each different word is looked up once, and what remains is arithmetic with arrays:
a candidate's rank is the number of `>` before it on its line. Lines that this cannot read, or that would be wrong, make
`parse` raise Irregular; the caller then reads line by line, which finds what is wrong and where.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elections.counting.errors import BadInput
from elections.counting.formats.lines import weight
from elections.counting.formats.rank_table import Irregular
from elections.counting.rankings import Ranks, Weights, rank_type

NEWLINE, ABOVE, EQUAL = ord("\n"), ord(">"), ord("=")
STRANGER, NOBODY = -1, -2

Marks = NDArray[np.uint8]
Numbers = NDArray[np.signedinteger[Any]]


def parse(text: str, places: Mapping[str, int], count_mark: str) -> tuple[Ranks, Weights]:
    """Return ranks (lines, candidates) and the ballots of each of the text's lines; raises Irregular.

    A line's count stands before its `:`, or after its `*`, whichever `count_mark` is; without a star it is 1.
    Several words may have one place. A line with nothing behind its `:` is a blank ballot.
    """
    words = text.replace(count_mark, "\n").replace(">", "\n").replace("=", "\n").split("\n")[:-1]
    after = _marks(text, count_mark)
    before = np.concatenate((np.array([NEWLINE], dtype=np.uint8), after[:-1]))
    line = np.cumsum(before == NEWLINE) - 1
    counting = _counting(before, after, count_mark)
    weights = np.ones(int(line[-1]) + 1, dtype=np.int64)
    weights[line[counting]] = _counts([words[place] for place in np.flatnonzero(counting)])
    known = {word: places.get(word.strip(), STRANGER if word.strip() else NOBODY) for word in set(words)}
    found = np.fromiter(map(known.__getitem__, words), dtype=np.int64, count=len(words))
    blank = (found == NOBODY) & (before == ord(":")) & (after == NEWLINE)
    ranked = ~(counting | blank)
    above = np.cumsum(before == ABOVE)
    ranks = above[ranked] - above[before == NEWLINE][line[ranked]] + 1
    width = max(places.values(), default=-1) + 1
    return _table((len(weights), width), line[ranked], found[ranked], ranks), weights


def _marks(text: str, count_mark: str) -> Marks:
    """Return the separators of the text, in order."""
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    wanted = np.zeros(256, dtype=np.bool_)
    wanted[[NEWLINE, ABOVE, EQUAL, ord(count_mark)]] = True
    found: Marks = data[wanted[data]]
    return found


def _counting(before: Marks, after: Marks, count_mark: str) -> NDArray[np.bool_]:
    """Return which words are counts: first on a line and before a colon, or after a star and last on a line."""
    mark = ord(count_mark)
    counting: NDArray[np.bool_] = after == mark if count_mark == ":" else before == mark
    outer = before if count_mark == ":" else after
    if (outer[counting] != NEWLINE).any() or (count_mark == ":" and not counting[before == NEWLINE].all()):
        raise Irregular
    return counting


def _counts(words: Sequence[str]) -> Weights:
    try:
        known = {word: weight(word.strip()) for word in set(words)}
    except BadInput:
        raise Irregular from None
    return np.fromiter(map(known.__getitem__, words), dtype=np.int64, count=len(words))


def _table(shape: tuple[int, int], lines: Numbers, candidates: Numbers, ranks: Numbers) -> Ranks:
    """Put every rank in its place; raises Irregular for a stranger, or for a candidate who stands twice on a line."""
    if (candidates < 0).any():
        raise Irregular
    table = np.zeros(shape, dtype=rank_type(max(shape[1], int(ranks.max(initial=0)))))
    table[lines, candidates] = ranks
    if np.count_nonzero(table) != len(ranks):
        raise Irregular
    return table
