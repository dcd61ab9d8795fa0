"""Complaints: the public list, making one, and deciding one."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.certification.forms import ComplaintForm, DispositionForm
from elections.certification.models import Disposition
from elections.certification.routes.blueprint import back_to, bp, election_of
from elections.certification.services import complaints as services
from elections.pages import listing
from elections.routes.blueprint import in_office, page_number
from foundation.core import clock
from foundation.core.access import Permission, current_person, current_person_or_none, public, requires, signed_in
from foundation.core.db import db
from foundation.core.errors import Refusal
from foundation.core.limits import limiter

MADE = "10 per hour"


@bp.get("/<uuid>/complaints/")
@public
def complaints(uuid: str) -> ResponseReturnValue:
    """List an election's complaints with their dispositions, and take another while there is time."""
    return _page(uuid, ComplaintForm())


@bp.post("/<uuid>/complaints/")
@limiter.limit(MADE, key_func=lambda: f"complain {current_person().id}")
@signed_in
def complain(uuid: str) -> ResponseReturnValue:
    """Take a complaint."""
    form = ComplaintForm()
    if not form.validate_on_submit():
        return _page(uuid, form), 400
    try:
        services.complain(db.session, uuid, form.text.data, by=current_person(), now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        form.text.errors = [refusal.message]
        return _page(uuid, form), refusal.status
    db.session.commit()
    flash(_("Your complaint is published. An official decides about it, and you are told by mail."), "success")
    return back_to("complaints", uuid=uuid)


@bp.get("/<uuid>/complaints/<int:number>")
@requires(Permission.ELECTIONS_RUN)
def complaint(uuid: str, number: int) -> ResponseReturnValue:
    """Show the official one complaint to decide."""
    return _decision(uuid, number, DispositionForm())


@bp.post("/<uuid>/complaints/<int:number>")
@requires(Permission.ELECTIONS_RUN)
def dispose(uuid: str, number: int) -> ResponseReturnValue:
    """Record what becomes of a complaint."""
    form = DispositionForm()
    found = services.numbered(db.session, election_of(uuid), number)
    if not form.validate_on_submit():
        return _decision(uuid, number, form), 400
    choice = Disposition(form.disposition.data)
    try:
        services.dispose(db.session, found.id, choice, form.reason.data, by=current_person(), now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        form.reason.errors = [refusal.message]
        return _decision(uuid, number, form), refusal.status
    db.session.commit()
    flash(_("The decision is published."), "success")
    return back_to("complaints", uuid=uuid)


def _page(uuid: str, form: ComplaintForm) -> str:
    election, person = election_of(uuid), current_person_or_none()
    now = clock.now()
    context = {
        "page": listing.cut(db.session, services.wanted(election), page_number()),
        "open": services.is_open(election, now),
        "able": person is not None and services.may_complain(db.session, election, person, now),
        "runs": in_office(election),
    }
    return render_template("elections/certification/complaints.html", election=election, form=form, **context)


def _decision(uuid: str, number: int, form: DispositionForm) -> str:
    election = election_of(uuid)
    found = services.numbered(db.session, election, number)
    context = {"complaint": found, "number": number, "form": form}
    return render_template("elections/certification/complaint.html", election=election, **context)
