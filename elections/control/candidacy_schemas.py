"""The shapes of nominations, appeals and lots, as programs send and are sent them."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length

from elections.control.schemas import a_digest, a_moment
from elections.electorate.models import AppealKind
from elections.nominations.lifecycle import NominationState
from elections.services.wording import SHORTEST_REASON
from foundation.core.programs import Text


class DecisionFacts(Schema):
    """A decision on eligibility."""

    eligible = fields.Boolean()
    reason = fields.String(metadata={"example": "All that the rules ask is there."})
    at = a_moment()


class NominationFacts(Schema):
    """A nomination, with what was decided about it."""

    id = fields.Integer()
    contest_id = fields.Integer()
    nominee = fields.Function(
        lambda one: one.person.display_name, metadata={"type": "string", "example": "Ada Lovelace"}
    )
    state = fields.Enum(NominationState, by_value=True)
    endorsements = fields.Function(
        lambda one: sum(given.taken_back_at is None for given in one.endorsements), metadata={"type": "integer"}
    )
    decisions = fields.List(fields.Nested(DecisionFacts))


class FindingLineFacts(Schema):
    """One thing that the rules ask of a nominee, and what was found."""

    clause = fields.String(metadata={"example": "3.2"})
    asks = fields.String(metadata={"example": "a member for 90 days"})
    found = fields.String(metadata={"example": "a member since 2025-04-01"})
    met = fields.Boolean()


class FindingFacts(Schema):
    """Whether a nominee is all that the rules ask on a day."""

    met = fields.Boolean()
    on = fields.Date()
    lines = fields.List(fields.Nested(FindingLineFacts))


class Nominee(Schema):
    """Whom to nominate."""

    address = Text(required=True, validate=Length(3, 254), metadata={"example": "ada@example.org"})


class NewDecision(Schema):
    """Whether a nominee can be elected, and why."""

    eligible = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = Text(
        required=True, validate=Length(SHORTEST_REASON, 1000), metadata={"example": "All that the rules ask is there."}
    )


class AppealFacts(Schema):
    """An appeal, and whether it is decided."""

    id = fields.Integer()
    kind = fields.Enum(AppealKind, by_value=True)
    text = fields.String(metadata={"example": "I translate for the project."})
    at = a_moment()
    decided_at = a_moment(allow_none=True)
    upheld = fields.Boolean(allow_none=True)
    verdicts = fields.Function(lambda one: len(one.verdicts), metadata={"type": "integer"})


class NewVerdict(Schema):
    """One official's verdict on an appeal."""

    upheld = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = Text(required=True, validate=Length(1, 1000), metadata={"example": "The records show it."})


class Commitment(Schema):
    """The SHA-256 of a secret, as SPEC 8.3 has it; the secret stays where it was made until the close."""

    commitment = a_digest()


class Secret(Schema):
    """The secret that was committed to."""

    secret = a_digest()


class CommitmentFacts(Schema):
    """A commitment to the lot, and its secret once it is revealed."""

    name = fields.String(metadata={"example": "Olga Official"})
    commitment = fields.String(metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"})
    committed_at = a_moment()
    secret = fields.String(allow_none=True, metadata={"example": None})
    revealed_at = a_moment(allow_none=True)


class LotName(Schema):
    """Under which name the token's owner commits: the commitment covers it."""

    name = fields.String(required=True, metadata={"example": "Olga Official"})
