"""When the name of somebody who stands stays as voters know it."""

from __future__ import annotations

from datetime import date

import pytest

from elections.lifecycle import Phase
from elections.nominations.naming import is_seated, must_stay

FREE = {Phase.DRAFT, Phase.ANNOUNCED, Phase.NOMINATIONS, Phase.CERTIFIED, Phase.ANNULLED}


@pytest.mark.parametrize("phase", Phase)
def test_a_name_stays_from_the_end_of_nominations_until_the_election_is_over(phase: Phase) -> None:
    assert must_stay(phase, is_nominee=True, is_candidate=False) is (phase not in FREE)
    # Who withdrew from a ballot still stands on it.
    assert must_stay(phase, is_nominee=False, is_candidate=True) is (phase not in FREE)
    assert not must_stay(phase, is_nominee=False, is_candidate=False)


def test_a_seat_is_held_until_its_last_day_or_its_end() -> None:
    last = date(2027, 3, 1)
    assert [is_seated(last, None, date(2027, 3, day)) for day in (1, 2)] == [True, False]
    assert not is_seated(last, date(2027, 2, 1), date(2027, 1, 1))
