"""The pairwise table as CSV: names in the first row and column, votes for the row over the column (read and write).

The first cell is empty or says `pairwise`; the diagonal is empty, `-` or 0. Only methods that need no whole rankings
can count such a file.
"""

import csv
import io

import numpy as np

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, check_names, decode, whole_number
from elections.counting.pairwise import pairwise_table
from elections.counting.rankings import MOST_VOTES, Unranked

CORNER = "pairwise"


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read a pairwise table; raises BadInput with the line of a wrong name, number or length. Nothing can be
    skipped.
    """
    Reader(lenient)
    rows = csv.reader(io.StringIO(decode(data), newline=""), strict=True)
    try:
        names = tuple(name.strip() for name in next(rows)[1:])
        table = [_row(row, names, place) for place, row in enumerate(row for row in rows if row)]
    except (csv.Error, BadInput) as fault:
        sentence = fault.sentence if isinstance(fault, BadInput) else f"This is not CSV: {fault}."
        raise BadInput(sentence, line=rows.line_num) from None
    if len(table) != len(names) or not names:
        raise BadInput(f"The table has {len(names)} columns and {len(table)} rows.", line=rows.line_num)
    if not all(names) or len(set(names)) != len(names):
        raise BadInput("A name is empty or stands twice.", line=1)
    return BallotFile(None, pairwise=np.array(table, dtype=np.int64), names=names)


def write(file: BallotFile) -> bytes:
    """Write the table, counting it first if the file has ballots."""
    table = file.pairwise
    if file.rankings is not None:
        table = pairwise_table(file.rankings, unranked=file.unranked or Unranked.LAST)
    if table is None:
        raise BadInput("The file has neither ballots nor a pairwise table.")
    check_names(file.candidates, "a pairwise table")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([CORNER, *file.candidates])
    writer.writerows([name, *row] for name, row in zip(file.candidates, table.tolist(), strict=True))
    return buffer.getvalue().encode()


def _row(row: list[str], names: tuple[str, ...], place: int) -> list[int]:
    cells = [cell.strip() for cell in row]
    if place >= len(names) or len(cells) != len(names) + 1 or cells[0] != names[place]:
        expected = names[place] if place < len(names) else "nothing more"
        raise BadInput(f"A row of {len(names)} numbers for {expected!r} should come here.")
    numbers = ["0" if column == place and cell in ("", "-") else cell for column, cell in enumerate(cells[1:])]
    found = [whole_number(number, "A number of votes", largest=MOST_VOTES) for number in numbers]
    if found[place]:
        raise BadInput("The diagonal of a pairwise table must be 0.")
    return found
