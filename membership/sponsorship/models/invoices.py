"""Invoices, the series their numbers come from, and the ledger, which only grows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.billing import Account, EntryKind, Line, account_of
from membership.sponsorship.rules.lifecycle import InvoiceState
from membership.sponsorship.rules.money import Money

NOT_VOID = "state <> 'void'"
SIGNED_AS_ITS_KIND = (
    "CASE WHEN kind IN ('charge', 'refund') THEN amount > 0 "
    "WHEN kind IN ('payment', 'credit', 'void') THEN amount < 0 ELSE amount <> 0 END"
)


class Series(StrEnum):
    """What is numbered without gaps, each year from 1."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class PaymentSource(StrEnum):
    """How money came."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"


class NumberSeries(Base):
    """The last number given out; its row lock makes those who number wait for one another."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last >= 0", name="last_not_negative"),)

    series: Mapped[Series] = mapped_column(text_enum(Series), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int]


class Invoice(Base):
    """What a company owes for a sponsorship; numbered when issued, and then only its state changes."""

    __tablename__ = "sponsor_invoice"
    __table_args__ = (
        UniqueConstraint("year", "serial", name="uq_sponsor_invoice_year_serial"),
        CheckConstraint("total > 0", name="total_above_zero"),
        CheckConstraint(
            "(year IS NULL) = (serial IS NULL) AND (year IS NULL) = (issued_on IS NULL) "
            "AND (year IS NULL) = (due_on IS NULL) AND (year IS NULL) = (pdf IS NULL)",
            name="numbered_when_issued",
        ),
        CheckConstraint("state NOT IN ('draft') OR serial IS NULL", name="draft_has_no_number"),
        CheckConstraint("state IN ('draft', 'void') OR serial IS NOT NULL", name="number_unless_draft"),
        CheckConstraint("due_on >= issued_on", name="due_after_issue"),
        Index(
            "uq_sponsor_invoice_one_for_a_sponsorship", "sponsorship_id", unique=True, postgresql_where=text(NOT_VOID)
        ),
        Index("ix_sponsor_invoice_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey("sponsorship.id"), index=True)
    state: Mapped[InvoiceState] = mapped_column(text_enum(InvoiceState))
    year: Mapped[int | None] = mapped_column(SmallInteger)
    serial: Mapped[int | None]
    bill_to: Mapped[str] = mapped_column(Text)
    """Name and postal address, as they are to stand on the invoice."""
    order_reference: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text)
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    issued_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    sponsorship: Mapped[Sponsorship] = relationship()
    entries: Mapped[list[LedgerEntry]] = relationship(order_by="LedgerEntry.id", back_populates="invoice")

    @property
    def number(self) -> str:
        """The number as it is printed: 2026-0007."""
        return f"{self.year}-{self.serial:04}" if self.serial else ""

    @property
    def money(self) -> Money:
        """What the invoice asks for."""
        return Money(self.total, self.currency)

    @property
    def account(self) -> Account:
        """What its ledger adds up to."""
        return account_of(entry.line for entry in self.entries)

    @property
    def balance(self) -> Money:
        """What is still owed."""
        return Money(self.account.balance, self.currency)


class LedgerEntry(Base):
    """One line of the ledger, signed as the company's debt in minor units; never edited, only reversed by another."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(SIGNED_AS_ITS_KIND, name="signed_as_its_kind"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_of_something"),
        CheckConstraint("(kind IN ('payment', 'refund')) = (source IS NOT NULL)", name="money_has_a_source"),
        CheckConstraint("(kind = 'credit') = (credit_serial IS NOT NULL)", name="credit_note_numbered"),
        CheckConstraint("(credit_year IS NULL) = (credit_serial IS NULL)", name="credit_number_whole"),
        UniqueConstraint("reverses_id", name="uq_ledger_entry_reverses_id"),
        UniqueConstraint("credit_year", "credit_serial", name="uq_ledger_entry_credit_year_credit_serial"),
        Index(
            "uq_ledger_entry_card_reference",
            "kind",
            "reference",
            unique=True,
            postgresql_where=text("source = 'card'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("sponsor_invoice.id"), index=True)
    kind: Mapped[EntryKind] = mapped_column(text_enum(EntryKind))
    amount: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date] = mapped_column(Date)
    source: Mapped[PaymentSource | None] = mapped_column(text_enum(PaymentSource))
    reference: Mapped[str] = mapped_column(String(200))
    """What names the money elsewhere, such as the bank's own reference; the same money is not entered twice."""
    reason: Mapped[str] = mapped_column(String(500))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    credit_year: Mapped[int | None] = mapped_column(SmallInteger)
    credit_serial: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    invoice: Mapped[Invoice] = relationship(back_populates="entries")
    reverses: Mapped[LedgerEntry | None] = relationship(remote_side="LedgerEntry.id")
    person: Mapped[Person | None] = relationship()

    @property
    def who(self) -> str:
        """The person as named now, or what acted by itself."""
        return self.person.display_name if self.person else self.by

    @property
    def line(self) -> Line:
        """The entry as the rules see it."""
        return Line(self.kind, self.amount, self.reverses.kind if self.reverses else None)

    @property
    def credit_number(self) -> str:
        """The number of a credit note as it is printed: C2026-0001."""
        return f"C{self.credit_year}-{self.credit_serial:04}" if self.credit_serial else ""


class CardEvent(Base):
    """An event of the card provider that was dealt with; the same one again changes nothing."""

    __tablename__ = "card_event"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(200))
