"""Lengths of periods on a zone's wall clock, times that do not exist, dates suggested; the calendar and feed files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.cycles.dates import (
    ANYWHERE_ON_EARTH,
    DAY,
    BadDate,
    instant,
    length,
    problems,
    record_day,
    spoken,
    suggested,
)
from elections.cycles.pages import atom
from elections.cycles.pages.icalendar import Event, calendar
from elections.cycles.rules import Period
from elections.cycles.rules_file import read_rules
from elections.cycles.services.mailing import Kind
from elections.cycles.services.reminding import plan
from tests.unit.elections.test_cycles_rules import DEMONSTRATION, TRIAL

RULES = read_rules(DEMONSTRATION)
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
wall = datetime.fromisoformat


# Zones.


def test_a_wall_time_is_read_in_its_zone() -> None:
    assert instant(wall("2027-07-01 12:00"), "Europe/Berlin") == datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert instant(wall("2027-01-01 12:00"), ANYWHERE_ON_EARTH) == datetime(2027, 1, 2, 0, tzinfo=UTC)


def test_a_time_the_clocks_skip_or_show_twice_is_refused() -> None:
    with pytest.raises(BadDate, match="skip 2027-03-28 02:30"):
        instant(wall("2027-03-28 02:30"), "Europe/Berlin")
    with pytest.raises(BadDate, match="show 2027-10-31 02:30 twice"):
        instant(wall("2027-10-31 02:30"), "Europe/Berlin")


def test_a_time_at_either_end_of_the_calendar_is_refused_where_utc_has_no_such_day() -> None:
    for day, zone in (("9999-12-31 23:59", ANYWHERE_ON_EARTH), ("0001-01-01 00:00", "Pacific/Auckland")):
        with pytest.raises(BadDate, match="too far away"):
            instant(wall(day), zone)
    with pytest.raises(BadDate, match="too far away"):
        length(NOW, datetime(9999, 12, 31, 23, tzinfo=UTC), "Pacific/Auckland")


@pytest.mark.parametrize("days", [367, 10**12])
def test_complaints_do_not_last_for_ever(days: int) -> None:
    (problem,) = problems(RULES, replace(suggested(RULES, NOW), complaint_days=days), NOW)
    assert (problem.period, problem.sentence) == (Period.COMPLAINTS, "Complaints can be made for 366 days at most.")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "x" * 300])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadDate, match="no time zone"):
        instant(wall("2027-01-01 00:00"), name)


def test_days_are_counted_on_the_wall_clock() -> None:
    spring, later = (datetime(2027, 3, day, 12, tzinfo=ZoneInfo("Europe/Berlin")) for day in (20, 30))
    assert length(spring, later, "Europe/Berlin") == 10 * DAY
    assert length(spring, later, "UTC") == 10 * DAY - timedelta(hours=1)


# Dates.


@given(st.datetimes(wall("2026-01-01"), wall("2036-01-01")), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo"]))
def test_the_dates_suggested_are_always_allowed(now: datetime, zone: str) -> None:
    now = now.replace(tzinfo=UTC)
    for rules in (RULES, read_rules(TRIAL)):
        assert problems(rules, suggested(rules, now, zone), now) == []


def test_suggested_dates_are_allowed_anywhere_on_earth_and_across_the_date_line() -> None:
    for zone in (ANYWHERE_ON_EARTH, "Pacific/Kiritimati", "America/New_York"):
        assert problems(RULES, suggested(RULES, NOW, zone), NOW) == []


def test_the_record_date_is_counted_from_the_day_voting_opens_in_utc() -> None:
    dates = suggested(RULES, NOW, ANYWHERE_ON_EARTH)
    assert record_day(RULES, dates) == dates.voting_opens_at.astimezone(UTC).date() - timedelta(days=30)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (9 * DAY, "9 days"),
        (DAY, "1 day"),
        (DAY - timedelta(hours=1), "23 hours"),
        (13 * DAY + timedelta(hours=23), "13 days and 23 hours"),
        (timedelta(minutes=61), "1 hour and 1 minute"),
        (timedelta(0), "0 days"),
        (timedelta(seconds=20), "less than a minute"),
    ],
)
def test_a_length_is_said_in_days_and_what_is_left(span: timedelta, said: str) -> None:
    assert spoken(span) == said


# Reminders.


def test_a_vote_of_two_weeks_gets_two_reminders_and_a_short_one_fewer() -> None:
    assert plan(NOW, NOW + 14 * DAY) == {Kind.HALF_TIME: NOW + 7 * DAY, Kind.LAST_DAY: NOW + 13 * DAY}
    assert plan(NOW, NOW + 2 * DAY) == {Kind.LAST_DAY: NOW + DAY}
    assert plan(NOW, NOW + DAY / 2) == {Kind.HALF_TIME: NOW + DAY / 4}


# iCalendar.


def parsed(content: bytes) -> list[tuple[str, str]]:
    """Read content lines as RFC 5545, 3.1 and 3.3.11 say: a reader of its own, which shares nothing with the writer."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in physical)
    assert b"\n" not in b"".join(physical)
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    return [(name, value) for name, _colon, value in (line.partition(":") for line in lines)]


def unescaped(value: str) -> str:
    found, rest = "", value
    while rest:
        if rest[0] == "\\":
            found, rest = found + {"n": "\n"}.get(rest[1], rest[1]), rest[2:]
        else:
            assert rest[0] not in ";,"
            found, rest = found + rest[0], rest[1:]
    return found


def event(**changes: object) -> Event:
    said: dict[str, object] = {
        "uid": "cycle-1-voting@footing.example",
        "summary": "Elections: Voting",
        "description": "Clause 4.4.",
        "url": "https://footing.example/elections/cycles/1",
        "begin": NOW,
        "end": NOW + 7 * DAY,
        "changed": NOW,
    }
    return Event(**said | changes)  # type: ignore[arg-type]


def test_a_calendar_tells_the_dates_in_utc_and_a_day_as_a_day() -> None:
    lines = parsed(calendar("Elections", [event(), event(begin=date(2026, 12, 1), end=None, sequence=2)]))
    assert lines[0] == ("BEGIN", "VCALENDAR")
    assert lines[-1] == ("END", "VCALENDAR")
    assert ("DTSTART", "20261122T153000Z") in lines
    assert ("DTEND", "20261129T153000Z") in lines
    assert ("DTSTART;VALUE=DATE", "20261201") in lines
    assert ("DTEND;VALUE=DATE", "20261202") in lines
    assert ("SEQUENCE", "2") in lines


def test_a_span_of_no_length_is_a_moment_since_an_end_must_be_later() -> None:
    lines = parsed(calendar("Elections", [event(end=NOW)]))
    assert not [name for name, _value in lines if name.startswith("DTEND")]


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=400))
def test_any_text_comes_back_from_its_folded_and_escaped_lines(text: str) -> None:
    lines = dict(parsed(calendar("x", [event(summary=text)])))
    assert unescaped(lines["SUMMARY"]) == text


# Atom.


@given(st.text(max_size=200))
def test_a_feed_can_be_read_whatever_a_title_holds(text: str) -> None:
    entry = atom.Entry("tag:footing.example,2026:register/1", text, "https://footing.example/", NOW, text, text)
    feed = atom.Feed("Elections", "https://footing.example/feed.atom", "https://footing.example/", NOW, [entry])
    root = ElementTree.fromstring(atom.document(feed))  # noqa: S314 — our own
    name = "{http://www.w3.org/2005/Atom}"
    assert root.findtext(f"{name}entry/{name}updated") == "2026-11-22T15:30:00Z"
    assert root.findtext(f"{name}entry/{name}author/{name}name") is not None
