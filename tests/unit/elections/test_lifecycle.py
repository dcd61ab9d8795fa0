"""The phases' table: what may follow what, and that nothing else may."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from elections.lifecycle import (
    BEFORE_KEYS,
    NEXT,
    NEXT_OF_POLL,
    ORDER,
    ROLL_OPEN,
    WORDS,
    IllegalTransition,
    Phase,
    advance,
    is_final,
)

POLL = [
    Phase.DRAFT,
    Phase.KEY_CEREMONY,
    Phase.VOTING,
    Phase.CLOSED,
    Phase.MIXING,
    Phase.DECRYPTION,
    Phase.PROVISIONAL_RESULT,
]
REFUSED = [
    (current, to, poll)
    for current, to, poll in product(Phase, Phase, (False, True))
    if to not in (NEXT_OF_POLL if poll else NEXT).get(current, frozenset())
]


def test_the_phases_follow_one_another_in_the_order_of_the_bylaws() -> None:
    for current, following in pairwise(ORDER):
        assert advance(current, following, poll=False) is following


def test_a_poll_goes_from_draft_to_its_keys_and_ends_at_its_result() -> None:
    for current, following in pairwise(POLL):
        assert advance(current, following, poll=True) is following
    assert is_final(Phase.PROVISIONAL_RESULT, poll=True)


@pytest.mark.parametrize("phase", POLL[:-1])
def test_a_poll_without_a_result_may_be_annulled(phase: Phase) -> None:
    assert advance(phase, Phase.ANNULLED, poll=True) is Phase.ANNULLED


@pytest.mark.parametrize("phase", ORDER[:-1])
def test_an_election_may_be_annulled_until_it_is_certified(phase: Phase) -> None:
    assert advance(phase, Phase.ANNULLED, poll=False) is Phase.ANNULLED


@pytest.mark.parametrize(("current", "to", "poll"), REFUSED)
def test_every_other_step_is_refused_with_a_sentence_that_names_both_phases(
    current: Phase, to: Phase, poll: bool
) -> None:
    with pytest.raises(IllegalTransition) as refused:
        advance(current, to, poll=poll)
    assert WORDS[current] in str(refused.value)
    assert WORDS[to] in str(refused.value)


def test_only_a_certificate_and_an_annulment_are_final() -> None:
    assert [phase for phase in Phase if is_final(phase, poll=False)] == [Phase.CERTIFIED, Phase.ANNULLED]


def test_every_phase_stands_in_the_table() -> None:
    assert set(NEXT) == set(WORDS) == set(Phase)


def test_the_roll_closes_before_the_keys_are_made() -> None:
    assert Phase.ROLL_FROZEN in BEFORE_KEYS - ROLL_OPEN
    assert Phase.KEY_CEREMONY not in BEFORE_KEYS
