"""When a sponsorship begins and ends, and when its company is reminded. Pure.

A term is a half-open range of days: it begins on `starts_on` and is over on `ends_on`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_WAIT = timedelta(days=366)
LEAP_DAY = (2, 29)
TOLD_AFTER_EXPIRY = timedelta(days=30)
"""For so long after its end a sponsorship is still told to have lapsed; later mail would only puzzle."""


class BadTerm(ValueError):
    """The dates cannot be a term; the sentence is fit to show."""


class Reminder(StrEnum):
    """The letters about renewal, each sent once."""

    SIXTY_DAYS = "60"
    THIRTY_DAYS = "30"
    SEVEN_DAYS = "7"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Term:
    """The days a sponsorship lasts; `ends_on` is the first day after it."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on <= self.starts_on:
            raise BadTerm("A term must end after it begins.")

    def covers(self, on: date) -> bool:
        """Tell whether the day is part of the term."""
        return self.starts_on <= on < self.ends_on


def one_year_from(starts_on: date) -> Term:
    """Return the term of one year; what begins on 29 February ends on 1 March."""
    if (starts_on.month, starts_on.day) == LEAP_DAY:
        return Term(starts_on, date(starts_on.year + 1, 3, 1))
    return Term(starts_on, starts_on.replace(year=starts_on.year + 1))


def term_beginning(starts_on: date, *, on: date) -> Term:
    """Return the year's term that may be agreed on the day `on`, or raise BadTerm."""
    if starts_on < on:
        raise BadTerm("A sponsorship cannot begin in the past: benefits missed cannot be given any more.")
    if starts_on > on + LONGEST_WAIT:
        raise BadTerm("A sponsorship begins within a year.")
    return one_year_from(starts_on)


def reminder_due(ends_on: date, *, on: date) -> Reminder | None:
    """Return the letter whose window the day is in: not a day that must be met, so a day missed loses nothing.

    Where several were missed only the latest is due; a company gets no three letters at once.
    """
    left = (ends_on - on).days
    if left <= 0:
        return Reminder.LAPSED if on < ends_on + TOLD_AFTER_EXPIRY else None
    for reminder in (Reminder.SEVEN_DAYS, Reminder.THIRTY_DAYS, Reminder.SIXTY_DAYS):
        if left <= int(reminder.value):
            return reminder
    return None
