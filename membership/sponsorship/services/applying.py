"""A company applies for a package, and the foundation answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, Invalid
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.packages import Package
from membership.sponsorship.models.sponsorships import Benefit, Sponsorship
from membership.sponsorship.rules.lifecycle import PackageState, SponsorshipState
from membership.sponsorship.rules.terms import Term, term_beginning
from membership.sponsorship.services import catalogue, invoicing, letters, steps
from membership.sponsorship.services.refusals import in_words, lines_of, reason_of

LONGEST_ADDRESS = 500
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a company asks for, and what its invoice needs."""

    organization_id: int
    package_id: int
    website: str
    billing_address: str
    order_reference: str = ""


def apply(session: Session, asked: Asked, *, by: Person, now: datetime) -> Sponsorship:
    """Apply for a package in the company's name, or raise Forbidden, Invalid or Conflict.

    What the package says now is copied, so that a later change of it changes nothing that was asked for.
    """
    catalogue.check_signatory(session, asked.organization_id, by, now=now)
    package = catalogue.package(session, asked.package_id)
    if package.state is not PackageState.OFFERED:
        raise Conflict(_("This package is not offered."))
    sponsored = _new(asked, package, by=by, now=now)
    renewed = _renewed(session, asked.organization_id)
    sponsored.renews_id = renewed.id if renewed else None
    try:
        with session.begin_nested():
            steps.begin(session, sponsored, by=steps.for_company(by, asked.organization_id), now=now)
    except IntegrityError as error:
        if is_breach(error, "uq_sponsorship_one_being_arranged"):
            sentence = _("Your company has an application that is not finished. Finish or withdraw it.")
            raise Conflict(sentence, code="being-arranged") from None
        raise
    return sponsored


def _new(asked: Asked, package: Package, *, by: Person, now: datetime) -> Sponsorship:
    return Sponsorship(
        organization_id=asked.organization_id,
        package_id=package.id,
        package_name=package.name,
        package_year=package.year,
        tier=package.tier,
        price=package.price,
        currency=package.currency,
        website=website_of(asked.website),
        billing_address=address_of(asked.billing_address),
        order_reference=" ".join(asked.order_reference.split())[:100],
        state=SponsorshipState.APPLIED,
        applied_at=now,
        applied_by=by.id,
        version=1,
        benefits=[Benefit(position=each.position, name=each.name, kind=each.kind) for each in package.benefits],
    )


def website_of(typed: str) -> str:
    """Return an https address that can be linked to, or raise Invalid: no script, no credentials, no odd ports."""
    text = typed.strip()
    try:
        parts = urlsplit(text)
        plain = parts.scheme == "https" and parts.port is None and not parts.username and not parts.password
        known = HOST.fullmatch(parts.hostname or "") is not None
    except ValueError:
        plain = known = False
    if not (plain and known and text.isascii() and text.isprintable() and " " not in text and len(text) <= 500):  # noqa: PLR2004
        sentence = _("Enter the whole address of the company's website: it begins with https://")
        raise Invalid(sentence, code="bad-website")
    return text


def address_of(typed: str) -> str:
    """Return a postal address as it is to stand on the invoice, or raise Invalid."""
    return lines_of(typed, LONGEST_ADDRESS, what=_("The address"))


def _renewed(session: Session, organization_id: int) -> Sponsorship | None:
    """The company's sponsorship before this one, when it was not broken off."""
    past = (SponsorshipState.EXECUTED, SponsorshipState.ACTIVE, SponsorshipState.EXPIRED)
    mine = select(Sponsorship).where(Sponsorship.organization_id == organization_id, Sponsorship.state.in_(past))
    return session.execute(mine.order_by(Sponsorship.ends_on.desc()).limit(1)).scalar_one_or_none()


def first_day(sponsored: Sponsorship, on: date) -> date:
    """Return the day a term would begin by itself: where the one renewed ends, else today."""
    before = sponsored.renews.ends_on if sponsored.renews else None
    return before if before and before > on else on


def approve(session: Session, number: int, starts_on: date, *, version: int, by: Person, now: datetime) -> Sponsorship:
    """Approve an application for a year's term and take a place for it, or raise Forbidden, Invalid or Conflict."""
    sponsored = catalogue.locked(session, number, version=version)
    catalogue.check_impartial(session, sponsored.organization_id, by, now=now)
    with in_words():
        term = term_beginning(starts_on, on=now.date())
    try:
        with session.begin_nested():
            _take_place(session, sponsored, term)
            steps.step(session, sponsored, SponsorshipState.APPROVED, by=steps.officer(by), now=now)
    except IntegrityError as error:
        if is_breach(error, "ex_sponsorship_terms_do_not_overlap"):
            raise Conflict(_("The company's other sponsorship is not over by then. Choose a later day.")) from None
        raise
    letters.tell_company(session, sponsored, "approved", now=now)
    return sponsored


def _take_place(session: Session, sponsored: Sponsorship, term: Term) -> None:
    """Take the lowest free place; those who approve the same package wait for one another."""
    package = session.execute(
        select(Package).where(Package.id == sponsored.package_id).with_for_update(of=Package)
    ).scalar_one()
    held = select(Sponsorship.place).where(Sponsorship.package_id == package.id, Sponsorship.place.is_not(None))
    taken = set(session.execute(held).scalars())
    place = next(number for number in range(1, len(taken) + 2) if number not in taken)
    if package.places is not None and place > package.places:
        raise Conflict(_("Every place of this package is taken."))
    sponsored.starts_on, sponsored.ends_on, sponsored.place = term.starts_on, term.ends_on, place


def reject(session: Session, number: int, reason: str, *, version: int, by: Person, now: datetime) -> Sponsorship:
    """Reject an application for a reason that the company is told, or raise Forbidden, Invalid or Conflict."""
    sponsored = catalogue.locked(session, number, version=version)
    catalogue.check_impartial(session, sponsored.organization_id, by, now=now)
    why = reason_of(reason)
    steps.step(session, sponsored, SponsorshipState.REJECTED, by=steps.officer(by), now=now, reason=why)
    letters.tell_company(session, sponsored, "rejected", now=now, reason=why)
    return sponsored


def withdraw(session: Session, number: int, reason: str, *, by: Person, now: datetime) -> Sponsorship:
    """Withdraw in the company's name before it has signed, or raise Forbidden, Invalid or Conflict."""
    sponsored = catalogue.locked(session, number)
    catalogue.check_signatory(session, sponsored.organization_id, by, now=now)
    if sponsored.contract is not None and sponsored.contract.signed_at is not None:
        raise Conflict(_("The contract is signed. Write to the foundation if it is to end early."))
    actor = steps.for_company(by, sponsored.organization_id)
    _end(session, sponsored, reason_of(reason), by=actor, now=now)
    return sponsored


def nullify(session: Session, number: int, reason: str, *, version: int, by: Person, now: datetime) -> Sponsorship:
    """End a sponsorship before its time, for a reason that the company is told; what was paid is for the treasurer."""
    sponsored = catalogue.locked(session, number, version=version)
    catalogue.check_impartial(session, sponsored.organization_id, by, now=now)
    why = reason_of(reason)
    _end(session, sponsored, why, by=steps.officer(by), now=now)
    letters.tell_company(session, sponsored, "nullified", now=now, reason=why)
    return sponsored


def _end(session: Session, sponsored: Sponsorship, reason: str, *, by: steps.Actor, now: datetime) -> None:
    invoicing.void_unpaid(session, sponsored, reason, by=by, now=now)
    steps.step(session, sponsored, SponsorshipState.NULLIFIED, by=by, now=now, reason=reason)


def change_billing(
    session: Session, number: int, address: str, order_reference: str, *, by: Person, now: datetime
) -> Sponsorship:
    """Correct what is to stand on the invoice, until it is issued, or raise Forbidden, Invalid or Conflict."""
    sponsored = catalogue.locked(session, number)
    catalogue.check_acting(session, sponsored.organization_id, by, now=now)
    made = catalogue.invoice_of(session, sponsored)
    if made is not None and made.serial is not None:
        raise Conflict(_("The invoice was issued and does not change. Ask the treasurer for a new one."))
    sponsored.billing_address = address_of(address)
    sponsored.order_reference = " ".join(order_reference.split())[:100]
    session.flush()
    return sponsored
