"""States and steps in words."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from membership.sponsorship.models.invoices import PaymentSource
from membership.sponsorship.models.packages import BenefitKind
from membership.sponsorship.rules.billing import EntryKind
from membership.sponsorship.rules.lifecycle import InvoiceState, PackageState, SponsorshipState

_S, _I, _P = SponsorshipState, InvoiceState, PackageState
STATES = {
    _S.APPLIED: (_l("Applied"), "blue"),
    _S.APPROVED: (_l("Approved"), "blue"),
    _S.CONTRACT_SENT: (_l("Contract to sign"), "yellow"),
    _S.EXECUTED: (_l("Signed"), "blue"),
    _S.ACTIVE: (_l("Active"), "green"),
    _S.EXPIRED: (_l("Expired"), "grey"),
    _S.REJECTED: (_l("Rejected"), "red"),
    _S.NULLIFIED: (_l("Ended early"), "grey"),
}
INVOICE_STATES = {
    _I.DRAFT: (_l("Draft"), "grey"),
    _I.ISSUED: (_l("Issued"), "blue"),
    _I.OVERDUE: (_l("Overdue"), "red"),
    _I.PAID: (_l("Paid"), "green"),
    _I.VOID: (_l("Void"), "grey"),
    _I.CREDITED: (_l("Credited"), "grey"),
}
PACKAGE_STATES = {
    _P.DRAFT: (_l("Draft"), "grey"),
    _P.OFFERED: (_l("Offered"), "green"),
    _P.CLOSED: (_l("Closed"), "grey"),
}
NEXT = {
    _S.APPLIED: _l("The foundation looks at the application."),
    _S.APPROVED: _l("The foundation sends the contract."),
    _S.CONTRACT_SENT: _l("The company's signatory reads and signs the contract."),
    _S.EXECUTED: _l("Benefits begin when the term has begun and the invoice is paid in full."),
    _S.ACTIVE: _l("The sponsorship is in force."),
    _S.EXPIRED: _l("The term is over. Thank you."),
    _S.REJECTED: _l("The foundation rejected the application."),
    _S.NULLIFIED: _l("The sponsorship ended before its time."),
}
ENTRIES = {
    EntryKind.CHARGE: _l("Charge"),
    EntryKind.PAYMENT: _l("Payment"),
    EntryKind.REFUND: _l("Paid back"),
    EntryKind.CREDIT: _l("Credit"),
    EntryKind.VOID: _l("Voided"),
    EntryKind.REVERSAL: _l("Reversal"),
}
SOURCES = {PaymentSource.BANK_TRANSFER: _l("bank transfer"), PaymentSource.CARD: _l("card")}
KINDS = {
    BenefitKind.LOGO: _l("needs your logo"),
    BenefitKind.TEXT: _l("needs a text from you"),
    BenefitKind.PLAIN: _l("needs nothing from you"),
}


def day(on: date | None) -> str:
    """Return a date as it is written out: 7 March 2027."""
    return f"{on.day} {on:%B %Y}" if on else ""


WORDS = {
    "STATES": STATES,
    "INVOICE_STATES": INVOICE_STATES,
    "PACKAGE_STATES": PACKAGE_STATES,
    "NEXT": NEXT,
    "ENTRIES": ENTRIES,
    "SOURCES": SOURCES,
    "KINDS": KINDS,
    "day": day,
}
