"""What our own verifier says of a rehearsal's folder."""

from __future__ import annotations

import os
from pathlib import Path

from elections.verifier import source
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.progress import on_terminal
from elections.verifier.report import Report
from elections.verifier.verification import verify


class Unverified(Exception):
    """The verifier found a broken check: the rehearsal failed. The text has the whole report."""


def verify_folder(folder: Path) -> Report:
    """Verify a folder as any stranger would, on all cores, and return the report, or raise Unverified."""
    found = source.load(str(folder))
    materials = Materials(Board.read(found.archive), found.manifest, found.outcome, decryptions=found.decryptions)
    report = verify(materials, jobs=os.cpu_count() or 1, progress=on_terminal())
    if not report.ok:
        raise Unverified(report.to_text())
    return report
