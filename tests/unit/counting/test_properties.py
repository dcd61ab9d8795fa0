"""What must hold of every electorate: covariance, Condorcet and Smith consistency, monotonicity, clones, sums of
parts.
"""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elections.counting.methods.registry import METHODS, Method
from elections.counting.methods.settings import Settings
from elections.counting.pairwise import pairwise_of, pairwise_table
from elections.counting.profile import Profile, profile_of
from elections.counting.rankings import Rankings, Unranked, rankings_of
from elections.counting.sets import condorcet_winner, smith_set
from elections.counting.tiers import Tiers
from tests.unit.counting.strategies import NAMES, electorates

SINGLE = pytest.mark.parametrize("method", [m for m in METHODS if not m.proportional], ids=lambda m: m.name)
CONDORCET = {"schulze", "schulze-margins", "ranked-pairs", "ranked-pairs-margins", "minimax", "minimax-margins"}
CONDORCET |= {"copeland", "kemeny-young", "split-cycle", "nanson", "baldwin", "black"}
SMITH = CONDORCET - {"minimax", "minimax-margins", "black"}
CLONEPROOF = [m for m in METHODS if m.name in ("schulze", "ranked-pairs", "ranked-pairs-margins", "schulze-margins")]


def order(method: Method, profile: Profile) -> Tiers:
    return method.run(profile, Settings()).order


@given(rankings=electorates())
def test_reversing_every_ballot_transposes_the_pairwise_table(rankings: Rankings) -> None:
    ranks = rankings.ranks.astype(np.int64)
    whole = np.where(ranks == 0, 99, ranks)
    turned = Rankings(rankings.candidates, (100 - whole).astype(np.int8), rankings.weights)
    assert (pairwise_table(turned) == pairwise_table(rankings).T).all()


@given(rankings=electorates(), unranked=st.sampled_from(list(Unranked)))
def test_the_pairwise_table_counts_each_ballot_that_ranks_one_above_the_other(
    rankings: Rankings, unranked: Unranked
) -> None:
    expected = np.zeros((len(rankings.candidates),) * 2, dtype=np.int64)
    for row, weight in zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True):
        for a, first in enumerate(row):
            for b, second in enumerate(row):
                below = second > first if second else unranked is Unranked.LAST
                expected[a, b] += weight if first and below else 0
    assert (pairwise_table(rankings, unranked=unranked) == expected).all()


@pytest.mark.parametrize("ballots", [1, 7, 8, 9, 2039, 2040, 2041, 8159, 8160, 8161, 20000])
def test_the_pairwise_table_is_right_at_the_edges_of_blocks_and_words(ballots: int) -> None:
    generator = np.random.default_rng(ballots)
    ranks = generator.integers(0, 4, (ballots, 3)).astype(np.int8)
    weights = generator.integers(1, 300, ballots)
    shown = np.where(ranks == 0, 99, ranks)
    expected = ((shown[:, :, None] < shown[:, None, :]) * weights[:, None, None]).sum(axis=0)
    assert (pairwise_table(Rankings(("A", "B", "C"), ranks, weights)) == expected).all()


@given(rankings=electorates())
def test_equal_rankings_taken_together_are_the_same_electorate(rankings: Rankings) -> None:
    together = rankings.distinct()
    assert len({tuple(row) for row in together.ranks.tolist()}) == len(together.ranks)
    assert (together.ballots, together.blank) == (rankings.ballots, rankings.blank)
    assert (pairwise_table(together) == pairwise_table(rankings)).all()


@SINGLE
@settings(max_examples=25)
@given(rankings=electorates(largest=5), seed=st.randoms(use_true_random=False))
def test_permuting_the_candidates_permutes_the_order(method: Method, rankings: Rankings, seed: "object") -> None:
    places = list(range(len(rankings.candidates)))
    seed.shuffle(places)  # type: ignore[attr-defined]
    permuted = Rankings(tuple(NAMES[place] for place in places), rankings.ranks[:, places], rankings.weights)
    moved = tuple(tuple(sorted(places[index] for index in tier)) for tier in order(method, profile_of(permuted)))
    assert moved == tuple(tuple(sorted(tier)) for tier in order(method, profile_of(rankings)))


@SINGLE
@settings(max_examples=20)
@given(rankings=electorates(largest=5), factor=st.integers(2, 4))
def test_neither_the_order_of_ballots_nor_their_common_multiple_matters(
    method: Method, rankings: Rankings, factor: int
) -> None:
    turned = Rankings(rankings.candidates, rankings.ranks[::-1], rankings.weights[::-1] * factor)
    assert order(method, profile_of(turned)) == order(method, profile_of(rankings))


@SINGLE
@settings(max_examples=40)
@given(rankings=electorates(largest=5))
def test_a_condorcet_winner_is_elected_and_the_smith_set_stays_on_top(method: Method, rankings: Rankings) -> None:
    profile = profile_of(rankings)
    winner, first = condorcet_winner(profile.pairwise), order(method, profile)[0]
    if method.name in CONDORCET and winner is not None:
        assert first == (winner,)
    if method.name in SMITH:
        assert set(first) <= set(smith_set(profile.pairwise))


@pytest.mark.parametrize("method", CLONEPROOF, ids=lambda m: m.name)
@settings(max_examples=50)
@given(rankings=electorates(largest=5), data=st.data())
def test_ranking_a_sole_winner_higher_does_not_harm(method: Method, rankings: Rankings, data: st.DataObject) -> None:
    first = order(method, profile_of(rankings))[0]
    assume(len(first) == 1)
    row = data.draw(st.integers(0, len(rankings.ranks) - 1))
    ranks = rankings.ranks.astype(np.int64) * 2
    above = data.draw(st.integers(1, max(1, int(ranks[row, first[0]]) or 2 * len(rankings.candidates) + 1)))
    ranks[row, first[0]] = above
    raised = rankings_of(rankings.candidates, ranks.tolist(), rankings.weights.tolist())
    assert first[0] in order(method, profile_of(raised))[0]


@pytest.mark.parametrize("method", CLONEPROOF, ids=lambda m: m.name)
@settings(max_examples=50)
@given(rankings=electorates(largest=4, linear=True), orders=st.lists(st.booleans(), min_size=9, max_size=9))
def test_a_clone_neither_helps_nor_harms_the_others(method: Method, rankings: Rankings, orders: list[bool]) -> None:
    """The clone of A stands next to it on every (strict) ballot, above or below; ties for the top are left aside."""
    before = order(method, profile_of(rankings))[0]
    ranks = np.where(rankings.ranks == 0, 50, rankings.ranks).astype(np.int64) * 2
    clone = ranks[:, [0]] + np.where(np.array(orders[: len(ranks)]), 1, 0)[:, None]
    own = ranks[:, [0]] + np.where(np.array(orders[: len(ranks)]), 0, 1)[:, None]
    cloned = np.concatenate((own, ranks[:, 1:], clone), axis=1)
    names = (*rankings.candidates, "clone")
    after = order(method, profile_of(rankings_of(names, cloned.tolist(), rankings.weights.tolist())))[0]
    assume(len(before) == 1 and len({*after} - {0, len(names) - 1}) < 2)
    if before == (0,):
        assert {*after} <= {0, len(names) - 1}
    else:
        assert after == before


def test_parts_of_an_electorate_add_up_on_threads_and_processes() -> None:
    generator = np.random.default_rng(4)
    ranks = generator.integers(0, 7, (5000, 6)).astype(np.int8)
    whole = Rankings(tuple(NAMES[:6]), ranks, np.ones(5000, dtype=np.int64))
    parts = [Rankings(whole.candidates, ranks[start::3], whole.weights[start::3]) for start in range(3)]
    for kind in (ThreadPoolExecutor, ProcessPoolExecutor):
        with kind(2) as executor:
            assert (pairwise_of(parts, executor) == pairwise_table(whole)).all()


def test_parts_about_other_candidates_do_not_add_up() -> None:
    parts = [rankings_of("AB", [[1, 2]]), rankings_of("AC", [[1, 2]])]
    with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="same candidates"):
        pairwise_of(parts, executor)
