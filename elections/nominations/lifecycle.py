"""The states of a nomination and the only ways from one to the next. Pure."""

from __future__ import annotations

from enum import StrEnum


class NominationState(StrEnum):
    """Where a nomination stands; only an accepted one can become a candidacy."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


NEXT: dict[NominationState, frozenset[NominationState]] = {
    NominationState.PROPOSED: frozenset({NominationState.ACCEPTED, NominationState.DECLINED}),
    NominationState.ACCEPTED: frozenset({NominationState.WITHDRAWN}),
    NominationState.DECLINED: frozenset(),
    NominationState.WITHDRAWN: frozenset(),
}


class IllegalTransition(ValueError):
    """A nomination has no such step."""


def advance(current: NominationState, to: NominationState) -> NominationState:
    """Return `to` if a nomination can go there from `current`, else raise IllegalTransition."""
    if to not in NEXT[current]:
        raise IllegalTransition(f"A nomination that is {current} cannot become {to}.")
    return to
