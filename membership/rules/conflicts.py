"""No self-dealing: nobody decides about themselves, their organizations, or these organizations' people. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ties:
    """Who somebody is and which control groups they belong to, by employment or mandate."""

    person: int | None
    groups: frozenset[int]


SELF = "self"
GROUP = "group"


def conflict(decider: Ties, subject: Ties) -> str | None:
    """Return SELF or GROUP when the decider must not decide about the subject, else None."""
    if decider.person is not None and decider.person == subject.person:
        return SELF
    shared: Set[int] = decider.groups & subject.groups
    return GROUP if shared else None
