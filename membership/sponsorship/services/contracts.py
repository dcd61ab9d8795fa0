"""The contract: frozen with its hash when it is sent, signed once by the company's signatory."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.context import settings
from foundation.core.errors import Conflict, Invalid
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.sponsorships import Contract, Sponsorship
from membership.sponsorship.pdf import papers
from membership.sponsorship.rules.billing import TIME_TO_PAY
from membership.sponsorship.rules.lifecycle import SponsorshipState
from membership.sponsorship.services import catalogue, course, invoicing, letters, steps


def wording(sponsored: Sponsorship) -> str:
    """Return the contract's text for a sponsorship as it stands: what would be sent now."""
    page = current_app.jinja_env.get_template("sponsorship/contract.txt")
    text = page.render(
        foundation=settings().foundation_name,
        sponsored=sponsored,
        company=sponsored.organization,
        days_to_pay=TIME_TO_PAY.days,
        day=papers.day,
    )
    return text.strip() + "\n"


def send_contract(session: Session, number: int, *, version: int, by: Person, now: datetime) -> Sponsorship:
    """Freeze the contract's text and send it to be signed, or raise Forbidden or Conflict."""
    sponsored = catalogue.locked(session, number, version=version)
    catalogue.check_impartial(session, sponsored.organization_id, by, now=now)
    if sponsored.state is not SponsorshipState.APPROVED:
        raise Conflict(_("A contract is sent once, after the sponsorship is approved."))
    text = wording(sponsored)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    pdf = papers.contract(text, sha256, made_at=now)
    sponsored.contract = Contract(text=text, text_sha256=sha256, pdf=pdf, sent_at=now, sent_by=by.id)
    invoicing.draft(session, sponsored, now=now)
    facts = {"contract_sha256": sha256}
    steps.step(session, sponsored, SponsorshipState.CONTRACT_SENT, by=steps.officer(by), now=now, facts=facts)
    letters.tell_signatories(session, sponsored, "contract", now=now)
    return sponsored


def sign(session: Session, number: int, name: str, *, sha256: str, by: Person, now: datetime) -> Sponsorship:
    """Sign the contract that was read, whose hash is `sha256`, or raise Forbidden, Invalid or Conflict.

    With the signature the invoice is issued; the sponsorship is public from then on.
    """
    sponsored = catalogue.locked(session, number)
    catalogue.check_signatory(session, sponsored.organization_id, by, now=now)
    contract = sponsored.contract
    if contract is None or sponsored.state is not SponsorshipState.CONTRACT_SENT or contract.signed_at is not None:
        raise Conflict(_("There is no contract that waits for a signature."))
    if sha256 != contract.text_sha256:
        raise Conflict(_("This is not the text that was sent. Read the contract again."))
    if sponsored.ends_on is not None and sponsored.ends_on <= now.date():
        raise Conflict(_("The term of this contract is over. Apply again."))
    contract.signed_at, contract.signed_by, contract.signed_name = now, by.id, signature_of(name)
    actor = steps.for_company(by, sponsored.organization_id)
    invoice = invoicing.issue(session, sponsored, by=actor, now=now)
    facts = {"company": sponsored.organization.legal_name, "package": sponsored.package_name}
    facts |= {"year": str(sponsored.package_year), "contract_sha256": contract.text_sha256}
    steps.step(session, sponsored, SponsorshipState.EXECUTED, by=actor, now=now, facts=facts)
    letters.tell_company(session, sponsored, "invoice", now=now, invoice=invoice)
    course.begin_if_due(session, sponsored, now=now)
    return sponsored


def signature_of(name: str) -> str:
    """Return the name that somebody signs with, or raise Invalid."""
    text = " ".join(name.split())
    if not text or len(text) > 200 or not text.isprintable():  # noqa: PLR2004
        raise Invalid(_("Write your full name to sign."))
    return text
