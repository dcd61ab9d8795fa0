"""The counting report of each contest, arranged for the result page: final order, matrix, sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from elections.models import Contest, Election, Outcome
from elections.pages import wording
from elections.pages.language import translated as _


@dataclass(frozen=True, slots=True)
class ContestResult:
    """One contest's outcome: `tiers` is the method's order, best first; `counts[i][j]` follows `names`."""

    contest: Contest
    elected: Sequence[str]
    unresolved: Sequence[Sequence[str]]
    tiers: Sequence[Sequence[str]]
    names: Sequence[str]
    counts: Sequence[Sequence[int]]
    has_chains: bool
    steps: Sequence[str]
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
        unresolved=undecided(report),
        tiers=tiers,
        names=names,
        counts=_in_order(report["pairwise"], [place[name] for name in names]),
        has_chains="beatpaths" in result,
        steps=steps(result),
        sentences=result["explanation"],
        condorcet_winner=report["condorcet_winner"],
        ballots=report["ballots"],
        blank=report["blank"],
    )


def undecided(report: dict[str, Any]) -> list[list[str]]:
    """Return the ties that leave a seat open: one that only orders the others, or the elected, decides nothing."""
    result = report["results"][0]
    if len(result["seats"]) >= report["options"]["seats"]:
        return []
    return [tier for tier in result["unresolved"] if set(tier) & set(result["winners"])]


def _in_order(table: Sequence[Sequence[int]], order: Sequence[int]) -> list[list[int]]:
    return [[table[row][column] for column in order] for row in order]


def steps(result: dict[str, Any]) -> list[str]:
    """Say the steps of a method, one a line: chains, victories locked or set aside, or rounds."""
    chains = [
        _("%(chain)s: strength %(number)s", chain=" → ".join(path["candidates"]), number=_number(path["strength"]))
        for path in result.get("beatpaths", [])
    ]
    locked = [_("Locked: %(victory)s", victory=_victory(one)) for one in _unless(chains, result.get("locked", []))]
    aside = [_("Set aside: %(victory)s", victory=_victory(one)) for one in result.get("set_aside", [])]
    rounds = [_round(number, one) for number, one in enumerate(result.get("rounds", []), start=1)]
    return chains + locked + aside + rounds


def _unless(told: Sequence[str], entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the victories where the chains made of them are told already."""
    return [] if told else entries


def _victory(entry: dict[str, Any]) -> str:
    words = {"winner": entry["winner"], "loser": entry["loser"], "number": _number(entry["strength"])}
    return _("%(winner)s over %(loser)s (%(number)s)", **words)


def _round(number: int, entry: dict[str, Any]) -> str:
    votes = ", ".join(f"{name} {_number(count)}" for name, count in entry["votes"].items())
    parts = [_("Round %(number)s: %(votes)s.", number=number, votes=votes)]
    if entry["elected"]:
        parts.append(_("Elected: %(names)s.", names=wording.listed(entry["elected"])))
    if entry["excluded"]:
        parts.append(_("Excluded: %(names)s.", names=wording.listed(entry["excluded"])))
    return " ".join(parts)


def _number(value: int | str) -> str:
    """Return a count of the report, in which fractions are text such as "7/2", to two decimals at most."""
    exact = Fraction(value)
    return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):.2f}"
