"""Payment by card: recorded events against the webhook, and Stripe's own client against a stand-in for its API."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.config import BadConfiguration
from foundation.core import clock
from membership.sponsorship import configuration
from membership.sponsorship.cards.signature import sign
from membership.sponsorship.configuration import Billing, CardProvider
from membership.sponsorship.models.invoices import CardEvent, LedgerEntry
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState
from tests.factories import sign_in, visitor
from tests.sponsorship_factories import DAY, Deal, make_deal
from tests.unit.sponsorship.recorded_events import COMPLETED, DISPUTE, PING, REFUND, REINSTATED, about, body

SECRET = "whsec_of_this_test"
FULL = 1_000_000


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the application starts: only then do the addresses exist."""
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_of_this_test")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", SECRET)


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session).signed()


def hear(app: Flask, event: dict[str, Any], header: str | None = None) -> TestResponse:
    sent = body(event)
    signed = sign(sent, SECRET, at=clock.now()) if header is None else header
    client = visitor(app, forgery_protection=True)
    return client.post("/sponsors/cards/events", data=sent, headers={"Stripe-Signature": signed})


def fresh(session: Session, deal: Deal) -> Deal:
    session.rollback()
    session.expire_all()
    return deal


def test_one_key_without_the_other_does_not_start() -> None:
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"):
        with pytest.raises(BadConfiguration, match="go together"):
            configuration.load({name: "x"})
    assert configuration.load({}).cards is None
    both = configuration.load({"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"})
    assert "sk_live_1" not in repr(both)
    assert "whsec_1" not in repr(both)


def test_a_payment_by_card_makes_the_invoice_paid(app: Flask, session: Session, deal: Deal) -> None:
    answer = hear(app, about(COMPLETED, deal.invoice.id))
    assert (answer.status_code, answer.json) == (200, {"outcome": "paid"})
    fresh(session, deal)
    assert deal.invoice.state is InvoiceState.PAID
    assert deal.sponsored.state is SponsorshipState.ACTIVE
    entry = deal.invoice.entries[-1]
    assert (entry.reference, entry.by, entry.person_id) == ("pi_3Paid", "card provider", None)


def test_the_same_event_or_payment_again_changes_nothing(app: Flask, session: Session, deal: Deal) -> None:
    event = about(COMPLETED, deal.invoice.id)
    later = about(COMPLETED, deal.invoice.id) | {"id": "evt_2", "type": "checkout.session.async_payment_succeeded"}
    outcomes = [hear(app, each).json["outcome"] for each in (event, event, later, event)]  # type: ignore[index]
    assert outcomes == ["paid", "known", "known", "known"]
    assert len(fresh(session, deal).invoice.entries) == 2


def test_the_same_event_delivered_at_once_is_entered_once(app: Flask, session: Session, deal: Deal) -> None:
    event, outcomes = about(COMPLETED, deal.invoice.id), []
    barrier = threading.Barrier(4)

    def deliver() -> None:
        barrier.wait(30)
        outcomes.append(hear(app, event).json["outcome"])  # type: ignore[index]

    threads = [threading.Thread(target=deliver) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["known"] * 3 + ["paid"]
    assert len(fresh(session, deal).invoice.entries) == 2


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "nonsense"])
def test_an_event_that_the_provider_did_not_sign_is_refused(
    app: Flask, session: Session, deal: Deal, header: str
) -> None:
    assert hear(app, about(COMPLETED, deal.invoice.id), header).status_code == 400
    sent = body(about(COMPLETED, deal.invoice.id))
    old = sign(sent, SECRET, at=clock.now() - DAY)
    assert hear(app, about(COMPLETED, deal.invoice.id), old).status_code == 400
    assert session.execute(select(func.count(CardEvent.id))).scalar_one() == 0
    assert fresh(session, deal).invoice.balance.minor == FULL


def test_a_refund_and_a_dispute_take_the_benefits_back(app: Flask, session: Session, deal: Deal) -> None:
    number = deal.invoice.id
    hear(app, about(COMPLETED, number))
    assert hear(app, about(REFUND, number)).json == {"outcome": "returned"}
    assert fresh(session, deal).invoice.balance.minor == 250_000
    assert deal.invoice.state is InvoiceState.ISSUED
    assert "Analytical" not in visitor(app).get("/sponsors/").text
    # The provider tells the sum of all refunds so far: another 50,000 went back.
    more = about(REFUND, number, amount_refunded=300_000) | {"id": "evt_2Refund"}
    assert [hear(app, each).json for each in (more, more)] == [{"outcome": "returned"}, {"outcome": "known"}]
    assert fresh(session, deal).invoice.balance.minor == 300_000
    assert hear(app, about(DISPUTE, number, amount=700_000)).json == {"outcome": "returned"}
    assert fresh(session, deal).invoice.balance.minor == FULL


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_whichever_order_events_come_the_ledger_is_the_same(
    app: Flask, session: Session, deal: Deal, order: tuple[int, ...]
) -> None:
    number = deal.invoice.id
    more = about(REFUND, number, amount_refunded=300_000) | {"id": "evt_2Refund"}
    events = (about(COMPLETED, number), about(REFUND, number), more)
    for place in order:
        assert hear(app, events[place]).status_code == 200
    assert fresh(session, deal).invoice.balance.minor == 300_000


@pytest.mark.parametrize("order", list(itertools.permutations((COMPLETED, DISPUTE, REINSTATED))))
def test_a_dispute_that_is_won_leaves_the_invoice_paid_in_whichever_order_one_hears_of_it(
    app: Flask, session: Session, deal: Deal, order: tuple[dict[str, Any], ...]
) -> None:
    for event in order:
        assert hear(app, about(event, deal.invoice.id)).status_code == 200
    again = about(REINSTATED, deal.invoice.id) | {"id": "evt_2Won"}
    assert hear(app, again).json == {"outcome": "known"}
    assert fresh(session, deal).invoice.balance.minor == 0
    assert deal.invoice.state is InvoiceState.PAID


def test_more_than_is_owed_is_entered_because_it_came(app: Flask, session: Session, deal: Deal) -> None:
    deal.pay()
    assert hear(app, about(COMPLETED, deal.invoice.id)).json == {"outcome": "paid"}
    assert fresh(session, deal).invoice.balance.minor == -FULL
    assert deal.invoice.state is InvoiceState.PAID


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (PING, "ignored"),
        (about(COMPLETED, 999_999), "unknown invoice"),
        (about(COMPLETED, 10**15), "unknown invoice"),
        (about(REFUND, 0, payment_intent="pi_other"), "unknown payment"),
    ],
)
def test_what_concerns_no_invoice_of_ours_is_answered_and_left(
    app: Flask, session: Session, deal: Deal, event: dict[str, Any], outcome: str
) -> None:
    answer = hear(app, event)
    assert (answer.status_code, answer.json) == (200, {"outcome": outcome})
    assert session.execute(select(func.count(LedgerEntry.id))).scalar_one() == 1


def test_another_currency_is_not_taken_for_ours(app: Flask, session: Session, deal: Deal) -> None:
    assert hear(app, about(COMPLETED, deal.invoice.id, currency="jpy")).json == {"outcome": "unknown invoice"}
    assert fresh(session, deal).invoice.balance.minor == FULL


def test_an_event_of_great_size_is_not_read(app: Flask) -> None:
    assert hear(app, PING | {"padding": "x" * 300_000}).status_code == 413


@dataclass
class StandIn:
    """Answers as Stripe's API does and keeps what it was asked."""

    url: str = ""
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], form: dict[str, list[str]]) -> dict[str, Any]:
        self.asked.append({"path": path, "headers": headers, "form": {key: value[0] for key, value in form.items()}})
        if self.status != 200:
            return {"error": {"type": "invalid_request_error", "message": "No."}}
        page = f"{self.url}/c/pay/cs_test_1"
        return {"id": "cs_test_1", "object": "checkout.session", "url": page, "status": "open", "livemode": False}


@pytest.fixture
def stand_in(app: Flask) -> Iterator[StandIn]:
    pytest.importorskip("stripe")
    made = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            answer = json.dumps(made.answer(self.path, dict(self.headers.items()), form)).encode()
            self.send_response(made.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    app.extensions[configuration.EXTENSION] = Billing(cards=CardProvider("sk_test_here", SECRET, made.url))
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_provider_is_asked_for_exactly_what_is_owed(
    app: Flask, session: Session, deal: Deal, stand_in: StandIn
) -> None:
    deal.pay(400_000)
    client = visitor(app)
    sign_in(client, deal.company.billing.address)
    assert "Pay by card" in client.get(f"/sponsors/{deal.number}").text
    answer = client.post(f"/sponsors/invoices/{deal.invoice.id}/pay")
    assert answer.status_code == 200
    assert f'href="{stand_in.url}/c/pay/cs_test_1"' in answer.text
    (asked,) = stand_in.asked
    form = asked["form"]
    assert asked["path"] == "/v1/checkout/sessions"
    assert asked["headers"]["Authorization"] == "Bearer sk_test_here"
    assert asked["headers"]["Idempotency-Key"] == f"footing-invoice-{deal.invoice.id}-2-600000"
    assert form["line_items[0][price_data][unit_amount]"] == "600000"
    assert form["line_items[0][price_data][currency]"] == "eur"
    assert form["metadata[footing_invoice]"] == str(deal.invoice.id)
    assert form["success_url"] == f"http://127.0.0.1:8000/sponsors/{deal.number}"


def test_a_provider_that_refuses_costs_nobody_anything(app: Flask, deal: Deal, stand_in: StandIn) -> None:
    stand_in.status = 400
    client = visitor(app)
    sign_in(client, deal.company.billing.address)
    answer = client.post(f"/sponsors/invoices/{deal.invoice.id}/pay")
    assert (answer.status_code, "Nothing was charged" in answer.text) == (503, True)


def test_only_the_company_pays_by_card_and_only_what_is_owed(app: Flask, deal: Deal, stand_in: StandIn) -> None:
    path = f"/sponsors/invoices/{deal.invoice.id}/pay"
    treasurer = visitor(app)
    sign_in(treasurer, deal.officers.treasurer.address)
    assert treasurer.post(path).status_code == 403
    deal.pay()
    company = visitor(app)
    sign_in(company, deal.company.billing.address)
    assert company.post(path).status_code == 409
    assert stand_in.asked == []
