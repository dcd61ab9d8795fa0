"""Organizations: entering them by their register, and proving their mail domain by a code sent to it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import Person
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, Invalid, NotFound, TooMany
from membership.models.mandates import Mandate, MandateRole
from membership.models.parties import Organization, OrganizationDomain, Party, PartyKind, Visibility
from membership.rules.names import name_key, registry_key
from membership.services import letters, listing, parties, records
from membership.services.letters import Letter
from membership.wording import one_line

JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
CODE_DIGITS = 8
CODE_HOLDS = timedelta(hours=2)
MOST_ATTEMPTS = 5
CODES_AN_HOUR = 3
# Mail there is read by strangers to one another: reading it proves nothing about an organization.
FREE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "mail.com",
        "mail.ru",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "163.com",
        "zoho.com",
        "fastmail.com",
        "posteo.de",
    }
)


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What a signatory enters of an organization."""

    legal_name: str
    jurisdiction: str
    registry_number: str


def find(session: Session, number: int) -> Organization:
    """Return the organization with this number, or raise NotFound."""
    organization = session.get(Organization, number) if 0 < number <= parties.LARGEST_NUMBER else None
    if organization is None:
        raise NotFound(_("There is no such organization."), code="no-such-organization")
    return organization


def find_current(session: Session, number: int) -> Organization:
    """Return the organization with this number to be named anew, or raise NotFound, also where its entry was merged."""
    organization = find(session, number)
    kept = session.get(Party, organization.party.merged_into_id or 0)
    if kept is not None:
        sentence = _("This entry was merged into number %(number)s. Use that one.", number=kept.organization_id)
        raise NotFound(sentence, code="merged")
    return organization


def register_organization(session: Session, new: NewOrganization, *, by: Person, now: datetime) -> Organization:
    """Enter an organization, with whoever enters it as its first signatory; raise Conflict when it is known.

    That they may sign for it is shown by the mail domain, which must be proved before anything else.
    """
    organization = _checked(new, by, now)
    try:
        with session.begin_nested():
            session.add(organization)
    except IntegrityError as error:
        if is_breach(error, "uq_organization_registry_key"):
            sentence = _("This organization is registered here already. Ask its signatory to invite you.")
            raise Conflict(sentence, code="already-registered") from None
        raise
    everyone = Visibility.EVERYONE
    session.add(Party(kind=PartyKind.ORGANIZATION, organization=organization, name_visibility=everyone, created_at=now))
    signatory = Mandate(organization=organization, person=by, role=MandateRole.SIGNATORY, invited_by_id=by.id)
    signatory.invited_at = signatory.accepted_at = now
    session.add(signatory)
    session.flush()
    facts = {
        "jurisdiction": organization.jurisdiction,
        "registry_number": organization.registry_number,
        "legal_name": organization.legal_name,
    }
    subject = f"organization:{organization.id}"
    records.enter(session, "organization.registered", by="signatory", subject=subject, facts=facts, now=now)
    return organization


def _checked(new: NewOrganization, by: Person, now: datetime) -> Organization:
    name = one_line(new.legal_name, _("The legal name"), 200)
    place, key = new.jurisdiction.strip().upper(), registry_key(new.registry_number)
    if not JURISDICTION.fullmatch(place):
        raise Invalid(_("Give the jurisdiction as a code, like DE or US-CA."), code="bad-jurisdiction")
    if not key:
        raise Invalid(_("Enter the number under which the organization is registered."), code="bad-registry-number")
    return Organization(
        legal_name=name,
        name_key=name_key(name),
        jurisdiction=place,
        registry_number=one_line(new.registry_number, _("The registry number"), 60),
        registry_key=key,
        registered_by_id=by.id,
        created_at=now,
    )


def send_code(session: Session, organization: Organization, address: str, *, by: Person, now: datetime) -> str:
    """Send a code to an address at the domain and return the domain; whoever reads it there can enter it here."""
    parties.require_actor(session, organization.party, by, now=now)
    canonical = canonical_address(address)
    domain = canonical.rpartition("@")[2]
    if domain in FREE_MAIL:
        raise Invalid(_("This domain gives addresses to everyone. Use the organization's own."), code="free-mail")
    _refuse_claimed(session, organization, domain)
    recent = [each for each in organization.domains if each.sent_at > now - timedelta(hours=1)]
    if len(recent) >= CODES_AN_HOUR:
        raise TooMany(_("We send at most three codes an hour. Wait a little."))
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    organization.domains.append(
        OrganizationDomain(
            domain=domain,
            code_sha256=_hash(organization.id, code),
            attempts=0,
            sent_at=now,
            expires_at=now + CODE_HOLDS,
        )
    )
    session.flush()
    says = _(
        "%(code)s is the code that proves that %(domain)s is the mail domain of %(name)s. It holds for two hours. "
        "If you did not expect it, do nothing.",
        code=f"{code[:4]} {code[4:]}",
        domain=domain,
        name=organization.legal_name,
    )
    key = f"domain:{organization.domains[-1].id}"
    letter = Letter(_("Your code"), says, key, "membership.organization", {"number": organization.id})
    letters.post(session, canonical, letter, name=organization.legal_name, now=now)
    return domain


def prove_domain(session: Session, organization: Organization, code: str, *, by: Person, now: datetime) -> None:
    """Check the code of the last letter; raise Invalid for a wrong one, which is counted, or Conflict."""
    parties.require_actor(session, organization.party, by, now=now)
    wanted = select(OrganizationDomain).where(
        OrganizationDomain.organization_id == organization.id, OrganizationDomain.verified_at.is_(None)
    )
    claim = session.execute(
        wanted.order_by(OrganizationDomain.id.desc()).limit(1).with_for_update(of=OrganizationDomain)
    ).scalar_one_or_none()
    if claim is None or claim.expires_at <= now or claim.attempts >= MOST_ATTEMPTS:
        raise Conflict(_("There is no code waiting, or it is too old or was mistyped too often. Ask for a new one."))
    claim.attempts += 1
    if not hmac.compare_digest(claim.code_sha256, _hash(organization.id, "".join(code.split()))):
        session.flush()
        raise Invalid(_("This is not the code that was sent. Check it and try again."), code="wrong-code")
    _refuse_claimed(session, organization, claim.domain)
    _release_others(organization, now)
    try:
        with session.begin_nested():
            claim.verified_at, claim.verified_by_id = now, by.id
    except IntegrityError as error:
        if is_breach(error, "uq_organization_domain_verified"):
            raise _claimed(claim.domain) from None
        raise
    listing.list_party(session, organization.party, now=now)
    subject, facts = f"organization:{organization.id}", {"domain": claim.domain}
    records.enter(session, "organization.domain_proved", by="signatory", subject=subject, facts=facts, now=now)


def _release_others(organization: Organization, now: datetime) -> None:
    for each in organization.domains:
        if each.verified_at is not None and each.released_at is None:
            each.released_at = now


def _refuse_claimed(session: Session, organization: Organization, domain: str) -> None:
    wanted = select(OrganizationDomain.organization_id).where(
        OrganizationDomain.domain == domain,
        OrganizationDomain.verified_at.is_not(None),
        OrganizationDomain.released_at.is_(None),
    )
    owner = session.execute(wanted).scalar_one_or_none()
    if owner is not None and owner != organization.id:
        raise _claimed(domain)


def _claimed(domain: str) -> Conflict:
    sentence = _("Another organization has proved %(domain)s. Write to the membership committee.", domain=domain)
    return Conflict(sentence, code="domain-claimed")


def _hash(number: int, code: str) -> bytes:
    return hashlib.sha256(f"organization {number} code {code}".encode()).digest()
