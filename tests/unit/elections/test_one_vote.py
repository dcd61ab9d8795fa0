"""Which row of a roll keeps the vote of a human who has several."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.lifecycle import ORDER, ROLL_OPEN, Phase
from elections.one_vote import Fate, Row, fate, group, keeper

rows = st.lists(
    st.builds(Row, st.integers(1, 99), st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row.number,
)


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (Row(9), Row(1, yields=True, has_voted=True, is_kept_entry=True)),
        (Row(9, has_voted=True), Row(1, is_kept_entry=True)),
        (Row(9, has_voted=True, for_organization=True), Row(1, is_kept_entry=True)),
        (Row(9), Row(1, is_kept_entry=True, for_organization=True)),
        (Row(9, is_kept_entry=True), Row(1)),
        (Row(1), Row(9)),
    ],
    ids=["yields to none", "has voted", "has voted before class", "member before organization", "kept", "older"],
)
def test_one_row_goes_before_another(stronger: Row, weaker: Row) -> None:
    assert keeper([weaker, stronger], is_human=True) is stronger


def test_an_organization_votes_for_itself_with_every_row_of_its_own() -> None:
    older, kept = Row(1, for_organization=False), Row(9, is_kept_entry=True, for_organization=True)
    assert keeper([older, kept], is_human=False) is kept


@given(rows=rows, is_human=st.booleans())
def test_the_order_in_which_rows_are_found_decides_nothing(rows: list[Row], is_human: bool) -> None:
    assert len({keeper(order, is_human=is_human) for order in permutations(rows)}) == 1


@given(rows=rows, is_human=st.booleans())
def test_once_a_row_keeps_the_vote_and_the_others_yield_it_stays_so(rows: list[Row], is_human: bool) -> None:
    first = keeper(rows, is_human=is_human)
    settled = [Row(row.number, row is not first, row.has_voted, not row.is_kept_entry) for row in rows]
    if not first.yields:
        assert keeper(settled, is_human=is_human).number == first.number


@pytest.mark.parametrize("phase", Phase)
def test_a_row_is_removed_only_from_a_roll_that_can_change(phase: Phase) -> None:
    assert fate(phase) is (Fate.REMOVED if phase in ROLL_OPEN else Fate.YIELDS)
    assert fate(ORDER[ORDER.index(Phase.CAMPAIGN) + 1]) is Fate.YIELDS


def test_rolls_by_class_share_a_vote_and_a_projects_or_a_polls_does_not() -> None:
    assert group("a", 7, by_class=True) == group("b", 7, by_class=True) != group("b", 8, by_class=True)
    assert len({group("a", 7, by_class=True), group("c", 7, by_class=False), group("d", None, by_class=False)}) == 3
