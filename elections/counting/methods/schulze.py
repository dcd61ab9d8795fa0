"""The Schulze method (beatpath method, CSSD).

Source: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method", Social Choice and Welfare 36 (2011); sections 2.2 and 2.3.

Strength of a link a→b: with *winning votes* the number of voters who rank a above b, if they are more than those who
rank b above a, else no link; with *margins* the difference of the two, if positive. A path is as strong as its
weakest link; p[a,b] is the strength of the strongest path, 0 without a path. a is better than b if p[a,b] > p[b,a]: a
strict partial order (section 4.1 there).

Ties: candidates to whom nobody is better share the first tier; without them, the next tier is found likewise. Whoever
is left in one tier is tied; nothing here breaks the tie (a lot may, see `lots`).
"""

import numpy as np

from elections.counting.outcome import Outcome, Path
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Measure, Profile, victories
from elections.counting.tiers import peel


def schulze(profile: Profile, measure: Measure = Measure.WINNING_VOTES) -> Outcome:
    """Order the candidates by the strongest paths between them; `strengths` is the matrix p."""
    strengths = strongest_paths(victories(profile.pairwise, measure))
    return Outcome(
        order=peel(strengths > strengths.T),
        strengths=tuple(tuple(row) for row in strengths.tolist()),
    )


def strongest_paths(links: Pairwise) -> Pairwise:
    """Return for each ordered pair the strength of the strongest path, links ≤ 0 being none (section 2.3.1).

    The loop over intermediate candidates is Schulze's; the two inner ones are one vectorised step each, in the
    narrowest integers that hold the largest link.
    """
    largest = int(links.max(initial=0))
    narrow = np.int16 if largest <= np.iinfo(np.int16).max else np.int32
    strengths = np.maximum(links, 0).astype(narrow if largest <= np.iinfo(np.int32).max else np.int64)
    np.fill_diagonal(strengths, 0)
    through = np.empty_like(strengths)
    for middle in range(len(strengths)):
        np.minimum(strengths[:, middle, None], strengths[middle], out=through)
        np.maximum(strengths, through, out=strengths)
    np.fill_diagonal(strengths, 0)
    return strengths.astype(np.int64)


def strongest_path(links: Pairwise, start: int, end: int) -> Path:
    """Return a strongest path from `start` to `end`, the shortest such (and first in candidates' order).

    Raises ValueError when no path exists.
    """
    strength = int(strongest_paths(links)[start, end])
    if strength == 0:
        raise ValueError("No chain of victories leads from the one candidate to the other.")
    return Path(shortest_chain(links >= strength, start, end), strength)


def shortest_chain(linked: np.ndarray[tuple[int, int], np.dtype[np.bool_]], start: int, end: int) -> tuple[int, ...]:
    """Return a shortest chain of linked candidates from `start` to `end`; raises ValueError when there is none."""
    came_from = {start: start}
    frontier = [start]
    while frontier and end not in came_from:
        reached = []
        for candidate in frontier:
            for following in np.flatnonzero(linked[candidate]).tolist():
                if following not in came_from:
                    came_from[following] = candidate
                    reached.append(following)
        frontier = reached
    if end not in came_from:
        raise ValueError("No chain of victories leads from the one candidate to the other.")
    chain = [end]
    while chain[-1] != start:
        chain.append(came_from[chain[-1]])
    return tuple(reversed(chain))
