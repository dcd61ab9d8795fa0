"""A certifier's own page: the key they sign with."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.certification.forms import KeyForm
from elections.certification.routes.blueprint import back_to, bp
from elections.certification.services import keys as services
from elections.certification.services.certificate import namespace
from elections.routes.blueprint import require_token
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Refusal


@bp.get("/certifier-key")
@requires(Permission.ELECTIONS_CERTIFY)
def key() -> ResponseReturnValue:
    """Show a certifier the registered key, or how to make and register one."""
    return _page(KeyForm())


@bp.post("/certifier-key")
@requires(Permission.ELECTIONS_CERTIFY)
def add_key() -> ResponseReturnValue:
    """Register a certifier's public key."""
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        add = services.add_key
        add(db.session, form.public_key.data, proof=form.proof.data, by=current_person(), now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        about_proof = refusal.code in {"bad-proof", "other-key"}
        (form.proof if about_proof else form.public_key).errors = [refusal.message]
        return _page(form), refusal.status
    db.session.commit()
    flash(_("Your key is registered. You can sign with it now."), "success")
    return back_to("key")


@bp.post("/certifier-key/withdraw")
@requires(Permission.ELECTIONS_CERTIFY)
def withdraw_key() -> ResponseReturnValue:
    """Withdraw a certifier's key."""
    require_token()
    services.withdraw_key(db.session, by=current_person(), now=clock.now())
    db.session.commit()
    flash(_("Your key is withdrawn. Register another before you sign again."), "success")
    return back_to("key")


def _page(form: KeyForm) -> str:
    own = services.standing_key(db.session, current_person())
    principal = services.principal_of(current_person())
    context = {"own": own, "form": form, "space": namespace(), "principal": principal}
    context |= {"challenge": services.challenge(current_person()), "proving": services.challenge_namespace()}
    return render_template("elections/certification/key.html", election=None, **context)
