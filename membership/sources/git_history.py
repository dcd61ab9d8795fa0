"""A git history: each change's author and co-authors, by the addresses that the change itself names.

`Co-authored-by` is the trailer of git-interpret-trailers(1). Merge commits are left out: they repeat what is merged.
Who wrote a change may write anything into it, so fields end with NUL, which no message can hold.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from membership.rules.standing import ContributionKind
from membership.sources.records import BadSource, SourceRecord

FIELD, TRAILER = "\0", "\n"
FIELDS = 4
FORMAT = "%H%x00%cI%x00%ae%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0a)%x00"
ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")
NOBODY_ELSE: Mapping[str, str] = {}


class ImpossibleDay(ValueError):
    """A change says that it was committed on a day that has not come yet, or that is none."""


def count_changes(repository: Path) -> int:
    """Return how many changes the history has, for a progress bar; raise BadSource when it is no repository."""
    _git(repository, "rev-parse", "--git-dir")
    try:
        return int(_git(repository, "rev-list", "--count", "--no-merges", "HEAD", "--").strip() or 0)
    except BadSource:
        raise BadSource([f"{repository} has no changes yet, or its HEAD leads nowhere."]) from None


def read_history(
    repository: Path, today: date, left_out: list[str], *, mailmap: bool = False
) -> Iterator[list[SourceRecord]]:
    """Yield, for each change, a record for its author and each co-author; whose day is impossible goes to `left_out`.

    With `mailmap`, an address that the repository's .mailmap replaces by address alone is taken for the other one.
    """
    fields = _git(repository, "log", "--no-merges", f"--format={FORMAT}", "HEAD").split(FIELD)
    changes = [FIELD.join(fields[first : first + FIELDS]) for first in range(0, len(fields) - 1, FIELDS)]
    stands_for = _mailmap(repository, changes) if mailmap else NOBODY_ELSE
    for change in changes:
        try:
            yield records_of(change.lstrip("\n"), today, stands_for)
        except ImpossibleDay:
            left_out.append(change.lstrip("\n")[:12])
            yield []


def records_of(change: str, today: date, stands_for: Mapping[str, str] = NOBODY_ELSE) -> list[SourceRecord]:
    """Return the records of one change in FORMAT, or raise ImpossibleDay; the day is that of its commit, in UTC."""
    digest, committed, _author, _trailers = change.split(FIELD)
    on, addresses = _day(committed, today), dict.fromkeys(stands_for.get(one, one) for one in _addresses(change))
    return [SourceRecord(address, ContributionKind.CODE, on, digest) for address in addresses]


def _addresses(change: str) -> list[str]:
    _digest, _committed, author, trailers = change.split(FIELD)
    found = [ADDRESS.search(trailer) for trailer in trailers.split(TRAILER)]
    named = [author, *(match.group(1) for match in found if match)]
    return [address.strip().lower() for address in named if address.strip()]


def _day(committed: str, today: date) -> date:
    """A clock that goes wrong must not give standing in years to come."""
    try:
        on = datetime.fromisoformat(committed).astimezone(UTC).date()
    except (ValueError, OverflowError):
        raise ImpossibleDay(committed) from None
    if on > today:
        raise ImpossibleDay(committed)
    return on


def _mailmap(repository: Path, changes: list[str]) -> dict[str, str]:
    """Return what the repository's .mailmap replaces by address alone: a name would credit a namesake."""
    addresses = list(
        dict.fromkeys(address for change in changes for address in _addresses(change) if "\n" not in address)
    )
    asked = "".join(f"<{address}>\n" for address in addresses)
    answered = _git(repository, "check-mailmap", "--stdin", typed=asked).splitlines() if addresses else []
    if len(answered) != len(addresses):
        raise BadSource(["The repository's .mailmap cannot be read."])
    found = {one: ADDRESS.search(other) for one, other in zip(addresses, answered, strict=True)}
    return {one: match.group(1).lower() for one, match in found.items() if match}


def _git(repository: Path, *arguments: str, typed: str = "") -> str:
    program = shutil.which("git")
    if program is None:
        raise BadSource(["git is not installed."])
    # The names in the arguments are ours. A repository's own configuration could have a log check signatures, by a
    # program that it names.
    command = [program, "-C", str(repository), "-c", "log.showSignature=false", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, input=typed.encode())  # noqa: S603
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise BadSource([lines[0].removeprefix("fatal: ") if lines else f"{repository} is no git repository."])
    return done.stdout.decode(errors="replace")
