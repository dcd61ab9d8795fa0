"""What an installation says about its invoices and its card provider, read once when the application starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from foundation.config import BadConfiguration

EXTENSION = "footing.sponsorship"


@dataclass(frozen=True, slots=True)
class CardProvider:
    """The keys of a Stripe account; without them nobody pays by card. `api` replaces Stripe's own address in tests."""

    secret_key: str
    webhook_secret: str
    api: str | None = None

    def __repr__(self) -> str:
        return "CardProvider(…)"


@dataclass(frozen=True, slots=True)
class Billing:
    """What stands on every invoice: who sends it, where to pay, and any note the tax office asks for."""

    sender: str = ""
    bank_details: str = ""
    tax_note: str = ""
    cards: CardProvider | None = None


def load(environ: Mapping[str, str]) -> Billing:
    """Read the settings, or raise BadConfiguration when only one of the card provider's two keys is there."""
    key, webhook = environ.get("STRIPE_SECRET_KEY", ""), environ.get("STRIPE_WEBHOOK_SECRET", "")
    if bool(key) != bool(webhook):
        raise BadConfiguration("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together: set both, or neither.")
    return Billing(
        sender=environ.get("INVOICE_SENDER", ""),
        bank_details=environ.get("INVOICE_BANK_DETAILS", ""),
        tax_note=environ.get("INVOICE_TAX_NOTE", ""),
        cards=CardProvider(key, webhook, environ.get("STRIPE_API") or None) if key else None,
    )


def billing() -> Billing:
    """Return what the running application says on its invoices."""
    found: Any = current_app.extensions[EXTENSION]
    return found if isinstance(found, Billing) else Billing()
