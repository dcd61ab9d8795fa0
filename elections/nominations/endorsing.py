"""Which endorsements count: those of members in good standing, and not too many of one control group. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor


class Weight(StrEnum):
    """Whether an endorsement counts, and if not, why."""

    COUNTS = "counts"
    NO_MEMBER = "no_member"
    GROUP_FULL = "group_full"


@dataclass(frozen=True, slots=True)
class Given:
    """An endorsement as the rule sees it: whether its giver is a member in good standing, and their control groups."""

    is_member: bool
    groups: frozenset[int]


def most_of_one_group(needed: int, share: Fraction) -> int:
    """Return how many of the endorsements needed may come from one control group: the share rounded down, at least 1.

    Rounded down to none, nobody who works somewhere could endorse at all.
    """
    return max(1, floor(needed * share))


def weigh(given: Sequence[Given], needed: int, share: Fraction) -> list[Weight]:
    """Say of each endorsement, in the order in which they were given, whether it counts.

    One that would be too many of any of its giver's groups does not; whoever belongs to no group is never too many.
    """
    limit, counted = most_of_one_group(needed, share), Counter[int]()
    weights = []
    for each in given:
        weight = Weight.COUNTS if each.is_member else Weight.NO_MEMBER
        if weight is Weight.COUNTS and any(counted[group] >= limit for group in each.groups):
            weight = Weight.GROUP_FULL
        if weight is Weight.COUNTS:
            counted.update(each.groups)
        weights.append(weight)
    return weights
