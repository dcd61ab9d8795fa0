"""The states of a nomination: what may follow what, and that nothing else may."""

from __future__ import annotations

from itertools import product

import pytest

from elections.nominations.lifecycle import NEXT, IllegalTransition, NominationState, advance

STEPS = {
    (NominationState.PROPOSED, NominationState.ACCEPTED),
    (NominationState.PROPOSED, NominationState.DECLINED),
    (NominationState.ACCEPTED, NominationState.WITHDRAWN),
}


@pytest.mark.parametrize(("current", "to"), list(product(NominationState, NominationState)))
def test_a_nomination_is_answered_once_and_only_an_accepted_one_is_withdrawn(
    current: NominationState, to: NominationState
) -> None:
    if (current, to) in STEPS:
        assert advance(current, to) is to
    else:
        with pytest.raises(IllegalTransition, match=f"{current} cannot become {to}"):
            advance(current, to)


def test_every_state_stands_in_the_table() -> None:
    assert set(NEXT) == set(NominationState)
