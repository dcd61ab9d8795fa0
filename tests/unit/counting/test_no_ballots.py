"""An election in which nobody voted: every method says that all are tied, and none breaks."""

from __future__ import annotations

import pytest

from elections.counting.methods.registry import METHODS
from elections.counting.report import report
from elections.counting.second import ELECTIONS, ORDERS, second_count

NAMES = ["Ada", "Barbara", "Donald"]


@pytest.mark.parametrize("method", [method.name for method in METHODS])
@pytest.mark.parametrize("seats", [1, 2, 3])
def test_without_ballots_a_lot_decides_everything_and_nothing_is_decided_without(method: str, seats: int) -> None:
    bare = report(NAMES, [], method=method, seats=seats).to_json()["results"][0]
    assert len(bare["seats"]) == (seats if seats == 3 else 0)
    drawn = report(NAMES, [], method=method, seats=seats, seed=b"seed").to_json()["results"][0]
    assert len(drawn["seats"]) == seats


@pytest.mark.parametrize("method", [*ORDERS, *ELECTIONS])
def test_the_second_program_agrees_that_nobody_is_preferred(method: str) -> None:
    assert len(second_count(NAMES, [], method=method, seats=1, seed=b"seed").seats) == 1
    assert second_count(NAMES, [], method=method, seats=1).seats == ()
