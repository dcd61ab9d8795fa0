"""Dates as an iCalendar file (RFC 5545), for whoever subscribes to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
PRODUCT = "-//Footing//Elections//EN"


@dataclass(frozen=True, slots=True)
class Event:
    """A span of time, a moment (without `end`), or a whole day (`begin` a date); `uid` stays when its dates change."""

    uid: str
    summary: str
    description: str
    url: str
    begin: datetime | date
    end: datetime | None
    changed: datetime
    sequence: int = 0
    cancelled: bool = False


def calendar(name: str, events: Sequence[Event]) -> bytes:
    """Return the calendar: lines end in CR LF, long ones are folded between characters (3.1), text is escaped."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"NAME:{_text(name)}"]
    lines += [f"X-WR-CALNAME:{_text(name)}"]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(event.changed)}"
    yield f"SEQUENCE:{event.sequence}"
    if isinstance(event.begin, datetime):
        yield f"DTSTART:{_moment(event.begin)}"
        # An end has to be later than the beginning (3.8.2.2); without one, the event is a moment.
        if event.end is not None and event.end > event.begin:
            yield f"DTEND:{_moment(event.end)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.begin:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.begin + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    yield f"URL:{event.url}"
    if event.cancelled:
        yield "STATUS:CANCELLED"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escape a TEXT value (3.3.11); other control characters have no place in it."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(character for character in escaped if character >= " " and character != "\x7f")


def _folded(line: str) -> bytes:
    """Break a line every 75 octets at most, never inside a character; what goes on begins with a space."""
    pieces: list[bytes] = [b""]
    for character in line:
        encoded = character.encode()
        if len(pieces[-1]) + len(encoded) > LONGEST_LINE:
            pieces.append(b" ")
        pieces[-1] += encoded
    return b"\r\n".join(pieces) + b"\r\n"
