"""Stripe's webhooks: its documented signature scheme, and event bodies in the shapes that its API reference shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.sponsorship.cards import events, signature
from membership.sponsorship.cards.events import BadEvent, Paid, Reinstated, Returned
from membership.sponsorship.cards.signature import BadSignature, sign, verify
from tests.unit.sponsorship.recorded_events import COMPLETED, DISPUTE, PING, REFUND, REINSTATED, UNPAID, about, body

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "whsec_test_secret"


def test_the_signature_is_the_documented_one() -> None:
    stamp = int(NOW.timestamp())
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + b"{}", hashlib.sha256).hexdigest()
    verify(
        b"{}",
        f"t={stamp},v1={expected},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
        SECRET,
        now=NOW,
    )


def test_any_of_several_signatures_may_fit_while_a_secret_is_replaced() -> None:
    stamp, good = sign(b"{}", SECRET, at=NOW).split(",")
    verify(b"{}", f"{stamp},v1={'0' * 64},{good}", SECRET, now=NOW)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_changed_byte_breaks_the_signature(sent: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sent) - 1))
    changed = sent[:place] + bytes([sent[place] ^ 1]) + sent[place + 1 :]
    with pytest.raises(BadSignature):
        verify(changed, sign(sent, SECRET, at=NOW), SECRET, now=NOW)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_an_event_that_is_replayed_later_is_refused(late: timedelta) -> None:
    with pytest.raises(BadSignature, match="too old"):
        verify(b"{}", sign(b"{}", SECRET, at=NOW), SECRET, now=NOW + late)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=00",
        "t=x,v1=00",
        "t=1,t=2,v1=00",
        "t=-5,v1=00",
        "t=1772366400,v0=00",
        "t=١,v1=00",
        "v1=é,t=1",
        "," * 5000,
    ],
)
def test_a_header_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(BadSignature):
        verify(b"{}", header, SECRET, now=NOW)


def test_another_secret_does_not_fit() -> None:
    with pytest.raises(BadSignature):
        verify(b"{}", sign(b"{}", "whsec_other", at=NOW), SECRET, now=NOW)


def test_a_completed_checkout_tells_of_a_payment() -> None:
    event = events.parse(body(COMPLETED))
    assert event.id == "evt_1PaidCheckout"
    assert event.tells == Paid(7, 1_000_000, "EUR", "pi_3Paid")


def test_a_refund_and_a_dispute_tell_of_money_that_went_back() -> None:
    assert events.parse(body(REFUND)).tells == Returned("pi_3Paid", 250_000, "EUR", "")
    assert events.parse(body(DISPUTE)).tells == Returned("pi_3Paid", 1_000_000, "EUR", "dp_1Dispute")
    assert events.parse(body(REINSTATED)).tells == Reinstated("pi_3Paid", 1_000_000, "EUR", "dp_1Dispute")


def test_what_does_not_concern_the_ledger_tells_nothing() -> None:
    assert events.parse(body(PING)).tells is None
    assert events.parse(body(UNPAID)).tells is None
    for event in (REFUND, DISPUTE, REINSTATED):
        assert events.parse(body(about(event, 0, payment_intent=None))).tells is None


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"id":"evt_1","type":"checkout.session.completed","data":{}}',
        json.dumps({"id": 5, "type": "x", "data": {"object": {}}}).encode(),
        body(COMPLETED).replace(b"1000000", b"-1000000"),
        body(COMPLETED).replace(b"1000000", b"1000000.5"),
        body(COMPLETED).replace(b'"7"', b'"seven"'),
        body(COMPLETED).replace(b'"pi_3Paid"', b"null"),
    ],
)
def test_an_event_that_cannot_be_read_is_refused(sent: bytes) -> None:
    with pytest.raises(BadEvent):
        events.parse(sent)


def test_the_module_knows_of_no_other_scheme() -> None:
    with pytest.raises(BadSignature):
        verify(b"{}", sign(b"{}", SECRET, at=NOW).replace("v1=", "v0="), SECRET, now=NOW)
    assert timedelta(minutes=5) == signature.TOLERANCE
