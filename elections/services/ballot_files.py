"""The raw ballots of a contest in the formats that other counting programs read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats import registry
from elections.counting.formats.preflib import KINDS
from elections.counting.rankings import Unranked, rankings_of
from elections.verifier.contests import ManifestContest
from elections.verifier.plaintext import read_plaintexts

ENDINGS = {"csv": "csv", "blt": "blt", "cvotes": "cvotes", "abif": "abif"}


def written(
    contest: ManifestContest, plaintexts: Sequence[Sequence[int]], gone: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield (end of the file's name, bytes) for each format that can carry these ballots, and the pairwise table.

    Who withdrew stands in the files as on the ballots; .blt names them as withdrawn, as its form provides.
    """
    rankings = rankings_of(contest.names, read_plaintexts(plaintexts))
    file = BallotFile(rankings, title=contest.title, seats=contest.seats, unranked=Unranked.LAST, withdrawn=tuple(gone))
    for name, ending in ENDINGS.items():
        if (data := _as(file, name)) is not None:
            yield f"ballots.{ending}", data
    # PrefLib has a kind for each sort of orders: the narrowest that can say these.
    preflib = ((kind, data) for kind in KINDS if (data := _as(file, kind)) is not None)
    yield from ((f"ballots.{kind}", data) for kind, data in [*preflib][:1])
    if (table := _as(file, "pairwise-csv")) is not None:
        yield "pairwise.csv", table


def _as(file: BallotFile, name: str) -> bytes | None:
    """Return the file in a format, or nothing where the format cannot carry what the file says."""
    try:
        return registry.write(file, name)
    except BadInput:
        return None
