"""What Stripe's events tell us, as plain values; whatever else an event holds is not looked at.

Shapes: "The Event object", "The Checkout Session object", "The Charge object" and "The Dispute object" of its API
reference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
REFUNDED = "charge.refunded"
DISPUTED = "charge.dispute.funds_withdrawn"
REINSTATED = "charge.dispute.funds_reinstated"


class BadEvent(Exception):
    """The event cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A company paid an invoice by card."""

    invoice_id: int
    minor: int
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Money of a payment went back, by refund or dispute; `total` is all that went back of it so far by this way."""

    payment: str
    total: int
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class Reinstated:
    """Money that a dispute had taken away came back: the company's payment stands after all."""

    payment: str
    total: int
    currency: str
    reference: str


Told = Paid | Returned | Reinstated


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `tells` is None for what does not concern the ledger."""

    id: str
    kind: str
    tells: Told | None


def parse(body: bytes) -> Event:
    """Return the event in a webhook's body, or raise BadEvent."""
    try:
        event = json.loads(body)
        kind, item = _text(event["type"]), event["data"]["object"]
        return Event(_text(event["id"]), kind, _tells(kind, item))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadEvent("The event cannot be read.") from None


def _tells(kind: str, item: dict[str, Any]) -> Told | None:
    if kind in PAID and item["payment_status"] == "paid" and "footing_invoice" in (item.get("metadata") or {}):
        invoice = int(_text(item["metadata"]["footing_invoice"]))
        return Paid(invoice, _minor(item["amount_total"]), _currency(item), _text(item["payment_intent"]))
    if kind in {REFUNDED, DISPUTED, REINSTATED} and item["payment_intent"] is None:
        return None  # Money that came to the same account in another way than by a page of ours.
    if kind == REFUNDED:
        return Returned(_text(item["payment_intent"]), _minor(item["amount_refunded"]), _currency(item), "")
    if kind == DISPUTED:
        return Returned(_text(item["payment_intent"]), _minor(item["amount"]), _currency(item), _text(item["id"]))
    if kind == REINSTATED:
        return Reinstated(_text(item["payment_intent"]), _minor(item["amount"]), _currency(item), _text(item["id"]))
    return None


def _minor(value: object) -> int:
    if type(value) is not int or value <= 0:
        raise ValueError
    return value


def _currency(item: dict[str, Any]) -> str:
    return _text(item["currency"]).upper()


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():  # noqa: PLR2004
        raise ValueError
    return value
