"""The election manifest: what Belenios's election structure has no room for (SPEC 3).

Methods, seats, caps, candidates' affiliations, the roll's hash, the turnout asked for, what was committed to for lots,
the agreed mixers. Its exact bytes are published beside the archive, and the election's description, which the voters'
ballots are bound to, ends with their SHA-256.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from elections.crypto.errors import Malformed, NotCanonical, Unsupported
from elections.crypto.exact_json import Json, array, dumps, fields, loads_exact, natural, string, strings

from .contests import ManifestContest
from .note import BadNote, NoteKey

FORMAT = "footing-manifest/2"
CREDENTIAL_SOURCES = ("registrar", "server")

_LINE = re.compile(r"(?:.*\n)?Manifest SHA-256: ([0-9a-f]{64})\n?", re.DOTALL)
_HASH = re.compile("[0-9a-f]{64}")
_FRACTION = re.compile("([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which version of the foundation's election rules the election is held under, and the hash of their text."""

    version: str
    sha256: str

    def __post_init__(self) -> None:
        if not _HASH.fullmatch(self.sha256):
            raise Malformed("The hash of the rules is 64 hexadecimal digits in lower case.")

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"version": self.version, "sha256": self.sha256}

    @classmethod
    def from_value(cls, value: Json) -> "Rules":
        """Read the JSON value."""
        entry = fields(value, "version", "sha256")
        return cls(string(entry["version"]), string(entry["sha256"]))


@dataclass(frozen=True, slots=True)
class Turnout:
    """The part of the roll that has to vote for the election to fill seats: above 0, at most 1."""

    quorum: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.quorum <= 1:
            raise Malformed("A turnout quorum is a part of the roll, above 0 and at most 1.")

    def is_reached(self, cast: int, on_roll: int) -> bool:
        """Answer whether so many voters of the roll are enough."""
        return cast >= self.quorum * on_roll

    def to_value(self) -> Json:
        """Return the JSON value: the fraction in lowest terms, such as "1/10"."""
        return {"quorum": f"{self.quorum.numerator}/{self.quorum.denominator}"}

    @classmethod
    def from_value(cls, value: Json) -> "Turnout":
        """Read the JSON value; a fraction that is not in lowest terms is refused."""
        text = string(fields(value, "quorum")["quorum"])
        match = _FRACTION.fullmatch(text)
        if match is None:
            raise Malformed("A turnout quorum is a fraction such as 1/10.")
        quorum = cls(Fraction(int(match[1]), int(match[2])))
        if quorum.to_value() != {"quorum": text}:
            raise NotCanonical("A turnout quorum is a fraction in lowest terms.")
        return quorum


@dataclass(frozen=True, slots=True)
class LotShare:
    """What one official, or the server, committed to before voting for the drawing of lots (SPEC 8.3)."""

    name: str
    commitment: str

    def __post_init__(self) -> None:
        if not _HASH.fullmatch(self.commitment):
            raise Malformed("A commitment is 64 hexadecimal digits in lower case.")

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"name": self.name, "commitment": self.commitment}

    @classmethod
    def from_value(cls, value: Json) -> "LotShare":
        """Read the JSON value."""
        entry = fields(value, "name", "commitment")
        return cls(string(entry["name"]), string(entry["commitment"]))


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
    """The manifest; `mixers` are trustees by number, counted from 1, in the order in which they mix.

    `rules` is None for a poll, which binds nobody; `turnout` where no quorum is asked; `lots` where nobody committed.
    """

    uuid: str
    foundation: str
    contests: tuple[ManifestContest, ...]
    roll: Roll
    mixers: tuple[int, ...]
    trustees: tuple[str, ...]
    credentials: str
    demonstration: bool
    receipt_key: NoteKey
    rules: Rules | None = None
    turnout: Turnout | None = None
    lots: tuple[LotShare, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.mixers)) != len(self.mixers) or not set(self.mixers) <= set(range(1, len(self.trustees) + 1)):
            raise Malformed("The manifest's mixers are not different trustees.")
        if self.credentials not in CREDENTIAL_SOURCES:
            raise Malformed(f"Credentials come from one of {', '.join(CREDENTIAL_SOURCES)}.")
        if len({share.name for share in self.lots}) != len(self.lots):
            raise Malformed("Somebody committed to two secrets for the lots.")

    @property
    def host(self) -> str:
        """The foundation's host, for which certifiers sign: the key of receipts is named after it (SPEC 5.2)."""
        return self.receipt_key.name.removesuffix("/receipts")

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
                "rules": self.rules.to_value() if self.rules else None,
                "contests": [contest.to_value() for contest in self.contests],
                "roll": self.roll.to_value(),
                "turnout": self.turnout.to_value() if self.turnout else None,
                "lots": [share.to_value() for share in self.lots],
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
            *("format", "uuid", "foundation", "rules", "contests", "roll", "turnout", "lots"),
            *("mixers", "trustees", "credentials", "demonstration", "receipt_key"),
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
            None if value["rules"] is None else Rules.from_value(value["rules"]),
            None if value["turnout"] is None else Turnout.from_value(value["turnout"]),
            tuple(LotShare.from_value(share) for share in array(value["lots"])),
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
