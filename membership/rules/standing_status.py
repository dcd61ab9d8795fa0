"""The status of a membership on a day, derived from its terms and dated events and from nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a membership."""

    ADMITTED = "admitted"
    SIGNED = "signed"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    RESIGNED = "resigned"
    EXPELLED = "expelled"
    DECEASED = "deceased"
    DISSOLVED = "dissolved"
    MERGED = "merged"
    READMITTED = "readmitted"


class Status(StrEnum):
    """Where a membership stands on a day."""

    PENDING_AGREEMENT = "pending_agreement"
    ACTIVE = "active"
    GRACE = "grace"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    RESIGNED = "resigned"
    EXPELLED = "expelled"
    DECEASED = "deceased"
    DISSOLVED = "dissolved"
    MERGED = "merged"


GOOD_STANDING = frozenset({Status.ACTIVE, Status.GRACE})
ENDED = frozenset({Status.RESIGNED, Status.EXPELLED, Status.DECEASED, Status.DISSOLVED, Status.MERGED})

# Which event takes a membership out of the course of its terms, and to what; the others put it back.
BLOCKS: dict[EventKind, Status] = {
    EventKind.SUSPENDED: Status.SUSPENDED,
    EventKind.RESIGNED: Status.RESIGNED,
    EventKind.EXPELLED: Status.EXPELLED,
    EventKind.DECEASED: Status.DECEASED,
    EventKind.DISSOLVED: Status.DISSOLVED,
    EventKind.MERGED: Status.MERGED,
}
TURNS = frozenset(BLOCKS) | {EventKind.REINSTATED, EventKind.READMITTED}

FINAL = frozenset({EventKind.EXPELLED, EventKind.DECEASED, EventKind.DISSOLVED, EventKind.MERGED})

S, K = Status, EventKind
# From which status an act is possible: the one table that every act on a membership goes through.
POSSIBLE: dict[EventKind, frozenset[Status]] = {
    K.ADMITTED: frozenset(),
    K.SIGNED: frozenset({S.PENDING_AGREEMENT}),
    K.RENEWED: frozenset({S.ACTIVE, S.GRACE}),
    K.SUSPENDED: frozenset({S.ACTIVE, S.GRACE}),
    K.REINSTATED: frozenset({S.SUSPENDED}),
    K.RESIGNED: frozenset({S.PENDING_AGREEMENT, S.ACTIVE, S.GRACE, S.LAPSED, S.SUSPENDED}),
    K.EXPELLED: frozenset({S.PENDING_AGREEMENT, S.ACTIVE, S.GRACE, S.LAPSED, S.SUSPENDED}),
    K.DECEASED: frozenset({S.PENDING_AGREEMENT, S.ACTIVE, S.GRACE, S.LAPSED, S.SUSPENDED}),
    K.DISSOLVED: frozenset({S.PENDING_AGREEMENT, S.ACTIVE, S.GRACE, S.LAPSED, S.SUSPENDED}),
    K.MERGED: frozenset(S) - {S.MERGED, S.EXPELLED},
    K.READMITTED: frozenset({S.RESIGNED, S.LAPSED}),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of membership; the days `until_on` and `grace_until` are no longer part of it."""

    from_on: date
    until_on: date
    grace_until: date


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day; events of one day are in the order in which they were entered.

    A suspension may have an end, a day that is no longer part of it.
    """

    kind: EventKind
    on: date
    until: date | None = None


class IllegalAct(ValueError):
    """A membership that stands like this has no such act; the sentence is fit to show."""


def status_on(terms: Sequence[Term], events: Iterable[Event], on: date) -> Status:
    """Return the status on a day: the turning events decide, and where none blocks, the terms do.

    Two entries of one party were one all along: whoever is merged has no vote of its own for an earlier record date.
    """
    told = (event for event in events if event.kind in TURNS and (event.on <= on or event.kind is EventKind.MERGED))
    turning = sorted(told, key=lambda event: event.on)
    blocked = block(turning, on)
    if blocked is not None:
        return blocked
    begun = [term for term in terms if term.from_on <= on and term.from_on < term.grace_until]
    if any(on < term.until_on for term in begun):
        return Status.ACTIVE
    if any(on < term.grace_until for term in begun):
        return Status.GRACE
    readmitted = [event.on for event in turning if event.kind is EventKind.READMITTED]
    if not begun or (readmitted and max(term.from_on for term in begun) < readmitted[-1]):
        return Status.PENDING_AGREEMENT
    return Status.LAPSED


def block(turning: Sequence[Event], on: date) -> Status | None:
    """Return the status that takes the place of what the terms say, after these events in the order of their days.

    What ends a membership for good stays, even where it became known after something that happened later.
    """
    final = [event.kind for event in turning if event.kind in FINAL]
    if final:
        return BLOCKS[final[0]]
    last = turning[-1] if turning else None
    if last is None or (last.until is not None and last.until <= on):
        return None
    return BLOCKS.get(last.kind)


def require_possible(status: Status, kind: EventKind) -> None:
    """Raise IllegalAct unless a membership with this status may have this event."""
    if status not in POSSIBLE[kind]:
        status_words, kind_words = status.value.replace("_", " "), kind.value
        raise IllegalAct(f"A membership that is {status_words} cannot be {kind_words}.")
