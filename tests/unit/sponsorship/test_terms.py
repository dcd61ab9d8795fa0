from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.sponsorship.rules.terms import BadTerm, Reminder, Term, one_year_from, reminder_due, term_beginning

DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))
ENDS = date(2027, 6, 30)


def _before(days: int) -> Reminder | None:
    return reminder_due(ENDS, on=ENDS - timedelta(days=days))


def test_reminders_have_windows_and_not_days_that_must_be_met() -> None:
    assert _before(61) is None
    assert [_before(days) for days in (60, 45, 31)] == [Reminder.SIXTY_DAYS] * 3
    assert [_before(days) for days in (30, 15, 8)] == [Reminder.THIRTY_DAYS] * 3
    assert [_before(days) for days in (7, 3, 1)] == [Reminder.SEVEN_DAYS] * 3
    assert [_before(days) for days in (0, -1, -29)] == [Reminder.LAPSED] * 3


def test_a_sponsorship_that_ended_long_ago_is_left_in_peace() -> None:
    assert _before(-30) is None
    assert _before(-4000) is None


@given(DAYS, st.integers(0, 120))
def test_whichever_days_the_server_sleeps_each_reminder_comes_in_order_and_once(ends: date, asleep: int) -> None:
    told: list[Reminder] = []
    start = ends - timedelta(days=90)
    for offset in [*range(asleep, 130, 3)]:
        reminder = reminder_due(ends, on=start + timedelta(days=offset))
        if reminder is not None and reminder not in told:
            told.append(reminder)
    assert told == sorted(told, key=list(Reminder).index)
    assert Reminder.LAPSED in told or asleep >= 120


@given(DAYS)
def test_a_year_begins_on_its_first_day_and_is_over_on_the_same_day_a_year_later(starts: date) -> None:
    term = one_year_from(starts)
    assert term.covers(starts)
    assert not term.covers(term.ends_on)
    assert term.ends_on - starts in {timedelta(days=365), timedelta(days=366)}


def test_a_year_that_begins_on_29_february_ends_on_1_march() -> None:
    assert one_year_from(date(2028, 2, 29)).ends_on == date(2029, 3, 1)


def test_a_term_does_not_end_before_it_begins() -> None:
    with pytest.raises(BadTerm):
        Term(date(2027, 1, 2), date(2027, 1, 2))


def test_a_term_begins_neither_in_the_past_nor_in_the_far_future() -> None:
    today = date(2027, 1, 10)
    with pytest.raises(BadTerm, match="past"):
        term_beginning(today - timedelta(days=1), on=today)
    with pytest.raises(BadTerm, match="within a year"):
        term_beginning(today + timedelta(days=400), on=today)
    assert term_beginning(today, on=today).starts_on == today
