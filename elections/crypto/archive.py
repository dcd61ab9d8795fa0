"""The public board as a file, UUID.bel: an append-only, hash-chained, old-style tar archive (specification 4.4).

It begins with the member BELENIOS, the header; then come data, named after their SHA-256, and events, each of which
names its parent event and at most one payload. There are no end-of-archive blocks, so that it can always grow, and
every member carries the header's timestamp, so that equal content means equal bytes.

Reading is in layers, for callers who want to say which rule was broken: `read_header`, then `records` (framing), then
`Record.check_name` (names are hashes of contents), then `Event.from_json`. What order of events makes sense, and what
they refer to, is the verifier's business.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from mmap import mmap
from typing import TypeAlias

from .errors import BadArchive, Malformed, NotCanonical, Unsupported
from .exact_json import Json, dumps, fields, loads_exact, natural, string

Buffer: TypeAlias = bytes | memoryview | mmap

VERSION = 1
BLOCK = 512
HEADER_NAME = "BELENIOS"
DATA_SUFFIX = ".data.json"
EVENT_SUFFIX = ".event.json"

_HASH = re.compile("[0-9a-f]{64}")
_NAME = re.compile(rb"(BELENIOS|[0-9a-f]{64}\.(?:data|event)\.json)\0*", re.DOTALL)
_OCTAL = re.compile(rb"[0-7]{11}\0", re.DOTALL)
_TIMESTAMP = re.compile("0|[1-9][0-9]{0,9}")


class EventType(StrEnum):
    """The types of events, in the order in which they occur."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


WITHOUT_PAYLOAD = frozenset({EventType.END_BALLOTS, EventType.END_SHUFFLES})


@dataclass(frozen=True, slots=True)
class Header:
    """The archive's header; `timestamp` is in seconds since 1970 and stands in the file as a string."""

    timestamp: int

    def to_json(self) -> bytes:
        """Return the content of the member BELENIOS."""
        return dumps({"version": VERSION, "timestamp": str(self.timestamp)})

    @classmethod
    def from_json(cls, data: bytes) -> "Header":
        """Read the content of the member BELENIOS."""
        value = fields(loads_exact(data), "version", "timestamp")
        if natural(value["version"]) != VERSION:
            raise Unsupported(f"Only archives of version {VERSION} are supported.")
        timestamp = string(value["timestamp"])
        if not _TIMESTAMP.fullmatch(timestamp):
            raise Malformed("The archive's timestamp is not a number of seconds.")
        return cls(int(timestamp))


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain: the hash of its parent, its height counted from 0, its type, the hash of its payload."""

    parent: str | None
    height: int
    type: EventType
    payload: str | None

    def to_json(self) -> bytes:
        """Return the event's bytes, keys in the order parent, height, type, payload."""
        value: dict[str, Json] = {"parent": self.parent, "height": self.height, "type": str(self.type)}
        return dumps({key: entry for key, entry in (value | {"payload": self.payload}).items() if entry is not None})

    @classmethod
    def from_json(cls, data: bytes) -> "Event":
        """Read an event; whether its parent, height and payload fit the archive is left to the caller."""
        value = fields(loads_exact(data), "?parent", "height", "type", "?payload")
        if string(value["type"]) not in set(EventType):
            raise Malformed(f"There is no event type {string(value['type'])[:40]!r}.")
        parent, payload = (parse_hash(value[key]) if key in value else None for key in ("parent", "payload"))
        return cls(parent, natural(value["height"]), EventType(string(value["type"])), payload)

    @property
    def hash(self) -> str:
        """The SHA-256 of the event's bytes, in hexadecimal: its name, and what its successor calls its parent."""
        return sha256_hex(self.to_json())


@dataclass(frozen=True, slots=True)
class SetupData:
    """The payload of the Setup event: hashes of the election, the trustees and the credentials (specification 4.10)."""

    election: str
    trustees: str
    credentials: str

    @classmethod
    def of(cls, election: bytes, trustees: bytes, credentials: bytes) -> "SetupData":
        """Return the structure for these published bytes."""
        return cls(sha256_hex(election), sha256_hex(trustees), sha256_hex(credentials))

    def to_json(self) -> bytes:
        """Return the published bytes."""
        return dumps({"election": self.election, "trustees": self.trustees, "credentials": self.credentials})

    @classmethod
    def from_json(cls, data: bytes) -> "SetupData":
        """Read the published bytes."""
        value = fields(loads_exact(data), "election", "trustees", "credentials")
        return cls(parse_hash(value["election"]), parse_hash(value["trustees"]), parse_hash(value["credentials"]))


@dataclass(frozen=True, slots=True)
class Owned:
    """A trustee's contribution: the number of its owner, counted from 1, and the contribution's hash."""

    owner: int
    payload: str

    def to_json(self) -> bytes:
        """Return the published bytes."""
        return dumps({"owner": self.owner, "payload": self.payload})

    @classmethod
    def from_json(cls, data: bytes) -> "Owned":
        """Read the published bytes; whether there is such an owner is left to the caller."""
        value = fields(loads_exact(data), "owner", "payload")
        return cls(natural(value["owner"]), parse_hash(value["payload"]))


@dataclass(frozen=True, slots=True)
class Record:
    """One member of the archive: where its tar header begins, in bytes, its name and its content."""

    offset: int
    name: str
    content: bytes

    @property
    def is_event(self) -> bool:
        """Whether the member is an event."""
        return self.name.endswith(EVENT_SUFFIX)

    @property
    def hash(self) -> str:
        """The hash that the name claims; the empty string for the header."""
        return self.name.partition(".")[0] if self.name != HEADER_NAME else ""

    def check_name(self) -> None:
        """Raise BadArchive unless the name is the SHA-256 of the content."""
        if self.name != HEADER_NAME and sha256_hex(self.content) != self.hash:
            raise BadArchive(f"The content of {self.name} does not have that hash.", self.offset)


@dataclass(frozen=True, slots=True)
class Chain:
    """The growing end of an archive: what the next event needs. Appending returns the bytes to add to the file."""

    timestamp: int
    parent: str | None = None
    height: int = 0

    def begin(self) -> bytes:
        """Return the bytes with which the archive begins: its header."""
        return record(HEADER_NAME, Header(self.timestamp).to_json(), self.timestamp)

    def append(self, kind: EventType, *contents: bytes) -> tuple["Chain", bytes]:
        """Return the chain after this event, and the bytes to add: `contents`, the last its payload, and the event."""
        payload = sha256_hex(contents[-1]) if contents else None
        event = Event(self.parent, self.height, kind, payload)
        added = [data_record(content, self.timestamp) for content in contents] + [event_record(event, self.timestamp)]
        return replace(self, parent=event.hash, height=self.height + 1), b"".join(added)

    @classmethod
    def resume(cls, buffer: Buffer) -> "Chain":
        """Return the end of an existing archive, whose framing is checked and whose last event is believed."""
        chain = cls(read_header(buffer).timestamp)
        for entry in records(buffer):
            if entry.is_event:
                chain = replace(chain, parent=entry.hash, height=Event.from_json(entry.content).height + 1)
        return chain


def sha256_hex(data: bytes) -> str:
    """Return SHA-256 in hexadecimal, as the archive names things."""
    return sha256(data).hexdigest()


def parse_hash(value: Json) -> str:
    """Return `value` if it is a SHA-256 in lower-case hexadecimal."""
    text = string(value)
    if not _HASH.fullmatch(text):
        raise Malformed("A hash is 64 hexadecimal digits in lower case.")
    return text


def record(name: str, content: bytes, timestamp: int) -> bytes:
    """Return one member of the archive, tar header and padding included; `timestamp` is the header's."""
    return _tar_header(name.encode(), len(content), timestamp) + content + bytes(-len(content) % BLOCK)


def data_record(content: bytes, timestamp: int) -> bytes:
    """Return the member that holds a piece of data."""
    return record(sha256_hex(content) + DATA_SUFFIX, content, timestamp)


def event_record(event: Event, timestamp: int) -> bytes:
    """Return the member that holds an event."""
    return record(event.hash + EVENT_SUFFIX, event.to_json(), timestamp)


def read_header(buffer: Buffer) -> Header:
    """Return the archive's header; raise BadArchive unless the bytes begin with one in canonical form."""
    entry, mtime = _member(buffer, 0)
    if entry.name != HEADER_NAME:
        raise BadArchive(f"An archive begins with the member {HEADER_NAME}.", 0)
    try:
        header = Header.from_json(entry.content)
    except (Malformed, NotCanonical) as error:
        raise BadArchive(f"The archive's header is malformed. {error}", 0) from error
    if header.timestamp != mtime:
        raise BadArchive("The header's timestamp is not that of its tar record.", 0)
    return header


def records(buffer: Buffer) -> Iterator[Record]:
    """Yield all members, the header first; raise BadArchive where the bytes are not those that `record` writes."""
    offset, timestamp = 0, None
    while offset < len(buffer):
        entry, mtime = _member(buffer, offset)
        timestamp = mtime if timestamp is None else timestamp
        if mtime != timestamp:
            raise BadArchive("A member carries another timestamp than the header.", offset)
        if (entry.name == HEADER_NAME) != (offset == 0):
            raise BadArchive(f"The member {HEADER_NAME} comes first, and only once.", offset)
        yield entry
        offset += BLOCK + len(entry.content) + -len(entry.content) % BLOCK


def _member(buffer: Buffer, offset: int) -> tuple[Record, int]:
    block = bytes(buffer[offset : offset + BLOCK])
    if len(block) < BLOCK:
        raise BadArchive("The archive is cut off within a member's header.", offset)
    name, size, mtime = _parse_tar_header(block, offset)
    start = offset + BLOCK
    end = start + size
    padded = bytes(buffer[start : end + -size % BLOCK])
    if len(padded) < size + -size % BLOCK:
        raise BadArchive(f"The archive is cut off within {name}.", offset)
    if any(padded[size:]):
        raise BadArchive(f"The padding after {name} is not zero.", end)
    return Record(offset, name, padded[:size]), mtime


def _parse_tar_header(block: bytes, offset: int) -> tuple[str, int, int]:
    name, size, mtime = _NAME.fullmatch(block[:100]), block[124:136], block[136:148]
    if name is None:
        raise BadArchive("A member's name is not that of a header, of data or of an event.", offset)
    if not _OCTAL.fullmatch(size) or not _OCTAL.fullmatch(mtime):
        raise BadArchive("A member's size or time is not written in eleven octal digits.", offset)
    numbers = int(size[:11], 8), int(mtime[:11], 8)
    if block != _tar_header(name[1], *numbers):
        raise BadArchive(f"The tar header of {name[1].decode()} is not in canonical form.", offset)
    return name[1].decode(), *numbers


def _tar_header(name: bytes, size: int, mtime: int) -> bytes:
    """Return the 512 bytes of an old-style (V7) tar header: mode 0644, owner and group 0, an ordinary file."""
    front = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0%011o\0" % (size, mtime)
    # The checksum is taken with eight spaces in its own place.
    checksum = sum(front) + 8 * ord(" ") + ord("0")
    return (front + b"%06o\0 0" % checksum).ljust(BLOCK, b"\0")
