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
    text = fields.String(metadata={"example": "The page was slow."})
    at = a_moment()
    disposition = fields.Enum(Disposition, by_value=True, allow_none=True)
    reason = fields.String(allow_none=True, metadata={"example": None})
    disposed_at = a_moment(allow_none=True)


class NewDisposition(Schema):
    """What becomes of a complaint, and why."""

    disposition = fields.Enum(Disposition, by_value=True, required=True)
    reason = Text(required=True, validate=Length(1, 1000), metadata={"example": "It was; nobody was kept from voting."})


class SecondCountFacts(Schema):
    """What another program made of a contest's ballots."""

    contest_id = fields.Integer()
    program = fields.String(metadata={"example": "pref_voting 1.16"})
    agrees = fields.Boolean()
    difference = fields.String(metadata={"example": ""})
    at = a_moment()


class CertificateFacts(Schema):
    """A certificate: its exact text, where to sign it, and by whom it is signed."""

    id = fields.Integer()
    text = fields.Function(lambda one: one.body.decode(), metadata={"type": "string", "example": '{"…": "…"}'})
    sha256 = fields.String(metadata={"example": "3f1c6b0a5d2e49788c7f1e0d9b8a7c6d5e4f30211203f4e5d6c7b8a990817263"})
    namespace = fields.Function(
        lambda _one: certificate.namespace(),
        metadata={"type": "string", "example": "election-certificate@example.org"},
    )
    signers = fields.Function(
        lambda one: [given.person.display_name for given in one.signatures],
        metadata={"type": "array", "items": {"type": "string", "example": "Cora Certifier"}},
    )
    election = fields.Pluck(ElectionLine, "phase", metadata={"description": "The election's phase."})


class NewSignature(Schema):
    """An armoured SSHSIG signature over the certificate's exact text, as `ssh-keygen -Y sign` makes it."""

    signature = Text(
        required=True,
        validate=Length(1, 10_000),
        metadata={"example": "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH…\n-----END SSH SIGNATURE-----\n"},
    )


class PublicKeyLine(Schema):
    """A public key as `ssh-keygen` writes it, and its signature over the challenge."""

    public_key = Text(
        required=True,
        validate=Length(1, 2000),
        metadata={"example": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… cora@example.org"},
    )
    proof = Text(
        required=True,
        validate=Length(1, 8192),
        metadata={"example": "-----BEGIN SSH SIGNATURE-----\n…\n-----END SSH SIGNATURE-----\n"},
    )


class KeyChallenge(Schema):
    """What a certifier signs, in which namespace, to show that they hold the key that they register."""

    text = fields.String(metadata={"example": "footing certifier key 1\ncertifier-7@vote.example.org\n"})
    namespace = fields.String(metadata={"example": "certifier-key@vote.example.org"})


class KeyFacts(Schema):
    """A certifier's registered key."""

    fingerprint = fields.String(metadata={"example": "SHA256:Uvoqx2g1FXmUrYaQYd3Xu5nzB1zC9EYzqS2pQvW5vVk"})
    added_at = a_moment()
