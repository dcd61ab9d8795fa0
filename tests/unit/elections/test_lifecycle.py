"""The phases' table: what may follow what, and that nothing else may."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from elections.lifecycle import NEXT, WORDS, IllegalTransition, Phase, advance, is_final

ROAD = [
    Phase.DRAFT,
    Phase.KEY_CEREMONY,
    Phase.VOTING,
    Phase.CLOSED,
    Phase.MIXING,
    Phase.DECRYPTION,
    Phase.PROVISIONAL_RESULT,
]


def test_the_phases_follow_one_another_in_the_order_of_the_bylaws() -> None:
    for current, following in pairwise(ROAD):
        assert advance(current, following) is following


@pytest.mark.parametrize("phase", ROAD[:-1])
def test_an_election_without_a_result_may_be_annulled(phase: Phase) -> None:
    assert advance(phase, Phase.ANNULLED) is Phase.ANNULLED


@pytest.mark.parametrize(("current", "to"), [pair for pair in product(Phase, Phase) if pair[1] not in NEXT[pair[0]]])
def test_every_other_step_is_refused_with_a_sentence_that_names_both_phases(current: Phase, to: Phase) -> None:
    with pytest.raises(IllegalTransition) as refused:
        advance(current, to)
    assert WORDS[current] in str(refused.value)
    assert WORDS[to] in str(refused.value)


def test_only_a_result_and_an_annulment_are_final() -> None:
    assert [phase for phase in Phase if is_final(phase)] == [Phase.PROVISIONAL_RESULT, Phase.ANNULLED]


def test_every_phase_stands_in_the_table() -> None:
    assert set(NEXT) == set(WORDS) == set(Phase)
