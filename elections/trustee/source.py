"""The board a trustee works on: fetched, then verified with every check, and only then believed."""

from __future__ import annotations

import os
from collections.abc import Callable

from elections.trustee.board import Board, read_board
from elections.verifier import source
from elections.verifier.board import Board as Unverified
from elections.verifier.case import Materials
from elections.verifier.progress import on_terminal
from elections.verifier.verification import verify


class BoardFails(Exception):
    """The board fails its verification; the text has the broken check. Nothing is done with such a board."""


def verified_board(where: str, *, jobs: int | None, say: Callable[[str], None]) -> Board:
    """Return the board at a file or an address after all checks passed; raise BoardFails, or Unusable for no board."""
    found = source.load(where)
    read = Unverified.read(found.archive)
    materials = Materials(read, found.manifest, found.outcome, decryptions=found.decryptions)
    report = verify(materials, jobs=jobs or os.cpu_count() or 1, progress=on_terminal())
    if not report.ok:
        broken = next(row for row in report.checks if row.ok is False)
        raise BoardFails(f"Do nothing with this board: it fails its verification. {broken.line()}")
    say(f"{report.to_text().splitlines()[-1]}.")
    return read_board(found.archive)
