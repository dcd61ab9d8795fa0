"""Reading sources: git changes by address, CSV rows judged one by one, cells made harmless."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.pages.paging import csv_of
from membership.rules.standing import ContributionKind
from membership.sources.git_history import FIELD, TRAILER, records_of
from membership.sources.participation_file import read_file
from membership.sources.records import BadSource

TODAY = date(2026, 11, 22)
HEADER = "address,kind,date,reference\n"


def change(author: str, *trailers: str) -> str:
    return FIELD.join(("a" * 40, "2026-05-01T23:59:59+02:00", author, TRAILER.join(trailers)))


def test_a_change_counts_for_its_author_and_co_authors_by_address_alone() -> None:
    found = records_of(change("Ada@Example.org", "Grace Hopper <grace@example.org>", "Hedy Lamarr"))
    assert [record.address for record in found] == ["ada@example.org", "grace@example.org"]
    assert {record.on for record in found} == {date(2026, 5, 1)}
    assert {record.kind for record in found} == {ContributionKind.CODE}


def test_somebody_who_is_author_and_co_author_counts_once() -> None:
    assert len(records_of(change("ada@example.org", "Ada <ADA@example.org>"))) == 1


@pytest.mark.parametrize("trailer", ["", "no address", "<>", "Ada <ada>", "Ada <ada@example.org> and more", "<a b@c>"])
def test_a_trailer_without_an_address_names_nobody(trailer: str) -> None:
    assert [record.address for record in records_of(change("author@example.org", trailer))] == ["author@example.org"]


def test_each_bad_row_is_named_with_its_reason() -> None:
    rows = (
        "ada@example.org,code,2026-01-31,c1\n"
        "nobody,code,2026-01-31,c2\n"
        "ada@example.org,magic,2026-01-31,c3\n"
        "ada@example.org,code,31.01.2026,c4\n"
        "ada@example.org,code,2027-01-31,c5\n"
        "ada@example.org,code,2026-01-31,\n"
    )
    reading = read_file((HEADER + rows).encode(), TODAY)
    assert [record.reference for record in reading.records] == ["c1"]
    assert [problem.split(":")[0] for problem in reading.problems] == ["Row 3", "Row 4", "Row 5", "Row 6", "Row 7"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"name,date\nx,y\n", b'address,kind,date,reference\n"open'])
def test_what_is_no_such_file_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(BadSource) as caught:
        read_file(data, TODAY)
    assert caught.value.problems[0].endswith((".", "missing."))


@given(st.binary(max_size=300))
def test_no_file_is_a_fault(data: bytes) -> None:
    with contextlib.suppress(BadSource):
        reading = read_file(HEADER.encode() + data, TODAY)
        assert all(record.on <= TODAY for record in reading.records)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert csv_of(("name",), [(cell,)]).split("\r\n", 1)[1].lstrip('"').startswith("'")
    assert csv_of(("name",), [("Ada = Ada",)]) == "name\r\nAda = Ada\r\n"
