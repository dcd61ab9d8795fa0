"""A project lead's page: attest what others did, and take wrong records out of account."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from membership.forms.parties import AttestForm, ReasonForm
from membership.models.participation import Participation, Project
from membership.pages import paging
from membership.routes.blueprint import accepted, bp, page, page_number, same_page, see
from membership.rules.standing import ContributionKind
from membership.services import participating
from membership.services.participating import Attested


@bp.route("/projects/<key>", methods=["GET", "POST"])
@signed_in
def project(key: str) -> ResponseReturnValue:
    """Attest participation in a project one leads."""
    found, form, by = participating.project_of(db.session, key), AttestForm(), current_person()
    participating.require_lead(db.session, found, by)

    def act() -> None:
        said = Attested(form.address.data, ContributionKind(form.kind.data), form.on.data, form.note.data)
        participating.attest(db.session, found, said, by=by, now=clock.now())

    if accepted(form, "address", act):
        return see("project", _("The participation is attested."), key=key)
    return _shown(found, form, form)


def _shown(
    found: Project, form: AttestForm | ReasonForm, attest_form: AttestForm, failed: int = 0
) -> ResponseReturnValue:
    wanted = (
        select(Participation).where(Participation.project_id == found.id).options(selectinload(Participation.person))
    )
    newest = wanted.order_by(Participation.on_date.desc(), Participation.id.desc())
    rows = paging.cut(db.session, newest, page_number())
    return page("project", form, project=found, rows=rows, attest_form=attest_form, failed=failed)


@bp.post("/projects/<key>/records/<int:number>/withdraw")
@signed_in
def withdraw_record(key: str, number: int) -> ResponseReturnValue:
    """Take a wrong record out of account."""
    found, form, by = participating.project_of(db.session, key), ReasonForm(), current_person()
    participating.require_lead(db.session, found, by)
    if accepted(
        form, "reason", lambda: participating.withdraw(db.session, number, form.reason.data, by=by, now=clock.now())
    ):
        return see("project", _("The record is withdrawn."), key=key, **same_page())
    return _shown(found, form, AttestForm(formdata=None), number)
