"""The forms of sponsoring: what is refused is said at the field it is about, and what was typed stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from foundation.core import clock
from tests.factories import As
from tests.sponsorship_factories import Deal, make_deal

DAY = timedelta(days=1)
APPLY = {"website": "https://a.example", "billing_address": "1 Mill\r\nLondon"}


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def wrong_at(page: str) -> list[str]:
    """The fields that the summary of errors leads to."""
    summary = page.partition('class="govuk-error-summary"')[2].partition("</ul>")[0]
    return [part.partition('"')[0] for part in summary.split('href="#')[1:]]


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"website": "http://a.example"}, "website"),
        ({"billing_address": "1 Mill\u202eStreet"}, "billing_address"),
        ({}, "organization"),
    ],
)
def test_an_application_is_refused_at_its_field(browse_as: As, deal: Deal, typed: dict[str, str], at: str) -> None:
    deal.apply()
    sent = {"organization": str(deal.company.id), "order_reference": "PO-4711"} | APPLY | typed
    answer = browse_as(deal.company.signatory).post(f"/sponsors/packages/{deal.package.id}/apply", data=sent)
    assert answer.status_code in {400, 409}
    assert wrong_at(answer.text) == [at]
    assert 'value="PO-4711"' in answer.text


@pytest.mark.parametrize(
    ("typed", "at"),
    [({"amount": "10,50"}, "amount"), ({"on": "tomorrow"}, "on"), ({"on": None}, "on"), ({}, "reference")],
)
def test_a_payment_is_refused_at_its_field(browse_as: As, deal: Deal, typed: dict[str, str | None], at: str) -> None:
    deal.signed().pay(100, reference="TRF-1")
    treasurer, path = browse_as(deal.officers.treasurer), f"/sponsors/invoices/{deal.invoice.id}/payments"
    assert 'type="date"' in treasurer.get(path).text
    today = clock.now().date()
    sent = {"amount": "50.00", "on": today.isoformat(), "reference": "TRF-1"} | typed
    sent |= {"on": (today + 2 * DAY).isoformat()} if sent["on"] is None else {}
    answer = treasurer.post(path, data=sent)
    assert answer.status_code in {400, 409}
    assert wrong_at(answer.text) == [at]
    assert 'value="TRF-1"' in answer.text


def test_a_reason_an_address_or_a_name_of_nothing_is_asked_for_again_on_the_same_page(
    browse_as: As, deal: Deal
) -> None:
    deal.apply().approve().send()
    company, home = browse_as(deal.company.signatory), f"/sponsors/{deal.number}"
    for path, sent, at in (
        ("withdraw", {"reason": "   "}, "reason"),
        ("billing", {"billing_address": "1 Mill\u200bStreet", "order_reference": "PO-8"}, "billing_address"),
        ("contract", {"name": "\u202eada", "agree": "y"}, "name"),
    ):
        answer = company.post(f"{home}/{path}", data=sent)
        assert (answer.status_code, wrong_at(answer.text)) == (400, [at]), path
