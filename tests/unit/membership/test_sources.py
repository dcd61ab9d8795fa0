"""Reading sources: git changes by address, CSV rows judged one by one, cells made harmless."""

from __future__ import annotations

import contextlib
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.rules.standing import ContributionKind
from membership.sources.git_history import FIELD, TRAILER, ImpossibleDay, count_changes, read_history, records_of
from membership.sources.participation_file import read_file
from membership.sources.records import BadSource

TODAY = date(2026, 11, 22)
HEADER = "address,kind,date,reference\n"


def change(author: str, *trailers: str) -> str:
    return FIELD.join(("a" * 40, "2026-05-01T23:59:59+02:00", author, TRAILER.join(trailers)))


def test_a_change_counts_for_its_author_and_co_authors_by_address_alone() -> None:
    found = records_of(change("Ada@Example.org", "Grace Hopper <grace@example.org>", "Hedy Lamarr"), TODAY)
    assert [record.address for record in found] == ["ada@example.org", "grace@example.org"]
    assert {record.on for record in found} == {date(2026, 5, 1)}
    assert {record.kind for record in found} == {ContributionKind.CODE}


def test_somebody_who_is_author_and_co_author_counts_once() -> None:
    assert len(records_of(change("ada@example.org", "Ada <ADA@example.org>"), TODAY)) == 1


@pytest.mark.parametrize("trailer", ["", "no address", "<>", "Ada <ada>", "Ada <ada@example.org> and more", "<a b@c>"])
def test_a_trailer_without_an_address_names_nobody(trailer: str) -> None:
    found = records_of(change("author@example.org", trailer), TODAY)
    assert [record.address for record in found] == ["author@example.org"]


@pytest.mark.parametrize(
    ("committed", "day"),
    [("2026-05-01T01:00:00+14:00", date(2026, 4, 30)), ("2026-11-22T23:00:00-12:00", None), ("", None)],
)
def test_a_change_is_of_its_day_in_utc_and_never_of_one_to_come(committed: str, day: date | None) -> None:
    text = FIELD.join(("a" * 40, committed, "ada@example.org", ""))
    if day is None:
        with pytest.raises(ImpossibleDay):
            records_of(text, TODAY)
    else:
        assert records_of(text, TODAY)[0].on == day


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A history with all that people write: control characters, old encodings, folded lines, wrong clocks."""
    folder = tmp_path / "odd"
    folder.mkdir()

    def git(*arguments: str, typed: bytes = b"", on: str = "2026-05-01T00:00:00Z") -> None:
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false"]
        environ = os.environ | {"GIT_COMMITTER_DATE": on, "GIT_AUTHOR_DATE": "2026-05-01T00:00:00Z"}
        command = ["git", "-C", str(folder), *identity, *arguments]
        subprocess.run(command, check=True, capture_output=True, input=typed, env=environ)

    commit = ("commit", "-q", "--allow-empty")
    git("init", "-q")
    git(*commit, "-F", "-", typed=b"One\n\nCo-authored-by: E\x1fvil\x1e\x1d <grace@example.org>\n")
    latin = b"Two\n\nCO-AUTHORED-BY: J\xf6rg <joerg@example.org>\nCo-authored-by: Two\n  Lines <two@example.org>\n"
    git("-c", "i18n.commitEncoding=ISO-8859-1", *commit, "-F", "-", typed=latin)
    git(*commit, "-m", "From the future", on="2099-01-01T00:00:00Z")
    # What a repository's own settings could make a log do.
    git("config", "log.showSignature", "true")
    git("config", "gpg.program", "/nonexistent")
    (folder / ".mailmap").write_text(
        "<new@example.org> <ada@example.org>\nGrace <taken@example.org> Another Name <grace@example.org>\n"
    )
    return folder


def test_no_message_of_a_change_keeps_a_history_from_being_read(repository: Path) -> None:
    left_out: list[str] = []
    changes = list(read_history(repository, TODAY, left_out))
    found = [[record.address for record in records] for records in changes]
    assert found[1:] == [
        ["ada@example.org", "joerg@example.org", "two@example.org"],
        ["ada@example.org", "grace@example.org"],
    ]
    assert found[0] == []
    assert len(left_out) == 1


def test_a_repository_without_changes_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for folder, says in ((tmp_path / "none", "cannot change to"), (tmp_path, "not a git repository")):
        with pytest.raises(BadSource, match=says):
            count_changes(folder)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    with pytest.raises(BadSource, match="has no changes yet"):
        count_changes(tmp_path)


def test_a_mailmap_replaces_addresses_only_where_asked_and_never_by_name(repository: Path) -> None:
    found = list(read_history(repository, TODAY, [], mailmap=True))[-1]
    assert [record.address for record in found] == ["new@example.org", "grace@example.org"]


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


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfaddress,kind,date,reference\r\nada@example.org,code,2026-01-31,c1\r\n",
        b"\xef\xbb\xbfaddress;kind;date;reference;note\r\nada@example.org;code;2026-01-31;c1;a, b\r\n",
        b"sep=;\r\nAddress; Kind;DATE;Reference\r\nada@example.org;code;2026-01-31;c1\r\n\r\n",
    ],
)
def test_a_file_that_a_spreadsheet_wrote_is_read(data: bytes) -> None:
    reading = read_file(data, TODAY)
    assert (reading.problems, [record.reference for record in reading.records]) == ([], ["c1"])


@pytest.mark.parametrize("data", [b'address,"kind', b"address,kind,date,ref\0erence\n", b"sep=", b"sep=\n"])
def test_a_broken_first_row_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(BadSource):
        read_file(data, TODAY)


@given(st.binary(max_size=300))
def test_no_file_whatever_it_begins_with_is_a_fault(data: bytes) -> None:
    with contextlib.suppress(BadSource):
        read_file(data, TODAY)


@given(st.binary(max_size=300))
def test_no_file_is_a_fault(data: bytes) -> None:
    with contextlib.suppress(BadSource):
        reading = read_file(HEADER.encode() + data, TODAY)
        assert all(record.on <= TODAY for record in reading.records)
