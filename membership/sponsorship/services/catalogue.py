"""Finding what an address names, for those who may see it, and locking it for those who change it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.access import Permission
from foundation.core.db import Base
from foundation.core.errors import Conflict, Forbidden, NotFound
from membership.sponsorship import company
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.invoices import Invoice
from membership.sponsorship.models.packages import Package
from membership.sponsorship.models.sponsorships import Benefit, Sponsorship

Row = TypeVar("Row", bound=Base)
KEEPERS = frozenset({Permission.RECORDS_KEEP, Permission.LEDGER_KEEP})


def _find(session: Session, kind: type[Row], number: int) -> Row:
    found = session.get(kind, number) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound(_("There is no such page. If you typed the address, check that it is right."))
    return found


def sponsorship(session: Session, number: int) -> Sponsorship:
    """Return the sponsorship, or raise NotFound."""
    return _find(session, Sponsorship, number)


def package(session: Session, number: int) -> Package:
    """Return the package, or raise NotFound."""
    return _find(session, Package, number)


def invoice(session: Session, number: int) -> Invoice:
    """Return the invoice, or raise NotFound."""
    return _find(session, Invoice, number)


def benefit(session: Session, number: int) -> Benefit:
    """Return the benefit, or raise NotFound."""
    return _find(session, Benefit, number)


def organization(session: Session, number: int) -> company.Organization:
    """Return the company, or raise NotFound."""
    return _find(session, company.Organization, number)


def locked(session: Session, number: int, *, version: int | None = None) -> Sponsorship:
    """Return the sponsorship, locked until the commit; raise Conflict if it is no longer what the form showed."""
    found = sponsorship(session, number)
    session.refresh(found, with_for_update=True)
    if version is not None and version != found.version:
        raise Conflict(_("Somebody else has changed this in the meantime. Look at it again before you decide."))
    return found


def locked_invoice(session: Session, number: int) -> Invoice:
    """Return the invoice, locked until the commit, with the ledger as it stands now."""
    found = invoice(session, number)
    session.refresh(found, with_for_update=True)
    session.expire(found, ["entries"])
    return found


def is_keeper(person: Person, *, now: datetime) -> bool:
    """Tell whether an office lets the person see every sponsorship."""
    return bool(KEEPERS & person.permissions(now))


def check_reader(session: Session, sponsored: Sponsorship, person: Person, *, now: datetime) -> None:
    """Raise NotFound unless the person acts for this company or keeps the records: others do not learn it exists."""
    if is_keeper(person, now=now) or company.roles_in(session, person, sponsored.organization_id, now=now):
        return
    raise NotFound(_("There is no such page. If you typed the address, check that it is right."))


def check_signatory(session: Session, organization_id: int, person: Person, *, now: datetime) -> None:
    """Raise Forbidden unless the person may sign for the company now."""
    if company.MandateRole.SIGNATORY not in company.roles_in(session, person, organization_id, now=now):
        raise Forbidden(_("Only the company's signatory can do this."))


def check_acting(session: Session, organization_id: int, person: Person, *, now: datetime) -> None:
    """Raise Forbidden unless the person is the company's signatory or its billing contact now."""
    if not company.roles_in(session, person, organization_id, now=now) & set(company.ACTS_FOR):
        raise Forbidden(_("Only the company's signatory or billing contact can do this."))


def check_impartial(session: Session, organization_id: int, person: Person, *, now: datetime) -> None:
    """Raise Forbidden if the person belongs to the company or its control group: nobody decides about their own."""
    if company.belongs_to(session, person, organization_id, now=now):
        raise Forbidden(_("You belong to this company or its group, so somebody else has to decide this."))


def invoice_of(session: Session, sponsored: Sponsorship) -> Invoice | None:
    """Return the invoice that stands for the sponsorship: the one that is not void, else the last."""
    wanted = select(Invoice).where(Invoice.sponsorship_id == sponsored.id)
    return session.execute(wanted.order_by(Invoice.state == "void", Invoice.id.desc()).limit(1)).scalar_one_or_none()
