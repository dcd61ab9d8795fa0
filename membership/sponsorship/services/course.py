"""What follows from dates and payments by itself: a sponsorship begins, ends and is reminded, an invoice is overdue.

Each step may be asked for any number of times; what is done already is not done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from membership.sponsorship.models.invoices import Invoice
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.billing import state_of
from membership.sponsorship.rules.dues import Standing, may_begin
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState, advance
from membership.sponsorship.rules.terms import TOLD_AFTER_EXPIRY, Reminder, reminder_due
from membership.sponsorship.services import catalogue, invoicing, letters, steps
from membership.sponsorship.services.refusals import in_words

FIRST_REMINDER = timedelta(days=60)
NEVER_PAID = "The term ended and the invoice had not been paid."


def standing_of(session: Session, sponsored: Sponsorship) -> Standing:
    """Return what decides whether the sponsorship's benefits are due."""
    invoice = catalogue.invoice_of(session, sponsored)
    signed = sponsored.contract is not None and sponsored.contract.signed_at is not None
    return Standing(sponsored.state, signed, sponsored.term, invoice.state if invoice else None)


def begin_if_due(session: Session, sponsored: Sponsorship, *, now: datetime) -> None:
    """Let an executed sponsorship become active once its term has begun and it is paid; the caller holds its lock."""
    if may_begin(standing_of(session, sponsored), on=now.date()):
        steps.step(session, sponsored, SponsorshipState.ACTIVE, by=steps.THE_SERVER, now=now)


def settle(session: Session, invoice: Invoice, *, now: datetime) -> None:
    """Bring an issued invoice to the state its ledger says, and what depends on it; the caller holds both locks."""
    if invoice.due_on is None:
        return
    to = state_of(invoice.account, due_on=invoice.due_on, on=now.date())
    if to is not invoice.state:
        with in_words():
            invoice.state = advance(invoice.state, to)
        session.flush()
    begin_if_due(session, invoice.sponsorship, now=now)


def waiting(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the sponsorships for which the day may have brought something."""
    today = now.date()
    state = Sponsorship.state
    begins = and_(state == SponsorshipState.EXECUTED, Sponsorship.starts_on <= today)
    ends = and_(state == SponsorshipState.ACTIVE, Sponsorship.ends_on <= today + FIRST_REMINDER)
    lapsed = and_(state == SponsorshipState.EXPIRED, Sponsorship.ends_on > today - TOLD_AFTER_EXPIRY)
    late = select(Invoice.sponsorship_id).where(Invoice.state == InvoiceState.ISSUED, Invoice.due_on < today)
    wanted = select(Sponsorship.id).where(or_(begins, ends, lapsed, Sponsorship.id.in_(late)))
    return session.execute(wanted.order_by(Sponsorship.id)).scalars().all()


def follow(session: Session, number: int, *, now: datetime) -> None:
    """Do for one sponsorship whatever the day brings."""
    sponsored = catalogue.locked(session, number)
    invoice = catalogue.invoice_of(session, sponsored)
    if invoice is not None and invoice.state is not InvoiceState.DRAFT:
        _overdue(session, catalogue.locked_invoice(session, invoice.id), now=now)
    begin_if_due(session, sponsored, now=now)
    if sponsored.ends_on is not None and sponsored.ends_on <= now.date():
        _end(session, sponsored, now=now)
    _remind(session, sponsored, now=now)


def _overdue(session: Session, invoice: Invoice, *, now: datetime) -> None:
    before = invoice.state
    settle(session, invoice, now=now)
    if before is InvoiceState.ISSUED and invoice.state is InvoiceState.OVERDUE:
        letters.tell_company(session, invoice.sponsorship, "overdue", now=now, key=invoice.number, invoice=invoice)


def _end(session: Session, sponsored: Sponsorship, *, now: datetime) -> None:
    if sponsored.state is SponsorshipState.ACTIVE:
        steps.step(session, sponsored, SponsorshipState.EXPIRED, by=steps.THE_SERVER, now=now)
    elif sponsored.state is SponsorshipState.EXECUTED:
        invoicing.void_unpaid(session, sponsored, NEVER_PAID, by=steps.THE_SERVER, now=now)
        ended = SponsorshipState.NULLIFIED
        steps.step(session, sponsored, ended, by=steps.THE_SERVER, now=now, reason=NEVER_PAID)


def _remind(session: Session, sponsored: Sponsorship, *, now: datetime) -> None:
    """Remind of the end once in each window, unless the company has applied again; the outbox refuses a second."""
    if sponsored.ends_on is None or sponsored.state not in {SponsorshipState.ACTIVE, SponsorshipState.EXPIRED}:
        return
    reminder = reminder_due(sponsored.ends_on, on=now.date())
    if reminder is None or _renewed(session, sponsored):
        return
    letter = "lapsed" if reminder is Reminder.LAPSED else "renewal"
    left = (sponsored.ends_on - now.date()).days
    letters.tell_company(session, sponsored, letter, now=now, key=reminder.value, days=left)


def _renewed(session: Session, sponsored: Sponsorship) -> bool:
    over = (SponsorshipState.REJECTED, SponsorshipState.NULLIFIED)
    later = select(Sponsorship.id).where(Sponsorship.renews_id == sponsored.id, Sponsorship.state.not_in(over))
    return session.execute(later.limit(1)).scalar_one_or_none() is not None
