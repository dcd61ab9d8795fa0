"""The election manifest: what Belenios's election structure has no room for (SPEC 3).

Methods, seats, candidates' affiliations, the certified roll's hash, the agreed mixers. Its exact bytes are published
beside the archive, and the election's description, which the voters' ballots are bound to, ends with their SHA-256.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from elections.crypto.errors import Malformed, Unsupported
from elections.crypto.exact_json import Json, array, dumps, fields, loads_exact, natural, string, strings

from .note import BadNote, NoteKey

FORMAT = "footing-manifest/1"
UNRANKED = "last"
CREDENTIAL_SOURCES = ("registrar", "server")

_LINE = re.compile(r"(?:.*\n)?Manifest SHA-256: ([0-9a-f]{64})\n?", re.DOTALL)
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ManifestCandidate:
    """A candidate as on the ballot, with the control groups that a cap on affiliations counts."""

    name: str
    affiliations: tuple[str, ...] = ()

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"name": self.name, "affiliations": list(self.affiliations)}

    @classmethod
    def from_value(cls, value: Json) -> "ManifestCandidate":
        """Read the JSON value."""
        entry = fields(value, "name", "affiliations")
        return cls(string(entry["name"]), strings(entry["affiliations"]))


@dataclass(frozen=True, slots=True)
class ManifestContest:
    """One contest: how many seats, by which method, and the order in which the lot places the candidates."""

    title: str
    seats: int
    method: str
    candidates: tuple[ManifestCandidate, ...]
    order: tuple[int, ...]

    def __post_init__(self) -> None:
        if sorted(self.order) != list(range(len(self.candidates))):
            raise Malformed(f"The order of contest {self.title[:60]!r} does not place each candidate once.")
        if not 1 <= self.seats <= len(self.candidates):
            raise Malformed(
                f"Contest {self.title[:60]!r} has {self.seats} seats for {len(self.candidates)} candidates."
            )

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {
            "title": self.title,
            "seats": self.seats,
            "method": self.method,
            "unranked": UNRANKED,
            "candidates": [candidate.to_value() for candidate in self.candidates],
            "order": list(self.order),
        }

    @classmethod
    def from_value(cls, value: Json) -> "ManifestContest":
        """Read the JSON value."""
        entry = fields(value, "title", "seats", "method", "unranked", "candidates", "order")
        if entry["unranked"] != UNRANKED:
            raise Unsupported("Candidates who are not ranked count as tied last, and in no other way.")
        return cls(
            string(entry["title"]),
            natural(entry["seats"]),
            string(entry["method"]),
            tuple(ManifestCandidate.from_value(candidate) for candidate in array(entry["candidates"])),
            tuple(natural(index) for index in array(entry["order"])),
        )


@dataclass(frozen=True, slots=True)
class Roll:
    """The certified roll: how many public credentials, and their hash."""

    count: int
    sha256: str

    @classmethod
    def of(cls, credentials: Iterable[str]) -> "Roll":
        """Return the roll of these public credentials, given in the text form of group elements."""
        lines = sorted(credentials)
        return cls(len(lines), sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest())

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"count": self.count, "sha256": self.sha256}

    @classmethod
    def from_value(cls, value: Json) -> "Roll":
        """Read the JSON value."""
        entry = fields(value, "count", "sha256")
        digest = string(entry["sha256"])
        if not _HASH.fullmatch(digest):
            raise Malformed("The roll's hash is 64 hexadecimal digits in lower case.")
        return cls(natural(entry["count"]), digest)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest; `mixers` are trustees by number, counted from 1, in the order in which they mix."""

    uuid: str
    foundation: str
    contests: tuple[ManifestContest, ...]
    roll: Roll
    mixers: tuple[int, ...]
    trustees: tuple[str, ...]
    credentials: str
    demonstration: bool
    receipt_key: NoteKey

    def __post_init__(self) -> None:
        if len(set(self.mixers)) != len(self.mixers) or not set(self.mixers) <= set(range(1, len(self.trustees) + 1)):
            raise Malformed("The manifest's mixers are not different trustees.")
        if self.credentials not in CREDENTIAL_SOURCES:
            raise Malformed(f"Credentials come from one of {', '.join(CREDENTIAL_SOURCES)}.")

    @property
    def sha256(self) -> str:
        """The SHA-256 of the published bytes, in hexadecimal."""
        return sha256(self.to_json()).hexdigest()

    def to_json(self) -> bytes:
        """Return the published bytes."""
        return dumps(
            {
                "format": FORMAT,
                "uuid": self.uuid,
                "foundation": self.foundation,
                "contests": [contest.to_value() for contest in self.contests],
                "roll": self.roll.to_value(),
                "mixers": list(self.mixers),
                "trustees": list(self.trustees),
                "credentials": self.credentials,
                "demonstration": self.demonstration,
                "receipt_key": self.receipt_key.text,
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Read the published bytes; raise a Refusal unless they are exact and complete."""
        value = fields(
            loads_exact(data),
            *("format", "uuid", "foundation", "contests", "roll", "mixers", "trustees"),
            *("credentials", "demonstration", "receipt_key"),
        )
        if value["format"] != FORMAT:
            raise Unsupported(f"Only manifests of the format {FORMAT} are supported.")
        if not isinstance(value["demonstration"], bool):
            raise Malformed("Whether an election is a demonstration is true or false.")
        return cls(
            string(value["uuid"]),
            string(value["foundation"]),
            tuple(ManifestContest.from_value(contest) for contest in array(value["contests"])),
            Roll.from_value(value["roll"]),
            tuple(natural(owner) for owner in array(value["mixers"])),
            strings(value["trustees"]),
            string(value["credentials"]),
            value["demonstration"],
            _note_key(string(value["receipt_key"])),
        )


def description(text: str, manifest_sha256: str) -> str:
    """Return the election's description: `text` for the voters, and the last line, which names the manifest."""
    return f"{text.rstrip()}\nManifest SHA-256: {manifest_sha256}".lstrip("\n")


def named_in(election_description: str) -> str | None:
    """Return the manifest's SHA-256 that a description ends with, or None where it names no manifest."""
    match = _LINE.fullmatch(election_description)
    return match[1] if match else None


def _note_key(text: str) -> NoteKey:
    try:
        return NoteKey.parse(text)
    except BadNote as error:
        raise Malformed(f"The manifest's key for receipts is malformed. {error}") from error
