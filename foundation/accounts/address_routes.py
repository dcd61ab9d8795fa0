"""The page of one's own e-mail addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.accounts.forms import AddAddressForm
from foundation.accounts.routes import LETTERS_RATE, again, bp, commit_and_post, page, see
from foundation.accounts.services import addressing, changing, joining, letters
from foundation.core import clock
from foundation.core.access import current_person, current_person_or_none, public, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound, Refusal
from foundation.core.limits import limiter


@bp.route("/addresses", methods=["GET", "POST"])
@signed_in
@limiter.limit(LETTERS_RATE, methods=["POST"])
def addresses() -> ResponseReturnValue:
    """List the person's addresses, and send a link to a further one; the answer does not tell whether it is known."""
    form, person = AddAddressForm(), current_person()
    if not form.validate_on_submit():
        return page("accounts/addresses.html", form, person=person)
    try:
        changing.prove_password(db.session, person, form.password.data, now=clock.now())
    except Refusal as refusal:
        # The failure is counted: whoever found a browser signed in may not guess for ever.
        db.session.commit()
        return again("accounts/addresses.html", form, form.password, refusal, person=person)
    try:
        addressing.request_addition(db.session, person, form.address.data, now=clock.now())
    except Refusal as refusal:
        return again("accounts/addresses.html", form, form.address, refusal, person=person)
    commit_and_post()
    flash(_("A letter is on its way. Follow the link in it to add the address."), "success")
    return see(url_for("accounts.addresses"))


@bp.get("/addresses/confirm/<token>")
@public
def confirm_addition(token: str) -> ResponseReturnValue:
    """Ask whether to add the address, of a stranger to sign in first; programs that follow links do not answer."""
    address = joining.address_of(db.session, letters.secret_of(token), now=clock.now())
    person = current_person_or_none()
    if person is not None:
        letters.check_asked_by(token, person)
    return render_template("accounts/add_address.html", address=address, token=token, person=person)


@bp.post("/addresses/confirm/<token>")
@signed_in
def add_address(token: str) -> ResponseReturnValue:
    """Add the address that the link confirms."""
    added = addressing.add(db.session, token, current_person(), now=clock.now())
    commit_and_post()
    flash(_("%(address)s is yours now.", address=added), "success")
    return see(url_for("accounts.addresses"))


@bp.post("/addresses/<int:number>/<act>")
@signed_in
def change_addresses(number: int, act: str) -> ResponseReturnValue:
    """Take an address off, or let letters go to it."""
    if act not in ACTS or number >= 2**31:
        raise NotFound(_("There is no such page."))
    service, says = ACTS[act]
    address = service(db.session, current_person(), number, now=clock.now())
    commit_and_post()
    flash(says(address), "success")
    return see(url_for("accounts.addresses"))


ACTS: dict[str, tuple[Callable[..., str], Callable[[str], Any]]] = {
    "remove": (addressing.remove, lambda address: _("%(address)s is taken off your account.", address=address)),
    "first": (addressing.write_to, lambda address: _("Letters go to %(address)s now.", address=address)),
}
