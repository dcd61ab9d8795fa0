"""The certificate: prepared when nothing is left open, signed by certifiers, and by enough of them the last word."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification import notices
from elections.certification.models import Certificate, CertificateSignature, CertifierKey
from elections.certification.services import complaints, keys, seats, second, statement
from elections.crypto.archive import sha256_hex
from elections.lifecycle import Phase
from elections.models import Election
from elections.nominations import interests
from elections.services import catalogue, outcome, twins, voting
from elections.services.setup import subject
from elections.verifier import certificate_form
from elections.verifier.certificate import namespace_of
from elections.verifier.sshsig import BadSignature, PublicKey, Signature
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.context import settings
from foundation.core.errors import Conflict, Invalid, NotFound
from foundation.core.register import RegisterEntry


def prepare(session: Session, uuid: str, *, by: Person, now: datetime) -> Certificate:
    """Make the bytes that certifiers sign, or return those that stand if they still say what is so."""
    election = catalogue.find_locked(session, uuid)
    interests.require_office(session, election, by)
    for sentence in obstacles(session, election):
        raise Conflict(sentence, code="not-ready")
    standing = standing_of(session, election)
    if standing is not None:
        if _holds(session, standing):
            return standing
        standing.replaced_at = now
        session.flush()
    body = statement.state(session, election, made_at=statement.now_in_words(now)).to_bytes()
    made = Certificate(election_uuid=uuid, body=body, sha256=sha256_hex(body), made_at=now, made_by=by.display_name)
    session.add(made)
    session.flush()
    facts = {"certificate": made.sha256}
    register.enter(
        session, act="certificate.prepared", by=by.display_name, now=now, subject=subject(election), facts=facts
    )
    _enter_twins(session, election, by=by.display_name, now=now)
    notices.tell_certifiers(session, made, now=now)
    return made


def _enter_twins(session: Session, election: Election, *, by: str, now: datetime) -> None:
    """Enter how many voters turned out to be one with another, unless it is there; officials and certifiers see who."""
    found, act = twins.of(session, election), "voters.merged"
    facts = {"voters": len(found), "both_voted": sum(one.both_voted for one in found)}
    said = select(RegisterEntry.facts).where(RegisterEntry.act == act, RegisterEntry.subject == subject(election))
    last = session.execute(said.order_by(RegisterEntry.seq.desc()).limit(1)).scalar()
    if found and (last is None or json.loads(last) != facts):
        register.enter(session, act=act, by=by, now=now, subject=subject(election), facts=facts)


def obstacles(session: Session, election: Election) -> list[str]:
    """Say in sentences what keeps the certificate from being prepared, most pressing first; empty when nothing does."""
    if election.cycle_id is None:
        return [_("This is a poll: it binds nobody, and there is nothing to certify.")]
    if election.phase is not Phase.COMPLAINTS:
        return [_("An election is certified after its result is there and complaints have been heard.")]
    if not outcome.is_complete(session, election):
        return [_("The outcome is not there yet: not every contest is counted.")]
    found = []
    if complaints.is_open(election, clock.database_now(session)):
        found.append(_("Complaints can still be made."))
    waiting = len(complaints.undisposed(session, election))
    if waiting:
        found.append(_("Complaints that wait for a decision: %(count)s.", count=waiting))
    return found + _uncounted(session, election)


def _uncounted(session: Session, election: Election) -> list[str]:
    found = []
    for verdict in second.verdicts(session, election):
        title = verdict.contest.title
        if verdict.agrees is None:
            found.append(_("“%(title)s” has not been counted by a second program yet.", title=title))
        elif not verdict.agrees:
            why = " ".join(one.difference for one in verdict.counts if not one.agrees)
            found.append(_("The second count of “%(title)s” does not agree: %(why)s", title=title, why=why))
    return found


def sign(session: Session, certificate_id: int, signature_text: str, *, by: Person, now: datetime) -> Certificate:
    """Take a certifier's signature if it is of their registered key over these bytes; the last one needed certifies."""
    found = session.get(Certificate, certificate_id)
    if found is None:
        raise NotFound(_("There is no such certificate."), code="no-such-certificate")
    election = catalogue.find_locked(session, found.election_uuid)
    session.refresh(found)
    keys.require_certifier(by, now)
    interests.require_office(session, election, by)
    _require_standing(session, election, found)
    key = keys.standing_key(session, by)
    if key is None:
        raise Conflict(_("Register your public key before you sign."), code="no-key")
    signature = _verified(found, key, signature_text)
    if any(one.person_id == by.id for one in found.signatures):
        raise Conflict(_("You have signed this certificate already."), code="signed-already")
    made = CertificateSignature(person_id=by.id, key=key, signature=signature.armored(), at=now)
    found.signatures.append(made)
    session.flush()
    facts = {"certificate": found.sha256, "key": key.fingerprint}
    register.enter(
        session, act="certificate.signed", by=by.display_name, now=now, subject=subject(election), facts=facts
    )
    if is_complete(found):
        _certify(session, election, found, now=now)
    return found


def _require_standing(session: Session, election: Election, certificate: Certificate) -> None:
    if election.phase is Phase.CERTIFIED:
        raise Conflict(_("This election is certified: no further signature is needed."), code="certified")
    if certificate.replaced_at is not None or obstacles(session, election) or not _holds(session, certificate):
        sentence = _("This certificate does not say any more what is so. An official must prepare it anew.")
        raise Conflict(sentence, code="certificate-replaced")


def _holds(session: Session, certificate: Certificate) -> bool:
    """Tell whether a certificate says what the records say, and no signature's key was withdrawn since."""
    if any(one.key.withdrawn_at is not None for one in certificate.signatures):
        return False
    made_at = content_of(certificate).made_at
    return statement.state(session, certificate.election, made_at=made_at).to_bytes() == certificate.body


def _verified(certificate: Certificate, key: CertifierKey, text: str) -> Signature:
    try:
        signature = Signature.parse(text)
        if signature.key != PublicKey.parse(key.public_key):
            words = {"mine": signature.key.fingerprint, "registered": key.fingerprint}
            sentence = _("The signature is of the key %(mine)s; you registered %(registered)s.", **words)
            raise Invalid(sentence, code="wrong-key")
        signature.verify(certificate.body, namespace())
    except BadSignature as error:
        raise Invalid(str(error), code="bad-signature") from error
    return signature


def _certify(session: Session, election: Election, certificate: Certificate, *, now: datetime) -> None:
    content = content_of(certificate)
    # Entries may have been merged since it was prepared.
    _enter_twins(session, election, by="the server", now=now)
    voting.move(election, Phase.CERTIFIED, now)
    terms = seats.fill(session, election, content, now=now)
    facts = {
        "certificate": certificate.sha256,
        "archive": content.archive_sha256,
        "signers": [keys.principal_of(one.person) for one in certificate.signatures],
        "void": content.is_void,
        "seats": [
            {"seat": one.seat, "name": one.person.display_name, "from": str(one.from_on), "until": str(one.until_on)}
            for one in terms
        ],
    }
    by = ", ".join(one.person.display_name for one in certificate.signatures)[:200]
    register.enter(session, act="election.certified", by=by, now=now, subject=subject(election), facts=facts)
    for breach in seats.breaches(session, election, terms[0].from_on) if terms else ():
        about = asdict(breach)
        register.enter(session, act="cap.breached", by="the server", now=now, subject=subject(election), facts=about)


def is_complete(certificate: Certificate) -> bool:
    """Tell whether as many certifiers have signed as the rules ask."""
    return len(certificate.signatures) >= content_of(certificate).rules.signatures


def standing_of(session: Session, election: Election) -> Certificate | None:
    """Return the certificate that stands, signed or not, if one was prepared."""
    wanted = select(Certificate).where(Certificate.election_uuid == election.uuid, Certificate.replaced_at.is_(None))
    return session.execute(wanted).scalar_one_or_none()


def require_standing(session: Session, election: Election) -> Certificate:
    """Return the certificate that stands, or raise NotFound."""
    found = standing_of(session, election)
    if found is None:
        raise NotFound(_("No certificate was prepared for this election yet."), code="no-certificate-yet")
    return found


def content_of(certificate: Certificate) -> certificate_form.Certificate:
    """Return what the certificate's bytes say."""
    return certificate_form.Certificate.from_bytes(certificate.body)


def namespace() -> str:
    """Return the namespace in which certifiers of this foundation sign."""
    return namespace_of(settings().host)
