"""The blueprint that all election pages belong to, and what each of them begins with."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from elections.forms import ConfirmForm
from elections.models import Election
from elections.nominations.interests import require_office, stands_in
from elections.services import acts, catalogue
from foundation.core.access import Permission, current_person, may
from foundation.core.db import db
from foundation.core.errors import Invalid, NotFound

bp = Blueprint("elections", __name__)
MOST_PAGES = 1_000_000


def election_of(uuid: str) -> Election:
    """Return the election an address names, or raise NotFound."""
    return catalogue.find(db.session, uuid)


def run_election_of(uuid: str) -> Election:
    """Return the election an official acts on, or raise Forbidden: who stands in it has lost the office for it."""
    election = election_of(uuid)
    require_office(db.session, election, current_person())
    return election


def in_office(election: Election, permission: Permission = Permission.ELECTIONS_RUN) -> bool:
    """Answer whether the reader holds an office for this election: who stands in it holds none."""
    return may(permission) and not stands_in(db.session, election, current_person())


def poll_of(uuid: str) -> Election:
    """Return the poll an official acts on, or raise Conflict: much of an election under rules is not theirs to do."""
    election = run_election_of(uuid)
    acts.require_poll(election)
    return election


def public_election_of(uuid: str) -> Election:
    """Return the election an address names, or raise NotFound; nobody but officials knows of a draft."""
    election = election_of(uuid)
    if not may(Permission.ELECTIONS_RUN) and not catalogue.is_public(db.session, election):
        raise NotFound(_("There is no election with this identifier."), code="no-such-election")
    return election


def require_token() -> None:
    """Raise Invalid unless a form that is nothing but a button came from a page of ours, and in time."""
    if not ConfirmForm().validate_on_submit():
        raise Invalid(_("The form had expired. Go back and try again."))


def page_number() -> int:
    """Return the page of a list that is asked for."""
    return min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)


def query() -> str:
    """Return what is searched for."""
    return request.args.get("q", "").strip()


def actor() -> str:
    """Return how the register names the person who acts."""
    return str(current_person().display_name)


def back_to(endpoint: str, uuid: str) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    return redirect(url_for(f"elections.{endpoint}", uuid=uuid), code=303)


def attachment(content: bytes, name: str, mimetype: str) -> Response:
    """Answer with a file to be saved under `name`."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
