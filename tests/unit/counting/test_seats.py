"""Filling seats: caps with their reasons, ties, the required option, and what is said when something cannot be."""

from fractions import Fraction
from pathlib import Path

import pytest

from elections.counting.approval import Approval
from elections.counting.caps import Cap, read_cap
from elections.counting.errors import BadInput
from elections.counting.lots import draw
from elections.counting.rankings import rankings_of
from elections.counting.report import report
from elections.counting.seats import fill, winners
from tests.unit.counting.test_published_elections import CASES, counted

GROUPS = {name: frozenset({"Acme"}) for name in "ABC"}


def order(*tiers: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tier) for tier in tiers)


def test_seats_are_filled_from_the_top() -> None:
    found = fill(order("A", "BC", "D"), 3)
    assert (found.seats, found.unresolved) == (("A", "B", "C"), (("B", "C"),))
    assert winners(order("A", "BC", "D"), 2) == ("A", "B", "C")


def test_a_tie_for_the_last_seat_leaves_it_and_everything_after_it_open() -> None:
    found = fill(order("A", "BC", "D"), 2)
    assert found.seats == ("A",)
    assert found.unresolved == (("B", "C"),)
    assert found.notes == ("B and C are tied for 1 seat; without the seed of a lot the tie stays open.",)


def test_the_lot_decides_inside_a_tier_only() -> None:
    lot = draw("ABCD", b"seed")
    assert fill(order("A", "BC", "D"), 2, lot).seats == ("A", lot.sort("BC")[0])


def test_seats_of_a_drawn_tier_stand_in_the_order_of_the_lot() -> None:
    """The explanation names that order, so the seats must have it, also where everybody of the tier is seated."""
    lot = draw("ABCD", b"\x00")
    found = fill(order("ABC", "D"), 4, lot)
    assert found.drawn[0].order == lot.sort("ABC") != ("A", "B", "C")
    assert found.seats == (*lot.sort("ABC"), "D")


def test_the_cap_skips_with_the_reason_and_counts_sitting_members() -> None:
    found = fill(order("A", "B", "C", "D"), 2, cap=Cap(2, GROUPS, {"Acme": 1}))
    assert found.seats == ("A", "D")
    reason = "Acme may hold at most 2 seats and holds as many (1 sitting; A elected now)."
    assert found.skipped == (("B", reason), ("C", reason))


def test_a_tie_inside_a_group_that_has_one_seat_left_needs_a_lot() -> None:
    cap = Cap(1, GROUPS)
    assert fill(order("AB", "D"), 2, cap=cap).seats == ()
    lot = draw("ABD", b"seed")
    assert fill(order("AB", "D"), 2, lot, cap).seats == (lot.sort("AB")[0], "D")


def test_every_group_of_a_candidate_counts() -> None:
    groups = {"A": frozenset({"Acme"}), "B": frozenset({"Acme", "Bolt"}), "C": frozenset({"Bolt"})}
    assert fill(order("A", "B", "C"), 2, cap=Cap(1, groups)).seats == ("A", "C")


def test_seats_that_the_cap_leaves_empty_are_said() -> None:
    found = fill(order("A", "B"), 2, cap=Cap(1, GROUPS))
    assert found.notes == ("1 seat stays empty: the affiliation cap leaves nobody else to fill it.",)


def test_the_kubernetes_committee_of_2017_comes_out_under_the_company_limit() -> None:
    case = next(case for case in CASES if case["file"] == "kubernetes-steering-2017.csv")
    cap = Cap(1, {"Michael Rubin": frozenset({"his employer"})}, {"his employer": 1})
    found = counted(case, "schulze", seats=6, cap=cap)["results"][0]
    assert found["seats"] == case["expected"]["seat_list"]
    assert [skip["name"] for skip in found["skipped_by_cap"]] == case["expected"]["excluded_by_company_limit"]
    assert found["order"] == case["expected"]["published_ranking"]


def test_the_kubernetes_committee_of_2018_is_the_published_one() -> None:
    case = next(case for case in CASES if case["file"] == "kubernetes-steering-2018.csv")
    found = counted(case, "schulze", seats=3)["results"][0]
    assert (found["seats"], found["order"]) == (case["expected"]["seat_list"], case["expected"]["published_ranking"])


@pytest.mark.parametrize("name", ["debian-2003-leader_tally.txt", "debian-2006-gr007_tally.txt"])
def test_debian_drops_options_and_finds_its_winner_as_published(name: str) -> None:
    case = next(case for case in CASES if case["file"] == name)
    expected = case["expected"]
    ratios = {option: Fraction(ratio) for option, ratio in expected["majority_ratio"].items() if ratio != 1}
    default = "None Of The Above" if "2003" in name else "Further Discussion"
    found = counted(case, "schulze", approval=Approval(default, Fraction(str(expected["quorum"])), ratios))
    assert found["results"][0]["seats"] == expected["official_winner"]
    dropped = {
        rule: [one["name"] for one in found["dropped"] if one["rule"] == rule] for rule in ("quorum", "majority")
    }
    not_simple = [option for option in dropped["majority"] if option in ratios]
    assert (dropped["quorum"], not_simple) == (expected["dropped_by_quorum"], expected["dropped_by_majority"])


@pytest.mark.parametrize(
    ("above", "below", "ratio", "stays"),
    [
        (3, 1, 3, True),
        (3, 2, 3, False),
        (6, 2, 3, True),
        (5, 2, 3, False),
        (2, 2, 1, False),
        (3, 2, 1, True),
        (1, 0, 3, True),
    ],
)
def test_an_option_needs_at_least_its_ratio_and_strictly_more(above: int, below: int, ratio: int, stays: bool) -> None:
    rows = [[1, 2]] * above + [[2, 1]] * below
    approval = Approval("default", majorities={"option": Fraction(ratio)})
    found = report(["option", "default"], rows, approval=approval).to_json()
    assert (found["results"][0]["seats"] == ["option"]) is stays
    assert [one["name"] for one in found["dropped"]] == ([] if stays else ["option"])


def test_the_quorum_is_reached_by_exactly_that_many() -> None:
    for quorum, dropped in ((Fraction(2), []), (Fraction(5, 2), ["option"])):
        found = report(["option", "default"], [[1, 2]] * 2, approval=Approval("default", quorum)).to_json()
        assert [one["name"] for one in found["dropped"]] == dropped


def test_whoever_does_not_stand_above_the_required_option_gets_no_seat() -> None:
    found = report("ABN", [[1, 3, 2], [1, 3, 2]], seats=2, approval=Approval("N")).to_json()["results"][0]
    assert found["seats"] == ["A"]
    assert "1 seat stays empty" in found["explanation"][-1]


def test_impossible_options_are_refused() -> None:
    with pytest.raises(BadInput, match="3 seats and only 2"):
        report("AB", [[1, 2]], seats=3)
    with pytest.raises(BadInput, match="at least one seat"):
        report("AB", [[1, 2]], seats=0)
    with pytest.raises(BadInput, match="is no candidate"):
        report("AB", [[1, 2]], cap=Cap(1, {"C": frozenset({"Acme"})}))
    with pytest.raises(BadInput, match="is no candidate"):
        report("AB", [[1, 2]], approval=Approval("C"))
    with pytest.raises(BadInput, match="no method 'plurality'"):
        report("AB", [[1, 2]], method="plurality")
    with pytest.raises(BadInput, match="no candidates"):
        report("", [])
    with pytest.raises(BadInput, match="other candidates"):
        report("AB", rankings_of("BA", [[1, 2]]))
    with pytest.raises(BadInput, match="below 0"):
        Cap(-1, {})


def test_the_files_of_affiliations_are_read_strictly(tmp_path: Path) -> None:
    affiliations, sitting = tmp_path / "a.csv", tmp_path / "s.csv"
    affiliations.write_text('candidate,control group\nA,Acme\nA,Bolt\n"B, Jr",Acme\n')
    sitting.write_text("Zoe,Acme\nYan,Acme\n")
    cap = read_cap(2, affiliations, sitting, ["A", "B, Jr"])
    assert cap.groups == {"A": frozenset({"Acme", "Bolt"}), "B, Jr": frozenset({"Acme"})}
    assert cap.sitting == {"Acme": 2}
    for content, line in (("A,Acme\nC,Acme\n", 2), ("A\n", 1), ("A,Acme,Bolt\n", 1), ("A,\n", 1)):
        affiliations.write_text(content)
        with pytest.raises(BadInput) as refusal:
            read_cap(2, affiliations, None, ["A"])
        assert refusal.value.line == line


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("Zoe,Acme\nZoe,Acme\n", 2, "sits twice"),
        ("Zoe,Acme\nYan,ACME\n", 2, "differ in capitals only"),
        ("Acme,2\n", 1, "and then a control group"),
        ("Zoe\n", 1, "a name and a control group"),
    ],
)
def test_a_file_of_sitting_members_that_may_mean_something_else_is_refused(
    content: str, line: int, found: str, tmp_path: Path
) -> None:
    affiliations, sitting = tmp_path / "a.csv", tmp_path / "s.csv"
    affiliations.write_text("A,Acme\n")
    sitting.write_text(content)
    with pytest.raises(BadInput, match=found) as refusal:
        read_cap(2, affiliations, sitting, ["A"])
    assert (refusal.value.file, refusal.value.line) == (str(sitting), line)


@pytest.mark.parametrize("header", ["name,organization", "Candidate,Company", "person,Control Group", ""])
def test_a_header_may_name_either_column(header: str, tmp_path: Path) -> None:
    affiliations, sitting = tmp_path / "a.csv", tmp_path / "s.csv"
    affiliations.write_text(f"{header}\nA,Acme\n")
    sitting.write_text(f"{header}\nZoe,Acme\n")
    cap = read_cap(2, affiliations, sitting, ["A"])
    assert (cap.groups, cap.sitting) == ({"A": frozenset({"Acme"})}, {"Acme": 1})
