"""The pages on which somebody with an office gives a program a token, and takes it back."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from foundation.accounts.offices import OFFICE_IN_WORDS
from foundation.accounts.services import tokens
from foundation.accounts.services.tokens import LONGEST_LABEL
from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import Refusal

bp = Blueprint("programs", __name__)
LIVES = ((7, _l("A week")), (30, _l("30 days")), (90, _l("90 days")), (365, _l("A year")))


class TokenForm(FlaskForm):  # type: ignore[misc]
    """For which office, which program, and how long."""

    label = StringField(
        _l("What is the token for?"),
        [InputRequired(_l("Say which program the token is for.")), Length(max=LONGEST_LABEL)],
        description=_l("For example “Reminders from the office's server”. Only you see it."),
    )
    appointment = SelectField(_l("Office it acts in"), coerce=int)
    days = SelectField(
        _l("How long it lasts"),
        coerce=int,
        choices=[SelectChoice(days, words) for days, words in LIVES],
        default=30,
    )


@bp.get("")
@signed_in
def show() -> ResponseReturnValue:
    """List the tokens that are let in, and offer to make one."""
    return _page(_form())


@bp.post("")
@signed_in
def make() -> ResponseReturnValue:
    """Make a token and show it, this once: so there is no redirect, which would have to carry the secret."""
    form, person, now = _form(), current_person(), clock.now()
    if not form.validate_on_submit():
        return _page(form), 400
    chosen, lasts = form.appointment.data, timedelta(days=form.days.data)
    try:
        issued = tokens.issue(db.session, person, chosen, label=form.label.data, lasts=lasts, now=now)
    except Refusal as refusal:
        form.label.errors = [*form.label.errors, refusal.message]
        return _page(form), refusal.status
    db.session.commit()
    return render_template("accounts/token_made.html", issued=issued, office_in_words=OFFICE_IN_WORDS)


@bp.post("/<int:token_id>/revoke")
@signed_in
def revoke(token_id: int) -> ResponseReturnValue:
    """Take a token back."""
    token = tokens.revoke(db.session, token_id, current_person(), now=clock.now())
    db.session.commit()
    flash(_("The token “%(label)s” is revoked. It opens nothing any more.", label=token.label), "success")
    return redirect(url_for("programs.show"), code=303)


def _form() -> TokenForm:
    form, now = TokenForm(), clock.now()
    held = [one for one in current_person().appointments if one.is_in_force(now)]
    form.appointment.choices = [SelectChoice(one.id, OFFICE_IN_WORDS[one.office]) for one in held]
    return form


def _page(form: TokenForm) -> str:
    for field in form:
        field.errors = [str(error) for error in field.errors]
    living = tokens.living(db.session, current_person(), now=clock.now())
    return render_template("accounts/programs.html", form=form, living=living, office_in_words=OFFICE_IN_WORDS)
