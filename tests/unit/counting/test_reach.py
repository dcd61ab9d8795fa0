"""Chains of locked pairs: the same as the transitive closure, also where the pairs close cycles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from elections.counting.methods.pairs import Pairs
from elections.counting.methods.reach import Reach, members
from elections.counting.outcome import Pair
from elections.counting.tiers import closure


@given(st.integers(1, 20), st.data())
def test_locking_one_by_one_is_the_transitive_closure(count: int, data: st.DataObject) -> None:
    places = st.integers(0, count - 1)
    pairs = data.draw(st.lists(st.tuples(places, places), max_size=40))
    linked = np.zeros((count, count), dtype=np.bool_)
    for one, two in pairs:
        linked[one, two] = True
    nothing = Reach.nothing(count)
    reach = nothing.after(pairs)
    assert np.array_equal(reach.relation(), closure(linked))
    assert np.array_equal(Reach(reach.above, reach.below).relation(), closure(linked).T)
    assert not nothing.relation().any()
    assert all(reach.has(one, two) for one, two in pairs)


@given(st.sets(st.integers(0, 200)))
def test_the_members_of_a_set_are_its_binary_digits(chosen: set[int]) -> None:
    assert list(members(sum(1 << one for one in chosen))) == sorted(chosen)


def test_pairs_are_a_sequence_of_pairs_and_come_together_by_strength() -> None:
    pairs = Pairs(np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([7, 7, 3]))
    assert list(pairs) == [Pair(0, 1, 7), Pair(1, 2, 7), Pair(2, 0, 3)] == [pairs[0], pairs[1], pairs[-1]]
    assert (len(pairs), list(pairs[2:]), list(pairs[:0])) == (3, [Pair(2, 0, 3)], [])
    assert list(pairs.equal()) == [(0, [(0, 1), (1, 2)]), (2, [(2, 0)])]
    assert list(pairs[:0].equal()) == []
