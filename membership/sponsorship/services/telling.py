"""What sponsoring keeps about a person, for the file of everything about them.

What they did for a company names the company, since they acted for it. What they did in an office names numbers and
days and no company: that is the company's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.services.exporting import Chapter, Rows
from membership.sponsorship.company import ACTS_FOR, Mandate, Organization
from membership.sponsorship.models.invoices import Invoice, LedgerEntry
from membership.sponsorship.models.sponsorships import Asset, Benefit, Contract, Sponsorship, SponsorshipEvent

TABLES = frozenset(
    table.__tablename__ for table in (Sponsorship, SponsorshipEvent, Contract, Benefit, Asset, LedgerEntry)
)


def tell(session: Session, person: Person) -> Mapping[str, Rows]:
    """Return what sponsoring knows of the person, by what they did."""
    wanted = {
        "contact_of": _contact_of(person),
        "applied_for": _applied_for(person),
        "signed": _signed(person),
        "given_for_benefits": _given(person),
        "steps_taken": _steps(person),
        "contracts_sent_in_office": _sent(person),
        "benefits_checked_off_in_office": _provided(person),
        "ledger_entries_written": _written(person),
    }
    return {name: [dict(row) for row in session.execute(each).mappings()] for name, each in wanted.items()}


def _contact_of(person: Person) -> Select[*tuple[Any, ...]]:
    """Whom invoices, reminders and contracts of a company were addressed to, and from when until when."""
    wanted = select(
        Organization.legal_name.label("company"),
        Mandate.role,
        Mandate.accepted_at.label("from"),
        Mandate.ended_at.label("until"),
    ).join(Organization, Organization.id == Mandate.organization_id)
    mine = Mandate.person_id == person.id, Mandate.role.in_(ACTS_FOR), Mandate.accepted_at.is_not(None)
    return wanted.where(*mine, Organization.id.in_(select(Sponsorship.organization_id))).order_by(Mandate.id)


def _applied_for(person: Person) -> Select[*tuple[Any, ...]]:
    wanted = select(
        Sponsorship.id.label("sponsorship"),
        Organization.legal_name.label("company"),
        Sponsorship.package_name.label("package"),
        Sponsorship.applied_at,
        Sponsorship.state,
        Sponsorship.website,
        Sponsorship.billing_address,
    ).join(Organization, Organization.id == Sponsorship.organization_id)
    return wanted.where(Sponsorship.applied_by == person.id).order_by(Sponsorship.id)


def _signed(person: Person) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(
            Contract.sponsorship_id.label("sponsorship"),
            Organization.legal_name.label("company"),
            Contract.signed_name,
            Contract.signed_at,
            Contract.text_sha256,
        )
        .join(Sponsorship, Sponsorship.id == Contract.sponsorship_id)
        .join(Organization, Organization.id == Sponsorship.organization_id)
    )
    return wanted.where(Contract.signed_by == person.id).order_by(Contract.id)


def _given(person: Person) -> Select[*tuple[Any, ...]]:
    columns = Benefit.name, Asset.given_at, Asset.wording, Asset.sha256, Asset.taken_down_at, Asset.taken_down_why
    wanted = select(Benefit.sponsorship_id.label("sponsorship"), *columns).join(Asset, Asset.benefit_id == Benefit.id)
    return wanted.where(Asset.given_by == person.id).order_by(Asset.id)


def _steps(person: Person) -> Select[*tuple[Any, ...]]:
    columns = SponsorshipEvent.from_state, SponsorshipEvent.to_state, SponsorshipEvent.at, SponsorshipEvent.reason
    wanted = select(SponsorshipEvent.sponsorship_id.label("sponsorship"), *columns)
    return wanted.where(SponsorshipEvent.person_id == person.id).order_by(SponsorshipEvent.id)


def _sent(person: Person) -> Select[*tuple[Any, ...]]:
    wanted = select(Contract.sponsorship_id.label("sponsorship"), Contract.sent_at)
    return wanted.where(Contract.sent_by == person.id).order_by(Contract.id)


def _provided(person: Person) -> Select[*tuple[Any, ...]]:
    wanted = select(Benefit.sponsorship_id.label("sponsorship"), Benefit.name, Benefit.provided_at)
    return wanted.where(Benefit.provided_by == person.id).order_by(Benefit.id)


def _written(person: Person) -> Select[*tuple[Any, ...]]:
    columns = LedgerEntry.kind, LedgerEntry.on, LedgerEntry.amount, Invoice.currency, LedgerEntry.at
    wanted = select(LedgerEntry.id.label("entry"), LedgerEntry.invoice_id.label("invoice"), *columns)
    mine = LedgerEntry.person_id == person.id
    return wanted.join(Invoice, Invoice.id == LedgerEntry.invoice_id).where(mine).order_by(LedgerEntry.id)


CHAPTER = Chapter(TABLES, tell)
