"""Turns: how many are worked on and wait, who is sent away, and when those are to come back."""

from __future__ import annotations

from threading import Thread

import pytest

from foundation.core.errors import Busy
from foundation.core.turns import LONGEST_SECONDS, SOONEST_SECONDS, Turns


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def busy(seconds: int) -> Busy:
    return Busy("Come back.", seconds)


def sent_away(turns: Turns) -> int:
    """Ask for a turn that there is none of; return after how many seconds to come back."""
    with pytest.raises(Busy) as refusal:
        turns.take(busy)
    assert refusal.value.again_in is not None
    return refusal.value.again_in


def test_when_all_places_are_taken_the_next_is_sent_away_until_one_leaves() -> None:
    turns = Turns(at_work=2, waiting=0)
    begun = [turns.take(busy), turns.take(busy)]
    sent_away(turns)
    turns.leave(begun[0])
    turns.take(busy)
    sent_away(turns)


def test_whoever_waits_begins_when_somebody_leaves() -> None:
    turns = Turns(at_work=1, waiting=1)
    turns.patience = 60.0
    begun = turns.take(busy)
    seen: list[float] = []
    second = Thread(target=lambda: seen.append(turns.take(busy)))
    second.start()
    turns.leave(begun)
    second.join(60)
    assert len(seen) == 1


def test_whoever_waits_too_long_is_sent_away_and_leaves_the_place_to_another() -> None:
    turns = Turns(at_work=1, waiting=1)
    turns.patience = 0.0
    begun = turns.take(busy)
    for _ in range(3):
        sent_away(turns)
    turns.leave(begun)
    turns.leave(turns.take(busy))


def test_those_who_are_sent_away_are_told_to_come_back_one_turn_after_another() -> None:
    clock = Clock()
    turns = Turns(at_work=2, waiting=0, clock=clock)
    begun = [turns.take(busy), turns.take(busy)]
    clock.now += 0.08
    for each in begun:
        turns.leave(each)
    begun = [turns.take(busy), turns.take(busy)]
    # A turn takes 0.08 s and two are worked on side by side, so 25 find room in each second.
    promised = [sent_away(turns) for _ in range(250)]
    assert promised == sorted(promised)
    assert {second: promised.count(second) for second in range(4, 12)} == dict.fromkeys(range(4, 12), 25)
    assert min(promised) > SOONEST_SECONDS
    clock.now += 20
    assert sent_away(turns) == SOONEST_SECONDS + 1


def test_where_turns_take_longer_those_who_are_sent_away_stay_away_longer() -> None:
    clock = Clock()
    turns = Turns(at_work=1, waiting=0, clock=clock)
    for _ in range(100):
        begun = turns.take(busy)
        clock.now += 1.0
        turns.leave(begun)
    turns.take(busy)
    assert [sent_away(turns) for _ in range(5)] == [3, 4, 5, 6, 7]


def test_nobody_is_sent_away_for_longer_than_half_a_minute_nor_all_to_the_same_moment() -> None:
    turns = Turns(at_work=1, waiting=0, clock=Clock())
    turns.take(busy)
    promised = [sent_away(turns) for _ in range(5000)]
    assert max(promised) == LONGEST_SECONDS
    late = promised[1000:]
    assert min(late) >= LONGEST_SECONDS // 2
    assert max(late.count(second) for second in set(late)) < len(late) / 10
