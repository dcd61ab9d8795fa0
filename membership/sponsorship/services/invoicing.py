"""Invoices: drafted with the contract, numbered without gaps when it is signed, voided or credited, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.core import register
from foundation.core.context import settings
from foundation.core.errors import Conflict
from membership.sponsorship.configuration import billing
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.invoices import Invoice, LedgerEntry, NumberSeries, Series
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.pdf import papers
from membership.sponsorship.pdf.papers import Paper
from membership.sponsorship.rules.billing import TIME_TO_PAY, EntryKind, check_void
from membership.sponsorship.rules.lifecycle import InvoiceState, advance
from membership.sponsorship.services import catalogue
from membership.sponsorship.services.refusals import in_words
from membership.sponsorship.services.steps import Actor


def next_number(session: Session, series: Series, year: int) -> int:
    """Return the next number of the series. Whoever asks next waits for our commit, and a rollback gives it back."""
    session.execute(insert(NumberSeries).values(series=series, year=year, last=0).on_conflict_do_nothing())
    counted = update(NumberSeries).where(NumberSeries.series == series, NumberSeries.year == year)
    number: int = session.execute(counted.values(last=NumberSeries.last + 1).returning(NumberSeries.last)).scalar_one()
    return number


def draft(session: Session, sponsored: Sponsorship, *, now: datetime) -> Invoice:
    """Draft the invoice of a sponsorship; it has no number and owes nothing."""
    invoice = Invoice(
        sponsorship_id=sponsored.id,
        state=InvoiceState.DRAFT,
        bill_to=_receiver(sponsored),
        order_reference=sponsored.order_reference,
        description=_description(sponsored),
        total=sponsored.price,
        currency=sponsored.currency,
        drafted_at=now,
    )
    session.add(invoice)
    session.flush()
    return invoice


def _receiver(sponsored: Sponsorship) -> str:
    return f"{sponsored.organization.legal_name}\n{sponsored.billing_address}".strip()


def _description(sponsored: Sponsorship) -> str:
    begins, ends = sponsored.starts_on, sponsored.ends_on
    term = f", {papers.day(begins)} until before {papers.day(ends)}" if begins and ends else ""
    return f"Sponsorship {sponsored.package_year}, package {sponsored.package_name}{term}"


def issue(session: Session, sponsored: Sponsorship, *, by: Actor, now: datetime) -> Invoice:
    """Give the drafted invoice its number, its dates and its paper, and charge it; the caller locks the sponsorship."""
    invoice = catalogue.invoice_of(session, sponsored)
    if invoice is None or invoice.state is not InvoiceState.DRAFT:
        raise Conflict(_("There is no draft of an invoice to issue."))
    invoice.bill_to, invoice.order_reference = _receiver(sponsored), sponsored.order_reference
    today = now.date()
    invoice.year, invoice.serial = today.year, next_number(session, Series.INVOICE, today.year)
    invoice.issued_on, invoice.due_on = today, today + TIME_TO_PAY
    invoice.pdf = papers.invoice(paper_of(invoice, now))
    with in_words():
        invoice.state = advance(invoice.state, InvoiceState.ISSUED)
    session.flush()
    write(session, invoice, EntryKind.CHARGE, invoice.total, by=by, now=now)
    _enter(session, invoice, "issued", by=by, now=now)
    return invoice


def paper_of(invoice: Invoice, now: datetime) -> Paper:
    """Return what the invoice's paper says."""
    terms, due = billing(), papers.day(invoice.due_on) if invoice.due_on else ""
    company = invoice.sponsorship.organization
    # The number names the company also where the letters of its name cannot be printed.
    registered = f"{company.jurisdiction} {company.registry_number}"
    facts = [("Due by", due), ("For sponsorship", str(invoice.sponsorship_id)), ("Registered as", registered)]
    if invoice.order_reference:
        facts.append(("Your order", invoice.order_reference))
    asked = f"Please pay {invoice.money} by {due} and quote {invoice.number}."
    notes = [("How to pay", f"{asked}\n{terms.bank_details}".strip())]
    if terms.tax_note:
        notes.append(("Tax", terms.tax_note))
    return Paper(
        sender=sender(),
        receiver=invoice.bill_to,
        number=invoice.number,
        dated=invoice.issued_on or now.date(),
        made_at=now,
        facts=tuple(facts),
        item=invoice.description,
        amount=invoice.money,
        notes=tuple(notes),
    )


def sender() -> str:
    """Return who invoices, as it stands at the head of each paper."""
    return f"{settings().foundation_name}\n{billing().sender}".strip()


def write(
    session: Session,
    invoice: Invoice,
    kind: EntryKind,
    amount: int,
    *,
    by: Actor,
    now: datetime,
    columns: Mapping[str, object] | None = None,
) -> LedgerEntry:
    """Append a line to the invoice's ledger; `amount` is signed as the company's debt."""
    filled: dict[str, object] = {"on": now.date(), "reference": "", "reason": ""} | dict(columns or {})
    entry = LedgerEntry(
        invoice_id=invoice.id, kind=kind, amount=amount, at=now, by=by.name, person_id=by.person_id, **filled
    )
    session.add(entry)
    session.flush()
    session.expire(invoice, ["entries"])
    return entry


def void_unpaid(session: Session, sponsored: Sponsorship, reason: str, *, by: Actor, now: datetime) -> None:
    """Void what is not paid of a sponsorship that ends early; what was paid or credited stays for the treasurer."""
    open_ones = select(Invoice).where(Invoice.sponsorship_id == sponsored.id, Invoice.state != InvoiceState.VOID)
    for found in session.execute(open_ones).scalars().all():
        invoice = catalogue.locked_invoice(session, found.id)
        account = invoice.account
        if account.paid == 0 and account.credited == 0 and invoice.state is not InvoiceState.CREDITED:
            void(session, invoice, reason, by=by, now=now)


def void(session: Session, invoice: Invoice, reason: str, *, by: Actor, now: datetime) -> None:
    """Void an invoice nothing was paid for, or raise Conflict; its number stays its own. The caller locks it."""
    with in_words():
        check_void(invoice.account)
        invoice.state = advance(invoice.state, InvoiceState.VOID)
    session.flush()
    if invoice.serial is not None:
        write(session, invoice, EntryKind.VOID, -invoice.total, by=by, now=now, columns={"reason": reason})
        _enter(session, invoice, "voided", by=by, now=now)


def _enter(session: Session, invoice: Invoice, verb: str, *, by: Actor, now: datetime) -> None:
    """The register shows that numbers have no gaps; what was asked and paid is between the parties."""
    register.enter(
        session,
        act=f"invoice.{verb}",
        by=by.public_name,
        now=now,
        subject=f"invoice:{invoice.number}",
        facts={"sponsorship": invoice.sponsorship_id},
    )
