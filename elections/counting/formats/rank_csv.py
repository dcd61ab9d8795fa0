"""Ranked CSV: a header with the candidates' names, then a row of ranks for each ballot (read and write).

The form in which CIVS and the Kubernetes steering elections publish ballots. A cell is a rank from 1 to the number of
candidates, or empty or `No opinion` where the ballot does not rank the candidate. Equal ranks are allowed. The fields
are those of RFC 4180.
"""

import csv
import io

import numpy as np

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, check_names, decode, whole_number
from elections.counting.formats.rank_table import Allowed, Irregular, parse
from elections.counting.rankings import LARGEST_INT16, Rankings, Ranks, rank_type

NO_OPINION = "No opinion"


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read ranked CSV; raises BadInput with the line of a row of another length or a cell that is no rank."""
    end = data.find(b"\n") + 1 or len(data)
    candidates = _candidates(data[:end].removesuffix(b"\n"))
    reader = Reader(lenient)
    try:
        ranks = _fast(data, end, len(candidates))
    except Irregular:
        ranks = _by_rows(data[end:], len(candidates), reader)
    weights = np.ones(len(ranks), dtype=np.int64)
    return BallotFile(Rankings(candidates, ranks, weights), skipped=tuple(reader.skipped))


def write(file: BallotFile) -> bytes:
    """Write one row for each ballot, with dense ranks; raises BadInput for a pairwise table."""
    if file.rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    check_names(file.candidates, "ranked CSV")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(file.candidates)
    for ranks, weight in zip(file.rankings.ranks.tolist(), file.rankings.weights.tolist(), strict=True):
        places = {rank: place for place, rank in enumerate(sorted({*ranks} - {0}), start=1)}
        row = [places.get(rank, NO_OPINION) for rank in ranks]
        writer.writerows([row] * weight)
    return buffer.getvalue().encode()


def _fast(data: bytes, start: int, columns: int) -> Ranks:
    """Read what follows the header as a table of numbers, without a copy where it already is one."""
    try:
        return parse(memoryview(data)[start:], Allowed(columns, 1, columns))
    except Irregular:
        return parse(_filled(data[start:]), Allowed(columns, 0, columns))


def _filled(body: bytes) -> bytes:
    """Return a table with 0 in its empty cells and instead of `No opinion`, and with lines that end as elsewhere.

    Raises Irregular where there is nothing to fill, and where a cell says 0 itself, which is an error: the reading by
    rows finds it.
    """
    plain = b"\n" + body.replace(b"\r\n", b"\n").removesuffix(b"\n") + b"\n"
    if any(zero in plain for zero in (b",0,", b"\n0,", b",0\n", b"\n0\n")):
        raise Irregular
    filled = plain.replace(NO_OPINION.encode(), b"0")
    for empty in (b",,", b",,", b"\n,", b",\n"):  # Twice, because neighbouring empty cells share a comma.
        filled = filled.replace(empty, empty[:1] + b"0" + empty[1:])
    if filled[1:-1] == body.removesuffix(b"\n"):
        raise Irregular
    return filled[1:]


def _by_rows(body: bytes, columns: int, reader: Reader) -> Ranks:
    """Read row by row, which knows empty cells and quotes, and says what is wrong where."""
    rows: list[list[int]] = []
    parsed = csv.reader(io.StringIO(_decoded(body), newline=""), strict=True)
    while True:
        try:
            row = next(parsed)
            if row:
                rows.append(_ranks(row, columns))
        except StopIteration:
            break
        except csv.Error as fault:
            reader.fault(BadInput(f"This is not CSV: {fault}."), parsed.line_num + 1)
        except BadInput as fault:
            reader.fault(fault, parsed.line_num + 1)
    return np.array(rows, dtype=np.int16).reshape(len(rows), columns).astype(rank_type(columns))


def _decoded(body: bytes) -> str:
    try:
        return decode(body)
    except BadInput as fault:
        raise BadInput(fault.sentence, line=(fault.line or 0) + 1) from None


def _ranks(row: list[str], columns: int) -> list[int]:
    if len(row) != columns:
        raise BadInput(f"The row has {len(row)} cells, there are {columns} candidates.")
    return [_rank(cell.strip(), columns) for cell in row]


def _rank(cell: str, columns: int) -> int:
    if cell in ("", NO_OPINION) or cell.lower() == NO_OPINION.lower():
        return 0
    rank = whole_number(cell, "A rank", largest=LARGEST_INT16)
    if not 1 <= rank <= columns:
        raise BadInput(f"The rank {rank} is not between 1 and {columns}.")
    return rank


def _candidates(head: bytes) -> tuple[str, ...]:
    try:
        rows = list(csv.reader([decode(head).rstrip("\r")], strict=True))
    except csv.Error as fault:
        raise BadInput(f"This is not CSV: {fault}.", line=1) from fault
    names = tuple(name.strip() for name in rows[0]) if rows else ()
    if not all(names) or not names:
        raise BadInput("The header must name every candidate.", line=1)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"The candidate {twice!r} stands twice in the header.", line=1)
    return names
