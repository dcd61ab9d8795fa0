"""Schulze STV against what its author and the first who programmed it after him publish, and its completion by hand."""

from fractions import Fraction
from typing import Any

import pytest

from elections.counting.definitions import winning_sets
from elections.counting.methods import schulze_stv
from elections.counting.report import report
from elections.counting.second import second_count

FREE_RIDING = (
    "60 a>b>c>d>e, 45 a>c>e>b>d, 30 a>d>b>e>c, 15 a>e>d>c>b, 12 b>a>e>d>c, 48 b>c>d>e>a, 39 b>d>a>c>e, "
    "21 b>e>c>a>d, 27 c>a>d>b>e, 9 c>b>a>e>d, 51 c>d>e>a>b, 33 c>e>b>d>a, 42 d>a>c>e>b, 18 d>b>e>c>a, "
    "6 d>c>b>a>e, 54 d>e>a>b>c, 57 e>a>b>c>d, 36 e>b>d>a>c, 24 e>c>a>d>b, 3 e>d>c>b>a"
)
"""Schulze, "Free riding and vote management", section 5.5: 630 voters, three seats."""

MANAGED = "12 A>B>C, 26 A>C>B, 12 C>A>B, 13 C>A>B, 27 B"
"""Wikipedia's second count: twelve of Andrea's voters put Carter first, and it does not help him."""

ONE_FOR_TWO = "1 M=P>L=W"
ONE_EACH = "1 P>M=L=W, 1 W>M=P=L"
THREE_PARTIES = "45 a=b=c>d=e=f>g=h=i, 20 d=e=f, 35 g=h=i>d=e=f>a=b=c"
"""Three of the tests of python-vote-core, which their author checked with Schulze's own program."""

NOBODY_RANKS_TWO = "10 A>B"
"""C and D stand too; no voter sees any difference between them."""


def votes(text: str, more: str = "") -> tuple[list[str], list[list[int]]]:
    """Read `2 A=B>C`, candidates in the order of the alphabet; return their names and one row for each voter."""
    ballots = [part.split() for part in text.split(", ")]
    names = sorted({*more, *(letter for _, ballot in ballots for letter in ballot if letter.isalpha())})
    rows = []
    for count, ballot in ballots:
        ranks = {name: rank for rank, tier in enumerate(ballot.split(">"), start=1) for name in tier.split("=")}
        rows += [[ranks.get(name, 0) for name in names]] * int(count)
    return names, rows


def elected(names: list[str], rows: list[list[int]], seats: int, seed: bytes | None = None) -> list[str]:
    """Return whom both counts elect."""
    found: dict[str, Any] = report(names, rows, method="schulze-stv", seats=seats, seed=seed).to_json()["results"][0]
    second = second_count(names, rows, method="schulze-stv", seats=seats, seed=seed)
    assert list(second.seats) == found["seats"]
    return sorted(found["seats"])


@pytest.mark.parametrize(
    ("election", "seats", "expected"),
    [(FREE_RIDING, 3, "ade"), (MANAGED, 2, "AB"), (ONE_FOR_TWO, 2, "MP"), (ONE_EACH, 2, "PW")],
)
def test_the_published_sets_are_elected(election: str, seats: int, expected: str) -> None:
    names, rows = votes(election)
    assert elected(names, rows, seats) == list(expected)


@pytest.mark.parametrize("seed", [b"\x00", b"\x01", b"\x02"])
def test_three_parties_have_a_seat_each_whatever_the_lot_says(seed: bytes) -> None:
    names, rows = votes(THREE_PARTIES)
    seated = elected(names, rows, 3, seed)
    assert [len({*seated} & {*party}) for party in ("abc", "def", "ghi")] == [1, 1, 1]


@pytest.mark.parametrize("seed", [None, b"\x00", b"\x01"])
def test_two_whom_nobody_ranks_are_not_tied_with_two_whom_everybody_does(seed: bytes | None) -> None:
    names, rows = votes(NOBODY_RANKS_TWO, more="CD")
    assert elected(names, rows, 2, seed) == ["A", "B"]


def test_where_nobody_has_a_preference_every_place_has_one_part_and_the_rival_has_one() -> None:
    """Twelve voters level with both members: 4 for the first, 4 for the second, 4 for the rival; the first four are
    still level with the second, and so 2 prefer it too and 2 do not.
    """
    found = schulze_stv.completed({(2, 2): Fraction(12)})
    assert found == {(1, 1): 4, (1, 3): 2, (3, 1): 2, (3, 3): 4}
    assert schulze_stv.strength(found) == 4
    assert schulze_stv.completed({(1, 2): Fraction(6)}) == {(1, 1): 3, (1, 3): 3}


def test_proportions_are_those_of_the_ballots_and_both_counts_divide_alike() -> None:
    """Of the six who are level in both places two become (1, 1), one (3, 1), one (1, 2) and two (2, 3), as the others
    are; who is level in one place then follows all who are not: 3 to 1 in the first, 3 to 2 in the second.
    """
    ballots = {(2, 2): Fraction(6), (1, 1): Fraction(2), (3, 1): Fraction(1), (1, 2): Fraction(1), (2, 3): Fraction(2)}
    found = schulze_stv.completed(ballots)
    level_second, level_first = Fraction(2), Fraction(4)
    assert found == {
        (1, 1): 4 + level_second * Fraction(3, 5),
        (3, 1): 2,
        (1, 3): level_second * Fraction(2, 5) + level_first * Fraction(3, 4),
        (3, 3): level_first * Fraction(1, 4),
    }
    words = {1: winning_sets.ABOVE, 2: winning_sets.LEVEL, 3: winning_sets.BELOW}
    views = {tuple(words[code] for code in pattern): number for pattern, number in ballots.items()}
    assert winning_sets._completed(views) == {tuple(words[code] for code in key): n for key, n in found.items()}
