"""The roll as a CSV file of addresses: read strictly, naming every row that cannot be used, and written safely.

A spreadsheet runs a cell that begins like a formula, and people may be called "@da" or write from "=x@example.org". So
such a cell is written with an apostrophe before it, which spreadsheets hide and `read_roll` takes away again.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COLUMNS = (["address"], ["address", "name"])
LONGEST_CELL = 254
LOOKS_LIKE_AN_ADDRESS = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")
FORMULA = ("=", "+", "-", "@")
GUARD = "'"
JOINERS = "\u200c\u200d"  # names in several scripts need them; every other invisible character is refused


class BadRoll(ValueError):
    """The roll cannot be used; the text has one sentence a line, each naming its row."""


@dataclass(frozen=True, slots=True)
class RollRow:
    """One voter of the roll, as written there."""

    address: str
    name: str

    @property
    def canonical(self) -> str:
        """The form in which two spellings of one address are equal."""
        return unicodedata.normalize("NFKC", self.address).casefold()


def read_roll(data: bytes) -> tuple[RollRow, ...]:
    """Read a roll with the columns `address` or `address,name`; raise BadRoll naming all the rows that are wrong."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRoll("The roll is not UTF-8 text.") from error
    try:
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise BadRoll(f"The roll is not a CSV file: {error}.") from error
    if not lines or [cell.strip() for cell in lines[0]] not in COLUMNS:
        raise BadRoll("Row 1: the roll must begin with the column names address or address,name.")
    width = len(lines[0])
    numbered = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    problems = [problem for number, line in numbered for problem in problems_of_row(number, line, width)]
    if problems:
        raise BadRoll("\n".join(problems))
    rows = tuple(RollRow(*(unguarded(cell.strip()) for cell in line), *[""] * (2 - width)) for _, line in numbered)
    if not rows:
        raise BadRoll("The roll names no voter.")
    refuse_repeated([number for number, _ in numbered], rows)
    return rows


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV file no cell of which a spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def guarded(cell: str) -> str:
    """Return the cell with an apostrophe before it where it begins like a formula, or like one that has got its own."""
    return GUARD + cell if cell.lstrip(GUARD).startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell[1:] if cell.startswith(GUARD) and guarded(cell) != cell else cell


def problems_of_row(number: int, line: list[str], width: int) -> list[str]:
    """Return what is wrong with a row, as sentences; an empty list when nothing is."""
    if len(line) != width:
        return [f"Row {number}: {len(line)} cells where the heading has {width}."]
    cells = [cell.strip() for cell in line]
    found = []
    if len(cells[0]) <= LONGEST_CELL + 1 and not LOOKS_LIKE_AN_ADDRESS.fullmatch(unguarded(cells[0])):
        found.append(f"Row {number}: “{cells[0][:60]}” is not an address.")
    for cell in cells:
        if any(unicodedata.category(character) in {"Cc", "Cf"} and character not in JOINERS for character in cell):
            found.append(f"Row {number}: a cell holds an invisible or control character.")
        if cell.startswith(FORMULA):
            found.append(f"Row {number}: a cell begins with {cell[0]!r}, which spreadsheets run as a formula.")
        if len(unguarded(cell)) > LONGEST_CELL:
            found.append(f"Row {number}: a cell is longer than {LONGEST_CELL} characters.")
    return found


def refuse_repeated(numbers: list[int], rows: tuple[RollRow, ...]) -> None:
    """Raise BadRoll when an address stands in two rows: one voter has one vote."""
    first: dict[str, int] = {}
    repeated = []
    for number, row in zip(numbers, rows, strict=True):
        earlier = first.setdefault(row.canonical, number)
        if earlier != number:
            repeated.append(f"Row {number}: {row.address} stands already in row {earlier}.")
    if repeated:
        raise BadRoll("\n".join(repeated))
