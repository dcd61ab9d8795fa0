"""The shapes of complaints, counts and certificates, as programs send and are sent them."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length

from elections.certification.models import Disposition
from elections.certification.services import certificate
from elections.control.schemas import ElectionLine, a_moment
from foundation.core.programs import Text


class ComplaintFacts(Schema):
    """A complaint and what became of it; `number` counts from 1."""

    number = fields.Integer()
    text = fields.String()
    at = a_moment()
    disposition = fields.Enum(Disposition, by_value=True, allow_none=True)
    reason = fields.String(allow_none=True)
    disposed_at = a_moment(allow_none=True)


class NewDisposition(Schema):
    """What becomes of a complaint, and why."""

    disposition = fields.Enum(Disposition, by_value=True, required=True)
    reason = Text(required=True, validate=Length(1, 1000))


class SecondCountFacts(Schema):
    """What another program made of a contest's ballots."""

    contest_id = fields.Integer()
    program = fields.String()
    agrees = fields.Boolean()
    difference = fields.String()
    at = a_moment()


class CertificateFacts(Schema):
    """A certificate: its exact text, where to sign it, and by whom it is signed."""

    id = fields.Integer()
    text = fields.Function(lambda one: one.body.decode(), metadata={"type": "string"})
    sha256 = fields.String()
    namespace = fields.Function(lambda _one: certificate.namespace(), metadata={"type": "string"})
    signers = fields.Function(
        lambda one: [given.person.display_name for given in one.signatures],
        metadata={"type": "array", "items": {"type": "string"}},
    )
    election = fields.Pluck(ElectionLine, "phase", metadata={"description": "The election's phase."})


class NewSignature(Schema):
    """An armoured SSHSIG signature over the certificate's exact text, as `ssh-keygen -Y sign` makes it."""

    signature = Text(required=True, validate=Length(1, 10_000))


class PublicKeyLine(Schema):
    """A public key as `ssh-keygen` writes it."""

    public_key = Text(required=True, validate=Length(1, 2000))


class KeyFacts(Schema):
    """A certifier's registered key."""

    fingerprint = fields.String()
    added_at = a_moment()
