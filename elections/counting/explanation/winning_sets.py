"""Sentences for methods that compare whole sets of winners: CPO-STV and Schulze STV."""

from elections.counting.explanation.facts import Facts
from elections.counting.numerals import counted, written
from elections.counting.outcome import Comparison

NEAREST = 3
"""So many comparisons are told: those that were decided by the least."""


def cpo_stv(facts: Facts, winner: int) -> list[str]:
    """Say, once, how many votes the winning set has against each set that came nearest to it."""
    return _once(facts, winner, [_votes(facts, one) for one in _nearest(facts)])


def schulze_stv(facts: Facts, winner: int) -> list[str]:
    """Say, once, how many voters stand behind each member of the winning set and of those that came nearest."""
    return _once(facts, winner, [_voters(facts, one) for one in _nearest(facts)])


def _once(facts: Facts, winner: int, compared: list[str]) -> list[str]:
    elected = facts.outcome.elected or (winner,)
    if winner != elected[0]:
        return [f"{facts.name(winner)} is elected in the same set of winners as {facts.name(elected[0])}."]
    return [] if facts.outcome.open_ties else compared


def _nearest(facts: Facts) -> list[Comparison]:
    return sorted(facts.outcome.comparisons, key=lambda one: one.for_first - one.for_second)[:NEAREST]


def _votes(facts: Facts, one: Comparison) -> str:
    first, second = facts.names(one.first), facts.names(one.second)
    votes = counted(one.for_first, "vote")
    return f"Compared as wholes: {first} with {votes}, {second} with {written(one.for_second)}{_not_won(one)}."


def _voters(facts: Facts, one: Comparison) -> str:
    """A set is as strong as the voters that each member can have for itself against whom the other set has new."""
    (new,), (old,) = set(one.second) - set(one.first), set(one.first) - set(one.second)
    return (
        f"{facts.names(one.first)} can each have {counted(one.for_first, 'voter')} of their own who rank them above "
        f"{facts.name(new)}; {facts.names(one.second)} have {written(one.for_second)} each above "
        f"{facts.name(old)}{_not_won(one)}."
    )


def _not_won(one: Comparison) -> str:
    """Say why a set wins in spite of this comparison."""
    if one.for_first >= one.for_second:
        return ""
    return ": lost, but a chain of other comparisons back is no weaker"
