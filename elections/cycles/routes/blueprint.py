"""The blueprint of cycles, and what its pages begin with."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from elections.cycles.models import Cycle
from elections.cycles.pages import view, wording
from elections.cycles.services import catalogue
from elections.pages import wording as election_wording
from foundation.core import jobs
from foundation.core.access import Permission, current_person, may
from foundation.core.db import db
from foundation.core.errors import NotFound

bp = Blueprint("cycles", __name__)
NUMBER = "int(max=2147483647)"


@bp.context_processor
def words() -> dict[str, object]:
    """Give every page the words for dates and phases."""
    return {
        "words": wording,
        "phase_tag": election_wording.phase_tag,
        "said_of": view.said_of,
        "methods": election_wording.METHODS,
    }


def cycle_of(cycle_id: int) -> Cycle:
    """Return the cycle an address names, or raise NotFound; nobody but officials knows of a draft."""
    cycle = catalogue.find(db.session, cycle_id)
    if catalogue.is_drafted(cycle) and not may(Permission.ELECTIONS_RUN):
        raise NotFound(_("There are no elections under this address."), code="no-such-cycle")
    return cycle


def run_cycle_of(cycle_id: int) -> Cycle:
    """Return the cycle an official acts on, or raise Forbidden: who stands in it has lost the office for it."""
    cycle = cycle_of(cycle_id)
    catalogue.require_official(db.session, cycle, current_person())
    return cycle


def commit() -> None:
    """Commit, and have the letters sent now rather than at the next round."""
    db.session.commit()
    jobs.enqueue("mail.deliver")


def back_to(endpoint: str, cycle: Cycle) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    return redirect(url_for(f"cycles.{endpoint}", cycle_id=cycle.id), code=303)
