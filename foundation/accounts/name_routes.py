"""The page of one's own name."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.accounts.forms import ChangeNameForm
from foundation.accounts.routes import LETTERS_RATE, again, bp, commit_and_post, page, see
from foundation.accounts.services import changing, renaming
from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import Refusal
from foundation.core.limits import limiter

TEMPLATE = "accounts/name.html"


@bp.route("/name", methods=["GET", "POST"])
@signed_in
@limiter.limit(LETTERS_RATE, methods=["POST"])
def change_name() -> ResponseReturnValue:
    """Show the person's name and former ones, and give them another."""
    form, person = ChangeNameForm(), current_person()
    shown = {"now_called": person.display_name, "former": renaming.former_names(db.session, person)}
    shown["holds_office"] = bool(person.offices(clock.now()))
    if not form.validate_on_submit():
        return page(TEMPLATE, form, **shown)
    try:
        changing.prove_password(db.session, person, form.password.data, now=clock.now())
    except Refusal as refusal:
        # The failure is counted: whoever found a browser signed in may not guess for ever.
        db.session.commit()
        return again(TEMPLATE, form, form.password, refusal, **shown)
    return _rename(form, shown)


def _rename(form: ChangeNameForm, shown: dict[str, object]) -> ResponseReturnValue:
    try:
        name = renaming.rename(db.session, current_person(), form.display_name.data, now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        shown["former"] = renaming.former_names(db.session, current_person())
        return again(TEMPLATE, form, form.display_name, refusal, **shown)
    commit_and_post()
    flash(_("Your name is %(name)s now.", name=name), "success")
    return see(url_for("accounts.change_name"))
