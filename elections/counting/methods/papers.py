"""Ballots as the transferable-vote methods handle them: tiers of candidates, best first, and a weight."""

from collections.abc import Container
from dataclasses import dataclass

from elections.counting.rankings import Rankings, tiers_of
from elections.counting.tiers import Tiers


@dataclass(frozen=True)
class Paper:
    """One distinct ranking and how many ballots have it."""

    tiers: Tiers
    weight: int

    def next(self, continuing: Container[int]) -> tuple[int, ...]:
        """Return the highest ranked continuing candidates, several where they are ranked equally, or nobody."""
        for tier in self.tiers:
            standing = tuple(index for index in tier if index in continuing)
            if standing:
                return standing
        return ()


def papers_of(rankings: Rankings) -> tuple[Paper, ...]:
    """Return each distinct ranking once; blank ballots, which transfer to nobody, are left out."""
    whole = rankings.distinct()
    rows = zip(whole.ranks.tolist(), whole.weights.tolist(), strict=True)
    papers = (Paper(tiers_of(ranks), weight) for ranks, weight in rows)
    return tuple(paper for paper in papers if paper.tiers)
