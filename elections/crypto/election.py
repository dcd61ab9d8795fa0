"""The election structure (specification 4.9 and 4.10), restricted to ranked, that is NonHomomorphic, questions."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from .credentials import BASE58
from .errors import Malformed, Unsupported, WrongShape
from .exact_json import Json, array, dumps, fields, loads_exact, natural, string, strings
from .group import GROUP, MAX_INTS, Element

VERSION = 1

_UUID = re.compile(f"[{BASE58}]{{14,}}")


@dataclass(frozen=True, slots=True)
class Question:
    """One contest: its text, its candidates, and optionally a hint at the counting method (specification 4.9.2)."""

    text: str
    answers: tuple[str, ...]
    extra: Json = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.answers) <= MAX_INTS:
            raise WrongShape(f"A contest has between 1 and {MAX_INTS} candidates, not {len(self.answers)}.")

    def to_value(self) -> Json:
        """Return the JSON value; a hint that is None is left out."""
        content: Json = {"answers": list(self.answers), "question": self.text}
        value: dict[str, Json] = {"type": "NonHomomorphic", "value": content}
        return value if self.extra is None else {**value, "extra": self.extra}

    @classmethod
    def from_value(cls, value: Json) -> "Question":
        """Read the JSON value; raise Unsupported for a question of another type."""
        if isinstance(value, dict) and value.get("type") != "NonHomomorphic":
            raise Unsupported("Only ranked questions, of type NonHomomorphic, are supported.")
        outer = fields(value, "type", "value", "?extra")
        if outer.get("extra", "") is None:
            raise Malformed("A question's hint must not be null; it is left out instead.")
        inner = fields(outer["value"], "answers", "question")
        return cls(string(inner["question"]), strings(inner["answers"]), outer.get("extra"))


@dataclass(frozen=True)
class Election:
    """The structure `election` of specification 4.10; its bytes never change once published."""

    description: str
    name: str
    public_key: Element
    questions: tuple[Question, ...]
    uuid: str
    administrator: str | None = None
    credential_authority: str | None = None

    def __post_init__(self) -> None:
        check_uuid(self.uuid)
        if not self.questions:
            raise WrongShape("An election has at least one contest.")

    def to_json(self) -> bytes:
        """Return the published bytes."""
        value: dict[str, Json] = {
            "version": VERSION,
            "description": self.description,
            "name": self.name,
            "group": GROUP,
            "public_key": self.public_key.text,
            "questions": [question.to_value() for question in self.questions],
            "uuid": self.uuid,
        }
        people = {"administrator": self.administrator, "credential_authority": self.credential_authority}
        return dumps(value | {key: person for key, person in people.items() if person is not None})

    @classmethod
    def from_json(cls, data: bytes, *, member: bool = True) -> "Election":
        """Read the published bytes; with `member=False` the key's membership in the group is left to the caller."""
        value = fields(
            loads_exact(data),
            *("version", "description", "name", "group", "public_key", "questions", "uuid"),
            *("?administrator", "?credential_authority"),
        )
        if natural(value["version"]) != VERSION or string(value["group"]) != GROUP:
            raise Unsupported(f"Only version {VERSION} of the protocol over the group {GROUP} is supported.")
        return cls(
            string(value["description"]),
            string(value["name"]),
            Element.parse(string(value["public_key"]), member=member, identity=not member),
            tuple(Question.from_value(question) for question in array(value["questions"])),
            string(value["uuid"]),
            *(string(value[key]) if key in value else None for key in ("administrator", "credential_authority")),
        )

    @cached_property
    def fingerprint(self) -> str:
        """φ: the fingerprint of the published bytes (specification 4.10)."""
        return fingerprint(self.to_json())


def fingerprint(data: bytes) -> str:
    """Return the standard Base64 of SHA-256 without padding (specification 4.10, 4.17)."""
    return b64encode(sha256(data).digest()).decode().rstrip("=")


def check_uuid(uuid: str) -> None:
    """Raise Malformed unless `uuid` is a string of at least 14 Base58 characters (specification 4.2)."""
    if not _UUID.fullmatch(uuid):
        raise Malformed("An election's uuid is a string of at least 14 Base58 characters.")
