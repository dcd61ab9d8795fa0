"""The explanation of a result: who has each seat and why, then what was left open, drawn or skipped."""

from collections.abc import Callable

from elections.counting.explanation import chains
from elections.counting.explanation.facts import Facts, listed
from elections.counting.sets import condorcet_winner

Explain = Callable[[Facts, int], list[str]]
BY_METHOD: dict[str, Explain] = {"schulze": chains.sentences, "schulze-margins": chains.sentences}


def explain(facts: Facts) -> tuple[str, ...]:
    """Return the sentences for every seat, in order, and for everything that a reader might miss."""
    found: list[str] = []
    for seat, name in enumerate(facts.seating.seats, start=1):
        found.append(f"Seat {seat}: {name}.")
        found += _why(facts, facts.profile.candidates.index(name))
    found += [f"{name} was passed over: {reason}" for name, reason in facts.seating.skipped]
    found += [
        f"A lot put the tied {listed(list(tie.tied))} in the order {', '.join(tie.order)}."
        for tie in facts.seating.drawn
    ]
    return (*found, *facts.outcome.notes, *facts.seating.notes)


def _why(facts: Facts, winner: int) -> list[str]:
    name = facts.name(winner)
    found = []
    if condorcet_winner(facts.profile.pairwise) == winner:
        found.append(f"{name} is the Condorcet winner: more voters rank {name} above each other candidate than below.")
    explain_winner = BY_METHOD.get(facts.method.name)
    return found + (explain_winner(facts, winner) if explain_winner else [])
