"""One method's result, with names instead of indices, and its JSON."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, TypeAlias

from elections.counting.explanation import chains
from elections.counting.explanation.facts import Facts
from elections.counting.explanation.sentences import explain
from elections.counting.methods.registry import Method
from elections.counting.outcome import Number
from elections.counting.seats import NameTiers

Json: TypeAlias = Any


@dataclass(frozen=True, eq=False)
class Result:
    """What one method decided, or why it refused to count; `facts` has everything behind it."""

    method: Method
    facts: Facts | None = None
    order: NameTiers = ()
    winners: tuple[str, ...] = ()
    explanation: tuple[str, ...] = ()
    refused: str | None = None

    def to_json(self) -> Json:
        """Return the result as a JSON object; fractions are strings such as "7/2"."""
        if self.facts is None:
            return {"method": self.method.name, "title": self.method.title, "refused": self.refused}
        seating = self.facts.seating
        found = {
            "method": self.method.name,
            "title": self.method.title,
            "order": [list(tier) for tier in self.order],
            "winners": list(self.winners),
            "seats": list(seating.seats),
            "unresolved": [list(tier) for tier in seating.unresolved],
            "lots": [{"tied": list(t.tied), "order": list(t.order), "purpose": t.purpose} for t in seating.drawn],
            "skipped_by_cap": [{"name": name, "reason": reason} for name, reason in seating.skipped],
            "explanation": list(self.explanation),
        }
        return found | _details(self.facts)


def result_of(facts: Facts, winners: tuple[str, ...]) -> Result:
    """Put a method's outcome and seating into words and names."""
    names = facts.profile.candidates
    order = tuple(tuple(names[index] for index in tier) for tier in facts.outcome.order)
    return Result(facts.method, facts, order, winners, explain(facts))


def _details(facts: Facts) -> dict[str, Json]:
    """Return what the method has besides an order; what it does not have is left out."""
    outcome = facts.outcome
    found: dict[str, Json] = {}
    if facts.method.measure is not None:
        found["measure"] = facts.method.measure.value
    if outcome.strengths is not None:
        found["strengths"] = _plain(outcome.strengths)
    if facts.method.name.startswith(("schulze", "split")) and not facts.method.proportional:
        found["beatpaths"] = _named(chains.beatpaths(facts), facts)
    for key in ("locked", "set_aside", "rounds", "comparisons"):
        if getattr(outcome, key):
            found[key] = _named(getattr(outcome, key), facts)
    return found


INDICES = {"winner", "loser", "because", "candidates", "elected", "excluded", "first", "second"}


def _named(values: Iterable[Any], facts: Facts) -> list[Json]:
    """Return value objects as JSON objects, with names in the fields that hold candidates."""
    return [{f.name: _field(f.name, getattr(value, f.name), facts) for f in fields(value)} for value in values]


def _field(key: str, value: Any, facts: Facts) -> Json:
    if key in INDICES:
        return facts.name(value) if isinstance(value, int) else [facts.name(index) for index in value]
    if key == "votes":
        return {facts.name(index): _plain(number) for index, number in value}
    if key == "transfers":
        return [
            {"from": facts.name(one), "to": None if two < 0 else facts.name(two), "votes": _plain(number)}
            for one, two, number in value
        ]
    return _plain(value)


def _plain(value: Number | str | tuple[Any, ...] | None) -> Json:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    return value
