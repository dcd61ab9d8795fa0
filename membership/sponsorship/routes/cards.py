"""Paying by card and hearing from the provider; without one configured these addresses do not exist."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from foundation.core import clock
from foundation.core.access import public, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound, Unavailable
from membership.sponsorship.cards.provider import may_lead_to
from membership.sponsorship.configuration import CardProvider, billing
from membership.sponsorship.language import translated as _
from membership.sponsorship.routes.blueprint import page, person, readable
from membership.sponsorship.services import card_payments, catalogue

bp = Blueprint("sponsor_cards", __name__)
LARGEST_EVENT = 256 * 1024


def _provider() -> CardProvider:
    cards = billing().cards
    if cards is None:
        raise NotFound(_("There is no such page. If you typed the address, check that it is right."))
    return cards


@bp.post("/invoices/<int:number>/pay")
@signed_in
def pay(number: int) -> ResponseReturnValue:
    """Lead the company to the provider's page, where it pays what is owed."""
    cards = _provider()
    readable(catalogue.invoice(db.session, number).sponsorship_id)
    url = card_payments.checkout(db.session, cards, number, by=person(), now=clock.now())
    if not may_lead_to(url, cards):
        raise Unavailable(_("Paying by card is not possible right now. Nothing was charged; pay by bank transfer."))
    # A link, not a redirect: the policy of our pages lets a form lead nowhere but to ourselves.
    return page("pay", invoice=catalogue.invoice(db.session, number), url=url)


@bp.post("/cards/events")
@public
def hear() -> ResponseReturnValue:
    """Hear an event of the provider; the signature over its bytes, not a form's token, says that it is one."""
    cards = _provider()
    request.max_content_length = LARGEST_EVENT
    header = request.headers.get("Stripe-Signature", "")
    outcome = card_payments.hear(db.session, cards, request.get_data(), header, now=clock.now())
    db.session.commit()
    return {"outcome": outcome}
