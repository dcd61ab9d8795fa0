"""Invoices, payments and places: numbered without gaps, kept as they came, and refused where they would contradict."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from foundation.core import clock, register
from foundation.core.db import db
from foundation.core.errors import Conflict, Invalid
from foundation.core.register import RegisterEntry
from membership.sponsorship.models.invoices import Invoice, LedgerEntry, Series
from membership.sponsorship.models.packages import Package
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.billing import EntryKind
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import applying, contracts, invoicing, payments
from membership.sponsorship.services.payments import Transfer
from tests.sponsorship_factories import Deal, another, make_deal, make_officers, offer

FULL = 1_000_000


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def at_once(app: Flask, acts: list[Callable[[Session], object]]) -> list[BaseException | None]:
    """Let each act begin at the same moment, each in a transaction of its own, and return how each failed."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def work(place: int) -> None:
        with app.app_context():
            try:
                barrier.wait(30)
                acts[place](db.session)
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                outcomes[place] = error  # type: ignore[call-overload]
            finally:
                db.session.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes  # type: ignore[return-value]


def test_invoices_signed_at_once_are_numbered_without_gaps(app: Flask, session: Session, deal: Deal) -> None:
    deals = [deal.apply().approve().send()]
    deals += [another(deal, f"Loom {number} Ltd").apply().approve().send() for number in range(7)]
    broken = deals[3]

    def sign(one: Deal) -> Callable[[Session], object]:
        contract, signatory, number = one.sponsored.contract, one.company.signatory.id, one.number
        assert contract is not None
        sha256 = contract.text_sha256

        def act(own: Session) -> None:
            person = own.get_one(type(one.company.signatory), signatory)
            contracts.sign(own, number, "Ada Lovelace", sha256=sha256, by=person, now=one.now)
            if one is broken:
                raise RuntimeError("The machine fails after the number was taken.")

        return act

    failures = at_once(app, [sign(one) for one in deals])
    session.rollback()
    assert [type(each) for each in failures if each] == [RuntimeError]
    serials = session.execute(select(Invoice.serial).where(Invoice.serial.is_not(None)).order_by(Invoice.serial))
    assert list(serials.scalars()) == [1, 2, 3, 4, 5, 6, 7]
    assert register.verify_chain(session) == session.execute(select(func.count(RegisterEntry.seq))).scalar_one()


def test_each_year_begins_at_one(session: Session, deal: Deal) -> None:
    numbers = [invoicing.next_number(session, Series.INVOICE, year) for year in (2026, 2026, 2027, 2026)]
    assert numbers == [1, 2, 1, 3]
    assert invoicing.next_number(session, Series.CREDIT_NOTE, 2026) == 1


def test_the_database_itself_refuses_a_gap(session: Session, deal: Deal) -> None:
    deal.apply().approve().send()
    numbered = "SET state = 'issued', year = 2027, serial = :serial, issued_on = now(), due_on = now(), pdf = ''"
    for serial in (2, 0, -1):
        with pytest.raises(DBAPIError, match="without gaps"):
            session.execute(text(f"UPDATE sponsor_invoice {numbered}"), {"serial": serial})
        session.rollback()


def test_two_treasurers_who_record_the_same_payment_record_it_once(app: Flask, session: Session, deal: Deal) -> None:
    deal.signed()
    number, treasurer, now = deal.invoice.id, deal.officers.treasurer.id, deal.now
    transfer = Transfer(euros(FULL), now.date(), "TRF-1")

    def act(own: Session) -> None:
        person = own.get_one(type(deal.officers.treasurer), treasurer)
        payments.record_payment(own, number, transfer, by=person, now=now)

    failures = [each for each in at_once(app, [act] * 4) if each]
    assert [type(each) for each in failures] == [Conflict] * 3
    session.rollback()
    session.expire_all()
    assert deal.invoice.account.paid == FULL


def test_the_last_place_of_a_package_goes_to_one_company(app: Flask, session: Session) -> None:
    officers = make_officers(session)
    package = offer(session, officers.secretary, places=1)
    first = make_deal(session)
    first.package, first.officers = package, officers
    deals = [first.apply(), another(first, "Second Ltd").apply(), another(first, "Third Ltd").apply()]

    def approve(one: Deal) -> Callable[[Session], object]:
        number, secretary = one.number, officers.secretary.id

        def act(own: Session) -> None:
            person = own.get_one(type(officers.secretary), secretary)
            applying.approve(own, number, one.now.date(), version=1, by=person, now=one.now)

        return act

    failures = [each for each in at_once(app, [approve(one) for one in deals]) if each]
    assert [str(each) for each in failures] == ["Every place of this package is taken."] * 2
    session.rollback()
    held = select(func.count(Sponsorship.id)).where(Sponsorship.place == 1)
    assert session.execute(held).scalar_one() == 1


def test_a_place_that_becomes_free_is_given_again(session: Session) -> None:
    officers = make_officers(session)
    package = offer(session, officers.secretary, places=1)
    first = make_deal(session)
    first.package, first.officers = package, officers
    first.apply().approve()
    second = another(first, "Second Ltd").apply()
    with pytest.raises(Conflict, match="place"):
        second.approve()
    session.rollback()
    version = first.sponsored.version
    applying.nullify(session, first.number, "Changed plans.", version=version, by=officers.secretary, now=first.now)
    session.commit()
    assert second.approve().sponsored.place == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount = 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "DELETE FROM sponsor_invoice",
        "DELETE FROM sponsorship_event",
        "UPDATE sponsorship_event SET reason = 'Another.'",
        "DELETE FROM sponsorship_contract",
        "DELETE FROM sponsorship",
        "UPDATE sponsor_invoice SET total = 1",
        "UPDATE sponsor_invoice SET serial = 99",
        "UPDATE sponsor_invoice SET bill_to = 'Somebody else'",
        "UPDATE sponsorship_contract SET text = 'Another text.'",
        "UPDATE sponsorship_contract SET signed_name = 'Somebody else'",
        "UPDATE sponsorship_benefit SET name = 'A vote on the board'",
    ],
)
def test_what_happened_cannot_be_changed_even_by_the_database(session: Session, deal: Deal, statement: str) -> None:
    deal.active()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("kind = 'payment', amount = 5, source = 'card'", "ck_ledger_entry_signed_as_its_kind"),
        ("kind = 'charge', amount = -5", "ck_ledger_entry_signed_as_its_kind"),
        ("kind = 'payment', amount = -5", "ck_ledger_entry_money_has_a_source"),
        ("kind = 'reversal', amount = 5", "ck_ledger_entry_reversal_of_something"),
        ("kind = 'credit', amount = -5", "ck_ledger_entry_credit_note_numbered"),
    ],
)
def test_the_ledger_takes_no_line_that_is_none(session: Session, deal: Deal, columns: str, constraint: str) -> None:
    deal.signed()
    given = dict(part.split(" = ") for part in columns.split(", "))
    names = ", ".join(given)
    base = 'invoice_id, "on", reference, reason, at, by'
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(
            text(
                f"INSERT INTO ledger_entry ({base}, {names}) SELECT id, now(), '', '', now(), 'x', "  # noqa: S608
                f"{', '.join(given.values())} FROM sponsor_invoice"
            )
        )


def test_a_reversal_of_another_amount_is_refused_by_the_database(session: Session, deal: Deal) -> None:
    deal.signed().pay()
    columns = 'invoice_id, "on", reference, reason, at, by, kind, amount, reverses_id'
    taken = "SELECT invoice_id, now(), '', '', now(), 'x', 'reversal', -amount - 1, id FROM ledger_entry"
    statement = f"INSERT INTO ledger_entry ({columns}) {taken} WHERE kind = 'payment'"
    with pytest.raises(DBAPIError, match="takes back one whole entry"):
        session.execute(text(statement))


def test_partial_payments_add_up_and_the_whole_makes_it_paid(session: Session, deal: Deal) -> None:
    deal.signed().pay(400_000, "TRF-1")
    assert (deal.invoice.state, deal.invoice.balance) == (InvoiceState.ISSUED, euros(600_000))
    assert deal.sponsored.state is SponsorshipState.EXECUTED
    deal.pay(600_000, "TRF-2")
    assert (deal.invoice.state, deal.invoice.balance) == (InvoiceState.PAID, euros(0))
    assert deal.sponsored.state is SponsorshipState.ACTIVE


def test_a_payment_is_refused_with_a_sentence_and_changes_nothing(session: Session, deal: Deal) -> None:
    deal.signed().pay(1, "TRF-1")
    today, treasurer = deal.now.date(), deal.officers.treasurer
    refused: list[tuple[Transfer, type[Exception], str]] = [
        (Transfer(euros(FULL), today, "TRF-2"), Conflict, "more than is owed"),
        (Transfer(euros(5), today, "TRF-1"), Conflict, "reference is recorded"),
        (Transfer(euros(5), today + timedelta(days=1), "TRF-2"), Invalid, "before it has arrived"),
        (Transfer(Money(5, "USD"), today, "TRF-2"), Invalid, "in EUR"),
        (Transfer(euros(5), today, ""), Invalid, "reference"),
        (Transfer(euros(5), today, "TRF\n2"), Invalid, "reference"),
    ]
    for transfer, kind, says in refused:
        with pytest.raises(kind, match=says):
            payments.record_payment(session, deal.invoice.id, transfer, by=treasurer, now=deal.now)
        session.rollback()
    assert len(deal.invoice.entries) == 2


def test_a_reversal_opens_the_invoice_again_and_the_reference_can_be_used_anew(session: Session, deal: Deal) -> None:
    deal.active()
    payment = deal.invoice.entries[-1].id
    treasurer, now = deal.officers.treasurer, deal.now
    payments.reverse(session, payment, "The bank called it back.", by=treasurer, now=now)
    session.commit()
    assert deal.invoice.state is InvoiceState.ISSUED
    assert [entry.kind for entry in deal.invoice.entries] == [EntryKind.CHARGE, EntryKind.PAYMENT, EntryKind.REVERSAL]
    with pytest.raises(Conflict, match="reversed already"):
        payments.reverse(session, payment, "Again.", by=treasurer, now=now)
    session.rollback()
    with pytest.raises(Conflict, match="Only a payment or a refund"):
        payments.reverse(session, deal.invoice.entries[0].id, "The charge.", by=treasurer, now=now)
    session.rollback()
    deal.pay()
    assert deal.invoice.state is InvoiceState.PAID


def test_a_reversal_after_the_due_day_makes_the_invoice_overdue(session: Session, deal: Deal) -> None:
    deal.active()
    late = deal.now + timedelta(days=45)
    payments.reverse(session, deal.invoice.entries[-1].id, "It bounced.", by=deal.officers.treasurer, now=late)
    assert deal.invoice.state is InvoiceState.OVERDUE


def test_a_credit_has_a_number_of_its_own_series_and_never_exceeds_the_invoice(session: Session, deal: Deal) -> None:
    deal.signed()
    treasurer, number, now = deal.officers.treasurer, deal.invoice.id, deal.now
    first = payments.credit(session, number, euros(400_000), "The booth was smaller.", by=treasurer, now=now)
    assert first.credit_number == f"C{now.year}-0001"
    with pytest.raises(Conflict, match="more than the invoice is worth"):
        payments.credit(session, number, euros(600_001), "More.", by=treasurer, now=now)
    payments.credit(session, number, euros(600_000), "The rest.", by=treasurer, now=now)
    session.commit()
    assert deal.invoice.state is InvoiceState.CREDITED
    with pytest.raises(Conflict, match="nothing is owed"):
        deal.pay(1)


def test_what_was_paid_beyond_what_is_owed_is_paid_back_and_no_more(session: Session, deal: Deal) -> None:
    deal.active()
    treasurer, number, now = deal.officers.treasurer, deal.invoice.id, deal.now
    payments.credit(session, number, euros(300_000), "A benefit was missed.", by=treasurer, now=now)
    assert deal.invoice.balance == euros(-300_000)
    assert deal.invoice.state is InvoiceState.PAID
    with pytest.raises(Conflict, match="beyond the amount owed"):
        payments.record_refund(session, number, Transfer(euros(300_001), now.date(), "OUT-1"), by=treasurer, now=now)
    payments.record_refund(session, number, Transfer(euros(300_000), now.date(), "OUT-1"), by=treasurer, now=now)
    assert deal.invoice.balance == euros(0)


def test_a_bank_transfer_of_too_much_stands_in_the_ledger_as_it_came_and_the_rest_is_paid_back(
    session: Session, deal: Deal
) -> None:
    deal.signed()
    treasurer, number, today = deal.officers.treasurer, deal.invoice.id, deal.now.date()
    transfer = Transfer(euros(FULL + 10_000), today, "IN-1", beyond=True)
    payments.record_payment(session, number, transfer, by=treasurer, now=deal.now)
    assert (deal.invoice.balance, deal.invoice.state) == (euros(-10_000), InvoiceState.PAID)
    twice = Transfer(euros(FULL), today, "IN-2", beyond=True)
    payments.record_payment(session, number, twice, by=treasurer, now=deal.now)
    back = Transfer(euros(FULL + 10_000), today, "OUT-1")
    payments.record_refund(session, number, back, by=treasurer, now=deal.now)
    assert (deal.invoice.balance, deal.invoice.state) == (euros(0), InvoiceState.PAID)


def test_a_void_invoice_keeps_its_number_and_another_takes_its_place(session: Session, deal: Deal) -> None:
    deal.signed()
    old, treasurer, now = deal.invoice, deal.officers.treasurer, deal.now
    payments.void(session, old.id, "The address was wrong.", by=treasurer, now=now)
    session.commit()
    assert (old.state, old.serial, old.balance) == (InvoiceState.VOID, 1, euros(0))
    draft = deal.invoice
    assert (draft.state, draft.serial) == (InvoiceState.DRAFT, None)
    with pytest.raises(Conflict, match="not been issued"):
        deal.pay(FULL)
    session.rollback()
    signatory = deal.company.billing
    applying.change_billing(session, deal.number, "2 Engine Street", "PO-8", by=signatory, now=now)
    payments.issue(session, draft.id, by=treasurer, now=now)
    session.commit()
    assert (deal.invoice.serial, deal.invoice.bill_to) == (2, "Analytical Engines GmbH\n2 Engine Street")
    with pytest.raises(Conflict, match="was issued and does not change"):
        applying.change_billing(session, deal.number, "3 Engine Street", "", by=signatory, now=now)


def test_a_paid_invoice_is_credited_and_never_voided(session: Session, deal: Deal) -> None:
    deal.signed().pay(1)
    with pytest.raises(Conflict, match="credit it instead"):
        payments.void(session, deal.invoice.id, "A slip.", by=deal.officers.treasurer, now=deal.now)


def test_every_entry_and_ending_needs_a_reason(session: Session, deal: Deal) -> None:
    deal.signed()
    treasurer, secretary, now, number = deal.officers.treasurer, deal.officers.secretary, deal.now, deal.invoice.id
    version = deal.sponsored.version
    for act in (
        lambda: payments.void(session, number, "  ", by=treasurer, now=now),
        lambda: payments.credit(session, number, euros(1), "", by=treasurer, now=now),
        lambda: applying.nullify(session, deal.number, "\n", version=version, by=secretary, now=now),
        lambda: applying.nullify(session, deal.number, "x" * 501, version=version, by=secretary, now=now),
    ):
        with pytest.raises(Invalid):
            act()
        session.rollback()


def test_an_amount_of_a_hundred_million_fits(session: Session) -> None:
    deal = make_deal(session)
    session.execute(text("UPDATE sponsor_package SET price = 1000000000000"))
    session.commit()
    session.expire_all()
    deal.active()
    assert str(deal.invoice.money) == "EUR 10,000,000,000.00"
    assert session.execute(select(func.count(Package.id))).scalar_one() == 1


def test_an_invoice_at_new_year_belongs_to_the_year_of_its_day_in_utc(session: Session) -> None:
    deal = make_deal(session, now=datetime(2027, 12, 31, 23, 59, tzinfo=UTC)).signed()
    assert deal.invoice.number == "2027-0001"
    deal.now = datetime(2028, 1, 1, 0, 0, tzinfo=UTC)
    assert another(deal, "Next Ltd").signed().invoice.number == "2028-0001"


def test_entries_say_who_wrote_them_and_when(session: Session, deal: Deal) -> None:
    deal.active()
    entries = session.execute(select(LedgerEntry).order_by(LedgerEntry.id)).scalars().all()
    assert [entry.person_id for entry in entries] == [deal.company.signatory.id, deal.officers.treasurer.id]
    assert all(entry.at <= clock.now() for entry in entries)
