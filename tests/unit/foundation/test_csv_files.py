from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.core.csv_files import FORMULA, csv_file, csv_text


@pytest.mark.parametrize("start", FORMULA)
def test_text_never_becomes_a_formula(start: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_text(["a"], [[f"{start}1+1"]]).removeprefix("a\r\n"), newline=""))
    assert row[0].startswith("'")


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text(["amount", "serial"], [[Decimal("-12.50"), 7]]) == "amount,serial\r\n-12.50,7\r\n"


def test_a_file_for_people_begins_with_the_mark_of_utf_8_and_is_the_same_table() -> None:
    file = csv_file(["name"], [["Zoë"]])
    assert (file[:3], file[3:].decode()) == (b"\xef\xbb\xbf", csv_text(["name"], [["Zoë"]]))


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2)
    )
)
def test_every_cell_comes_back_and_none_begins_as_a_formula(rows: list[list[str]]) -> None:
    back = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows), newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [c.removeprefix("'") for c in r] for r in rows
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in back for cell in row)
