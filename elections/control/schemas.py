"""The shapes of what programs send and are sent."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from elections.lifecycle import Phase
from foundation.core.programs import LARGEST_ID, Text

LONGEST_TEXT = 20_000
LARGEST_FILE = 48 * 1024 * 1024


def a_moment(**more: object) -> fields.AwareDateTime:
    """A time with its zone; one without is refused rather than guessed."""
    return fields.AwareDateTime(format="iso", **more)  # type: ignore[arg-type]


def an_id() -> fields.Integer:
    """The number by which the foundation's records name something."""
    return fields.Integer(required=True, strict=True, validate=Range(1, LARGEST_ID))


class CandidateFacts(Schema):
    """Who stands."""

    name = fields.String()
    affiliations = fields.List(fields.String())
    withdrawn_at = a_moment(allow_none=True)


class ContestFacts(Schema):
    """A contest: what is filled, how many seats, counted how."""

    id = fields.Integer()
    kind = fields.String(allow_none=True)
    title = fields.String()
    seats = fields.Integer()
    method = fields.String()
    cap = fields.Integer(allow_none=True)
    candidates = fields.List(fields.Nested(CandidateFacts))


class TrusteeFacts(Schema):
    """A trustee of an election."""

    owner = fields.Integer()
    name = fields.String()
    kind = fields.String()
    key_accepted_at = a_moment(allow_none=True)


class ElectionLine(Schema):
    """An election in a list."""

    uuid = fields.String()
    title = fields.String()
    phase = fields.Enum(Phase, by_value=True)
    cycle_id = fields.Integer(allow_none=True)
    electorate = fields.String(allow_none=True)


class ElectionFacts(ElectionLine):
    """An election: its contests, dates, and what it waits for."""

    foundation = fields.String()
    credential_source = fields.String()
    demonstration = fields.Boolean()
    opens_at = a_moment(allow_none=True)
    closes_at = a_moment(allow_none=True)
    complaints_until = a_moment(allow_none=True)
    roll_sha256 = fields.String(allow_none=True)
    manifest_sha256 = fields.String(allow_none=True)
    contests = fields.List(fields.Nested(ContestFacts))
    trustees = fields.List(fields.Nested(TrusteeFacts))
    voters = fields.Integer()
    without_credential = fields.Integer()
    waits_for = fields.List(fields.String(), metadata={"description": "Trustees whose turn it is."})


class VoterFacts(Schema):
    """A voter, as the registrar needs to know them."""

    address = fields.String(required=True)
    name = fields.String(required=True)


class Count(Schema):
    """How many were changed."""

    count = fields.Integer(required=True)


class Opening(Schema):
    """Until when a poll is open."""

    closes_at = a_moment(load_default=None, allow_none=True)


class Reason(Schema):
    """Why; it is public."""

    reason = Text(required=True, validate=Length(1, 1000))


class File(Schema):
    """A file as a tool wrote it, as text."""

    content = Text(required=True, validate=Length(1, LARGEST_FILE))


class Step(Schema):
    """What a trustee brings."""

    step = fields.String(required=True, validate=OneOf(["key", "shuffle", "decryption"]))
    content = Text(required=True, validate=Length(1, LARGEST_FILE))
