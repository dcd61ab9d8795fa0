"""Elections of the literature, with the counts and outcomes that every textbook gives for them."""

from fractions import Fraction
from typing import Any

import pytest

from elections.counting.formats.registry import read
from elections.counting.rankings import Rankings
from elections.counting.report import report
from elections.counting.second import second_count


def ballots(text: str) -> Rankings:
    """Read `23 ABC, 17 BCA`; letters that a ballot leaves out are not ranked."""
    votes = [vote.split() for vote in text.split(",")]
    names = " ; ".join(sorted({letter for _, ranking in votes for letter in ranking}))
    lines = [f"#/Candidates: {names}", *(f"{' > '.join(ranking)} * {count}" for count, ranking in votes)]
    found = read("\n".join(lines).encode(), "cvotes").rankings
    assert found is not None
    return found


def result(election: str, method: str, **options: Any) -> dict[str, Any]:
    rankings = ballots(election)
    found: dict[str, Any] = report(rankings.candidates, rankings, method=method, **options).to_json()["results"][0]
    return found


def order(found: dict[str, Any]) -> str:
    return " ".join("".join(tier) for tier in found["order"])


TENNESSEE = "42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM"
"""Memphis, Nashville, Chattanooga, Knoxville: Wikipedia's example under many methods."""

CONDORCET_60 = "23 ABC, 17 BCA, 2 BAC, 10 CAB, 8 CBA"
"""Condorcet, Essai (1785), page 61; counted by Young, "Condorcet's theory of voting" (1988)."""

CONDORCET_81 = "30 ABC, 1 ACB, 10 CAB, 1 CBA, 29 BAC, 10 BCA"
"""Condorcet against Borda: A beats everybody, and B has the most points."""

SCHULZE_21 = "8 ACDB, 2 BADC, 4 CDBA, 4 DBAC, 3 DCBA"
"""Schulze (2011), example 1."""

SCHULZE_45 = "5 ACBED, 5 ADECB, 8 BEDAC, 3 CABED, 7 CAEBD, 2 CBADE, 7 DCEBA, 8 EBADC"
"""Schulze's best known example, on Wikipedia too."""


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("schulze", "N C K M"),
        ("schulze-margins", "N C K M"),
        ("ranked-pairs", "N C K M"),
        ("ranked-pairs-margins", "N C K M"),
        ("kemeny-young", "N C K M"),
        ("copeland", "N C K M"),
        ("split-cycle", "N C K M"),
        ("minimax", "N M C K"),
        ("borda", "N C M K"),
        ("black", "N C M K"),
        ("baldwin", "N C M K"),
        ("nanson", "N C M K"),
        ("irv", "K M N C"),
    ],
)
def test_tennessee_chooses_its_capital_as_wikipedia_tells(method: str, expected: str) -> None:
    assert order(result(TENNESSEE, method)) == expected


def test_tennessee_has_the_published_borda_points_and_kemeny_score() -> None:
    points = dict(zip("CKMN", result(TENNESSEE, "borda")["strengths"], strict=True))
    assert points == {"N": 194, "C": 173, "M": 126, "K": 107}
    assert result(TENNESSEE, "kemeny-young")["strengths"] == [393]


@pytest.mark.parametrize(
    "method",
    ["kemeny-young", "schulze", "ranked-pairs", "minimax", "split-cycle", "borda", "black", "nanson"],
)
def test_condorcets_sixty_voters_are_for_b(method: str) -> None:
    assert order(result(CONDORCET_60, method))[0] == "B"


def test_condorcets_sixty_voters_have_the_scores_that_young_gives() -> None:
    assert result(CONDORCET_60, "kemeny-young")["strengths"] == [104]
    assert order(result(CONDORCET_60, "kemeny-young")) == "B C A"
    assert result(CONDORCET_60, "borda")["strengths"] == [58, 69, 53]
    for excluding_c_first in ("irv", "baldwin"):
        assert order(result(CONDORCET_60, excluding_c_first)) == "A B C"


def test_condorcet_and_borda_disagree_about_eighty_one_voters() -> None:
    assert result(CONDORCET_81, "borda")["strengths"] == [101, 109, 33]
    assert order(result(CONDORCET_81, "borda")) == "B A C"
    for method in ("schulze", "ranked-pairs", "minimax", "copeland", "kemeny-young", "nanson", "baldwin", "black"):
        assert order(result(CONDORCET_81, method))[0] == "A", method


def test_schulzes_first_example_has_his_strengths_and_his_order() -> None:
    found = result(SCHULZE_21, "schulze")
    assert order(found) == "D A C B"
    assert found["strengths"] == [[0, 14, 14, 12], [13, 0, 13, 12], [13, 15, 0, 12], [13, 19, 13, 0]]


def test_schulzes_forty_five_voters_have_the_published_table_and_strengths() -> None:
    rankings = ballots(SCHULZE_45)
    found = report(rankings.candidates, rankings).to_json()
    assert found["pairwise"] == [
        [0, 20, 26, 30, 22],
        [25, 0, 16, 33, 18],
        [19, 29, 0, 17, 24],
        [15, 12, 28, 0, 14],
        [23, 27, 21, 31, 0],
    ]
    assert found["results"][0]["strengths"] == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]
    assert order(found["results"][0]) == "E A C B D"


EQUAL_RANKS = """\
#/Candidates: A ; B ; C ; D
A > B > C > D * 6
A = B * 8
A = C * 8
A = C > D * 18
A = C = D * 8
B * 40
C > B > D * 4
C > D > A * 9
C = D * 8
D > A > B * 14
D > B > C * 11
D > C > A * 4
"""
"""An example of Schulze's: what a victory's strength is decides who wins where ranks are equal or missing."""


@pytest.mark.parametrize(
    ("method", "first", "strengths"),
    [
        ("schulze", "D", [[0, 67, 67, 45], [45, 0, 79, 45], [45, 45, 0, 45], [50, 72, 72, 0]]),
        ("schulze-margins", "A", [[0, 12, 12, 12], [10, 0, 20, 16], [10, 14, 0, 16], [10, 14, 14, 0]]),
    ],
)
def test_schulzes_equal_ranks_elect_whom_he_says_by_each_measure(
    method: str, first: str, strengths: list[list[int]]
) -> None:
    rankings = read(EQUAL_RANKS.encode(), "cvotes").rankings
    assert rankings is not None
    found = report(rankings.candidates, rankings, method=method).to_json()["results"][0]
    assert (found["order"][0], found["strengths"]) == ([first], strengths)


def test_a_condorcet_paradox_leaves_everything_open_for_every_method() -> None:
    for method in ("schulze", "ranked-pairs", "minimax", "copeland", "kemeny-young", "split-cycle", "borda", "irv"):
        assert order(result("1 ABC, 1 BCA, 1 CAB", method)) == "ABC", method


FOOD = "4 O, 2 PO, 8 CS, 4 CW, 1 S, 1 W"
"""Wikipedia's "Single transferable vote": oranges, pears, chocolate, strawberries, sweets; three for a party."""


@pytest.mark.parametrize("method", ["scottish-stv", "meek-stv", "cpo-stv", "schulze-stv"])
def test_the_party_has_chocolate_oranges_and_strawberries(method: str) -> None:
    assert sorted(result(FOOD, method, seats=3)["seats"]) == ["C", "O", "S"]


def test_the_party_is_counted_in_the_published_rounds() -> None:
    rounds = result(FOOD, "scottish-stv", seats=3)["rounds"]
    assert rounds[0]["quota"] == 6
    assert (rounds[0]["votes"]["C"], rounds[0]["elected"]) == (12, ["C"])
    assert {one["to"]: one["votes"] for one in rounds[1]["transfers"]} == {"S": 4, "W": 2}
    assert rounds[2]["excluded"] == ["P"]
    assert (rounds[2]["votes"]["O"], rounds[2]["elected"]) == (6, ["O"])


@pytest.mark.parametrize("election", [TENNESSEE, CONDORCET_60, CONDORCET_81, SCHULZE_21, SCHULZE_45])
@pytest.mark.parametrize("method", ["schulze", "ranked-pairs", "kemeny-young", "borda", "nanson", "baldwin", "irv"])
def test_the_second_count_agrees_about_the_literature(election: str, method: str) -> None:
    rankings = ballots(election)
    rows = [row for row, n in zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True) for _ in range(n)]
    found = second_count(rankings.candidates, rows, method=method, seats=1)
    assert " ".join("".join(tier) for tier in found.order) == order(result(election, method))


def test_meek_keeps_the_parts_that_make_the_quota() -> None:
    """Hill, Wichmann and Woodall (1987): 3 voters A B, 1 voter B, 1 voter C, two seats; keep values by hand.

    A keeps w of 3 votes, with 3w = quota = 5/3 as nobody's vote is exhausted; B then has 1 + 3(1 − w) = 7/3.
    """
    rounds = result("3 AB, 1 B, 1 C", "meek-stv", seats=2)["rounds"]
    assert rounds[0]["elected"] == ["A"]
    assert rounds[1]["elected"] == ["B"]
    assert abs(Fraction(rounds[1]["votes"]["A"]) - Fraction(5, 3)) < Fraction(1, 10**8)
    assert abs(Fraction(rounds[1]["votes"]["B"]) - Fraction(7, 3)) < Fraction(1, 10**8)


MEEK_12 = "333 AX, 333 AY, 333 AZ, 333 BX, 333 BY, 333 BZ, 667 X, 667 Y, 667 Z, 1 ABX, 1 ABY, 2 BAX"
"""Voting matters 12, on how exact Meek's count has to be; three seats."""


def test_meek_agrees_in_every_decimal_with_the_reference_rules_own_program() -> None:
    """Droop, by the author of the Reference Meek Rule, publishes its count: X, Y and Z are tied within the surplus of
    a quarter of a millionth. Where X is drawn last and goes, Y is elected in the next round.
    """
    drawn = result(MEEK_12, "meek-stv", seats=3, seed=b"\x01")
    assert (drawn["lots"][0]["tied"], drawn["lots"][0]["order"][-1]) == (["X", "Y", "Z"], "X")
    _, tied, last = drawn["rounds"]
    assert tied["votes"] | {"quota": tied["quota"]} == decimals(
        A="1000.750000126",
        B="1000.750000126",
        X="667.166666686",
        Y="667.166666562",
        Z="667.166666500",
        q="1000.750000001",
    )
    assert last["votes"] | {"quota": last["quota"]} == decimals(
        A="800.584418564", B="800.584418564", X="0", Y="800.596982770", Z="800.556768208", q="800.580647027"
    )
    assert (last["elected"], drawn["seats"]) == (["Y"], ["A", "B", "Y"])


def decimals(q: str, **votes: str) -> dict[str, str | int]:
    """Write decimal numbers as a report does: whole numbers as such, others as fractions."""
    exact = {name: Fraction(number) for name, number in (votes | {"quota": q}).items()}
    return {name: number.numerator if number.denominator == 1 else str(number) for name, number in exact.items()}
