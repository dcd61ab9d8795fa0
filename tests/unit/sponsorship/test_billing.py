from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.sponsorship.rules import billing
from membership.sponsorship.rules.billing import EntryKind, Line, NotAllowed, account_of, state_of
from membership.sponsorship.rules.lifecycle import InvoiceState

DUE = date(2027, 3, 31)
CHARGE = Line(EntryKind.CHARGE, 1000)


def paid(minor: int) -> Line:
    return Line(EntryKind.PAYMENT, -minor)


def reversal(line: Line) -> Line:
    return Line(EntryKind.REVERSAL, -line.minor, line.kind)


@pytest.mark.parametrize(
    ("lines", "balance", "state"),
    [
        ([], 1000, InvoiceState.ISSUED),
        ([paid(400)], 600, InvoiceState.ISSUED),
        ([paid(400), paid(600)], 0, InvoiceState.PAID),
        ([paid(1000), reversal(paid(1000))], 1000, InvoiceState.ISSUED),
        ([paid(1200)], -200, InvoiceState.PAID),
        ([paid(1200), Line(EntryKind.REFUND, 200)], 0, InvoiceState.PAID),
        ([paid(600), Line(EntryKind.CREDIT, -400)], 0, InvoiceState.PAID),
        ([Line(EntryKind.CREDIT, -1000)], 0, InvoiceState.CREDITED),
        ([paid(1000), Line(EntryKind.CREDIT, -1000)], -1000, InvoiceState.CREDITED),
        ([Line(EntryKind.VOID, -1000)], 0, InvoiceState.VOID),
    ],
)
def test_an_invoice_stands_where_its_ledger_says(lines: list[Line], balance: int, state: InvoiceState) -> None:
    account = account_of([CHARGE, *lines])
    assert account.balance == balance
    assert state_of(account, due_on=DUE, on=DUE) is state


def test_an_open_invoice_is_overdue_from_the_day_after_it_was_due() -> None:
    account = account_of([CHARGE, paid(999)])
    assert state_of(account, due_on=DUE, on=DUE) is InvoiceState.ISSUED
    assert state_of(account, due_on=DUE, on=DUE + timedelta(days=1)) is InvoiceState.OVERDUE


@given(st.lists(st.integers(1, 500), max_size=8), st.data())
def test_a_reversal_leaves_the_account_as_if_its_entry_had_never_been(payments: list[int], data: st.DataObject) -> None:
    lines = [CHARGE, *(paid(each) for each in payments)]
    taken = data.draw(st.sets(st.sampled_from(range(1, len(lines))))) if len(lines) > 1 else set()
    left = [line for number, line in enumerate(lines) if number not in taken]
    assert account_of(lines + [reversal(lines[number]) for number in taken]) == account_of(left)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8))
def test_the_balance_is_the_sum_of_all_lines(payments: list[int]) -> None:
    lines = [CHARGE, *(paid(each) for each in payments)]
    assert account_of(lines).balance == sum(line.minor for line in lines)


def test_more_than_is_owed_is_not_recorded() -> None:
    with pytest.raises(NotAllowed, match="more than is owed"):
        billing.check_payment(account_of([CHARGE, paid(400)]), 601)
    billing.check_payment(account_of([CHARGE, paid(400)]), 600)
    billing.check_payment(account_of([CHARGE, paid(400)]), 601, beyond=True)


@pytest.mark.parametrize("line", [Line(EntryKind.VOID, -1000), Line(EntryKind.CREDIT, -1000)])
def test_nothing_is_paid_for_what_is_void_or_credited(line: Line) -> None:
    with pytest.raises(NotAllowed, match="nothing is owed"):
        billing.check_payment(account_of([CHARGE, line]), 1)


def test_what_was_paid_is_not_voided_unless_it_was_reversed() -> None:
    with pytest.raises(NotAllowed, match="credit it instead"):
        billing.check_void(account_of([CHARGE, paid(1)]))
    billing.check_void(account_of([CHARGE, paid(1), reversal(paid(1))]))


def test_no_more_is_credited_than_was_charged() -> None:
    with pytest.raises(NotAllowed, match="more than the invoice is worth"):
        billing.check_credit(account_of([CHARGE, Line(EntryKind.CREDIT, -1)]), 1000)


def test_only_what_was_paid_too_much_is_paid_back() -> None:
    with pytest.raises(NotAllowed, match="beyond the amount owed"):
        billing.check_refund(account_of([CHARGE, paid(1000)]), 1)


@pytest.mark.parametrize("kind", [EntryKind.CHARGE, EntryKind.CREDIT, EntryKind.VOID, EntryKind.REVERSAL])
def test_only_money_that_moved_is_reversed(kind: EntryKind) -> None:
    with pytest.raises(NotAllowed):
        billing.check_reversal(kind)
