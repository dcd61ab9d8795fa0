"""CSV for spreadsheets: text that a spreadsheet would take for a formula is kept from being one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the table as CSV (RFC 4180); numbers stay numbers, and text never becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the table as a file for people: the mark at its start (RFC 3629, section 6) has spreadsheets read UTF-8.

    Without it those on Windows take it for another encoding. Our own importers read past the mark; what programs read
    is written without it.
    """
    return csv_text(header, rows).encode("utf-8-sig")


def neutral(cell: object) -> object:
    """Return the cell with an apostrophe before it if a spreadsheet would run it (OWASP, "CSV Injection")."""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return "'" + cell
    return "" if cell is None else cell
