"""One rule for what a decrypted plaintext means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.verifier.plaintext import is_blank, read_plaintext, read_plaintexts

plaintexts = st.lists(st.integers(0, 255), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("numbers", "ranks"),
    [
        ((1, 2, 3), (1, 2, 3)),
        ((5, 0, 200, 5), (1, 0, 2, 1)),
        ((0, 0), (0, 0)),
        ((255, 255), (1, 1)),
        ((2, 4, 0), (1, 2, 0)),
    ],
)
def test_numbers_mean_ranks_without_gaps(numbers: tuple[int, ...], ranks: tuple[int, ...]) -> None:
    assert read_plaintext(numbers) == ranks


@given(plaintexts)
def test_reading_keeps_who_stands_before_whom_and_who_is_not_ranked(numbers: list[int]) -> None:
    ranks = read_plaintext(numbers)
    for mine, rank in zip(numbers, ranks, strict=True):
        for other, other_rank in zip(numbers, ranks, strict=True):
            assert (mine < other) == (rank < other_rank)
    assert [number == 0 for number in numbers] == [rank == 0 for rank in ranks]


@given(plaintexts)
def test_ranks_run_from_one_without_gaps_and_reading_again_changes_nothing(numbers: list[int]) -> None:
    ranks = read_plaintext(numbers)
    assert set(ranks) - {0} == set(range(1, len(set(ranks) - {0}) + 1))
    assert read_plaintext(ranks) == ranks


def test_a_contest_is_read_ballot_by_ballot() -> None:
    assert read_plaintexts([(9, 3), (0, 0)]) == [(2, 1), (0, 0)]


def test_a_ballot_that_ranks_nobody_is_blank() -> None:
    assert is_blank((0, 0))
    assert not is_blank((0, 1))
