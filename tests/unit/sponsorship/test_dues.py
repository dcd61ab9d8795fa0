from __future__ import annotations

import itertools
from datetime import date, timedelta

from membership.sponsorship.rules.dues import Standing, is_due, may_begin, why_not_due
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState
from membership.sponsorship.rules.terms import Term

TERM = Term(date(2027, 1, 1), date(2028, 1, 1))
DURING = date(2027, 6, 1)
GOOD = Standing(SponsorshipState.ACTIVE, True, TERM, InvoiceState.PAID)


def test_a_benefit_is_due_only_while_contract_term_and_payment_allow_it() -> None:
    whenever = (TERM.starts_on - timedelta(days=1), TERM.starts_on, DURING, TERM.ends_on)
    for state, signed, invoice, on in itertools.product(
        SponsorshipState, (True, False), [*InvoiceState, None], whenever
    ):
        in_force = state in {SponsorshipState.EXECUTED, SponsorshipState.ACTIVE}
        allowed = in_force and signed and invoice is InvoiceState.PAID and TERM.covers(on)
        assert is_due(Standing(state, signed, TERM, invoice), on=on) is allowed


def test_without_a_term_nothing_is_due() -> None:
    assert not is_due(Standing(SponsorshipState.ACTIVE, True, None, InvoiceState.PAID), on=DURING)


def test_a_payment_that_is_reversed_takes_the_benefits_with_it() -> None:
    assert is_due(GOOD, on=DURING)
    for state in (InvoiceState.ISSUED, InvoiceState.OVERDUE, InvoiceState.CREDITED):
        reason = why_not_due(Standing(GOOD.state, True, TERM, state), on=DURING)
        assert reason == "The invoice has not been paid in full."


def test_only_what_is_signed_and_paid_begins() -> None:
    waiting = Standing(SponsorshipState.EXECUTED, True, TERM, InvoiceState.PAID)
    assert may_begin(waiting, on=DURING)
    assert not may_begin(waiting, on=TERM.starts_on - timedelta(days=1))
    assert not may_begin(GOOD, on=DURING)
