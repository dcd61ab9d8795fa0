"""The shapes of rules and cycles, as programs send and are sent them."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from elections.control.schemas import ElectionLine, a_moment
from elections.cycles.dates import MOST_COMPLAINT_DAYS
from elections.cycles.rules import Period
from elections.models import CredentialSource
from elections.services.wording import SHORTEST_REASON
from foundation.core.programs import Text


class RulesFacts(Schema):
    """A version of the election rules, with its exact text."""

    version = fields.String(metadata={"example": "2026-1"})
    title = fields.String(metadata={"example": "Bylaws, part 4"})
    text = fields.String(metadata={"example": 'format = "footing-rules/1"\nversion = "2026-1"\n…'})
    sha256 = fields.String(metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"})
    adopted_at = a_moment()
    adopted_by = fields.String(metadata={"example": "Olga Official"})


class NewRules(Schema):
    """A rules file."""

    text = Text(
        required=True,
        validate=Length(1, 200_000),
        metadata={"example": 'format = "footing-rules/1"\nversion = "2027-1"\n…'},
    )


class ExtensionFacts(Schema):
    """That a period was extended."""

    period = fields.Enum(Period, by_value=True, metadata={"example": "nominations"})
    from_at = a_moment("2027-03-15T12:00:00+00:00")
    until_at = a_moment("2027-03-18T12:00:00+00:00")
    reason = fields.String(metadata={"example": "Too few have come."})


class CycleFacts(Schema):
    """A cycle: its dates and elections."""

    id = fields.Integer()
    title = fields.String(metadata={"example": "Elections 2027"})
    rules = fields.Pluck(RulesFacts, "version", metadata={"example": "2026-1", "description": "Under which version."})
    zone = fields.String(metadata={"example": "UTC"})
    announced_at = a_moment("2027-02-01T12:00:00+00:00", allow_none=True)
    nominations_open_at = a_moment("2027-03-01T12:00:00+00:00")
    nominations_close_at = a_moment("2027-03-15T12:00:00+00:00")
    voting_opens_at = a_moment("2027-04-05T12:00:00+00:00")
    voting_closes_at = a_moment("2027-04-12T12:00:00+00:00")
    complaint_days = fields.Integer(metadata={"example": 7})
    record_on = fields.Date(metadata={"example": "2027-03-06"})
    elections = fields.List(fields.Nested(ElectionLine))
    extensions = fields.List(fields.Nested(ExtensionFacts))


class NewDates(Schema):
    """The dates of a cycle, and the zone in which their days are counted."""

    nominations_open_at = a_moment("2027-03-01T12:00:00+00:00", required=True)
    nominations_close_at = a_moment("2027-03-15T12:00:00+00:00", required=True)
    voting_opens_at = a_moment("2027-04-05T12:00:00+00:00", required=True)
    voting_closes_at = a_moment("2027-04-12T12:00:00+00:00", required=True)
    complaint_days = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=Range(0, MOST_COMPLAINT_DAYS), metadata={"example": 7}
    )
    zone = Text(load_default="UTC", validate=Length(1, 60), metadata={"example": "UTC"})
    anywhere_on_earth = fields.Boolean(load_default=False, metadata={"example": False})


class NewCycleBody(NewDates):
    """What an official says to begin a cycle; seats, methods and caps are the rules'."""

    title = Text(required=True, validate=Length(1, 80), metadata={"example": "Elections 2027"})
    contests = fields.List(
        Text(validate=Length(1, 100), metadata={"example": "individual-director"}),
        required=True,
        validate=Length(1, 20),
        metadata={"description": "Keys of contests of the rules."},
    )
    trustees = fields.List(
        Text(validate=Length(3, 254), metadata={"example": "tom@example.org"}),
        load_default=list,
        validate=Length(0, 29),
        metadata={"description": "Addresses of the trustees besides the server."},
    )
    credential_source = fields.Enum(CredentialSource, by_value=True, required=True)
    demonstration = fields.Boolean(load_default=False, metadata={"example": False})


class Once(Schema):
    """How a program names what it sends, so that sending it again does nothing more."""

    key = Text(
        data_key="Idempotency-Key",
        load_default="",
        validate=Length(1, 100),
        metadata={
            "example": "elections-2027",
            "description": "Of your choice, once for each draft. Sent again with the same body it is answered with the "
            "cycle that was drafted then; with another body it is refused (409).",
        },
    )


class NewExtension(Schema):
    """Until when a period is to be extended, and why."""

    period = fields.Enum(Period, by_value=True, metadata={"example": "nominations"}, required=True)
    until = a_moment("2027-03-18T12:00:00+00:00", required=True)
    expecting = a_moment(
        "2027-03-15T12:00:00+00:00",
        load_default=None,
        allow_none=True,
        metadata={"description": "When the period ends as you know it; if that has changed, nothing is done (409)."},
    )
    reason = Text(required=True, validate=Length(SHORTEST_REASON, 1000), metadata={"example": "Too few have come."})
