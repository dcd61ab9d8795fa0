"""What a method found, with everything that a page or a sceptic needs to follow it. Candidates are indices here."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from elections.counting.tiers import Tiers

Number: TypeAlias = int | Fraction


@dataclass(frozen=True)
class Pair:
    """One candidate's victory over another, as strong as the method's measure says; `because` it was set aside."""

    winner: int
    loser: int
    strength: int
    because: tuple[int, ...] = ()


@dataclass(frozen=True)
class Path:
    """A chain of victories (beatpath) and the strength of its weakest link."""

    candidates: tuple[int, ...]
    strength: int


@dataclass(frozen=True)
class Round:
    """One step of a method that counts in rounds: every remaining candidate's votes, and what followed."""

    votes: tuple[tuple[int, Number], ...]
    elected: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    transfers: tuple[tuple[int, int, Number], ...] = ()  # From whom, to whom (-1: to nobody), how many votes.
    quota: Number | None = None
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two sets of winners compared as wholes: for each its votes or its strength against the other."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    for_first: Number
    for_second: Number


@dataclass(frozen=True)
class Drawn:
    """One tie that a lot decided: who was tied, in which order they came out, and for what."""

    tied: tuple[int, ...]
    order: tuple[int, ...]
    purpose: str


@dataclass(frozen=True)
class Outcome:
    """The order a method gives and its reasons. Fields that the method does not have are empty or None."""

    order: Tiers
    strengths: tuple[tuple[Number, ...], ...] | tuple[Number, ...] | None = None
    levels: tuple[tuple[int, ...], ...] | None = None  # Of path methods: numbers that order the strengths exactly.
    elected: tuple[int, ...] | None = None  # In order of election; only methods that fill seats themselves.
    locked: Sequence[Pair] = ()
    set_aside: Sequence[Pair] = ()
    rounds: tuple[Round, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    open_ties: Tiers = ()  # Ties that stopped a count for want of a lot.
    skipped: tuple[tuple[int, str], ...] = ()  # Whom the affiliation cap excluded during the count, and why.
    notes: tuple[str, ...] = ()
