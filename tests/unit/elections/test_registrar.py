"""The registrar's command line: credentials that fit their voters, files that stay secret, rolls that are refused."""

from __future__ import annotations

import csv
import io
import json
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.crypto import credentials
from elections.crypto.archive import Chain, EventType, SetupData
from elections.registrar.__main__ import main
from elections.registrar.issue import issue, mapping, private_table, public_credentials
from elections.registrar.letters import Heading, letters
from elections.registrar.roll import FORMULA, BadRoll, RollRow, read_roll, table

UUID = "23456789ABCDEFGHJKLMNP"
ROLL = "address,name\nada@example.org,Ada Lovelace\ngrace@example.org,Grace Hopper\n"


def run_issue(tmp_path: Path, *extra: str, roll: str = ROLL) -> tuple[int, Path]:
    (tmp_path / "roll.csv").write_text(roll)
    out = tmp_path / "out"
    return main(["issue", str(tmp_path / "roll.csv"), "--uuid", UUID, "--out", str(out), *extra]), out


def archive_with(public: bytes) -> bytes:
    chain = Chain(timestamp=0)
    setup = SetupData.of(b"{}", b"[]", public)
    _chain, added = chain.append(EventType.SETUP, b"{}", b"[]", public, setup.to_json())
    return chain.begin() + added


def test_each_private_credential_gives_the_public_one_that_the_mapping_names(tmp_path: Path) -> None:
    status, out = run_issue(tmp_path)
    told = json.loads((out / "mapping.json").read_text())
    with (out / "private_credentials.csv").open(newline="") as file:
        secret = {row["address"]: row["credential"] for row in csv.DictReader(file)}
    assert status == 0
    assert told["uuid"] == UUID
    assert told["credentials"].keys() == secret.keys() == {"ada@example.org", "grace@example.org"}
    for address, private in secret.items():
        assert credentials.public_credential(private, UUID).text == told["credentials"][address]


def test_public_credentials_are_sorted_and_bare_as_in_the_archive(tmp_path: Path) -> None:
    _status, out = run_issue(tmp_path)
    listed = json.loads((out / "public_creds.json").read_text())
    assert listed == sorted(json.loads((out / "mapping.json").read_text())["credentials"].values())


def test_what_is_secret_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    _status, out = run_issue(tmp_path, "--print", "--each")
    secret = [out / "private_credentials.csv", out / "letters.html", *sorted((out / "private").iterdir())]
    assert len(secret) == 4
    assert [stat.S_IMODE(path.stat().st_mode) for path in secret] == [0o600] * 4
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_no_public_file_and_nothing_printed_holds_a_private_credential(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _status, out = run_issue(tmp_path, "--print", "--each")
    said = capsys.readouterr()
    public = (out / "mapping.json").read_text() + (out / "public_creds.json").read_text() + said.out + said.err
    with (out / "private_credentials.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            assert row["credential"] not in public


def test_the_command_says_where_every_file_lies_and_which_are_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _status, out = run_issue(tmp_path, "--print", "--each")
    said = capsys.readouterr().out
    for path in out.iterdir():
        assert str(path) in said
    assert said.count("SECRET") == 3


def test_a_second_run_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _status, out = run_issue(tmp_path)
    before = (out / "private_credentials.csv").read_bytes()
    status, _out = run_issue(tmp_path)
    assert status == 2
    assert "exists already" in capsys.readouterr().err
    assert (out / "private_credentials.csv").read_bytes() == before


def test_a_letter_shows_one_voters_credential_and_escapes_what_the_roll_says() -> None:
    issued = issue([RollRow("a@example.org", "<b>Ada</b>"), RollRow("g@example.org", "Grace")], UUID)
    text = letters(issued, Heading(UUID, "Board <2026>", "https://vote.example.org")).decode()
    first, second = text.split("</section>")[:2]
    assert issued[0].private in first
    assert issued[1].private not in first
    assert issued[1].private in second
    assert "<b>" not in text
    assert "Board &lt;2026&gt;" in text


def test_an_issued_credential_does_not_show_itself_when_printed() -> None:
    one = issue([RollRow("a@example.org", "")], UUID)[0]
    assert one.private not in repr(one)


@given(st.integers(1, 12))
def test_all_voters_get_different_credentials_and_appear_in_every_table(count: int) -> None:
    addresses = [f"voter{number}@example.org" for number in range(count)]
    issued = issue([RollRow(address, "") for address in addresses], UUID)
    assert len({one.private for one in issued}) == len({one.public for one in issued}) == count
    assert set(json.loads(mapping(issued, UUID))["credentials"]) == set(addresses)
    assert len(json.loads(public_credentials(issued))) == count
    assert len(private_table(issued).decode().splitlines()) == count + 1


@pytest.mark.parametrize(
    ("roll", "sentence"),
    [
        (b"", "must begin with the column names"),
        (b"name,address\n", "must begin with the column names"),
        (b"address\n", "names no voter"),
        (b"address,name\nada@example.org\n", "Row 2: 1 cells where the heading has 2"),
        (b"address\nada\n", "Row 2: “ada” is not an address"),
        (b"address\nada@example.org\nADA@example.org\n", "Row 3: ADA@example.org stands already in row 2"),
        (b"address,name\nada@example.org,=cmd()\n", "spreadsheets run as a formula"),
        (b"address\n+ada@example.org\n", "spreadsheets run as a formula"),
        (b'address,name\nada@example.org,"A\nB"\n', "invisible or control character"),
        ("address,name\nada@example.org,A\u202eB\n".encode(), "invisible or control character"),
        (b"address\n\xff@example.org\n", "not UTF-8"),
        (b"address,name\nada@example.org," + b"x" * 300 + b"\n", "longer than 254"),
        (b"address,name\nada@example.org," + b"x" * 200_000 + b"\n", "not a CSV file"),
    ],
)
def test_a_roll_that_cannot_be_used_is_refused_with_its_row(roll: bytes, sentence: str) -> None:
    with pytest.raises(BadRoll, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        read_roll(roll)


NAMES = st.text(st.sampled_from("=+-@'aB é"), max_size=12).map(str.strip)


@given(st.lists(st.tuples(st.sampled_from("=+-'a"), NAMES), min_size=1, max_size=8))
def test_a_roll_that_we_write_is_read_as_it_was_and_no_spreadsheet_runs_it(people: list[tuple[str, str]]) -> None:
    rows = [(f"{sign}{number}@example.org", name) for number, (sign, name) in enumerate(people)]
    written = table(["address", "name"], rows)
    assert [(row.address, row.name) for row in read_roll(written.encode())] == rows
    credentials = private_table(issue(read_roll(written.encode()), UUID)).decode()
    for text in (written, credentials):
        assert not [cell for line in csv.reader(io.StringIO(text)) for cell in line if cell.startswith(FORMULA)]


def test_an_address_without_end_is_refused_soon() -> None:
    begun = time.process_time()
    with pytest.raises(BadRoll, match="longer than 254"):
        read_roll(b"address\na@" + b"." * 100_000 + b"@\n")
    assert time.process_time() - begun < 1


def test_all_bad_rows_are_named_at_once() -> None:
    with pytest.raises(BadRoll) as refusal:
        read_roll(b"address\nada\ngrace@example.org\nedsger\n")
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == ["Row 2", "Row 4"]


def test_a_roll_with_a_byte_order_mark_and_empty_lines_is_read() -> None:
    rows = read_roll("\ufeffaddress,name\r\n\r\nada@example.org,Ada\r\n".encode())
    assert rows == (RollRow("ada@example.org", "Ada"),)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(["--uuid", "0OIl"], "Base58"), (["--uuid", "short"], "Base58")],
)
def test_an_identifier_that_is_none_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: list[str], sentence: str
) -> None:
    status, out = run_issue(tmp_path, *change)
    assert status == 2
    assert sentence in capsys.readouterr().err
    assert not out.exists()


def test_a_missing_roll_is_one_line_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["issue", str(tmp_path / "none.csv"), "--uuid", UUID, "--out", str(tmp_path / "out")])
    assert status == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_check_agrees_with_an_archive_that_lists_what_was_issued(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _status, out = run_issue(tmp_path)
    board = tmp_path / "board.bel"
    board.write_bytes(archive_with((out / "public_creds.json").read_bytes()))
    assert main(["check", str(out), "--archive", str(board)]) == 0
    assert "exactly the 2 public credentials" in capsys.readouterr().out


def test_check_fails_when_a_credential_was_replaced_or_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _status, out = run_issue(tmp_path)
    own = json.loads((out / "public_creds.json").read_text())
    stranger = credentials.public_credential(credentials.generate(), UUID).text
    for listed, sentence in [([own[0], stranger], "1 of its credentials"), ([*own, stranger], "1 of its credentials")]:
        board = tmp_path / "board.bel"
        board.write_bytes(archive_with(json.dumps(sorted(listed), separators=(",", ":")).encode()))
        assert main(["check", str(out), "--archive", str(board)]) == 1
        assert sentence in capsys.readouterr().err


def test_check_of_a_file_that_is_no_archive_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _status, out = run_issue(tmp_path)
    capsys.readouterr()
    (tmp_path / "text.bel").write_text("no archive")
    assert main(["check", str(out), "--archive", str(tmp_path / "text.bel")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
