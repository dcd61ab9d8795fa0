"""The counting programs that give a second opinion: belenios-tool, pref_voting, and the second of our own.

Other people's programs run as processes of their own, with a time limit and without a shell. One that is not there, or
that does not know the method, has no opinion.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from sys import executable
from typing import Any

from elections.certification.ballot_box import BallotBox, CannotCount, Finding
from elections.counting.errors import BadInput, NeedsBallots, TooLarge
from elections.counting.second import second_count
from foundation.config import Settings

SECONDS = 300
PREF_VOTING_METHODS = frozenset({"schulze", "schulze-margins", "minimax", "minimax-margins", "copeland", "borda"})
PREF_VOTING_SCRIPT = Path(__file__).with_name("with_pref_voting.py")
OURS = "elections.counting.second"

Program = Callable[[BallotBox], Finding]


def programs(settings: Settings) -> tuple[Program, ...]:
    """Return the programs there are, in the order in which they are asked; our own second one is the last."""
    found: list[Program] = []
    tool = settings.belenios_tool or which("belenios-tool")
    if tool:
        found.append(partial(belenios, tool))
    # It imports numba without asking for it: where that is missing, it is not there either.
    importable = find_spec("pref_voting") is not None and find_spec("numba") is not None
    python = settings.pref_voting or (executable if importable else None)
    if python:
        found.append(partial(pref_voting, python))
    return (*found, ours)


def ours(box: BallotBox) -> Finding:
    """Count by our second program, which shares no code with the first, and fills the seats as well."""
    try:
        counted = second_count(
            box.candidates,
            box.rankings,
            method=box.method,
            seats=box.seats,
            cap=box.cap,
            seed=box.seed,
            hat=box.hat,
        )
    except (BadInput, NeedsBallots, TooLarge) as error:
        raise CannotCount(str(error)) from error
    return Finding(OURS, counted.order, seats=counted.seats)


def belenios(tool: str, box: BallotBox) -> Finding:
    """Let belenios-tool count: it knows one of our methods, Schulze's with winning votes."""
    if box.method != "schulze":
        raise CannotCount("belenios-tool does not know this method.")
    version = re.search(r"\d+(\.\d+)+", _run([tool, "--version"], b"").decode(errors="replace"))
    choices = ("--blank-allowed=true", f"--nchoices={len(box.candidates)}")
    ballots = json.dumps([list(row) for row in box.rankings]).encode()
    answer = _answer(_run([tool, "method", "schulze", *choices], ballots))
    order = tuple(tuple(box.candidates[index] for index in tier) for tier in answer["winners"])
    return Finding(f"belenios-tool {version[0] if version else '?'}", order)


def pref_voting(python: str, box: BallotBox) -> Finding:
    """Let pref_voting count, with the Python that can import it: it finds the winners, not the whole order."""
    if box.method not in PREF_VOTING_METHODS:
        raise CannotCount("pref_voting is not asked about this method.")
    task = {"method": box.method, "candidates": len(box.candidates), "rankings": [list(row) for row in box.rankings]}
    answer = _answer(_run([python, str(PREF_VOTING_SCRIPT)], json.dumps(task).encode()))
    winners = tuple(box.candidates[index] for index in answer["winners"])
    return Finding(f"pref_voting {answer['version']}", (winners,), whole=False)


def _run(command: Sequence[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 — the operator's own setting names the program, and no shell reads it
            command, input=given, capture_output=True, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotCount(f"{Path(command[0]).name} did not answer: {type(error).__name__}.") from error
    return done.stdout


def _answer(text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise CannotCount("The program's answer cannot be read.") from error
    if not isinstance(answer, dict):
        raise CannotCount("The program's answer cannot be read.")
    return answer
