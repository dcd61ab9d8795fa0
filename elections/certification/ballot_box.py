"""What a counting program is given to count a contest, and what it found: the same for ours and for others'. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from elections.counting.caps import Cap

Names = tuple[tuple[str, ...], ...]


class CannotCount(Exception):
    """This program is not able to count this contest; the sentence says why. It is no disagreement."""


@dataclass(frozen=True, slots=True)
class BallotBox:
    """A contest's candidates who are counted, its rankings (0 = not ranked), and the rules it is counted by.

    `hat` names everybody whom the lot draws: those who withdrew are drawn as well, and passed over.
    """

    candidates: tuple[str, ...]
    rankings: Sequence[Sequence[int]]
    method: str
    seats: int
    cap: Cap | None = None
    seed: bytes | None = None
    hat: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a program found: the order, best tier first, or its best tier only, and the seats if it fills them."""

    program: str
    order: Names
    whole: bool = True
    seats: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FirstCount:
    """What the first program published."""

    order: Names
    seats: tuple[str, ...]


def difference(first: FirstCount, second: Finding) -> str:
    """Return in a sentence where the two counts differ, or nothing where they agree."""
    order = [sorted(tier) for tier in first.order]
    found = [sorted(tier) for tier in second.order]
    if not second.whole:
        order, found = order[:1], found[:1]
    for place, (one, other) in enumerate(zip(order, found, strict=False), start=1):
        if one != other:
            return f"Place {place} is {_joined(one)} in the first count and {_joined(other)} in the second."
    if len(order) != len(found):
        return f"The first count has {len(order)} places and the second {len(found)}."
    if second.seats is not None and sorted(second.seats) != sorted(first.seats):
        return (
            f"The seats go to {_joined(first.seats)} in the first count and to {_joined(second.seats)} in the second."
        )
    return ""


def digest(box: BallotBox, first: FirstCount, result_sha256: str) -> str:
    """Return the SHA-256 that names all that was counted and compared: the raw result, the rules, the first count."""
    cap = box.cap and {
        "limit": box.cap.limit,
        "groups": _sorted({name: sorted(groups) for name, groups in box.cap.groups.items()}),
        "sitting": _sorted(box.cap.sitting),
    }
    inputs = [
        result_sha256,
        box.candidates,
        box.method,
        box.seats,
        cap,
        box.seed.hex() if box.seed else None,
        box.hat,
        first.order,
        first.seats,
    ]
    return sha256(json.dumps(inputs, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _sorted(entries: Mapping[str, object]) -> dict[str, object]:
    return dict(sorted(entries.items()))


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"
