"""Asking Stripe for a page on which a company pays; its client is an optional extra and imported only here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from foundation.core.errors import Unavailable
from foundation.core.logs import get_logger
from membership.sponsorship.configuration import CardProvider
from membership.sponsorship.language import translated as _

log = get_logger()


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is to be paid, and where the company goes afterwards."""

    invoice_id: int
    number: str
    minor: int
    currency: str
    lines: int
    done_url: str
    back_url: str


def checkout_url(provider: CardProvider, checkout: Checkout) -> str:
    """Return the address of the provider's page for this payment, or raise Unavailable."""
    try:
        stripe = import_module("stripe")
    except ModuleNotFoundError:
        log.error("card provider configured without its client", extra="cards")
        raise _away() from None
    try:
        client = stripe.StripeClient(provider.secret_key, **_elsewhere(provider))
        page = client.v1.checkout.sessions.create(params=_parameters(checkout), options=_once(checkout))
    except stripe.StripeError as error:
        log.error("card provider", kind=type(error).__name__)
        raise _away() from None
    return str(page.url)


def may_lead_to(url: str, provider: CardProvider) -> bool:
    """Tell whether the address is the provider's own page: nobody is sent anywhere else."""
    parts, own = urlsplit(url), urlsplit(provider.api or "https://checkout.stripe.com")
    return (parts.scheme, parts.netloc) == (own.scheme, own.netloc)


def _parameters(checkout: Checkout) -> dict[str, Any]:
    item = {"currency": checkout.currency.lower(), "unit_amount": checkout.minor}
    item["product_data"] = {"name": f"Invoice {checkout.number}"}
    named = {"footing_invoice": str(checkout.invoice_id)}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": item}],
        "client_reference_id": checkout.number,
        "metadata": named,
        "payment_intent_data": {"metadata": named, "description": f"Invoice {checkout.number}"},
        "success_url": checkout.done_url,
        "cancel_url": checkout.back_url,
    }


def _once(checkout: Checkout) -> dict[str, str]:
    """Asking twice for the same open amount gives the same page, until the ledger has another line.

    What was paid, went back and is owed again is another payment, although the provider remembers keys for a day.
    """
    return {"idempotency_key": f"footing-invoice-{checkout.invoice_id}-{checkout.lines}-{checkout.minor}"}


def _elsewhere(provider: CardProvider) -> dict[str, Any]:
    return {"base_addresses": {"api": provider.api}} if provider.api else {}


def _away() -> Unavailable:
    return Unavailable(_("Paying by card is not possible right now. Nothing was charged; pay by bank transfer."))
