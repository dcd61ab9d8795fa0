"""When a trustee's second proof is demanded, asked for, or comes too late (SPEC 9.2)."""

from __future__ import annotations

import pytest

from elections.lifecycle import Phase
from elections.proving import is_asked, is_demanded, may_come


def test_one_contest_with_more_candidates_than_show_a_replaced_factor_demands_it() -> None:
    assert not is_demanded([20, 2])
    assert is_demanded([2, 21])
    assert not is_demanded([])


@pytest.mark.parametrize("phase", Phase)
def test_it_comes_until_the_election_is_over_and_never_from_the_server(phase: Phase) -> None:
    assert may_come(phase, by_server=False) is (phase not in {Phase.CERTIFIED, Phase.ANNULLED})
    assert not may_come(phase, by_server=True)


def test_a_single_strange_ballot_asks_for_it() -> None:
    assert [is_asked(count) for count in (0, 1, 2)] == [False, True, True]
