"""The certificate: for everyone to read, for officials to prepare, for certifiers to sign."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.certification.forms import SignatureForm
from elections.certification.pages import reading
from elections.certification.routes.blueprint import back_to, bp, election_of
from elections.certification.services import certificate as services
from elections.certification.services import keys, second
from elections.forms import ConfirmForm
from elections.lifecycle import Phase
from elections.nominations import interests
from elections.routes.blueprint import in_office, require_token
from elections.services import twins
from foundation.core import clock
from foundation.core.access import Permission, current_person, public, requires
from foundation.core.db import db
from foundation.core.errors import Refusal


@bp.get("/<uuid>/certificate/")
@public
def certificate(uuid: str) -> ResponseReturnValue:
    """Show the certificate and its signatures, or what still stands before it."""
    election = election_of(uuid)
    page = reading.of(db.session, election)
    rights: dict[str, Any] = {
        "runs": in_office(election),
        "certifies": in_office(election, Permission.ELECTIONS_CERTIFY),
    }
    rights["twins"] = twins.of(db.session, election) if any(rights.values()) else []
    return render_template(
        "elections/certification/certificate.html", election=election, page=page, form=ConfirmForm(), **rights
    )


@bp.post("/<uuid>/certificate/recount")
@requires(Permission.ELECTIONS_RUN)
def recount(uuid: str) -> ResponseReturnValue:
    """Let the other programs count again."""
    require_token()
    election = election_of(uuid)
    interests.require_office(db.session, election, current_person())
    second.recount(db.session, election, now=clock.now())
    db.session.commit()
    flash(_("The other programs have counted again."), "success")
    return back_to("certificate", uuid=uuid)


@bp.post("/<uuid>/certificate/")
@requires(Permission.ELECTIONS_RUN)
def prepare(uuid: str) -> ResponseReturnValue:
    """Prepare the certificate, and ask the certifiers for their signatures."""
    require_token()
    services.prepare(db.session, uuid, by=current_person(), now=clock.now())
    db.session.commit()
    flash(_("The certificate is prepared. The certifiers are asked for their signatures."), "success")
    return back_to("certificate", uuid=uuid)


@bp.get("/<uuid>/certificate/sign")
@requires(Permission.ELECTIONS_CERTIFY)
def sign(uuid: str) -> ResponseReturnValue:
    """Show a certifier what there is to sign, and how."""
    return _sign_page(uuid, SignatureForm())


@bp.post("/<uuid>/certificate/sign")
@requires(Permission.ELECTIONS_CERTIFY)
def accept_signature(uuid: str) -> ResponseReturnValue:
    """Take a certifier's signature; the last one needed certifies the election."""
    form, found = SignatureForm(), services.require_standing(db.session, election_of(uuid))
    if not form.validate_on_submit():
        return _sign_page(uuid, form), 400
    try:
        services.sign(db.session, found.id, form.text(), by=current_person(), now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        form.signature.errors = [refusal.message]
        return _sign_page(uuid, form), refusal.status
    db.session.commit()
    flash(_said(uuid), "success")
    return back_to("certificate", uuid=uuid)


def _said(uuid: str) -> str:
    if election_of(uuid).phase is Phase.CERTIFIED:
        return str(_("Your signature was the last one needed: the election is certified."))
    return str(_("Your signature is there. Others are still needed."))


def _sign_page(uuid: str, form: SignatureForm) -> str:
    election = election_of(uuid)
    interests.require_office(db.session, election, current_person())
    page = reading.of(db.session, election)
    services.require_standing(db.session, election)
    own = keys.standing_key(db.session, current_person())
    context = {"form": form, "key": own, "twins": twins.of(db.session, election)}
    return render_template("elections/certification/sign.html", election=election, page=page, **context)
