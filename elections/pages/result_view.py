"""The counting report of each contest, arranged for the result page: seats and why, order, matrix, graph, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elections.models import Contest, CountHold, Election, Outcome
from elections.pages import wording
from elections.pages.bidi import isolated
from elections.pages.defeat_graph import Graph, graph_of
from elections.pages.language import translated as _
from elections.pages.method_steps import steps
from elections.verifier.recount import open_ties

SEAT, PASSED_OVER, BY_LOT = "Seat ", " was passed over: ", "A lot put the tied "
OPEN = ("the tie stays open", " seat stays empty: ", " seats stay empty: ")
"""How the count's sentences begin, or what they hold, that are about no seat in particular."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat that is filled: by whom, and why, in plain sentences."""

    name: str
    affiliations: Sequence[str]
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class ContestResult:
    """One contest's outcome: `tiers` is the method's order, best first; `counts[i][j]` follows `names`."""

    contest: Contest
    seats: Sequence[Seat]
    open_seats: int
    notes: Sequence[str]
    unresolved: Sequence[Sequence[str]]
    skipped: Sequence[Mapping[str, str]]
    drawn: Sequence[Mapping[str, Any]]
    withdrawn: Sequence[str]
    tiers: Sequence[Sequence[str]]
    names: Sequence[str]
    counts: Sequence[Sequence[int]]
    graph: Graph
    has_chains: bool
    steps: Sequence[str]
    condorcet_winner: str | None
    ballots: int
    blank: int

    @property
    def elected(self) -> list[str]:
        """The names of those who have the seats."""
        return [seat.name for seat in self.seats]


@dataclass(frozen=True, slots=True)
class Held:
    """A contest without an outcome yet, and the sentence that says what it waits for."""

    contest: Contest
    sentence: str


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The count's own sentences, sorted: why each seat is whose, and what else there is to say."""

    reasons: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def of(outcomes: Sequence[Outcome], election: Election) -> list[ContestResult]:
    """Arrange the kept outcomes in the contests' order; an empty list while there is no result."""
    contests = {contest.id: contest for contest in election.contests}
    return [arranged(contests[outcome.contest_id], outcome.report) for outcome in outcomes]


def held(holds: Sequence[CountHold]) -> list[Held]:
    """Say of each contest that is not counted yet what it waits for."""
    return [Held(hold.contest, _hold_sentence(hold)) for hold in holds]


def arranged(contest: Contest, report: dict[str, Any]) -> ContestResult:
    """Arrange one report (the object of `elections.counting.report`) in the order its method found."""
    result = report["results"][0]
    tiers: list[list[str]] = result["order"]
    names = [name for tier in tiers for name in tier]
    place = {name: index for index, name in enumerate(report["candidates"])}
    counts = _in_order(report["pairwise"], [place[name] for name in names])
    sentences = _sorted(result["explanation"], len(result["seats"]))
    return ContestResult(
        contest=contest,
        seats=list(_seats(contest, result, sentences.reasons)),
        open_seats=contest.seats - len(result["seats"]),
        notes=sentences.notes,
        unresolved=undecided(report),
        skipped=result["skipped_by_cap"],
        drawn=result["lots"],
        withdrawn=[one.name for one in contest.candidates if one.name not in place],
        tiers=tiers,
        names=names,
        counts=counts,
        graph=graph_of(tiers, counts),
        has_chains="beatpaths" in result,
        steps=steps(result),
        condorcet_winner=report["condorcet_winner"],
        ballots=report["ballots"],
        blank=report["blank"],
    )


def undecided(report: dict[str, Any]) -> list[list[str]]:
    """Return the ties that leave a seat open: one that only orders the others, or the elected, decides nothing."""
    return open_ties(report)


def _in_order(table: Sequence[Sequence[int]], order: Sequence[int]) -> list[list[int]]:
    return [[table[row][column] for column in order] for row in order]


def _seats(contest: Contest, result: Mapping[str, Any], reasons: Sequence[Sequence[str]]) -> Iterator[Seat]:
    affiliations = {candidate.name: candidate.affiliations for candidate in contest.candidates}
    for name, why in zip(result["seats"], reasons, strict=True):
        yield Seat(name, affiliations.get(name, []), [*why, *_by_lot(name, result["lots"])])


def _by_lot(name: str, lots: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say that somebody was tied and the lot decided, and with whom."""
    for lot in lots:
        if name in lot["tied"]:
            others = wording.listed([other for other in lot["tied"] if other != name])
            yield _("%(name)s was tied with %(others)s, and the lot decided.", name=name, others=others)


def _sorted(explanation: Sequence[str], seats: int) -> _Sentences:
    """Sort the count's sentences by seat; skips and lots are told by the page itself, from the facts."""
    found = _Sentences(reasons=[[] for _seat in range(seats)])
    current: list[str] = found.notes
    for sentence in map(isolated, explanation):
        number = sentence.removeprefix(SEAT).partition(":")[0]
        if sentence.startswith(SEAT) and number.isdecimal() and int(number) <= seats:
            current = found.reasons[int(number) - 1]
        elif PASSED_OVER not in sentence and not sentence.startswith(BY_LOT):
            (found.notes if any(part in sentence for part in OPEN) else current).append(sentence)
    return found


def _hold_sentence(hold: CountHold) -> str:
    if hold.refusal is not None:
        refuses = _("The method of this contest refuses to count these ballots: %(why)s", why=hold.refusal)
        return refuses + " " + _("The officials can only annul the election, and say why.")
    words = {"tied": wording.listed(hold.tied), "names": wording.listed(hold.waits_for)}
    return _("%(tied)s are tied for a seat. A lot decides, and waits for the secret of %(names)s.", **words)
