"""The shapes of rules and cycles, as programs send and are sent them."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from elections.control.schemas import ElectionLine, a_moment
from elections.cycles.rules import Period
from elections.models import CredentialSource
from foundation.core.programs import Text


class RulesFacts(Schema):
    """A version of the election rules, with its exact text."""

    version = fields.String()
    title = fields.String()
    text = fields.String()
    sha256 = fields.String()
    adopted_at = a_moment()
    adopted_by = fields.String()


class NewRules(Schema):
    """A rules file."""

    text = Text(required=True, validate=Length(1, 200_000))


class ExtensionFacts(Schema):
    """That a period was extended."""

    period = fields.Enum(Period, by_value=True)
    from_at = a_moment()
    until_at = a_moment()
    reason = fields.String()


class CycleFacts(Schema):
    """A cycle: its dates and elections."""

    id = fields.Integer()
    title = fields.String()
    rules = fields.Pluck(RulesFacts, "version")
    zone = fields.String()
    announced_at = a_moment(allow_none=True)
    nominations_open_at = a_moment()
    nominations_close_at = a_moment()
    voting_opens_at = a_moment()
    voting_closes_at = a_moment()
    complaint_days = fields.Integer()
    record_on = fields.Date()
    elections = fields.List(fields.Nested(ElectionLine))
    extensions = fields.List(fields.Nested(ExtensionFacts))


class NewCycleBody(Schema):
    """What an official says to begin a cycle; seats, methods and caps are the rules'."""

    title = Text(required=True, validate=Length(1, 80))
    contests = fields.List(Text(validate=Length(1, 100)), required=True, validate=Length(1, 20))
    nominations_open_at = a_moment(required=True)
    nominations_close_at = a_moment(required=True)
    voting_opens_at = a_moment(required=True)
    voting_closes_at = a_moment(required=True)
    complaint_days = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(0, 365))
    zone = Text(load_default="UTC", validate=Length(1, 60))
    anywhere_on_earth = fields.Boolean(load_default=False)
    trustees = fields.List(
        Text(validate=Length(3, 254)),
        load_default=list,
        validate=Length(0, 29),
        metadata={"description": "Addresses of the trustees besides the server."},
    )
    credential_source = fields.Enum(CredentialSource, by_value=True, required=True)
    demonstration = fields.Boolean(load_default=False)


class NewExtension(Schema):
    """Until when a period is to be extended, and why."""

    period = fields.Enum(Period, by_value=True, required=True)
    until = a_moment(required=True)
    expecting = a_moment(load_default=None, allow_none=True)
    reason = Text(required=True, validate=Length(1, 1000))
