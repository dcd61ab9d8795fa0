"""What files of other people are like at their worst: strange names and characters, and many lines read at once."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats import named_orders
from elections.counting.formats.preflib import KINDS
from elections.counting.formats.registry import FORMATS, read, write
from elections.counting.rankings import rankings_of
from elections.counting.report import report
from tests.unit.counting.strategies import electorates
from tests.unit.counting.test_formats import WRITABLE, ballots

TRICKY = st.text(alphabet="Aé \t\n\r\x00\"'\\,;:#>=[](){}*^|/-0١\u00a0\ufeff", min_size=0, max_size=6)
TEXTS = {
    "cvotes": st.text(alphabet="AB >=*#/^| 27\n", max_size=40),
    "abif": st.text(alphabet="AB >=:/,[]{# 27\n", max_size=40),
    "blt": st.text(alphabet="12 =0-(\n", max_size=40),
    "toi": st.text(alphabet="12:,{} 0\n", max_size=40),
    "toc": st.text(alphabet="12:,{}\n", max_size=30),
    "soi": st.text(alphabet="12:,{}\n", max_size=30),
    "soc": st.text(alphabet="12:,\n", max_size=30),
}
HEADS = {"cvotes": "#/Candidates: A ; B\n", "abif": "=A:[Ada]\n=B:[Bob]\n", "blt": "2 1\n"}
HEADS |= dict.fromkeys(KINDS, "# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n")
TAILS = {"blt": '\n0\n"A"\n"B"\n'}


def outcome(text: str, form: str, *, lenient: bool) -> Any:
    """The ballots and what was skipped, or the refusal."""
    try:
        file = read(text.encode(), form, lenient=lenient)
    except BadInput as refusal:
        return str(refusal)
    return file.candidates, ballots(file), file.skipped


@pytest.mark.parametrize("form", [*WRITABLE, "pairwise-csv"])
@settings(max_examples=80)
@given(names=st.lists(TRICKY, min_size=2, max_size=3, unique=True))
def test_a_name_comes_back_as_it_was_or_is_not_written_at_all(form: str, names: list[str]) -> None:
    ranks = list(range(1, len(names) + 1))
    file = BallotFile(rankings_of(names, [ranks, ranks[::-1]], [2, 3]))
    try:
        written = write(file, form)
    except BadInput:
        return
    again = read(written, form)
    if form != "belenios":
        assert again.candidates == tuple(names)
    if form != "pairwise-csv":
        assert ballots(again) == ballots(file)


@pytest.mark.parametrize("form", ["abif", "blt", "csv", "pairwise-csv", "toi"])
def test_names_with_commas_quotes_and_signs_are_written_where_the_format_can(form: str) -> None:
    names = ["O'Hara, Ada (Acme)", "B > C = D", "#1: É. Müller; PhD"]
    file = BallotFile(rankings_of(names, [[1, 2, 3], [0, 1, 1], [0, 0, 0]]))
    assert read(write(file, form)).candidates == tuple(names)


@pytest.mark.parametrize("form", ["cvotes", "abif", "blt", *KINDS])
@settings(max_examples=120)
@given(data=st.data())
def test_lines_read_at_once_say_what_they_say_one_by_one(form: str, data: st.DataObject) -> None:
    text, lenient = HEADS[form] + data.draw(TEXTS[form]) + TAILS.get(form, ""), data.draw(st.booleans())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(named_orders, "FEW", 0)
        together = outcome(text, form, lenient=lenient)
        patch.setattr(named_orders, "FEW", 10**9)
        assert together == outcome(text, form, lenient=lenient)


@pytest.mark.parametrize("form", ["cvotes", "abif", "blt", "toi"])
@settings(max_examples=60)
@given(rankings=electorates(2, 6))
def test_ballots_read_at_once_are_those_that_were_written(form: str, rankings: Any) -> None:
    file = BallotFile(rankings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(named_orders, "FEW", 0)
        assert ballots(read(write(file, form), form)) == ballots(file)


def test_many_different_lines_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(line: str, *_: object, **__: object) -> None:
        assert not line, "This was read by itself."

    rows = [
        [a, b, c, d] for a in range(5) for b in range(5) for c in range(5) for d in range(5) if (a, b, c, d) != (0,) * 4
    ]
    file = BallotFile(rankings_of("ABCD", rows))
    slow = {"cvotes": "cvotes._vote", "abif": "abif._vote", "blt": "blt._ballot", "toi": "preflib._order"}
    for form, one_by_one in slow.items():
        written = write(file, form)
        monkeypatch.setattr(f"elections.counting.formats.{one_by_one}", refuse)
        assert ballots(read(written, form)) == ballots(file)


@pytest.mark.parametrize("form", [form.name for form in FORMATS])
@pytest.mark.parametrize("strange", ["\x00", "\x1b", "\ufeff"], ids=["NUL", "escape", "byte order mark"])
def test_control_characters_and_stray_byte_order_marks_are_refused_with_their_line(form: str, strange: str) -> None:
    with pytest.raises(BadInput, match="does not belong in a text") as refusal:
        read(f"# A\nB{strange}, C\n1,2\n".encode(), form)
    assert refusal.value.line in (1, 2)  # Ranked CSV has its names in the first line, and reads it by itself.


@pytest.mark.parametrize(
    "text", ['{"result":[[[1,2],[1,' + "9" * 5000 + "]]]}", '{"title": ' + "9" * 5000 + "}\n1:A>B\n"]
)
def test_a_number_of_thousands_of_digits_in_json_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"too many digits|not between"):
        read(text.encode())


@pytest.mark.parametrize("form", ["cvotes", "blt", "abif", "csv", "toi", "belenios"])
def test_a_byte_order_mark_and_windows_lines_do_not_hide_the_format(form: str) -> None:
    file = BallotFile(rankings_of("AB" if form != "belenios" else ["1", "2"], [[1, 2], [2, 1], [0, 1]]))
    windows = b"\xef\xbb\xbf" + write(file, form).replace(b"\n", b"\r\n")
    assert ballots(read(windows)) == ballots(file)


def test_a_pairwise_table_with_a_byte_order_mark_is_one() -> None:
    assert read(b"\xef\xbb\xbfpairwise,A,B\r\nA,0,3\r\nB,2,0\r\n").pairwise is not None


def test_a_csv_with_one_candidate_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("Ada\n1\n\n1\n")
    assert ballots(read(path)) == {(1,): 2}


ABIF_OF_OTHERS = """\
# Made by another program: bare keys, quotes, ratings
{version: "0.31"}
{title: "With # inside"}
=DGM:[Doña García #1]
=SBJ:"Steven B. Jensen"
=SY:[Sue Ye (蘇業)]

27: DGM/5, SBJ/2, SY/2  # a comment
26: "Steven B. Jensen"/5, [Doña García #1]/3, SY/0
10:
3: SY > DGM = SBJ
"""


def test_abif_of_other_programs_has_bare_keys_quotes_number_signs_and_ratings() -> None:
    file = read(ABIF_OF_OTHERS.encode())
    assert (file.title, file.candidates) == ("With # inside", ("Doña García #1", "Steven B. Jensen", "Sue Ye (蘇業)"))
    assert ballots(file) == {(1, 2, 2): 27, (2, 1, 3): 26, (0, 0, 0): 10, (2, 2, 1): 3}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("cvotes", "#/Candidates: A ; B\n#/Weight Allowed: true\nA ^1000000000000 * 1000000000000\n"),
        ("abif", "3000000000:A>B\n1:B>A\n"),
        ("pairwise-csv", "pairwise,A,B\nA,0,3000000001\nB,2,0\n"),
    ],
)
def test_more_ballots_than_can_be_counted_exactly_are_refused(form: str, text: str) -> None:
    with pytest.raises(BadInput, match=r"3,?000,?000,?000"):
        read(text.encode(), form)


def test_billions_of_ballots_are_counted_without_overflow() -> None:
    rankings = rankings_of("ABC", [[1, 2, 3], [3, 1, 2], [2, 3, 1]], [1_100_000_000, 1_000_000_000, 900_000_000])
    found = report("ABC", rankings, method="schulze,schulze-margins,ranked-pairs,minimax", seed=b"lot").to_json()
    assert [result["seats"] for result in found["results"]] == [["A"]] * 4


@pytest.mark.parametrize("order", ["{1}2", "1{2}", "{}", "{ }", "1 2", "{1,}", "{1,2", "1,2}", "{1}:"])
def test_what_only_looks_like_an_order_is_refused_also_among_many(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_orders, "FEW", 0)
    names = "".join(f"# ALTERNATIVE NAME {number}: C{number}\n" for number in range(1, 13))
    with pytest.raises(BadInput) as refusal:
        read(f"{names}1: 3,{{4,5}}\n2: {order}\n".encode(), "toi")
    assert refusal.value.line == 14


@pytest.mark.parametrize("form", ["cvotes", "abif", "blt", "toi"])
def test_rankings_that_differ_in_their_numbers_only_are_written_as_one(form: str) -> None:
    """A skipped rank in a `.blt`, or ranks of a Belenios result, leave gaps that say nothing."""
    written = write(BallotFile(rankings_of("ABC", [[1, 3, 3], [1, 2, 2], [7, 9, 9]], [1, 2, 3])), form)
    again = read(written, form).rankings
    assert again is not None
    assert (again.ranks.tolist(), again.weights.tolist()) == ([[1, 2, 2]], [6])
    assert write(read(written, form), form) == written
    assert form != "toi" or b"# NUMBER UNIQUE ORDERS: 1\n" in written


@pytest.mark.parametrize("first", ["=日本:[Nippon]", '="Ada L":[Ada Lovelace]', "=A:[Ada]"])
def test_abif_on_standard_input_is_known_by_its_first_candidate_in_any_script(first: str) -> None:
    assert len(read(f"{first}\n=B:[Bob]\n3:B\n".encode()).candidates) == 2


def test_a_blt_file_with_an_empty_title_has_none() -> None:
    file = read(b'2 1\n1 1 0\n0\n"A"\n"B"\n""\n', "blt")
    assert (file.title, read(write(file, "blt"), "blt").title) == (None, None)
