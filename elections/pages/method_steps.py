"""The steps a counting method took, said one a line: chains, victories locked or set aside, rounds, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from elections.pages import wording
from elections.pages.bidi import isolated
from elections.pages.language import translated as _


def steps(result: dict[str, Any]) -> list[str]:
    """Return the steps that a method's result tells of, in the order in which they were taken."""
    chains = [
        _("%(chain)s: strength %(number)s", chain=" → ".join(path["candidates"]), number=_number(path["strength"]))
        for path in result.get("beatpaths", [])
    ]
    locked = [_("Locked: %(victory)s", victory=_victory(one)) for one in _unless(chains, result.get("locked", []))]
    aside = [_("Set aside: %(victory)s", victory=_victory(one)) for one in result.get("set_aside", [])]
    rounds = [_round(number, one) for number, one in enumerate(result.get("rounds", []), start=1)]
    return [isolated(step) for step in chains + locked + aside + rounds]


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
