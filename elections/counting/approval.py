"""A required option ("None of the above", Debian's further discussion): who must beat it, by how much, to be counted.

Source: the Debian constitution, A.6 (Standard Resolution Procedure, vote counting), as it reads since version 1.6 of
December 2015. An option that fewer than the quorum Q of voters rank above the default option D is dropped (A.6.2: it
needs at least Q). Of the rest, an option that does not defeat D by its majority ratio N is dropped (A.6.3): it defeats
D if V(A,D) ≥ N·V(D,A) and V(A,D) > V(D,A); before 1.6 it had to be V(A,D) > N·V(D,A). What remains is counted by the
method, D among it, and whoever does not stand above D has no seat. The methods that fill seats in proportion count
without D, which is nobody and which whoever remains has defeated. There is no tie rule here: to be equal is not to
defeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from elections.counting.errors import BadInput
from elections.counting.numerals import written
from elections.counting.pairwise import Pairwise

SIMPLE = Fraction(1)
MOST_NAMED = 20
"""So many candidates are named in a refusal."""


@dataclass(frozen=True)
class Approval:
    """The default option's name, the quorum (voters who rank an option above it) and the ratios other than 1:1."""

    default: str
    quorum: Fraction = Fraction(0)
    majorities: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """An option that was dropped before the count, by which rule and for which numbers."""

    name: str
    rule: str
    sentence: str


def dropped(candidates: tuple[str, ...], pairwise: Pairwise, approval: Approval) -> tuple[Dropped, ...]:
    """Return the options to drop before counting; raises BadInput if the rules name somebody who is no candidate."""
    for name in (approval.default, *approval.majorities):
        if name not in candidates:
            known = ", ".join(map(repr, candidates[:MOST_NAMED])) + (", …" if len(candidates) > MOST_NAMED else "")
            what = "is to be the default option" if name == approval.default else "has a majority of its own"
            raise BadInput(f"{name!r} {what} but is no candidate; the candidates are {known}.")
    if approval.default in approval.majorities:
        raise BadInput(f"{approval.default!r} is what the others must beat; it has no majority of its own.")
    default = candidates.index(approval.default)
    found = []
    for index, name in enumerate(candidates):
        above, below = int(pairwise[index, default]), int(pairwise[default, index])
        if index != default:
            found += _dropped(name, above, below, approval)
    return tuple(found)


def _dropped(name: str, above: int, below: int, approval: Approval) -> list[Dropped]:
    ratio = approval.majorities.get(name, SIMPLE)
    if above < approval.quorum:
        sentence = f"{above} ranked {name} above {approval.default}; the quorum is {written(approval.quorum)}."
        return [Dropped(name, "quorum", sentence)]
    if above < ratio * below or above <= below:
        larger = f"a majority of {ratio.numerator}:{ratio.denominator}"
        needed = larger if ratio > SIMPLE else "more above than below"
        sentence = f"{above} ranked {name} above {approval.default} and {below} below; it needs {needed}."
        return [Dropped(name, "majority", sentence)]
    return []
