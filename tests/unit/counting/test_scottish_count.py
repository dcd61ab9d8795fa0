"""Scottish STV, stage by stage, against counts worked by hand from the Order (SSI 2007/42, rules 45 to 52)."""

from fractions import Fraction
from typing import Any

import pytest

from elections.counting.second import second_count
from tests.unit.counting.test_literature import ballots, order, result

TWO_SURPLUSES = "6 ABC, 3 AC, 2 BC, 3 BD, 2 C, 3 D, 1 ED"
"""Three seats, 20 papers, so that the quota is ⌊20 ÷ 4⌋ + 1 = 6.

1. A 9, B 5, C 2, D 3, E 1: A has a surplus of 3.
2. Each of A's papers goes on at 3 × 1 ÷ 9 = 0.33333: 6 to B (1.99998), 3 to C (0.99999). B 6.99998, C 2.99999.
3. B's surplus of 0.99998 takes every paper that B has, each at its own value (weighted, inclusive). The 6 from A go to
   C at 0.99998 × 0.33333 ÷ 6.99998 = 0.04761 (0.28566 together); of B's first ones, at 0.99998 × 1 ÷ 6.99998 = 0.14285,
   2 go to C (0.28570) and 3 to D (0.42855). C 3.57135, D 3.42855.
4. E is the lowest; the paper goes on to D at its value of 1. D 4.42855.
5. C is excluded; whose papers have nobody left to go to.
6. D fills the last seat. (If only the papers that B received last had gone on, C would have had 4.99997.)
"""

LOWEST_TIED = "7 CD, 6 D, 6 E, 1 ACD, 1 BCE"
"""Two seats, 21 papers, quota 8. A and B are the lowest, with equal votes from the beginning: a lot (rule 51).

Without A first, C reaches 8 without a surplus, so that B's paper passes C by: D 6, E 7, and D is excluded. Without B
first, it is A's paper that passes C by: D 7, E 6, and E is excluded. (If both went together, C would have a surplus.)
"""


def stages(found: dict[str, Any]) -> list[dict[str, Fraction]]:
    return [{name: Fraction(votes) for name, votes in step["votes"].items()} for step in found["rounds"]]


def votes(**numbers: str) -> dict[str, Fraction]:
    return {name: Fraction(number) for name, number in numbers.items()}


def test_two_surpluses_pass_on_at_the_values_that_the_order_gives() -> None:
    found = result(TWO_SURPLUSES, "scottish-stv", seats=3)
    assert stages(found)[:5] == [
        votes(A="9", B="5", C="2", D="3", E="1"),
        votes(A="6", B="6.99998", C="2.99999", D="3", E="1"),
        votes(A="6", B="6", C="3.57135", D="3.42855", E="1"),
        votes(A="6", B="6", C="3.57135", D="4.42855", E="0"),
        votes(A="6", B="6", C="0", D="4.42855", E="0"),
    ]
    assert [step["elected"] for step in found["rounds"]] == [["A"], ["B"], [], [], [], ["D"]]
    assert [step["excluded"] for step in found["rounds"]] == [[], [], [], ["E"], ["C"], []]
    assert (found["seats"], order(found)) == (["A", "B", "D"], "A B D C E")


def test_the_lowest_who_are_tied_are_not_excluded_together_where_that_decides_a_seat() -> None:
    found = result(LOWEST_TIED, "scottish-stv", seats=2)
    assert (found["seats"], found["unresolved"]) == ([], [["A", "B"]])
    for seed in range(6):
        drawn = result(LOWEST_TIED, "scottish-stv", seats=2, seed=bytes([seed]))
        (lot,) = drawn["lots"]
        assert sorted(drawn["seats"]) == (["C", "E"] if lot["order"][-1] == "A" else ["C", "D"])


@pytest.mark.parametrize("seed", [None, b"\x00", b"\x01"])
@pytest.mark.parametrize(("election", "seats"), [(TWO_SURPLUSES, 3), (LOWEST_TIED, 2)])
def test_the_second_count_follows_the_order_too(election: str, seats: int, seed: bytes | None) -> None:
    rankings = ballots(election)
    rows = [row for row, n in zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True) for _ in range(n)]
    second = second_count(rankings.candidates, rows, method="scottish-stv", seats=seats, seed=seed)
    first = result(election, "scottish-stv", seats=seats, seed=seed)
    assert [list(tier) for tier in second.order] == first["order"]
    assert list(second.seats) == first["seats"]


def test_those_without_a_vote_go_together_and_share_a_place() -> None:
    """Quota 3 of 4 papers; C and D have none, whoever of them goes first."""
    found = result("2 A, 1 BCDA, 1 E", "scottish-stv", seats=1, seed=b"\x00")
    assert found["rounds"][1]["excluded"] == ["C", "D"]
    assert order(found).endswith(" CD")


@pytest.mark.parametrize("method", ["scottish-stv", "meek-stv"])
def test_those_who_are_elected_at_once_with_equal_votes_share_a_place(method: str) -> None:
    found = result("4 A, 4 B, 1 C", method, seats=2)
    assert (order(found), found["seats"]) == ("AB C", ["A", "B"])
