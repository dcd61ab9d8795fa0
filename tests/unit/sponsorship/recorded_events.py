"""Events in the shapes of Stripe's API reference, with invented numbers and with fields that nobody reads."""

from __future__ import annotations

import copy
import json
from typing import Any


def _event(number: str, kind: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "object": "event",
        "api_version": "2025-03-31.basil",
        "created": 1772366400,
        "data": {"object": item},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


COMPLETED = _event(
    "evt_1PaidCheckout",
    "checkout.session.completed",
    {
        "id": "cs_test_a1",
        "object": "checkout.session",
        "amount_subtotal": 1000000,
        "amount_total": 1000000,
        "client_reference_id": "2027-0001",
        "currency": "eur",
        "customer_details": {"email": "billing@example.com", "name": "Ada Lovelace"},
        "livemode": False,
        "metadata": {"footing_invoice": "7"},
        "mode": "payment",
        "payment_intent": "pi_3Paid",
        "payment_status": "paid",
        "status": "complete",
    },
)
UNPAID = copy.deepcopy(COMPLETED) | {"id": "evt_1Unpaid"}
UNPAID["data"]["object"]["payment_status"] = "unpaid"
REFUND = _event(
    "evt_1Refund",
    "charge.refunded",
    {
        "id": "ch_3Paid",
        "object": "charge",
        "amount": 1000000,
        "amount_refunded": 250000,
        "currency": "eur",
        "payment_intent": "pi_3Paid",
        "refunded": False,
        "status": "succeeded",
    },
)
DISPUTE = _event(
    "evt_1Dispute",
    "charge.dispute.funds_withdrawn",
    {
        "id": "dp_1Dispute",
        "object": "dispute",
        "amount": 1000000,
        "charge": "ch_3Paid",
        "currency": "eur",
        "payment_intent": "pi_3Paid",
        "reason": "fraudulent",
        "status": "needs_response",
    },
)
REINSTATED = copy.deepcopy(DISPUTE) | {"id": "evt_1Won", "type": "charge.dispute.funds_reinstated"}
PING = _event("evt_1Ping", "customer.created", {"id": "cus_1", "object": "customer"})


def body(event: dict[str, Any]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode()


def about(event: dict[str, Any], invoice_id: int, **changes: Any) -> dict[str, Any]:
    """The same event about another invoice, with some of its object's fields changed."""
    changed = copy.deepcopy(event)
    item = changed["data"]["object"]
    if "metadata" in item:
        item["metadata"]["footing_invoice"] = str(invoice_id)
    item.update(changes)
    return changed
