"""The archive as it stands: its members, its events, its payloads, and how far the election has come.

Reading here is lenient on purpose: it takes in whatever can be made sense of, so that each rule is demanded in one
place only, by its check in `elections.verifier.checks`, and a breach is reported under that rule's number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from elections.crypto.archive import BLOCK, EVENT_SUFFIX, HEADER_NAME, Event, EventType, sha256_hex
from elections.crypto.errors import Malformed, Refusal
from elections.crypto.exact_json import Json, loads, natural, string

from .errors import Broken, Unusable


class Stage(IntEnum):
    """How far an election has come, by the events on its board."""

    OPEN = 0
    CLOSED = 1
    TALLIED = 2
    MIXED = 3
    DECRYPTING = 4
    COMPLETE = 5

    def __str__(self) -> str:
        return self.name.lower()


REACHED_BY = {
    EventType.END_BALLOTS: Stage.CLOSED,
    EventType.ENCRYPTED_TALLY: Stage.TALLIED,
    EventType.END_SHUFFLES: Stage.MIXED,
    EventType.PARTIAL_DECRYPTION: Stage.DECRYPTING,
    EventType.RESULT: Stage.COMPLETE,
}


_SIZE = re.compile(rb"[0-7]{11}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of the archive: where its tar header begins, its name, its content and the content's SHA-256."""

    offset: int
    name: str
    content: bytes
    digest: str

    @property
    def is_event(self) -> bool:
        """Whether the member is named as an event."""
        return self.name.endswith(EVENT_SUFFIX)


@dataclass(frozen=True, slots=True)
class Link:
    """An event with the member that holds it."""

    entry: Entry
    event: Event


@dataclass(frozen=True)
class Board:
    """An archive in memory. Members after one whose tar header makes no sense are not seen, which V2 reports."""

    data: bytes
    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, data: bytes) -> "Board":
        """Take in an archive; raise Unusable for bytes that do not begin like one or are cut off within a member."""
        if not data.startswith(HEADER_NAME.encode() + b"\0"):
            raise Unusable("This is not an election archive: it does not begin with the member BELENIOS.")
        return cls(data, tuple(_entries(data)))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The events that can be read, in their order in the archive."""
        return tuple(Link(entry, event) for entry, event in self._events if isinstance(event, Event))

    @cached_property
    def unreadable(self) -> tuple[tuple[Entry, Refusal], ...]:
        """The members named as events that are none, and why."""
        return tuple((entry, event) for entry, event in self._events if isinstance(event, Refusal))

    @cached_property
    def stage(self) -> Stage:
        """The furthest stage that an event of the archive marks."""
        return max((REACHED_BY.get(link.event.type, Stage.OPEN) for link in self.links), default=Stage.OPEN)

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The contents of all members, by their SHA-256."""
        return {entry.digest: entry.content for entry in self.entries}

    @cached_property
    def head(self) -> str:
        """The hash of the last event; the empty string when there is none."""
        return self.links[-1].entry.digest if self.links else ""

    def of_type(self, kind: EventType) -> list[Link]:
        """Return the events of one type, in order."""
        return [link for link in self.links if link.event.type is kind]

    def payload(self, link: Link) -> bytes:
        """Return the content that an event's payload names; raise Broken if there is none."""
        if link.event.payload is None:
            raise Broken(f"Event {link.event.height}, {link.event.type}, has no payload.")
        return self.object(link.event.payload)

    def object(self, digest: str) -> bytes:
        """Return the content with this hash; raise Broken if the archive lacks it."""
        if digest not in self.contents:
            raise Broken(f"The archive lacks the object {digest}, which is referred to.")
        return self.contents[digest]

    @cached_property
    def _events(self) -> tuple[tuple[Entry, Event | Refusal], ...]:
        return tuple((entry, _read_event(entry.content)) for entry in self.entries if entry.is_event)


def lenient_fields(value: Json, *names: str) -> dict[str, Json]:
    """Return the object `value` if it has at least these keys, in whatever order; raise Malformed otherwise."""
    if not isinstance(value, dict) or not set(names) <= set(value):
        raise Malformed(f"Expected an object with the keys {', '.join(names)}.")
    return value


def _entries(data: bytes) -> Iterator[Entry]:
    offset = 0
    while offset < len(data):
        block = data[offset : offset + BLOCK]
        size = _SIZE.match(block, 124)
        if size is None and len(block) == BLOCK:
            return
        start = offset + BLOCK
        end = start + int(size[0], 8) if size else start
        if len(data) < end + -end % BLOCK:
            raise Unusable(f"The archive is cut off: the member at byte {offset} is not complete.")
        content = data[start:end]
        yield Entry(offset, block[:100].rstrip(b"\0").decode("latin-1"), content, sha256_hex(content))
        offset = end + -end % BLOCK


def _read_event(content: bytes) -> Event | Refusal:
    try:
        value = lenient_fields(loads(content), "height", "type")
        kind = string(value["type"])
        if kind not in set(EventType):
            raise Malformed(f"There is no event type {kind[:40]!r}.")
        links = (string(value[key]) if key in value else None for key in ("parent", "payload"))
        parent, payload = links
        return Event(parent, natural(value["height"]), EventType(kind), payload)
    except Refusal as refusal:
        return refusal
