"""Endpoints about complaints, the second count, and the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elections.certification.models import Certificate, CertifierKey, Complaint, SecondCount
from elections.certification.services import certificate as certifying
from elections.certification.services import complaints, keys, second
from elections.control.blueprint import bearer, bp, election_of
from elections.control.certification_schemas import (
    CertificateFacts,
    ComplaintFacts,
    KeyChallenge,
    KeyFacts,
    NewDisposition,
    NewSignature,
    PublicKeyLine,
    SecondCountFacts,
)
from elections.control.election_routes import run_by_bearer
from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.programs import ID


@dataclass(frozen=True, slots=True)
class Numbered:
    """A complaint with its number in its election."""

    number: int
    complaint: Complaint

    def __getattr__(self, name: str) -> Any:
        """Tell of the complaint itself what is not told here."""
        return getattr(self.complaint, name)


@bp.get("/elections/<uuid>/complaints")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ComplaintFacts(many=True))
def list_complaints(uuid: str) -> list[Numbered]:
    """List the complaints about an election."""
    return [Numbered(number, one) for number, one in enumerate(complaints.listed(db.session, election_of(uuid)), 1)]


@bp.post(f"/elections/<uuid>/complaints/{ID.format('number')}/disposition")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewDisposition)
@bp.response(200, ComplaintFacts)
def dispose_of_complaint(given: dict[str, Any], uuid: str, number: int) -> Numbered:
    """Record what becomes of a complaint, and why."""
    found = complaints.numbered(db.session, election_of(uuid), number)
    disposition, reason = given["disposition"], given["reason"]
    complaints.dispose(db.session, found.id, disposition, reason, by=bearer(), now=clock.now())
    db.session.commit()
    return Numbered(number, found)


@bp.post("/elections/<uuid>/second-counts")
@requires(Permission.ELECTIONS_RUN)
@bp.response(201, SecondCountFacts(many=True))
def recount(uuid: str) -> list[SecondCount]:
    """Have every contest counted again by other programs."""
    made = second.recount(db.session, run_by_bearer(uuid), now=clock.now())
    db.session.commit()
    return made


@bp.post("/elections/<uuid>/certificate")
@requires(Permission.ELECTIONS_RUN)
@bp.response(201, CertificateFacts)
def prepare_certificate(uuid: str) -> Certificate:
    """Make the text that certifiers sign, when nothing is left open."""
    made = certifying.prepare(db.session, election_of(uuid).uuid, by=bearer(), now=clock.now())
    db.session.commit()
    return made


@bp.get("/elections/<uuid>/certificate")
@requires(Permission.ELECTIONS_CERTIFY)
@bp.response(200, CertificateFacts)
def show_certificate(uuid: str) -> Certificate:
    """Return the certificate that waits for signatures, or is signed."""
    return certifying.require_standing(db.session, election_of(uuid))


@bp.post("/elections/<uuid>/certificate/signatures")
@requires(Permission.ELECTIONS_CERTIFY)
@bp.arguments(NewSignature)
@bp.response(201, CertificateFacts)
def sign_certificate(given: dict[str, str], uuid: str) -> Certificate:
    """Bring a certifier's signature; the last one needed certifies the election."""
    standing = certifying.require_standing(db.session, election_of(uuid))
    signed = certifying.sign(db.session, standing.id, given["signature"], by=bearer(), now=clock.now())
    db.session.commit()
    return signed


@bp.get("/certifier-key/challenge")
@requires(Permission.ELECTIONS_CERTIFY)
@bp.response(200, KeyChallenge)
def show_key_challenge() -> dict[str, str]:
    """Return the text that the key to be registered must sign, and the namespace to sign it in."""
    return {"text": keys.challenge(bearer()), "namespace": keys.challenge_namespace()}


@bp.put("/certifier-key")
@requires(Permission.ELECTIONS_CERTIFY)
@bp.arguments(PublicKeyLine)
@bp.response(200, KeyFacts)
def register_key(given: dict[str, str]) -> CertifierKey:
    """Register the certifier's public key (ssh-ed25519), with its signature over the challenge."""
    made = keys.add_key(db.session, given["public_key"], proof=given["proof"], by=bearer(), now=clock.now())
    db.session.commit()
    return made
