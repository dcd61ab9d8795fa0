"""The blueprint that the pages of certification belong to, and what each of them begins with."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from elections.lifecycle import Phase
from elections.models import Election
from elections.routes.blueprint import public_election_of
from foundation.core.errors import NotFound

bp = Blueprint("certification", __name__)


def election_of(uuid: str) -> Election:
    """Return the election under rules that an address names, or raise NotFound; drafts and polls certify nothing."""
    election = public_election_of(uuid)
    if election.cycle_id is None or election.phase is Phase.DRAFT:
        raise NotFound(_("There is no certificate to come of this: it is a poll or a draft."), code="not-under-rules")
    return election


def back_to(endpoint: str, **values: object) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    return redirect(url_for(f"certification.{endpoint}", **values), code=303)  # type: ignore[arg-type]
