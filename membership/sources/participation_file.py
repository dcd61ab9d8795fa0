"""A CSV file of participation with the columns address, kind, date, reference and, where wanted, note."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from membership.rules.standing import ContributionKind
from membership.sources.records import LONGEST_REFERENCE, BadSource, SourceRecord

COLUMNS = ("address", "kind", "date", "reference")
LONGEST_NOTE = 500
SEPARATOR_LINE = "sep="  # a line of its own by which spreadsheets are told what parts the columns


@dataclass(frozen=True, slots=True)
class Reading:
    """The good rows of a file, and a sentence for each bad one."""

    records: list[SourceRecord]
    problems: list[str]


def read_file(data: bytes, today: date) -> Reading:
    """Read the file and judge each row; raise BadSource when it is no such file at all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSource(["The file is not UTF-8 text."]) from None
    lines = io.StringIO(text, newline="")
    reader = csv.DictReader(lines, delimiter=_delimiter(text), strict=True)
    reading = Reading([], [])
    try:
        if text.startswith(SEPARATOR_LINE):
            next(lines)
        reader.fieldnames = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        missing = [column for column in COLUMNS if column not in reader.fieldnames]
        if missing:
            asked, lacking = ", ".join(COLUMNS), ", ".join(missing)
            raise BadSource([f"The first row must name the columns {asked}; {lacking} is missing."])
        for row in reader:
            _judge(row, reader.line_num, today, reading)
    except csv.Error as error:
        raise BadSource([f"Row {reader.line_num}: {error}."]) from None
    return reading


def _delimiter(text: str) -> str:
    """Return what parts the columns: spreadsheets write semicolons where a comma is the decimal sign."""
    if text.startswith(SEPARATOR_LINE):
        return text[len(SEPARATOR_LINE) :][:1].strip() or ","
    first = text.split("\n", 1)[0]
    return ";" if ";" in first and "," not in first else ","


def _judge(row: dict[str, str | None], number: int, today: date, reading: Reading) -> None:
    try:
        reading.records.append(record_of(row, today))
    except ValueError as error:
        reading.problems.append(f"Row {number}: {error}")


def record_of(row: dict[str, str | None], today: date) -> SourceRecord:
    """Return the record that a row is, or raise ValueError with a sentence."""
    address, kind, on, reference = ((row.get(column) or "").strip() for column in COLUMNS)
    if "@" not in address or any(character.isspace() for character in address):
        raise ValueError(f"“{address[:60]}” is no e-mail address.")
    if kind not in set(ContributionKind):
        raise ValueError(f"“{kind[:60]}” is no kind of contribution; known are {', '.join(ContributionKind)}.")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise ValueError(f"“{on[:60]}” is no date like 2026-01-31.") from None
    if day > today:
        raise ValueError(f"{on} has not come yet.")
    note = (row.get("note") or "").strip()
    if not reference or len(reference) > LONGEST_REFERENCE or len(note) > LONGEST_NOTE:
        raise ValueError("The reference is missing, or the reference or note is too long.")
    if not (reference + note).isprintable():
        raise ValueError("The reference or note contains control characters.")
    return SourceRecord(address, ContributionKind(kind), day, reference, note)
