"""The single-winner methods against their definitions, tried out in every possible way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.counting.errors import TooLarge
from elections.counting.methods import kemeny
from elections.counting.methods.kemeny import kemeny_young
from elections.counting.methods.ranked_pairs import ranked_pairs
from elections.counting.methods.schulze import schulze, strongest_paths
from elections.counting.methods.settings import Settings
from elections.counting.methods.split_cycle import split_cycle
from elections.counting.profile import Measure, Profile, profile_of, victories
from elections.counting.rankings import Rankings, rankings_of
from elections.counting.report import report
from elections.counting.sets import schwartz_set, smith_set
from tests.unit.counting import brute_force
from tests.unit.counting.strategies import electorates

MEASURES = pytest.mark.parametrize("measure", [Measure.WINNING_VOTES, Measure.MARGINS])


@MEASURES
@given(rankings=electorates(largest=5))
def test_schulze_agrees_with_the_best_of_all_paths(measure: Measure, rankings: Rankings) -> None:
    profile = profile_of(rankings)
    links = np.maximum(victories(profile.pairwise, measure), 0).tolist()
    if measure is Measure.WINNING_VOTES:
        links = brute_force.winning_links(profile.pairwise.tolist())
    assert schulze(profile, measure).order == brute_force.schulze(links)


def test_of_links_with_equal_votes_for_them_the_one_with_fewer_votes_against_it_is_stronger() -> None:
    """A beats B 4–3, B beats C 4–3 and C beats A 4–2, so the cycle is decided by votes against."""
    table = np.array([[0, 4, 2], [3, 0, 4], [4, 3, 0]])
    outcome = schulze(Profile(("A", "B", "C"), table, None))
    assert outcome.strengths == ((0, 4, 4), (4, 0, 4), (4, 4, 0))
    assert outcome.order == ((1, 2), (0,))
    assert outcome.order == brute_force.schulze(brute_force.winning_links(table.tolist()))


@MEASURES
@settings(max_examples=150)
@given(rankings=electorates(largest=4))
def test_ranked_pairs_agree_with_every_order_of_equal_pairs(measure: Measure, rankings: Rankings) -> None:
    profile = profile_of(rankings)
    expected = brute_force.ranked_pairs(profile.pairwise.tolist(), victories(profile.pairwise, measure).tolist())
    assert ranked_pairs(profile, Settings(), measure).order == expected


@given(rankings=electorates(largest=5))
def test_split_cycle_leaves_out_exactly_the_weakest_victories_of_cycles(rankings: Rankings) -> None:
    profile = profile_of(rankings)
    margins = victories(profile.pairwise, Measure.MARGINS).tolist()
    assert list(split_cycle(profile).order[0]) == brute_force.split_cycle_winners(margins)


@given(rankings=electorates(largest=6))
def test_kemeny_young_agrees_with_all_orders(rankings: Rankings) -> None:
    profile = profile_of(rankings)
    score, order = brute_force.kemeny(profile.pairwise.tolist())
    outcome = kemeny_young(profile)
    assert (outcome.strengths, outcome.order) == ((score,), order)


@given(rankings=electorates(largest=6))
def test_smith_and_schwartz_sets_agree_with_their_definitions(rankings: Rankings) -> None:
    table = profile_of(rankings).pairwise
    assert list(smith_set(table)) == brute_force.smith(table.tolist())
    assert list(schwartz_set(table)) == brute_force.schwartz(table.tolist())


@given(st.integers(2, 12), st.integers(0, 2**32 - 1), st.sampled_from([5, 40_000, 2**33]))
def test_strongest_paths_are_the_same_in_every_width_of_integers(count: int, seed: int, largest: int) -> None:
    links = np.random.default_rng(seed).integers(0, largest, (count, count))
    np.fill_diagonal(links, 0)
    slow = links.copy()
    for k in range(count):
        for a in range(count):
            for b in range(count):
                slow[a, b] = max(slow[a, b], min(slow[a, k], slow[k, b])) if a != b else 0
    assert (strongest_paths(links) == slow).all()


def test_kemeny_young_counts_sixteen_candidates() -> None:
    generator = np.random.default_rng(1)
    rows = [generator.permutation(16) + 1 for _ in range(9)]
    outcome = kemeny_young(profile_of(rankings_of("ABCDEFGHIJKLMNOP", rows)))
    assert sorted(index for tier in outcome.order for index in tier) == list(range(16))


def test_kemeny_young_refuses_more_candidates_than_its_limit() -> None:
    names = [str(number) for number in range(kemeny.LARGEST + 1)]
    with pytest.raises(TooLarge, match="at most 18"):
        kemeny_young(profile_of(rankings_of(names, [range(1, len(names) + 1)])))


def test_too_many_equal_pairs_leave_what_is_certain_and_say_so() -> None:
    generator = np.random.default_rng(2)
    rows = [generator.permutation(40) + 1 for _ in range(20)]
    profile = profile_of(rankings_of([str(number) for number in range(40)], rows))
    outcome = ranked_pairs(profile, Settings())
    assert any("too many" in note for note in outcome.notes)
    assert set(smith_set(profile.pairwise)) >= set(outcome.order[0])


def test_approval_of_the_ranked_gives_a_vote_to_everybody_whom_a_ballot_ranks() -> None:
    found = report("ABC", [[1, 2, 0], [0, 1, 0], [0, 7, 9]], method="approval-of-ranked").to_json()["results"][0]
    assert (found["order"], found["strengths"]) == ([["B"], ["A", "C"]], [1, 3, 1])
