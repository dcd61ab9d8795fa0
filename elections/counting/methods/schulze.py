"""The Schulze method (beatpath method, CSSD).

Source: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method", Social Choice and Welfare 36 (2011); sections 2.2 and 2.3.

Strength of a link a→b, if more voters rank a above b than b above a: with *winning votes* (≻win, section 2.1) the
larger number of voters who rank a above b, and of equal numbers the one with fewer voters who rank b above a, as also
the Debian constitution has it (A.6); with *margins* the difference of the two. A path is as strong as its weakest
link; p[a,b] is the strength of the strongest path. a is better than b if p[a,b] is stronger than p[b,a]: a strict
partial order (section 4.1). Links that are no victories never decide, so that they count as no link here.

Ties: candidates to whom nobody is better share the first tier; without them, the next tier is found likewise. Whoever
is left in one tier is tied; nothing here breaks the tie (a lot may, see `lots`).
"""

import numpy as np

from elections.counting.outcome import Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Measure, Profile, victories
from elections.counting.tiers import peel


def schulze(profile: Profile, measure: Measure = Measure.WINNING_VOTES) -> Outcome:
    """Order the candidates by the strongest paths between them.

    `strengths` is the matrix p, for winning votes the winners' votes of the weakest link; `levels` orders p exactly.
    """
    levels = strongest_paths(link_levels(profile.pairwise, measure))
    shown = levels // base_of(profile.pairwise) if measure is Measure.WINNING_VOTES else levels
    return Outcome(order=peel(levels > levels.T), strengths=matrix(shown), levels=matrix(levels))


def link_levels(pairwise: Pairwise, measure: Measure) -> Pairwise:
    """Return for each victory a number that orders links by strength, 0 where there is none.

    For winning votes it has the votes for the link as its higher digit and the votes not against it as its lower one.
    """
    links = np.maximum(victories(pairwise, measure), 0)
    if measure is not Measure.WINNING_VOTES:
        return links
    base = base_of(pairwise)
    return np.where(links > 0, links * base + (base - 1 - pairwise.T), 0)


def base_of(pairwise: Pairwise) -> int:
    """Return the base of the two digits of a level: one more than any number of votes."""
    return int(pairwise.max(initial=0)) + 1


def matrix(numbers: Pairwise) -> tuple[tuple[int, ...], ...]:
    """Return an array as tuples of whole numbers."""
    return tuple(map(tuple, numbers.tolist()))


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


def shortest_chain(linked: np.ndarray[tuple[int, int], np.dtype[np.bool_]], start: int, end: int) -> tuple[int, ...]:
    """Return a shortest chain of linked candidates from `start` to `end`; raises ValueError when there is none."""
    came_from, frontier = {start: start}, [start]
    unseen = np.ones(len(linked), dtype=np.bool_)
    unseen[start] = False
    while frontier and end not in came_from:
        reached: list[int] = []
        for candidate in frontier:
            following = (linked[candidate] & unseen).nonzero()[0].tolist()
            unseen[following] = False
            came_from.update(dict.fromkeys(following, candidate))
            reached += following
        frontier = reached
    if end not in came_from:
        raise ValueError("No chain of victories leads from the one candidate to the other.")
    chain = [end]
    while chain[-1] != start:
        chain.append(came_from[chain[-1]])
    return tuple(reversed(chain))
