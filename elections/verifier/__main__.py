"""The verifier's command line: `python -m elections.verifier SOURCE`.

Ends with status 0 when all checks passed, 1 when one failed, and 2 for input that cannot be verified at all.
"""

import io
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path

from .board import Board
from .case import Materials
from .errors import Unusable
from .progress import on_terminal
from .source import load
from .verification import verify
from .wording import printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names, print the report, and return the exit status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        materials = _materials(options)
    except Unusable as reason:
        print(f"elections.verifier: {printable(str(reason))}", file=sys.stderr)
        return 2
    report = verify(materials, jobs=options.jobs, progress=on_terminal())
    print(report.to_json() if options.json else report.to_text())
    return 0 if report.ok else 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m elections.verifier", description="Verify an election archive.")
    parser.add_argument("source", metavar="SOURCE", help="a .bel file, a directory that holds one, or an address")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--since", metavar="OLD", help="an older archive, whose history this one must continue")
    parser.add_argument("--receipt", metavar="FILE", help="a receipt, whose ballot this archive must hold")
    parser.add_argument(
        "--jobs", metavar="N", type=_jobs, default=_cores(), help="processes to use (default: all cores)"
    )
    return parser


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("the number of processes is at least 1")
    return int(text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _materials(options: Namespace) -> Materials:
    found = load(options.source)
    return Materials(
        _board(options.source, found.archive),
        found.manifest,
        found.outcome,
        _older(options.since) if options.since else None,
        _receipt(Path(options.receipt)) if options.receipt else None,
    )


def _board(source: str, archive: bytes) -> Board:
    try:
        return Board.read(archive)
    except Unusable as reason:
        raise Unusable(f"{source}: {reason}") from reason


def _older(source: str) -> Board:
    board = _board(source, load(source).archive)
    if not board.head:
        raise Unusable(f"{source}: this archive has no events yet.")
    return board


def _receipt(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: this is not text.") from error


if __name__ == "__main__":
    sys.exit(main())
