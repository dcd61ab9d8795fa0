"""What an invoice's ledger adds up to, and what may be entered into it. Pure.

Amounts are in minor units and signed as the company's debt: a charge raises it, a payment or a credit lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from membership.sponsorship.rules.lifecycle import InvoiceState

TIME_TO_PAY = timedelta(days=30)


class EntryKind(StrEnum):
    """What a line of the ledger records."""

    CHARGE = "charge"
    PAYMENT = "payment"
    REFUND = "refund"
    CREDIT = "credit"
    VOID = "void"
    REVERSAL = "reversal"


RAISES = frozenset({EntryKind.CHARGE, EntryKind.REFUND})


class NotAllowed(ValueError):
    """The ledger does not allow such an entry; the sentence is fit to show."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ledger; a reversal is `of` the kind that it takes back."""

    kind: EntryKind
    minor: int
    of: EntryKind | None = None

    @property
    def counts_as(self) -> EntryKind:
        """The kind whose sum this line belongs to."""
        return self.of or self.kind


@dataclass(frozen=True, slots=True)
class Account:
    """What a ledger adds up to; every figure is zero or more, except the balance when too much was paid."""

    charged: int
    paid: int
    credited: int
    voided: int

    @property
    def balance(self) -> int:
        """What is still owed; below zero when more came than was owed."""
        return self.charged - self.paid - self.credited - self.voided


def account_of(lines: Iterable[Line]) -> Account:
    """Add a ledger up."""
    sums = dict.fromkeys(EntryKind, 0)
    for line in lines:
        sums[line.counts_as] += line.minor
    paid = -(sums[EntryKind.PAYMENT] + sums[EntryKind.REFUND])
    return Account(sums[EntryKind.CHARGE], paid, -sums[EntryKind.CREDIT], -sums[EntryKind.VOID])


def state_of(account: Account, *, due_on: date, on: date) -> InvoiceState:
    """Return where an issued invoice stands on a day; the day it is due is still in time."""
    if account.voided:
        return InvoiceState.VOID
    if account.credited >= account.charged:
        return InvoiceState.CREDITED
    if account.balance <= 0:
        return InvoiceState.PAID
    return InvoiceState.OVERDUE if on > due_on else InvoiceState.ISSUED


def check_payment(account: Account, minor: int, *, beyond: bool = False) -> None:
    """Raise NotAllowed unless so much may be recorded as paid: not more than is owed, unless it is said to be so."""
    if account.voided or account.credited >= account.charged:
        raise NotAllowed("This invoice is void or credited: nothing is owed for it.")
    if minor > account.balance and not beyond:
        raise NotAllowed("That is more than is owed. If so much did arrive, tick that it did, and pay the rest back.")


def check_void(account: Account) -> None:
    """Raise NotAllowed unless the invoice may be voided: nothing was paid or credited yet."""
    if account.voided or account.paid != 0 or account.credited != 0:
        raise NotAllowed("Only an invoice for which nothing was paid or credited can be voided; credit it instead.")


def check_credit(account: Account, minor: int) -> None:
    """Raise NotAllowed unless so much may be credited: not more than was charged and is not credited yet."""
    if account.voided:
        raise NotAllowed("A void invoice cannot be credited.")
    if minor > account.charged - account.credited:
        raise NotAllowed("That is more than the invoice is worth.")


def check_refund(account: Account, minor: int) -> None:
    """Raise NotAllowed unless so much may be recorded as paid back: only what was paid beyond what is owed."""
    if minor > -account.balance:
        raise NotAllowed("Only what was paid beyond the amount owed can be paid back.")


def check_reversal(kind: EntryKind) -> None:
    """Raise NotAllowed unless a line of this kind may be taken back: payments and refunds that turn out otherwise."""
    if kind not in {EntryKind.PAYMENT, EntryKind.REFUND}:
        raise NotAllowed("Only a payment or a refund can be reversed; void or credit the invoice instead.")
