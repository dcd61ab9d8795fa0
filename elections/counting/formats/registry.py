"""Which format a ballot file is in, and how to read and write it."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats import abif, belenios, blt, cvotes, debian, pairwise_csv, preflib, rank_csv

LARGEST_FILE = 1 << 30
TOO_LARGE = "The file is larger than 1 GB; give --lenient to read it all the same."


class Read(Protocol):
    """Reads a file's bytes."""

    def __call__(self, data: bytes, *, lenient: bool = False) -> BallotFile: ...  # noqa: D102


@dataclass(frozen=True)
class Format:
    """One format: its name, the endings of its files, what its bytes begin like, and its reader and writer."""

    name: str
    endings: tuple[str, ...]
    begins: re.Pattern[bytes] | None
    read: Read
    write: Callable[[BallotFile], bytes] | None = None


FORMATS = (
    Format("cvotes", (".cvotes",), re.compile(rb"\s*(?:#[^/\n][^\n]*\n\s*)*#/"), cvotes.read, cvotes.write),
    Format(
        "debian", ("_tally.txt", ".tally"), re.compile(rb"(?s).{0,4000}Tally Sheet for the votes cast"), debian.read
    ),
    *(
        Format(kind, (f".{kind}",), re.compile(rb"(?s)# .{0,4000}DATA TYPE: *" + kind.encode()), read_kind, write_kind)
        for kind, read_kind, write_kind in (
            (kind, partial(preflib.read, kind=kind), partial(preflib.write, kind=kind)) for kind in preflib.KINDS
        )
    ),
    Format(
        "blt", (".blt",), re.compile(rb"\s*(?:#[^\n]*\n\s*)*\d+[ \t]+\d+[ \t]*(?:#[^\n]*)?\r?\n"), blt.read, blt.write
    ),
    Format("belenios", (".json",), re.compile(rb"\s*(\{\s*\"result\"|\[\s*\[)"), belenios.read, belenios.write),
    Format(
        "abif",
        (".abif",),
        re.compile(rb"\s*(?:[{#][^\n]*\n\s*)*(?:=\s*[\w\[\"\x80-\xff][^\n]*:|\d+\s*:)"),
        abif.read,
        abif.write,
    ),
    Format("pairwise-csv", (".csv",), re.compile(rb"\"?(pairwise)?\"?,"), pairwise_csv.read, pairwise_csv.write),
    Format("csv", (".csv",), re.compile(rb"[^\n]*,"), rank_csv.read, rank_csv.write),
)
"""In the order in which their beginnings are tried where the file's name does not tell, or not alone."""


def read(source: Path | str | bytes, format: str | None = None, *, lenient: bool = False) -> BallotFile:  # noqa: A002
    """Read a ballot file, or its bytes, in the named format or else in the one that its name or beginning tells.

    Raises BadInput with file and line. A file of more than 1 GB is refused unless `lenient`.
    """
    name = "standard input" if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else _bytes_of(Path(source), lenient=lenient)
        if len(data) > LARGEST_FILE and not lenient:
            raise BadInput(TOO_LARGE)
        if not data or data.isspace():
            raise BadInput("The file is empty.")
        return _format_of(name, data, format).read(data, lenient=lenient)
    except BadInput as fault:
        raise fault.at(name) from None


def write(file: BallotFile, format: str) -> bytes:  # noqa: A002
    """Write ballots in the named format; raises BadInput where the format cannot carry them."""
    chosen = _named(format)
    if chosen.write is None:
        raise BadInput(f"The format {format!r} can only be read.")
    return chosen.write(file)


def _bytes_of(path: Path, *, lenient: bool) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE and not lenient:
            raise BadInput(TOO_LARGE)
        return path.read_bytes()
    except OSError as fault:
        raise BadInput(f"The file cannot be read: {fault.strerror or fault}.") from fault


def _named(name: str) -> Format:
    for candidate in FORMATS:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in FORMATS)
    raise BadInput(f"There is no format {name!r}; the formats are {names}.")


def _format_of(name: str, data: bytes, format_name: str | None) -> Format:
    if format_name is not None:
        return _named(format_name)
    beginning = data[:8192].removeprefix(BOM_UTF8)
    told = [candidate for candidate in FORMATS if name.lower().endswith(candidate.endings)]
    for candidate in told or FORMATS:
        if candidate.begins is not None and candidate.begins.match(beginning):
            return candidate
    if told:
        return told[-1]
    raise BadInput("Neither the file's name nor its beginning tells its format; give --format NAME.")
