"""A git history: each change's author and co-authors, by the addresses that the change itself names.

`Co-authored-by` is the trailer of git-interpret-trailers(1). Merge commits are left out: they repeat what is merged.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from membership.rules.standing import ContributionKind
from membership.sources.records import BadSource, SourceRecord

FIELD, RECORD, TRAILER = "\x1f", "\x1e", "\x1d"
FORMAT = "%H%x1f%cI%x1f%ae%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1d)%x1e"
ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")


def count_changes(repository: Path) -> int:
    """Return how many changes the history has, for a progress bar; raise BadSource when it is no repository."""
    return int(_git(repository, "rev-list", "--count", "--no-merges", "HEAD").strip() or 0)


def read_history(repository: Path) -> Iterator[list[SourceRecord]]:
    """Yield, for each change, a record for its author and each co-author."""
    text = _git(repository, "log", "--no-merges", f"--format={FORMAT}", "HEAD")
    for record in text.split(RECORD):
        if record.strip():
            yield records_of(record.strip("\n"))


def records_of(record: str) -> list[SourceRecord]:
    """Return the records of one change in FORMAT; the day is that on which the change was committed."""
    digest, committed, author, trailers = record.split(FIELD)
    found = [ADDRESS.search(trailer) for trailer in trailers.split(TRAILER)]
    addresses = [author, *(match.group(1) for match in found if match)]
    unique = dict.fromkeys(address.strip().lower() for address in addresses if address.strip())
    on = date.fromisoformat(committed[:10])
    return [SourceRecord(address, ContributionKind.CODE, on, digest) for address in unique]


def _git(repository: Path, *arguments: str) -> str:
    program = shutil.which("git")
    if program is None:
        raise BadSource(["git is not installed."])
    # The names in the arguments are ours; the repository's own configuration runs no program for a log without patches.
    command = [program, "-C", str(repository), *arguments]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise BadSource([lines[0] if lines else f"{repository} is no git repository."])
    return done.stdout.decode(errors="replace")
