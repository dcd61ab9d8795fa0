"""The certificate's public files: its exact bytes, each signature, and who may sign."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.certification.pages.reading import allowed_signers
from elections.certification.routes.blueprint import bp, election_of
from elections.certification.services import certificate as services
from foundation.core.access import public
from foundation.core.db import db
from foundation.core.errors import NotFound


@bp.get("/<uuid>/certificate/certificate.json")
@public
def body(uuid: str) -> ResponseReturnValue:
    """Send the exact bytes that certifiers sign."""
    found = services.require_standing(db.session, election_of(uuid))
    return Response(found.body, mimetype="application/json")


@bp.get("/<uuid>/certificate/<int:number>.sig")
@public
def signature(uuid: str, number: int) -> ResponseReturnValue:
    """Send one signature, counted from 1, as `ssh-keygen -Y verify` reads it."""
    found = services.require_standing(db.session, election_of(uuid)).signatures
    if not 1 <= number <= len(found):
        raise NotFound(_("There is no such signature."), code="no-such-signature")
    return Response(found[number - 1].signature, mimetype="text/plain")


@bp.get("/<uuid>/certificate/allowed_signers")
@public
def signers(uuid: str) -> ResponseReturnValue:
    """Send the keys of those who signed, in the form of ssh-keygen's allowed signers."""
    found = services.require_standing(db.session, election_of(uuid))
    return Response(allowed_signers(found), mimetype="text/plain")
