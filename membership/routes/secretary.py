"""The secretary's page: publishing versions of the agreements."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from membership.forms.committee import AgreementForm
from membership.models.agreements import Agreement
from membership.routes.blueprint import accepted, bp, page, see
from membership.rules.classes import MemberClass
from membership.services import agreeing
from membership.services.agreeing import NewVersion


@bp.route("/agreements", methods=["GET", "POST"])
@requires(Permission.RECORDS_KEEP)
def agreements() -> ResponseReturnValue:
    """List the agreements and publish a version."""
    form = AgreementForm()

    def act() -> None:
        kind = MemberClass(form.member_class.data)
        new = NewVersion(kind, form.title.data, form.text.data, bool(form.material.data))
        agreeing.publish(db.session, new, by=current_person(), now=clock.now())

    if accepted(form, "text", act):
        return see("agreements", _("The version is published."))
    wanted = select(Agreement).order_by(Agreement.member_class.desc()).options(selectinload(Agreement.versions))
    return page("agreements", form, listed=db.session.execute(wanted).scalars().all())
