"""The treasurer's entries: payments, also partial ones, what was paid back, credits, and reversals of mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid, NotFound
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.invoices import Invoice, LedgerEntry, PaymentSource, Series
from membership.sponsorship.pdf import papers
from membership.sponsorship.pdf.papers import Paper
from membership.sponsorship.rules import billing
from membership.sponsorship.rules.billing import EntryKind
from membership.sponsorship.rules.lifecycle import IN_FORCE, InvoiceState
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import catalogue, course, invoicing, letters
from membership.sponsorship.services.refusals import in_words, reason_of
from membership.sponsorship.services.steps import Actor, officer

LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that moved: how much, on which day, and what the bank or the provider calls it."""

    amount: Money
    on: date
    reference: str
    source: PaymentSource = PaymentSource.BANK_TRANSFER
    beyond: bool = False
    """Whether it is known to be more than is owed: the ledger says what the bank says, a slip of the hand does not."""


def record_payment(session: Session, number: int, transfer: Transfer, *, by: Person, now: datetime) -> LedgerEntry:
    """Record money that arrived, in part or whole, or raise Forbidden, Invalid or Conflict."""
    invoice = _locked(session, number, by, now=now)
    _check(invoice, transfer, EntryKind.PAYMENT, now=now)
    with in_words():
        billing.check_payment(invoice.account, transfer.amount.minor, beyond=transfer.beyond)
    return receive(session, invoice, transfer, by=officer(by), now=now)


def receive(session: Session, invoice: Invoice, transfer: Transfer, *, by: Actor, now: datetime) -> LedgerEntry:
    """Enter money that arrived whatever is owed, because it did arrive; the caller holds the locks."""
    before = invoice.state
    written = invoicing.write(
        session, invoice, EntryKind.PAYMENT, -transfer.amount.minor, by=by, now=now, columns=_columns(transfer)
    )
    course.settle(session, invoice, now=now)
    if invoice.state is InvoiceState.PAID and before is not InvoiceState.PAID:
        key = f"{invoice.number}:{written.id}"
        letters.tell_company(session, invoice.sponsorship, "paid", now=now, key=key, invoice=invoice)
    return written


def record_refund(session: Session, number: int, transfer: Transfer, *, by: Person, now: datetime) -> LedgerEntry:
    """Record that what was paid too much was given back, or raise Forbidden, Invalid or Conflict."""
    invoice = _locked(session, number, by, now=now)
    _check(invoice, transfer, EntryKind.REFUND, now=now)
    with in_words():
        billing.check_refund(invoice.account, transfer.amount.minor)
    return give_back(session, invoice, transfer, by=officer(by), now=now)


def give_back(session: Session, invoice: Invoice, transfer: Transfer, *, by: Actor, now: datetime) -> LedgerEntry:
    """Enter money that went back; the caller holds the locks."""
    written = invoicing.write(
        session, invoice, EntryKind.REFUND, transfer.amount.minor, by=by, now=now, columns=_columns(transfer)
    )
    course.settle(session, invoice, now=now)
    return written


def reverse(session: Session, entry_id: int, reason: str, *, by: Person, now: datetime) -> LedgerEntry:
    """Take a payment or refund back that was entered wrongly or bounced, or raise Forbidden, Invalid or Conflict.

    The entry stays; another one with the opposite amount names it.
    """
    found = entry(session, entry_id)
    invoice = _locked(session, found.invoice_id, by, now=now)
    with in_words():
        billing.check_reversal(found.kind)
    if any(each.reverses_id == found.id for each in invoice.entries):
        raise Conflict(_("This entry has been reversed already."))
    columns = {"reverses_id": found.id, "reason": reason_of(reason), "reference": found.reference}
    written = invoicing.write(
        session, invoice, EntryKind.REVERSAL, -found.amount, by=officer(by), now=now, columns=columns
    )
    course.settle(session, invoice, now=now)
    return written


def credit(session: Session, number: int, amount: Money, reason: str, *, by: Person, now: datetime) -> LedgerEntry:
    """Credit an invoice in part or whole with a numbered credit note, or raise Forbidden, Invalid or Conflict."""
    invoice = _locked(session, number, by, now=now)
    if invoice.serial is None:
        raise Conflict(_("This invoice has not been issued."))
    _same_currency(invoice, amount)
    with in_words():
        billing.check_credit(invoice.account, amount.minor)
    why, year = reason_of(reason), now.year
    columns: dict[str, object] = {"reason": why, "credit_year": year}
    columns["credit_serial"] = invoicing.next_number(session, Series.CREDIT_NOTE, year)
    written = invoicing.write(
        session, invoice, EntryKind.CREDIT, -amount.minor, by=officer(by), now=now, columns=columns
    )
    course.settle(session, invoice, now=now)
    register.enter(
        session,
        act="invoice.credited",
        by=by.display_name,
        now=now,
        subject=f"invoice:{invoice.number}",
        facts={"credit_note": written.credit_number},
    )
    return written


def void(session: Session, number: int, reason: str, *, by: Person, now: datetime) -> Invoice:
    """Void an invoice nothing was paid for, or raise Forbidden, Invalid or Conflict; return the one that stands then.

    A sponsorship in force still owes its price: a new draft can be corrected and issued in place of the void one.
    """
    invoice = _locked(session, number, by, now=now)
    if invoice.state is InvoiceState.DRAFT:
        raise Conflict(_("A draft owes nothing and need not be voided."))
    invoicing.void(session, invoice, reason_of(reason), by=officer(by), now=now)
    in_force = invoice.sponsorship.state in IN_FORCE
    return invoicing.draft(session, invoice.sponsorship, now=now) if in_force else invoice


def issue(session: Session, number: int, *, by: Person, now: datetime) -> Invoice:
    """Issue the draft that replaces a void invoice, or raise Forbidden or Conflict."""
    invoice = _locked(session, number, by, now=now)
    sponsored = invoice.sponsorship
    if sponsored.contract is None or sponsored.contract.signed_at is None:
        raise Conflict(_("The invoice is issued when the contract is signed."))
    issued = invoicing.issue(session, sponsored, by=officer(by), now=now)
    letters.tell_company(session, sponsored, "invoice", now=now, key=issued.number, invoice=issued)
    return issued


def entry(session: Session, entry_id: int) -> LedgerEntry:
    """Return a line of the ledger, or raise NotFound."""
    found = session.get(LedgerEntry, entry_id) if entry_id < 2**31 else None
    if found is None:
        raise NotFound(_("There is no such entry in the ledger."))
    return found


def credit_note(session: Session, entry_id: int) -> tuple[Invoice, bytes, str]:
    """Return the invoice that was credited, the credit note as PDF, and its number, or raise NotFound."""
    note = entry(session, entry_id)
    if note.kind is not EntryKind.CREDIT:
        raise NotFound(_("There is no such credit note."))
    invoice = note.invoice
    paper = Paper(
        sender=invoicing.sender(),
        receiver=invoice.bill_to,
        number=note.credit_number,
        dated=note.on,
        made_at=note.at,
        facts=(("For invoice", invoice.number),),
        item=note.reason,
        amount=Money(-note.amount, invoice.currency),
    )
    return invoice, papers.credit_note(paper), note.credit_number


def _locked(session: Session, number: int, by: Person, *, now: datetime) -> Invoice:
    """Lock the sponsorship, then its invoice: everybody in this order, so that nobody waits for ever."""
    invoice = catalogue.invoice(session, number)
    catalogue.locked(session, invoice.sponsorship_id)
    catalogue.check_impartial(session, invoice.sponsorship.organization_id, by, now=now)
    return catalogue.locked_invoice(session, number)


def _check(invoice: Invoice, transfer: Transfer, kind: EntryKind, *, now: datetime) -> None:
    if invoice.serial is None:
        raise Conflict(_("This invoice has not been issued."))
    _same_currency(invoice, transfer.amount)
    if not 0 < len(transfer.reference) <= LONGEST_REFERENCE or not transfer.reference.isprintable():
        sentence = _("Enter the bank's reference, so that the same payment is not recorded twice.")
        raise Invalid(sentence, code="bad-reference")
    if transfer.on > now.date():
        raise Invalid(_("A payment cannot be recorded before it has arrived."), code="not-arrived")
    taken_back = {each.reverses_id for each in invoice.entries}
    for each in invoice.entries:
        if each.kind is kind and each.reference == transfer.reference and each.id not in taken_back:
            sentence = _("A payment with this reference is recorded for this invoice already.")
            raise Conflict(sentence, code="bad-reference")


def _same_currency(invoice: Invoice, amount: Money) -> None:
    if amount.currency != invoice.currency:
        raise Invalid(_("This invoice is in %(currency)s.", currency=invoice.currency))


def _columns(transfer: Transfer) -> dict[str, object]:
    return {"on": transfer.on, "reference": transfer.reference, "source": transfer.source}
