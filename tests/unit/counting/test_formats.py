"""The ballot files: what each format says, what it refuses and where, and that writing and reading again changes
nothing.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats import rank_csv, rank_table, registry
from elections.counting.formats.lines import Reader
from elections.counting.formats.registry import FORMATS, read, write
from elections.counting.pairwise import pairwise_table
from elections.counting.rankings import Rankings, Unranked, dense, rankings_of
from tests.unit.counting.strategies import electorates

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "elections/counting/examples/debian-2003-leader.cvotes"


def ballots(file: BallotFile) -> dict[tuple[int, ...], int]:
    assert file.rankings is not None
    found: dict[tuple[int, ...], int] = {}
    for row, weight in zip(file.rankings.ranks.tolist(), file.rankings.weights.tolist(), strict=True):
        found[dense(row)] = found.get(dense(row), 0) + weight
    return found


CVOTES = """\
#/Candidates: Ada ; Bob B ; Cy
#/Number of Seats: 2
#/Implicit Ranking: false
#/Weight Allowed: true
# A comment.

tag, other || Ada > Bob B = Cy ^2 * 3 # and another
Cy
/EMPTY_RANKING/ * 4
Ada>Bob B=Cy
"""
SOC = "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 3\n# NUMBER UNIQUE ORDERS: 2\n"
SOC += "# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n2: 1,2\n1: 2,1\n"
OLD_TOC = "3\n1,A\n2,B\n3,C\n3,3,2\n2,1,{2,3}\n1,{1,2,3}\n"
BLT = '# comment\n3 2\n-2\n2 1 2=3 0 # end\n(id 7) 1 3 - 1 0\n1 0\n0\n"A"\n"B b"\nC\n"The title"\n'
ABIF = '{"title": "T"}\n# comment\n=A:[Ada Lovelace]\n=B:[Bob]\n=C:[Cy]\n27:A>B=C\n3: [Cy]/5 > A/2\n'
CSV = 'Ada,"B, ob",Cy\n1,2,No opinion\n,1,1\n3,2,1\n'
DEBIAN = "Tally Sheet\n  Option 1: Ada\n  / Option 2---->: Bob\n  |/\nV: -1\tx\nV: 12\ty\nV: --\tz\n"
BELENIOS = '{"result":[[[1,2,0],[2,1,1],[0,0,0]]]}'
PAIRWISE = "pairwise,A,B\nA,-,3\nB,2,0\n"


def test_cvotes_has_tags_weights_quantifiers_blank_ballots_and_comments() -> None:
    file = read(CVOTES.encode(), "cvotes")
    assert (file.candidates, file.seats, file.unranked) == (("Ada", "Bob B", "Cy"), 2, Unranked.NO_OPINION)
    assert ballots(file) == {(1, 2, 2): 7, (0, 0, 1): 1, (0, 0, 0): 4}


def test_a_weight_counts_in_cvotes_only_where_it_is_allowed() -> None:
    assert ballots(read(b"#/Candidates: A ; B\nA ^7 * 2\n", "cvotes")) == {(1, 0): 2}


def test_candidates_that_cvotes_does_not_list_are_taken_from_the_votes() -> None:
    file = read(b"B > A\nC\n", "cvotes")
    assert (file.candidates, ballots(file)) == (("B", "A", "C"), {(1, 2, 0): 1, (0, 0, 1): 1})


def test_preflib_has_the_modern_and_the_older_form() -> None:
    assert ballots(read(SOC.encode())) == {(1, 2): 2, (2, 1): 1}
    file = read(OLD_TOC.encode(), "toc")
    assert (file.candidates, ballots(file)) == (("A", "B", "C"), {(1, 2, 2): 2, (1, 1, 1): 1})


def test_blt_has_withdrawals_equal_and_skipped_ranks_identifiers_and_a_title() -> None:
    file = read(BLT.encode())
    assert (file.candidates, file.seats, file.withdrawn, file.title) == (("A", "B b", "C"), 2, ("B b",), "The title")
    assert ballots(file) == {(1, 2, 2): 2, (2, 0, 1): 1, (0, 0, 0): 1}


def test_abif_has_full_names_and_passes_over_ratings() -> None:
    file = read(ABIF.encode())
    assert (file.candidates, file.title) == (("Ada Lovelace", "Bob", "Cy"), "T")
    assert ballots(file) == {(1, 2, 2): 27, (2, 0, 1): 3}


def test_ranked_csv_has_quotes_empty_cells_and_no_opinion() -> None:
    file = read(CSV.encode())
    assert (file.candidates, ballots(file)) == (("Ada", "B, ob", "Cy"), {(1, 2, 0): 1, (0, 1, 1): 1, (3, 2, 1): 1})


def test_debian_sheets_number_their_options_and_mark_what_is_not_ranked() -> None:
    file = read(DEBIAN.encode(), "debian")
    assert (file.candidates, ballots(file)) == (("Ada", "Bob"), {(0, 1): 1, (1, 2): 1, (0, 0): 1})


def test_a_belenios_result_may_be_whole_or_one_contest_and_in_any_layout() -> None:
    expected = {(1, 2, 0): 1, (2, 1, 1): 1, (0, 0, 0): 1}
    for text in (BELENIOS, BELENIOS[11:-2], json.dumps(json.loads(BELENIOS), indent=1)):
        file = read(text.encode())
        assert (file.candidates, ballots(file)) == (("1", "2", "3"), expected)


def test_stray_ranks_of_a_belenios_result_only_order_the_candidates() -> None:
    assert ballots(read(b"[[255,7,0],[9,9,200]]")) == {(2, 1, 0): 1, (1, 1, 2): 1}


def test_a_pairwise_table_is_read_without_ballots() -> None:
    file = read(PAIRWISE.encode())
    assert file.rankings is None
    assert file.pairwise is not None
    assert (file.candidates, file.pairwise.tolist()) == (("A", "B"), [[0, 3], [2, 0]])


FAULTS = [
    ("cvotes", "#/Candidates: A ; B\n\nA > C\n", 3, "'C' is not one of"),
    ("cvotes", "#/Candidates: A ; B\nA > B > A\n", 2, "'A' stands twice"),
    ("cvotes", "#/Candidates: A ; A\n", 1, "listed twice"),
    ("cvotes", "#/Candidates: A ; B\nA * x\n", 2, "must be a whole number, found 'x'"),
    ("cvotes", "#/Candidates: A ; B\nA * 0\n", 2, "at least 1"),
    ("cvotes", "#/Candidates: A ; B\nA * 1" + "0" * 30 + "\n", 2, "at most"),
    ("cvotes", "#/Candidates: A ; B\nA >  > B\n", 2, "is empty"),
    ("cvotes", "#/Candidates: A ; B\nA * 8 ^7\n", 2, "not a vote"),
    ("cvotes", "#/Candidates: A ; B\nA\n#/Number of Seats: 2\n", 3, "before the first vote"),
    ("cvotes", "#/Candidates: A ; B\n#/Implicit Ranking: maybe\n", 2, "true or false"),
    ("cvotes", "#/Candidates: A ; B\nA > B > /EMPTY_RANKING/\n", 2, "not one of"),
    ("soc", SOC.replace("VOTERS: 3", "VOTERS: 4"), None, "states 4 voters"),
    ("soc", SOC.replace("ORDERS: 2", "ORDERS: 3"), None, "3 unique orders"),
    ("soc", SOC.replace("ALTERNATIVES: 2", "ALTERNATIVES: 3"), None, "states 3 alternatives"),
    ("soc", SOC + "1: 1\n", 9, "ranks every alternative"),
    ("soc", SOC + "1: {1,2}\n", 9, "no ties"),
    ("soi", SOC + "1: 1,3\n", 9, "no alternative 3"),
    ("soi", SOC + "1: 1,1\n", 9, "stands twice"),
    ("soi", SOC + "1: 1,,2\n", 9, "cannot be read"),
    ("toc", OLD_TOC + "x,1\n", 8, "not an order"),
    ("blt", BLT.replace("3 - 1", "4 - 1"), 5, "no candidate 4"),
    ("blt", BLT.replace("3 - 1", "3 - 3"), 5, "stands twice"),
    ("blt", BLT.replace("2 1 2=3 0", "2 1 2=3"), 4, "a weight, candidates and 0"),
    ("blt", BLT.replace("2 1 2=3 0", "-2 1 2=3 0"), 4, "does not name a candidate"),
    ("blt", BLT.replace("2 1 2=3 0", "1.5 1 2=3 0"), 4, "whole number"),
    ("blt", "2 1\n1 1 0\n", None, "lone 0"),
    ("blt", "2 1\n1 1 0\n0\nA\n", None, "only 1 names"),
    ("blt", "2\n0\n", 1, "numbers of candidates and of seats"),
    ("blt", BLT + '"More"\n', 12, "Nothing may follow the title"),
    ("abif", "=A:[Ada]\n1:A>B\n", 2, "'B' is not one of"),
    ("abif", "1:A>B>A\n", 1, "stands twice"),
    ("abif", "1:A/5,B\n", 1, "a rating each"),
    ("abif", "1:A/5,B/2>C/1\n", 1, "a rating each"),
    ("abif", "1:A,\n", 1, "is empty"),
    ("abif", "=A:[]\n1:A\n", 1, "must read"),
    ("abif", "A>B\n", 1, "not a vote"),
    ("abif", "0:A>B\n", 1, "at least 1"),
    ("csv", "A,B\n1,2\n1\n", 3, "has 1 cells"),
    ("csv", "A,B\n1,3\n", 2, "rank 3 is not between 1 and 2"),
    ("csv", "A,B\n1,2\n0,1\n", 3, "rank 0"),
    ("csv", "A,B\n1,-5\n", 2, "'-5'"),
    ("csv", "A,B\n1,+2\n", 2, "whole number"),
    ("csv", "A,B\n1,٢\n", 2, "whole number"),
    ("csv", "A,B\n1,1_0\n", 2, "whole number"),
    ("csv", "A,A\n1,2\n", 1, "stands twice"),
    ("csv", "A,\n1,2\n", 1, "name every candidate"),
    ("csv", 'A,B\n1,"2\n', 2, "not CSV"),
    ("debian", DEBIAN + "V: 13\n", 8, "rank '3'"),
    ("debian", DEBIAN + "V: 1\n", 8, "has 1 ranks"),
    ("debian", "V: 1\n", 1, "before any option"),
    ("debian", "Option 2: A\n", 1, "should come here"),
    ("debian", "Option 1: A\nOption 2: A\n", 2, "named twice"),
    ("belenios", "[[1,2],[1]]", 1, "Vote 2 has 1 numbers"),
    ("belenios", "[[1,256]]", 1, "256"),
    ("belenios", "[[1,-1]]", 1, "-1"),
    ("belenios", "[[1,1.5]]", None, "1.5"),
    ("belenios", "[[1,true]]", 1, "whole numbers"),
    ("belenios", '{"result":[[[1]],[[1]]]}', None, "2 contests"),
    ("belenios", "[[1,2]", 1, "not JSON"),
    ("belenios", "[" * 100_000, None, "nested too deeply"),
    ("cvotes", "#/Candidates: A ; B\n#/Candidates: A\n", 2, "given twice"),
    ("cvotes", "#/Candidates: A ; B\n#/Nothing\n", 2, "must read"),
    ("cvotes", "#/Candidates: A ; B=C\n", 1, "cannot be a candidate's name"),
    ("soc", SOC.replace("NAME 2: B", "NAME 3: B"), 6, "Alternative 2 should come here"),
    ("soc", SOC.replace("NAME 2: B", "NAME 2: A"), 6, "stands twice"),
    ("soc", SOC.replace("TYPE: soc", "TYPE: wmd"), None, "'wmd' is not one of"),
    ("soi", SOC + "1: 1,\n", 9, "ends with a comma"),
    ("soi", SOC + "1: 1,99999999999999999999\n", 9, "at most"),
    ("blt", "0 1\n0\n", 1, "a candidate and a seat"),
    ("blt", BLT.replace('"B b"', "B b"), 9, "must stand in quotes"),
    ("blt", BLT.replace('"B b"', '"A"'), 9, "stands twice"),
    ("abif", "=A:[Ada]\n=A:[Bob]\n", 2, "listed twice"),
    ("abif", "1:A>\n", 1, "is empty"),
    ("debian", DEBIAN + "Option 3: Cy\n", 8, "after the first vote"),
    ("debian", DEBIAN + "The end\n", 8, "only votes may follow"),
    ("belenios", "[[]]", None, "not a list of whole numbers"),
    ("csv", '"A,B\n1,2\n', 1, "not CSV"),
    ("pairwise-csv", ",A,A\nA,0,1\nA,1,0\n", 1, "stands twice"),
    ("pairwise-csv", ",A,B\nA,0,1\nB,x,0\n", 3, "whole number"),
    ("pairwise-csv", ",A,B\nA,0,1\nC,1,0\n", 3, "'B' should come here"),
    ("pairwise-csv", ",A,B\nA,0,1\n", None, "1 rows"),
    ("pairwise-csv", ",A,B\nA,1,1\nB,1,0\n", 2, "diagonal"),
]


@pytest.mark.parametrize(("form", "text", "line", "found"), FAULTS, ids=lambda value: str(value)[-40:])
def test_what_is_wrong_is_refused_with_its_line(form: str, text: str, line: int | None, found: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read(text.encode(), form)
    assert found in str(refusal.value)
    if line is not None:
        assert refusal.value.line == line
    assert "standard input" in str(refusal.value)


@pytest.mark.parametrize("form", [form.name for form in FORMATS])
def test_bytes_that_are_no_utf_8_and_empty_files_are_refused_in_every_format(form: str) -> None:
    with pytest.raises(BadInput, match="not valid UTF-8") as refusal:
        read(b"# A\n\xff\xfe 1,2\n", form)
    assert refusal.value.line == 2
    for empty in (b"", b" \n \n"):
        with pytest.raises(BadInput, match="empty"):
            read(empty, form)


@given(st.sampled_from([form.name for form in FORMATS]), st.text(alphabet='#/:;,>=[]{}"-0123A BV\n*^|', max_size=60))
@settings(max_examples=400)
def test_no_text_makes_a_reader_fail_in_another_way(form: str, text: str) -> None:
    for lenient in (False, True):
        try:
            read(text.encode(), form, lenient=lenient)
        except BadInput:
            continue


def test_a_lenient_reading_skips_and_lists_what_it_left_out() -> None:
    file = read(b"#/Candidates: A ; B\nA > C\nB\nA > C\n", "cvotes", lenient=True)
    assert ballots(file) == {(0, 1): 1}
    assert [skipped.line for skipped in file.skipped] == [2, 4]
    table = read(b"A,B\n1,2\n9,9\n2,1\n", "csv", lenient=True)
    assert (ballots(table), [skipped.line for skipped in table.skipped]) == ({(1, 2): 1, (2, 1): 1}, [3])


def test_a_file_above_the_limit_is_refused_unless_lenient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("A,B\n1,2\n")
    monkeypatch.setattr(registry, "LARGEST_FILE", 5)
    for source in (path, path.read_bytes()):
        with pytest.raises(BadInput, match="larger than 1 GB"):
            read(source)
    assert ballots(read(path, lenient=True)) == {(1, 2): 1}


def test_a_missing_file_and_an_unknown_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "none.blt")
    with pytest.raises(BadInput, match="no format 'xml'"):
        read(b"x", "xml")
    with pytest.raises(BadInput, match="tells its format"):
        read(b"x")


WRITABLE = [form.name for form in FORMATS if form.write is not None and form.name != "pairwise-csv"]


@pytest.mark.parametrize("form", WRITABLE)
@settings(max_examples=40)
@given(rankings=electorates())
def test_writing_and_reading_again_keeps_every_ballot(form: str, rankings: Rankings) -> None:
    file = BallotFile(rankings, seats=1)
    try:
        written = write(file, form)
    except BadInput:
        assert form in ("soc", "soi", "toc")
        return
    again = read(written, form)
    assert ballots(again) == ballots(file)
    if form != "belenios":
        assert again.candidates == rankings.candidates
    assert ballots(read(written)) == ballots(file)  # The bytes tell their format by themselves.


@pytest.mark.parametrize("form", WRITABLE)
def test_a_pairwise_table_is_not_written_as_ballots(form: str) -> None:
    with pytest.raises(BadInput, match="cannot be written as ballots"):
        write(read(PAIRWISE.encode()), form)


def test_what_a_format_cannot_carry_is_not_written() -> None:
    ballots_of_all = {
        name: BallotFile(rankings_of([name, "B"], [[1, 2]])) for name in ("A[", "A#", 'A"', "A>", " A", "A\n")
    }
    for name, form in (("A[", "abif"), ("A\n", "csv"), ('A"', "blt"), ("A>", "cvotes"), (" A", "cvotes")):
        with pytest.raises(BadInput):
            write(ballots_of_all[name], form)
    with pytest.raises(BadInput, match="can only be read"):
        write(ballots_of_all["A#"], "debian")
    with pytest.raises(BadInput, match="up to 255"):
        write(BallotFile(rankings_of("AB", [[1, 256]])), "belenios")


@given(rankings=electorates())
def test_a_pairwise_table_that_was_written_is_read_again(rankings: Rankings) -> None:
    again = read(write(BallotFile(rankings), "pairwise-csv"))
    assert again.pairwise is not None
    assert (again.pairwise == pairwise_table(rankings)).all()


@pytest.mark.parametrize("columns", [1, 2, 9, 10, 99, 100, 300])
@pytest.mark.parametrize("chunk", [700, 1 << 20])
def test_the_fast_table_reads_what_was_written(columns: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rank_table, "CHUNK", max(chunk, 5 * columns))
    ranks = np.random.default_rng(columns).integers(1, columns + 1, (200, columns))
    body = "\n".join(",".join(map(str, row)) for row in ranks.tolist())
    for text in (body, body + "\n"):
        assert (rank_table.parse(text.encode(), rank_table.Allowed(columns, 1, columns)) == ranks).all()


@given(st.text(alphabet="0127,\n", max_size=30), st.integers(1, 3), st.sampled_from([7, 20, 107]))
@settings(max_examples=600)
def test_the_fast_table_takes_exactly_the_tables_of_numbers_without_leading_zeros(
    text: str, columns: int, largest: int
) -> None:
    lines = text.removesuffix("\n").split("\n")
    cells = [line.split(",") for line in lines]
    good = all(
        len(row) == columns and all(cell.isdigit() and str(int(cell)) == cell and int(cell) <= largest for cell in row)
        for row in cells
    )
    if good:
        found = rank_table.parse(text.encode(), rank_table.Allowed(columns, 0, largest))
        assert found.tolist() == [[int(cell) for cell in row] for row in cells]
    else:
        with pytest.raises(rank_table.Irregular):
            rank_table.parse(text.encode(), rank_table.Allowed(columns, 0, largest))


CELLS = st.sampled_from(["1", "2", "3", "", "No opinion", "no opinion", "0", "10", " 1", '"2"', "x"])


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4),
    st.integers(1, 3),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@settings(max_examples=500)
def test_the_fast_reading_of_ranked_csv_says_what_the_reading_by_rows_says(
    rows: list[list[str]], columns: int, ending: str, last: bool
) -> None:
    """The fast one may always give up, but it never reads what the other would refuse or read otherwise."""
    body = (ending.join(",".join(row) for row in rows) + (ending if last else "")).encode()
    try:
        fast = rank_csv._fast(body, 0, columns)
    except rank_table.Irregular:
        return
    assert fast.tolist() == rank_csv._by_rows(body, columns, Reader()).tolist()


@pytest.mark.parametrize("filling", ["No opinion", ""])
def test_cells_without_a_rank_are_read_in_the_fast_way(filling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("This was read row by row.")

    monkeypatch.setattr(rank_csv, "_by_rows", refuse)
    text = f"A,B,C\r\n{filling},2,{filling}\r\n{filling},{filling},{filling}\r\n1,{filling},{filling}"
    file = read(text.encode(), "csv")
    assert file.rankings is not None
    assert file.rankings.ranks.tolist() == [[0, 2, 0], [0, 0, 0], [1, 0, 0]]


def test_the_example_that_comes_with_the_project_is_the_election_of_2003() -> None:
    file = read(EXAMPLE)
    assert file.rankings is not None
    assert (file.rankings.ballots, len(file.candidates)) == (488, 5)


def test_ranks_and_weights_out_of_range_are_refused() -> None:
    with pytest.raises(BadInput):
        rankings_of("AB", [[1, -1]])
    with pytest.raises(BadInput):
        rankings_of("AB", [[1, 2]], [-1])
    with pytest.raises(BadInput):
        rankings_of("AB", [[1, 2, 3]])
    with pytest.raises(BadInput):
        rankings_of("AA", [[1, 2]])
