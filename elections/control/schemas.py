"""The shapes of what programs send and are sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp

from elections.lifecycle import Phase
from elections.models import CredentialSource, ElectorateKind, FileState, TrusteeKind
from elections.models import Step as TrusteeStep
from elections.services.wording import SHORTEST_REASON
from foundation.core.programs import Text

LONGEST_TEXT = 20_000
LARGEST_FILE = 48 * 1024 * 1024


def a_moment(example: str = "2027-03-01T12:00:00+00:00", **more: Any) -> fields.AwareDateTime:
    """A time with its zone; one without is refused rather than guessed. `example` is one for the description."""
    more["metadata"] = {"example": example} | more.get("metadata", {})
    return fields.AwareDateTime(format="iso", validate=_on_the_calendar, **more)


def _on_the_calendar(moment: datetime) -> None:
    """Refuse the first and last hours of the calendar, which no clock in UTC shows."""
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(_("This date is too far away.")) from error


def a_digest() -> fields.String:
    """32 octets in lower-case hexadecimal."""
    # The length refuses the line feed that a dollar sign lets pass; other languages know no \\A and \\Z.
    checks = [Length(equal=64), Regexp("^[0-9a-f]{64}$")]
    return fields.String(
        required=True,
        validate=checks,
        metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"},
    )


class CandidateFacts(Schema):
    """Who stands."""

    name = fields.String(metadata={"example": "Ada Lovelace"})
    affiliations = fields.List(fields.String(metadata={"example": "Acme"}))
    withdrawn_at = a_moment(allow_none=True)


class ContestFacts(Schema):
    """A contest: what is filled, how many seats, counted how."""

    id = fields.Integer()
    kind = fields.String(allow_none=True, metadata={"example": "individual-director"})
    title = fields.String(metadata={"example": "Individual directors"})
    seats = fields.Integer()
    method = fields.String(metadata={"example": "schulze"})
    cap = fields.Integer(allow_none=True)
    candidates = fields.List(fields.Nested(CandidateFacts))


class TrusteeFacts(Schema):
    """A trustee of an election."""

    owner = fields.Integer()
    name = fields.String(metadata={"example": "Tom Trustee"})
    kind = fields.Enum(TrusteeKind, by_value=True)
    key_accepted_at = a_moment(allow_none=True)


class ElectionLine(Schema):
    """An election in a list."""

    uuid = fields.String(metadata={"example": "wwgr5tESzDq9EcimyPQDaR"})
    title = fields.String(metadata={"example": "Elections 2027"})
    phase = fields.Enum(Phase, by_value=True)
    cycle_id = fields.Integer(allow_none=True)
    electorate = fields.Enum(ElectorateKind, by_value=True, allow_none=True)


class ElectionFacts(ElectionLine):
    """An election: its contests, dates, and what it waits for."""

    foundation = fields.String(metadata={"example": "Footing"})
    credential_source = fields.Enum(CredentialSource, by_value=True)
    demonstration = fields.Boolean()
    opens_at = a_moment(allow_none=True)
    closes_at = a_moment(allow_none=True)
    complaints_until = a_moment(allow_none=True)
    roll_sha256 = fields.String(
        allow_none=True, metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"}
    )
    manifest_sha256 = fields.String(
        allow_none=True, metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"}
    )
    contests = fields.List(fields.Nested(ContestFacts))
    trustees = fields.List(fields.Nested(TrusteeFacts))
    voters = fields.Integer()
    without_credential = fields.Integer()
    waits_for = fields.List(
        fields.String(metadata={"example": "Tom Trustee"}), metadata={"description": "Trustees whose turn it is."}
    )


class VoterFacts(Schema):
    """A voter, as the registrar needs to know them."""

    address = fields.String(required=True, metadata={"example": "mary@example.org"})
    name = fields.String(required=True, metadata={"example": "Mary Member"})


class TwinFacts(VoterFacts):
    """Two rows of a frozen roll that are one voter's, and with which of them a ballot was cast."""

    voted = fields.Boolean()
    other_name = fields.String(metadata={"example": "Mary Member"})
    other_address = fields.String(metadata={"example": "mary@work.example"})
    other_voted = fields.Boolean()


class Count(Schema):
    """How many were changed."""

    count = fields.Integer(required=True)


class Opening(Schema):
    """Until when a poll is open."""

    closes_at = a_moment(load_default=None, allow_none=True)


class Reason(Schema):
    """Why; it is public."""

    reason = Text(
        required=True, validate=Length(SHORTEST_REASON, 1000), metadata={"example": "A trustee lost the key."}
    )


class NewTrustee(Reason):
    """Who takes a trustee's place, and why."""

    successor = Text(
        required=True,
        validate=Length(3, 254),
        metadata={"example": "tess@example.org", "description": "An address of who holds the office of a trustee."},
    )


class File(Schema):
    """A file as a tool wrote it, as text."""

    content = Text(required=True, validate=Length(1, LARGEST_FILE), metadata={"example": '{"…": "…"}'})


class Step(Schema):
    """What a trustee brings."""

    step = fields.String(required=True, validate=OneOf(["key", "shuffle", "decryption"]))
    content = Text(required=True, validate=Length(1, LARGEST_FILE), metadata={"example": '{"…": "…"}'})


class BroughtFile(Schema):
    """A shuffle or partial decryption that a trustee brought, and what became of it."""

    step = fields.Enum(TrusteeStep, by_value=True)
    sha256 = fields.String(metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"})
    state = fields.Enum(FileState, by_value=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why it was refused."})
    brought_at = a_moment()
    decided_at = a_moment(allow_none=True)
