"""The explanation of a result: who has each seat and why; then what was left open, drawn or skipped."""

from collections.abc import Callable

from elections.counting.explanation import chains, pairs, rounds, scores, winning_sets
from elections.counting.explanation.facts import Facts
from elections.counting.numerals import listed

Explain = Callable[[Facts, int], list[str]]
BY_METHOD: dict[str, Explain] = {
    "schulze": chains.sentences,
    "schulze-margins": chains.sentences,
    "split-cycle": chains.sentences,
    "ranked-pairs": pairs.sentences,
    "ranked-pairs-margins": pairs.sentences,
    "minimax": scores.minimax,
    "minimax-margins": scores.minimax,
    "minimax-opposition": scores.minimax,
    "copeland": scores.sentences,
    "borda": scores.sentences,
    "black": scores.black,
    "approval-of-ranked": scores.sentences,
    "kemeny-young": scores.kemeny,
    "nanson": rounds.eliminations,
    "baldwin": rounds.eliminations,
    "irv": rounds.eliminations,
    "meek-stv": rounds.transfers,
    "scottish-stv": rounds.transfers,
    "cpo-stv": winning_sets.cpo_stv,
    "schulze-stv": winning_sets.schulze_stv,
}


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
    if len(facts.profile.candidates) == 1:
        return [f"{name} is the only candidate."]
    if facts.condorcet_winner == name:
        found.append(f"{name} is the Condorcet winner: more voters rank {name} above each other candidate than below.")
    explain_winner = BY_METHOD.get(facts.method.name)
    return found + (explain_winner(facts, winner) if explain_winner else [])
