"""The ballots to rehearse with: those of a file, one by one, as many and as often as asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from elections.counting.errors import BadInput
from elections.counting.formats import registry
from elections.counting.rankings import Rankings, Unranked, dense


@dataclass(frozen=True, slots=True)
class Ballots:
    """Rankings as voters would seal them: for each ballot the rank of each candidate, 0 for none."""

    name: str
    candidates: tuple[str, ...]
    rankings: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()


def read_ballots(path: Path, *, limit: int | None = None, repeat: int = 1) -> Ballots:
    """Read the first `limit` ballots of a file, `repeat` times over; raise BadInput with the file and the line."""
    file = registry.read(path)
    if file.rankings is None:
        raise BadInput("The file has only a pairwise table, and no ballots to cast.", file=str(path))
    rankings = tuple(islice(_one_by_one(file.rankings), limit)) * repeat
    if not rankings:
        raise BadInput("There is no ballot in the file.", file=str(path))
    notes = []
    if file.unranked is Unranked.NO_OPINION:
        notes.append("The file reads “not ranked” as no opinion; here it counts as tied last, as on our ballots.")
    return Ballots(path.stem, file.candidates, rankings, tuple(notes))


def _one_by_one(rankings: Rankings) -> Iterator[tuple[int, ...]]:
    for ranks, weight in zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True):
        for _copy in range(weight):
            yield dense(ranks)
