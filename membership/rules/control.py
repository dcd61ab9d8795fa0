"""Control groups: organizations joined by control edges, whoever is on top. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Edge = tuple[int, int]


def control_groups(edges: Iterable[Edge]) -> dict[int, int]:
    """Return, for each organization that stands in an edge, the smallest number in its group (union-find)."""
    leader: dict[int, int] = {}

    def find(one: int) -> int:
        leader.setdefault(one, one)
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for parent, child in edges:
        first, second = sorted((find(parent), find(child)))
        leader[second] = first
    return {one: find(one) for one in list(leader)}


def group_of(groups: Mapping[int, int], organization: int) -> frozenset[int]:
    """Return everyone in the organization's group; one that stands in no edge is a group of its own."""
    leader = groups.get(organization, organization)
    return frozenset({organization} | {one for one, found in groups.items() if found == leader})
