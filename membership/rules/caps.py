"""Affiliation caps: at most so many members of a body may belong to one control group. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """More members of `body` belong to one control group than the cap allows."""

    body: str
    group: int
    people: tuple[int, ...]
    cap: int


def breaches(
    bodies: Mapping[str, Sequence[int]], affiliations: Iterable[tuple[int, int]], groups: Mapping[int, int], cap: int
) -> list[Breach]:
    """List the breaches of the cap, body by body.

    `bodies` gives the persons of each body, `affiliations` pairs of (person, organization); every affiliation counts,
    so that a person of two groups counts in both.
    """
    groups_of: dict[int, set[int]] = {}
    for person, organization in affiliations:
        groups_of.setdefault(person, set()).add(groups.get(organization, organization))
    found = []
    for body, people in bodies.items():
        by_group: dict[int, list[int]] = {}
        for person in sorted(set(people)):
            for group in groups_of.get(person, ()):
                by_group.setdefault(group, []).append(person)
        found += [Breach(body, group, tuple(who), cap) for group, who in sorted(by_group.items()) if len(who) > cap]
    return found
