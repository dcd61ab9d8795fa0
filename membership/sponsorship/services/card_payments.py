"""Payments by card: a page of the provider to pay on, and its events, each entered once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.context import external_url
from foundation.core.errors import Conflict, Invalid
from foundation.core.logs import get_logger
from membership.sponsorship.cards import events, provider, signature
from membership.sponsorship.cards.events import Paid, Reinstated, Returned, Told
from membership.sponsorship.cards.provider import Checkout
from membership.sponsorship.configuration import CardProvider
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.invoices import CardEvent, Invoice, LedgerEntry, PaymentSource
from membership.sponsorship.rules.billing import EntryKind
from membership.sponsorship.rules.lifecycle import InvoiceState
from membership.sponsorship.rules.money import BadAmount, Money
from membership.sponsorship.services import catalogue, payments
from membership.sponsorship.services.steps import Actor

log = get_logger()
PROVIDER = Actor("card provider", "card provider")
PAYABLE = frozenset({InvoiceState.ISSUED, InvoiceState.OVERDUE})


def checkout(session: Session, cards: CardProvider, number: int, *, by: Person, now: datetime) -> str:
    """Return the address at which the company pays what is owed, or raise Forbidden, Conflict or Unavailable."""
    invoice = catalogue.invoice(session, number)
    catalogue.check_acting(session, invoice.sponsorship.organization_id, by, now=now)
    if invoice.state not in PAYABLE:
        raise Conflict(_("Nothing is owed for this invoice."))
    back = external_url("sponsorship.show", number=invoice.sponsorship_id)
    asked = Checkout(
        invoice_id=invoice.id,
        number=invoice.number,
        minor=invoice.balance.minor,
        currency=invoice.currency,
        lines=len(invoice.entries),
        done_url=back,
        back_url=back,
    )
    return provider.checkout_url(cards, asked)


def hear(session: Session, cards: CardProvider, body: bytes, header: str, *, now: datetime) -> str:
    """Enter what an event tells, once, and return what became of it; raise Invalid for what is not the provider's."""
    try:
        signature.verify(body, header, cards.webhook_secret, now=now)
        event = events.parse(body)
    except (signature.BadSignature, events.BadEvent) as error:
        raise Invalid(_(str(error)), code="bad-event") from error
    first = insert(CardEvent).values(id=event.id, kind=event.kind, received_at=now, outcome=_outcome(event.tells))
    # Of two deliveries at once the second waits here for the first one's commit, and then finds the event known.
    new = session.execute(first.on_conflict_do_nothing().returning(CardEvent.id)).scalar_one_or_none()
    if new is None:
        return "known"
    return _enter(session, event.tells, event.id, now=now)


def _enter(session: Session, tells: Told | None, event_id: str, *, now: datetime) -> str:
    if isinstance(tells, Paid):
        return _paid(session, tells, now=now)
    if isinstance(tells, Returned):
        return _returned(session, tells, event_id, now=now)
    if isinstance(tells, Reinstated):
        return _reinstated(session, tells, now=now)
    return "ignored"


def _outcome(tells: Told | None) -> str:
    """Return what is kept of an event: of one about a payment all that it tells, since it may come before that."""
    if tells is None:
        return "ignored"
    if isinstance(tells, Paid):
        return f"paid {tells.reference}"[:200]
    kind = type(tells).__name__.lower()
    return f"{kind} {tells.payment} {tells.total} {tells.currency} {tells.reference}".strip()[:200]


def _catch_up(session: Session, payment: str, kind: type[Returned | Reinstated], *, now: datetime) -> None:
    """Enter what was told too early, before what it is about: the provider's events come in any order."""
    told = CardEvent.outcome.startswith(f"{kind.__name__.lower()} {payment} ", autoescape=True)
    heard = select(CardEvent.id, CardEvent.outcome).where(told).order_by(CardEvent.received_at, CardEvent.id)
    for number, outcome in session.execute(heard).all():
        _kind, _payment, total, currency, *reference = outcome.split(" ")
        _enter(session, kind(payment, int(total), currency, " ".join(reference)), number, now=now)


def _paid(session: Session, paid: Paid, *, now: datetime) -> str:
    invoice = session.get(Invoice, paid.invoice_id) if paid.invoice_id < 2**31 else None
    if invoice is None or invoice.serial is None or paid.currency != invoice.currency:
        log.error("card payment for no invoice of ours", reference=paid.reference)
        return "unknown invoice"
    if _entered(session, EntryKind.PAYMENT, paid.reference):
        return "known"
    transfer = _transfer(paid.minor, paid.currency, paid.reference, now)
    payments.receive(session, _locked(session, invoice), transfer, by=PROVIDER, now=now)
    _catch_up(session, paid.reference, Returned, now=now)
    return "paid"


def _returned(session: Session, returned: Returned, event_id: str, *, now: datetime) -> str:
    payment = _payment(session, returned.payment)
    if payment is None:
        return "unknown payment"
    invoice = _locked(session, payment.invoice)
    # The provider tells the sum of all refunds of a payment, not the last one; what is entered already is left out.
    prefix = f"{returned.payment} {returned.reference or 'refund'} "
    fresh = returned.total - _returned_before(session, prefix)
    if fresh <= 0:
        return "known"
    transfer = _transfer(fresh, returned.currency, prefix + event_id, now)
    payments.give_back(session, invoice, transfer, by=PROVIDER, now=now)
    _catch_up(session, returned.payment, Reinstated, now=now)
    return "returned"


def _reinstated(session: Session, told: Reinstated, *, now: datetime) -> str:
    payment = _payment(session, told.payment)
    if payment is None:
        return "unknown payment"
    invoice = _locked(session, payment.invoice)
    # What a dispute has not taken away does not come back.
    back = min(told.total, _returned_before(session, f"{told.payment} {told.reference} "))
    reference = f"{told.payment} {told.reference} reinstated"
    if back <= 0 or _entered(session, EntryKind.PAYMENT, reference):
        return "known"
    payments.receive(session, invoice, _transfer(back, told.currency, reference, now), by=PROVIDER, now=now)
    return "reinstated"


def _payment(session: Session, reference: str) -> LedgerEntry | None:
    wanted = select(LedgerEntry).where(
        LedgerEntry.source == PaymentSource.CARD,
        LedgerEntry.kind == EntryKind.PAYMENT,
        LedgerEntry.reference == reference,
    )
    return session.execute(wanted).scalar_one_or_none()


def _returned_before(session: Session, prefix: str) -> int:
    before = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        LedgerEntry.source == PaymentSource.CARD,
        LedgerEntry.kind == EntryKind.REFUND,
        LedgerEntry.reference.startswith(prefix, autoescape=True),
    )
    return int(session.execute(before).scalar_one())


def _entered(session: Session, kind: EntryKind, reference: str) -> bool:
    known = select(LedgerEntry.id).where(
        LedgerEntry.source == PaymentSource.CARD, LedgerEntry.kind == kind, LedgerEntry.reference == reference
    )
    return session.execute(known).scalar_one_or_none() is not None


def _transfer(minor: int, currency: str, reference: str, now: datetime) -> payments.Transfer:
    try:
        amount = Money(minor, currency)
    except BadAmount as error:
        raise Invalid(_(str(error))) from error
    return payments.Transfer(amount, now.date(), reference[:200], PaymentSource.CARD)


def _locked(session: Session, invoice: Invoice) -> Invoice:
    catalogue.locked(session, invoice.sponsorship_id)
    return catalogue.locked_invoice(session, invoice.id)
