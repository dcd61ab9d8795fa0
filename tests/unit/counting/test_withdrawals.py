"""Counting without somebody who withdrew: every ballot stays, the column goes, the ranks close up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.counting.errors import BadInput
from elections.counting.rankings import Rankings, dense, rankings_of, without
from elections.counting.report import report
from tests.unit.counting.strategies import electorates


def test_the_column_goes_the_ranks_close_up_and_every_ballot_stays() -> None:
    left = without("ABC", [[1, 2, 3], [2, 1, 2], [0, 4, 0], [200, 9, 0]], ["B"])
    assert left.candidates == ("A", "C")
    assert left.ranks.tolist() == [[1, 2], [1, 1], [0, 0], [1, 0]]
    assert (left.ballots, left.blank) == (4, 1)


@settings(max_examples=100)
@given(rankings=electorates(2, 6), data=st.data())
def test_the_ballots_left_are_each_ballot_without_the_withdrawn(rankings: Rankings, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(rankings.candidates), max_size=len(rankings.candidates) - 1))
    kept = [place for place, name in enumerate(rankings.candidates) if name not in gone]
    left = without(rankings.candidates, rankings, gone)
    assert left.ranks.tolist() == [list(dense([row[place] for place in kept])) for row in rankings.ranks.tolist()]
    assert np.array_equal(left.weights, rankings.weights)
    table = report(rankings.candidates, rankings).profile.pairwise
    assert np.array_equal(report(left.candidates, left).profile.pairwise, table[np.ix_(kept, kept)])


def test_who_is_no_candidate_cannot_withdraw_and_somebody_must_be_left() -> None:
    with pytest.raises(BadInput, match="'D' cannot withdraw"):
        without("ABC", [[1, 2, 3]], ["D"])
    with pytest.raises(BadInput, match="no candidate left"):
        without("AB", [[1, 2]], "AB")
    with pytest.raises(BadInput, match="other candidates"):
        without("AC", rankings_of("AB", [[1, 2]]), ["A"])
