"""The Debian constitution's A.6, step by step: elections whose every number is worked out beside them."""

from fractions import Fraction
from typing import Any

import pytest

from elections.counting.approval import Approval
from elections.counting.rankings import rankings_of
from elections.counting.report import report
from elections.counting.second import Semantics, second_count
from tests.unit.counting.test_literature import ballots, order


def voted(election: str, quorum: int | str = 0, **majorities: int) -> dict[str, Any]:
    """Count with D as the default option, a second time too, and return the report."""
    rankings = ballots(election)
    rules = Approval("D", Fraction(quorum), {name: Fraction(ratio) for name, ratio in majorities.items()})
    found: dict[str, Any] = report(rankings.candidates, rankings, approval=rules).to_json()
    rows = [row for row, n in zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True) for _ in range(n)]
    second = second_count(rankings.candidates, rows, method="schulze", seats=1, semantics=Semantics(approval=rules))
    assert [list(tier) for tier in second.order] == found["results"][0]["order"]
    assert list(second.seats) == found["results"][0]["seats"]
    return found


def outcome(found: dict[str, Any]) -> tuple[dict[str, str], str, list[str]]:
    """Return who was dropped by which rule, the order, and who is elected."""
    counted = found["results"][0]
    return {one["name"]: one["rule"] for one in found["dropped"]}, order(counted), counted["seats"]


CYCLE = "4 ABCD, 3 BCAD, 2 CADB, 1 DCAB"
"""Ten voters: A beats B 7–3, B beats C 7–3, C beats A 6–4; over D are A with 9 to 1, B 7 to 3, C 9 to 1.

All four: everybody of the cycle is in the Schwartz set; its weakest defeat is C's of A (6), which is dropped (A.6.7),
and A is left. Without B, nothing but C's defeat of A is left: C.
"""


def test_the_weakest_defeat_in_the_schwartz_set_is_dropped() -> None:
    assert outcome(voted(CYCLE)) == ({}, "A B C D", ["A"])


def test_who_misses_the_majority_is_dropped_and_that_changes_who_wins() -> None:
    found = voted(CYCLE, B=3)
    assert outcome(found) == ({"B": "majority"}, "C A D", ["C"])
    assert found["dropped"][0]["reason"] == "7 ranked B above D and 3 below; it needs a majority of 3:1."
    assert "6 ranked C above A and 4 the other way round." in found["results"][0]["explanation"]
    assert found["results"][0]["counted"] == ["A", "C", "D"]
    assert [len(row) for row in found["results"][0]["strengths"]] == [3, 3, 3]


def test_who_misses_the_quorum_is_dropped_first_and_that_changes_who_wins() -> None:
    """Over D are A with 9, B with 7, C with 9: a quorum of 8 drops B, which misses 3:1 too; one of 7 does not."""
    found = voted(CYCLE, 8, B=3)
    assert outcome(found) == ({"B": "quorum"}, "C A D", ["C"])
    assert found["dropped"][0]["reason"] == "7 ranked B above D; the quorum is 8."
    assert outcome(voted(CYCLE, 7)) == ({}, "A B C D", ["A"])
    assert outcome(voted(CYCLE, "14/2"))[0] == {}
    assert outcome(voted(CYCLE, "15/2"))[0] == {"B": "quorum"}


@pytest.mark.parametrize(("against", "dropped"), [(1, {}), (2, {}), (3, {"A": "majority"})])
def test_a_majority_of_three_to_one_is_met_by_exactly_that(against: int, dropped: dict[str, str]) -> None:
    """Six rank A above D: 6 ≥ 3 × 2, as the constitution has it since version 1.6, but 6 < 3 × 3."""
    assert outcome(voted(f"6 AD, {against} DA", A=3))[0] == dropped


def test_as_many_above_the_default_option_as_below_are_no_majority() -> None:
    found = voted("3 AD, 3 DA")
    assert outcome(found) == ({"A": "majority"}, "D", [])
    assert found["dropped"][0]["reason"] == "3 ranked A above D and 3 below; it needs more above than below."


def test_the_default_option_wins_where_everybody_is_dropped() -> None:
    """Over D are A with 3 of 8 and B with 1 of 8; both had more than nobody, and a quorum of 2."""
    found = voted("5 DAB, 2 ADB, 1 BAD", 2)
    assert outcome(found) == ({"A": "majority", "B": "quorum"}, "D", [])
    assert found["results"][0]["explanation"][0] == "Nobody stands above D: it wins, and no seat is filled."
    assert found["results"][0]["winners"] == ["D"]


def test_whoever_remains_stands_above_the_default_option_which_was_everybodys_second() -> None:
    """D is second on all ballots, but two of three rank A first: A defeats D 2–1, and B misses that with 1–2."""
    assert outcome(voted("2 ADB, 1 BDA")) == ({"B": "majority"}, "A D", ["A"])


def test_options_left_in_the_schwartz_set_without_a_defeat_are_tied() -> None:
    """A and B have two voters each, and E is below both: A.6.8 leaves A and B to the casting vote, here to a lot."""
    found = voted("2 ABED, 2 BAED", 1)
    assert outcome(found) == ({}, "AB E D", [])
    assert found["results"][0]["unresolved"] == [["A", "B"]]


def test_of_equal_defeats_all_weakest_are_dropped_at_once() -> None:
    """A, B and C beat each other in a circle, 6–3 each: all three defeats are the weakest, and all three are tied."""
    assert outcome(voted("3 ABCD, 3 BCAD, 3 CABD")) == ({}, "ABC D", [])


def test_of_defeats_with_equal_votes_the_one_with_more_votes_against_it_is_the_weakest() -> None:
    """A beats B 5–4, B beats C 5–3 and C beats A 5–2: A's defeat of B is weaker than the two others (A.6.7.1), so that
    it is dropped alone, and nobody defeats B any more.
    """
    rows = [[1, 2, 3, 4]] * 2 + [[3, 1, 2, 4]] * 2 + [[2, 3, 1, 4]] * 2 + [[1, 2, 1, 3], [2, 1, 2, 3], [2, 1, 1, 3]]
    found = report("ABCD", rankings_of("ABCD", rows), approval=Approval("D", Fraction(9))).to_json()
    assert [row[:3] for row in found["pairwise"][:3]] == [[0, 5, 2], [4, 0, 5], [5, 3, 0]]
    assert outcome(found) == ({}, "B C A D", ["B"])


def test_who_does_not_stand_above_the_default_option_has_no_seat_and_that_is_said() -> None:
    """A and B defeat D 3–2, so that nobody is dropped; but B has no first place and leaves an instant-runoff first."""
    rankings = ballots("3 ABD, 2 DAB")
    found = report(rankings.candidates, rankings, method="schulze,irv", seats=2, approval=Approval("D")).to_json()
    schulze, runoff = found["results"]
    assert (found["dropped"], schulze["seats"]) == ([], ["A", "B"])
    assert (order(runoff), runoff["seats"]) == ("A D B", ["A"])
    assert "B cannot have a seat without standing above D." in runoff["explanation"]
