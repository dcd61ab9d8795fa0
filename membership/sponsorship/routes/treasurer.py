"""The treasurer's pages: invoices, payments, credits, and the ledger."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from foundation.core import clock
from foundation.core.access import Permission, requires, signed_in
from foundation.core.db import db
from foundation.core.errors import Invalid, Refusal
from membership.sponsorship.forms import AmountForm, CreditForm, PaymentForm, ReasonForm, TransferForm
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.invoices import Invoice
from membership.sponsorship.routes import tables
from membership.sponsorship.routes.blueprint import again, attachment, bp, page, person, readable, see
from membership.sponsorship.rules.lifecycle import InvoiceState
from membership.sponsorship.rules.money import BadAmount, Money
from membership.sponsorship.services import catalogue, payments
from membership.sponsorship.services.payments import Transfer

LEDGER = Permission.LEDGER_KEEP


@bp.get("/invoices")
@requires(LEDGER)
def invoices() -> ResponseReturnValue:
    """List invoices with search, filter and paging."""
    return tables.shown(tables.OF_INVOICES, "invoices")


@bp.get("/invoices.csv")
@requires(LEDGER)
def invoices_csv() -> ResponseReturnValue:
    """Answer with the invoices of the list as CSV."""
    return tables.downloaded(tables.OF_INVOICES)


@bp.get("/ledger.csv")
@requires(LEDGER)
def ledger_csv() -> ResponseReturnValue:
    """Answer with the whole ledger as CSV, in the order it was written."""
    return tables.downloaded(tables.OF_LEDGER)


@bp.get("/invoices/<int:number>")
@requires(LEDGER)
def invoice(number: int) -> ResponseReturnValue:
    """Show an invoice with its ledger and what can be recorded."""
    return _invoice_page("invoice", catalogue.invoice(db.session, number))


def _invoice_page(template: str, found: Invoice, form: Any = None) -> tuple[str, int]:
    reversed_ones = {entry.reverses_id for entry in found.entries}
    sums = {entry.id: Money(entry.amount, found.currency) for entry in found.entries}
    return page(template, form, invoice=found, reversed_ones=reversed_ones, sums=sums, draft=InvoiceState.DRAFT)


def _money(form: AmountForm, currency: str) -> Money:
    try:
        return form.money(currency)
    except BadAmount as error:
        raise Invalid(_(str(error))) from error


@bp.route("/invoices/<int:number>/payments", methods=["GET", "POST"])
@requires(LEDGER)
def record_payment(number: int) -> ResponseReturnValue:
    """Record money that arrived, in part or whole."""
    found, form = catalogue.invoice(db.session, number), PaymentForm()
    if not form.is_submitted():
        open_now = found.balance.number() if found.balance.minor > 0 else ""
        form.on.data, form.amount.data = clock.now().date(), open_now
    if not form.validate_on_submit():
        return page("payment", form, invoice=found)
    try:
        amount, reference = _money(form, found.currency), form.reference.data.strip()
        transfer = Transfer(amount, form.on.data, reference, beyond=bool(form.beyond.data))
        payments.record_payment(db.session, number, transfer, by=person(), now=clock.now())
    except Refusal as refusal:
        return again("payment", form, form.amount, refusal, invoice=found)
    db.session.commit()
    flash(_("The payment is recorded."), "success")
    return see("invoice", number=number)


@bp.route("/invoices/<int:number>/refunds", methods=["GET", "POST"])
@requires(LEDGER)
def record_refund(number: int) -> ResponseReturnValue:
    """Record that what was paid too much was given back."""
    found, form = catalogue.invoice(db.session, number), TransferForm()
    if not form.is_submitted():
        form.on.data, form.amount.data = clock.now().date(), (-found.balance).number()
    if not form.validate_on_submit():
        return page("refund", form, invoice=found)
    try:
        transfer = Transfer(_money(form, found.currency), form.on.data, form.reference.data.strip())
        payments.record_refund(db.session, number, transfer, by=person(), now=clock.now())
    except Refusal as refusal:
        return again("refund", form, form.amount, refusal, invoice=found)
    db.session.commit()
    flash(_("It is recorded as paid back."), "success")
    return see("invoice", number=number)


@bp.route("/invoices/<int:number>/credit", methods=["GET", "POST"])
@requires(LEDGER)
def credit(number: int) -> ResponseReturnValue:
    """Credit an invoice in part or whole."""
    found, form = catalogue.invoice(db.session, number), CreditForm()
    if not form.is_submitted():
        form.amount.data = found.balance.number() if found.balance.minor > 0 else found.money.number()
    if not form.validate_on_submit():
        return page("credit", form, invoice=found)
    try:
        amount, reason = _money(form, found.currency), form.reason.data
        entry = payments.credit(db.session, number, amount, reason, by=person(), now=clock.now())
    except Refusal as refusal:
        return again("credit", form, form.amount, refusal, invoice=found)
    db.session.commit()
    flash(_("Credit note %(number)s is issued.", number=entry.credit_number), "success")
    return see("invoice", number=number)


@bp.route("/invoices/<int:number>/void", methods=["GET", "POST"])
@requires(LEDGER)
def void(number: int) -> ResponseReturnValue:
    """Void an invoice for which nothing was paid."""
    found, form = catalogue.invoice(db.session, number), ReasonForm()
    if not form.validate_on_submit():
        return page("void", form, invoice=found)
    stands = payments.void(db.session, number, form.reason.data, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The invoice is void. Its number stays its own."))
    return see("invoice", number=stands.id)


@bp.post("/invoices/<int:number>/issue")
@requires(LEDGER)
def issue(number: int) -> ResponseReturnValue:
    """Issue the draft that replaces a void invoice."""
    found = payments.issue(db.session, number, by=person(), now=clock.now())
    db.session.commit()
    flash(_("Invoice %(number)s is issued.", number=found.number), "success")
    return see("invoice", number=found.id)


@bp.route("/ledger/<int:entry_id>/reverse", methods=["GET", "POST"])
@requires(LEDGER)
def reverse(entry_id: int) -> ResponseReturnValue:
    """Take back an entry that was wrong or a payment that bounced."""
    form, entry = ReasonForm(), payments.entry(db.session, entry_id)
    if not form.validate_on_submit():
        return page(
            "reverse", form, entry=entry, invoice=entry.invoice, sum=Money(entry.amount, entry.invoice.currency)
        )
    payments.reverse(db.session, entry_id, form.reason.data, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The entry is reversed; both stay in the ledger."))
    return see("invoice", number=entry.invoice_id)


@bp.get("/credit-notes/<int:entry_id>.pdf")
@signed_in
def credit_note(entry_id: int) -> ResponseReturnValue:
    """Answer with a credit note."""
    readable(payments.entry(db.session, entry_id).invoice.sponsorship_id)
    _invoice, pdf, number = payments.credit_note(db.session, entry_id)
    return attachment(pdf, f"credit-note-{number}.pdf", "application/pdf")
