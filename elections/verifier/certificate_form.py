"""The certificate of an election (SPEC 10): what certifiers sign, and its exact bytes.

The fields of these classes, in their order, are the keys of the published JSON, which is indented by one space and ends
with a line feed, so that a person can read and compare what a machine has hashed.
"""

import json
import re
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from fractions import Fraction
from types import NoneType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from elections.crypto.errors import Malformed, Refusal
from elections.crypto.exact_json import Json, fields, loads

from .errors import Broken

FORMAT = "footing-certificate/1"
LIMIT_BYTES = 4 * 1024 * 1024
DISPOSITIONS = Literal["dismissed", "noted", "upheld"]

_HASH = re.compile("[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class FrozenRoll:
    """How many were on the roll, and its hash (SPEC 4.4)."""

    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many voted of how many; the quorum is a fraction such as "1/10", and both are null where rules ask none."""

    voters: int
    roll: int
    quorum: str | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Who would have had a seat but for the cap, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class CertifiedContest:
    """One contest's outcome; `order` has the best tier first, `unresolved` the ties that leave a seat open."""

    title: str
    method: str
    seats: int
    elected: tuple[str, ...]
    order: tuple[tuple[str, ...], ...]
    unresolved: tuple[tuple[str, ...], ...]
    skipped_by_cap: tuple[Skipped, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lot:
    """One share of the lot: whose, the commitment from before the vote, and the secret if it was revealed."""

    name: str
    commitment: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force for the election, and how many signatures they ask of certifiers."""

    version: str
    sha256: str
    signatures: int


@dataclass(frozen=True, slots=True)
class Disposed:
    """A complaint by its number, when it was made, and what became of it."""

    number: int
    at: str
    disposition: DISPOSITIONS
    reason: str


@dataclass(frozen=True, slots=True)
class Counted:
    """That another counting program agrees on a contest, counted from 0."""

    contest: int
    program: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """All that certifiers put their name to; `withdrawn` has the names of each contest left out of the count."""

    uuid: str
    title: str
    foundation: str
    archive_sha256: str
    manifest_sha256: str
    roll: FrozenRoll
    turnout: Turnout
    result_sha256: str
    contests: tuple[CertifiedContest, ...]
    lots: tuple[Lot, ...]
    withdrawn: tuple[tuple[str, ...], ...]
    rules: Rules
    complaints: tuple[Disposed, ...]
    second_counts: tuple[Counted, ...]
    made_at: str

    @property
    def is_void(self) -> bool:
        """Whether too few voted for anybody to be elected."""
        return self.turnout.reached is False

    def to_bytes(self) -> bytes:
        """Return the published bytes."""
        return _written({"format": FORMAT, **asdict(self)})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Certificate":
        """Read the published bytes; raise Broken unless they are exact, complete and say nothing impossible."""
        try:
            value = loads(data, limit_bytes=LIMIT_BYTES)
            if _written(value) != data:
                raise Broken("The certificate is not in its published form: writing it again gives other bytes.")
            found = cast("Certificate", _read(cls, _without_format(value)))
        except Refusal as error:
            raise Broken(f"The certificate is malformed. {error}") from error
        _check(found)
        return found


def moment(when: datetime) -> str:
    """Return an instant as a certificate writes it: RFC 3339, UTC."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _written(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("A string holds half of a surrogate pair, which is not a character.") from error


def _without_format(value: Json) -> Json:
    if not isinstance(value, dict) or value.get("format") != FORMAT or next(iter(value)) != "format":
        raise Malformed(f"Only certificates of the format {FORMAT} are read.")
    return {key: entry for key, entry in value.items() if key != "format"}


def _read(kind: Any, value: Json) -> object:
    """Return `value` as what the annotation `kind` says: a class of this module, a tuple, a choice, or a plain one."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        entries = fields(value, *hints)
        return kind(**{name: _read(hint, entries[name]) for name, hint in hints.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise Malformed("Expected an array.")
        return tuple(_read(get_args(kind)[0], entry) for entry in value)
    return _plain(kind, value)


def _plain(kind: Any, value: Json) -> object:
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise Malformed(f"Expected one of {', '.join(get_args(kind))}.")
        return value
    # True is a number to Python, and is none here.
    if type(value) not in (get_args(kind) or (kind,)):
        names = {str: "text", int: "a whole number", bool: "true or false", NoneType: "null"}
        raise Malformed(f"Expected {' or '.join(names[one] for one in get_args(kind) or (kind,))}.")
    return value


def _check(certificate: Certificate) -> None:
    hashes = (
        certificate.archive_sha256,
        certificate.manifest_sha256,
        certificate.roll.sha256,
        certificate.result_sha256,
        certificate.rules.sha256,
    )
    if not all(_HASH.fullmatch(digest) for digest in hashes):
        raise Broken("A hash in the certificate is not 64 hexadecimal digits in lower case.")
    if not all(_is_time(time) for time in (certificate.made_at, *(one.at for one in certificate.complaints))):
        raise Broken("A time in the certificate is not RFC 3339 in UTC.")
    if not certificate.contests or len(certificate.contests) != len(certificate.withdrawn):
        raise Broken("The certificate does not say of each contest who withdrew, or has no contest.")
    if certificate.rules.signatures < 1:
        raise Broken("A certificate needs at least one signature.")
    _check_counts(certificate)


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def _check_counts(certificate: Certificate) -> None:
    turnout = certificate.turnout
    if not turnout.voters <= turnout.roll == certificate.roll.count:
        raise Broken("The certificate's turnout does not fit its roll.")
    quorum = _fraction(turnout.quorum)
    reached = None if quorum is None else Fraction(turnout.voters) >= quorum * turnout.roll
    if reached != turnout.reached:
        raise Broken("Whether the quorum was reached does not follow from the turnout.")
    counted = {one.contest for one in certificate.second_counts if one.agrees}
    if counted != set(range(len(certificate.contests))) or not all(one.agrees for one in certificate.second_counts):
        raise Broken("Not every contest was counted by a second program that agrees.")


def _fraction(text: str | None) -> Fraction | None:
    if text is None:
        return None
    if not re.fullmatch("[1-9][0-9]{0,5}(/[1-9][0-9]{0,5})?", text):
        raise Broken("The certificate's quorum is not a fraction.")
    return Fraction(text)
