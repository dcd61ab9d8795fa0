"""The counting report of each contest, arranged for the result page: final order, matrix, sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from elections.models import Contest, Election, Outcome


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of wins from the first candidate to the last, as strong as its weakest link."""

    candidates: Sequence[str]
    strength: object


@dataclass(frozen=True, slots=True)
class ContestResult:
    """One contest's outcome: `tiers` is the method's order, best first; `counts[i][j]` follows `names`."""

    contest: Contest
    elected: Sequence[str]
    unresolved: Sequence[Sequence[str]]
    tiers: Sequence[Sequence[str]]
    names: Sequence[str]
    counts: Sequence[Sequence[int]]
    chains: Sequence[Chain]
    sentences: Sequence[str]
    condorcet_winner: str | None
    ballots: int
    blank: int


def of(outcomes: Sequence[Outcome], election: Election) -> list[ContestResult]:
    """Arrange the kept outcomes in the contests' order; an empty list while there is no result."""
    contests = {contest.id: contest for contest in election.contests}
    return [arranged(contests[outcome.contest_id], outcome.report) for outcome in outcomes]


def arranged(contest: Contest, report: dict[str, Any]) -> ContestResult:
    """Arrange one report (the object of `elections.counting.report`) in the order its method found."""
    result = report["results"][0]
    tiers: list[list[str]] = result["order"]
    names = [name for tier in tiers for name in tier]
    place = {name: index for index, name in enumerate(report["candidates"])}
    return ContestResult(
        contest=contest,
        elected=result["seats"],
        unresolved=result["unresolved"],
        tiers=tiers,
        names=names,
        counts=_in_order(report["pairwise"], [place[name] for name in names]),
        chains=[Chain(chain["candidates"], chain["strength"]) for chain in result.get("beatpaths", [])],
        sentences=result["explanation"],
        condorcet_winner=report["condorcet_winner"],
        ballots=report["ballots"],
        blank=report["blank"],
    )


def _in_order(table: Sequence[Sequence[int]], order: Sequence[int]) -> list[list[int]]:
    return [[table[row][column] for column in order] for row in order]
