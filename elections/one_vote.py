"""One human, one vote: which of several rows of rolls that turn out to be theirs keeps it. Pure.

A human has one vote in an election, and one in the rolls by class of a cycle together; so has an organization.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from elections.lifecycle import ROLL_OPEN, Phase

Group = tuple[int | None, str]


class Fate(StrEnum):
    """What becomes of a row that does not keep the vote."""

    REMOVED = "removed"
    YIELDS = "yields"


@dataclass(frozen=True, slots=True)
class Row:
    """What decides about a row: its number, whether it yields to another, whether a ballot was cast with it.

    `is_kept_entry` says whether it is of the entry that is kept, `for_organization` whether an organization's vote is
    cast with it.
    """

    number: int
    yields: bool = False
    has_voted: bool = False
    is_kept_entry: bool = False
    for_organization: bool = False


def keeper(rows: Iterable[Row], *, is_human: bool) -> Row:
    """Return the row that keeps the vote: one that yields to none, then one with which a ballot was cast.

    A human who is a member votes as one before they vote for an organization; then the kept entry's row goes before
    the other's, and the oldest before all. Raises ValueError where there is no row.
    """
    return min(
        rows,
        key=lambda row: (
            row.yields,
            not row.has_voted,
            is_human and row.for_organization,
            not row.is_kept_entry,
            row.number,
        ),
    )


def fate(phase: Phase) -> Fate:
    """Say what becomes of the other rows: on a roll that can still change they have no use, a frozen one keeps all."""
    return Fate.REMOVED if phase in ROLL_OPEN else Fate.YIELDS


def group(uuid: str, cycle: int | None, *, by_class: bool) -> Group:
    """Return within what there is one vote: the election alone, or the rolls `by_class` of its cycle together."""
    return (cycle, "classes") if cycle is not None and by_class else (None, uuid)
