"""The blueprint of the electorate, and what its pages begin and end with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from elections.electorate.models import AppealKind
from elections.electorate.pages import wording
from elections.electorate.services import courses, explaining
from elections.models import Election
from elections.nominations import interests
from elections.routes.blueprint import public_election_of
from foundation.core import jobs
from foundation.core.access import current_person
from foundation.core.db import db

bp = Blueprint("electorate", __name__)
NUMBER = "int(max=2147483647)"


@bp.context_processor
def words() -> dict[str, object]:
    """Give every page the words for what it shows."""
    return {"words": wording, "said": explaining.said, "AppealKind": AppealKind}


def ruled_election_of(uuid: str) -> Election:
    """Return the election under rules that an address names, or raise NotFound; a poll's roll is a file."""
    election = public_election_of(uuid)
    courses.cycle_of(db.session, election)
    return election


def official_election_of(uuid: str) -> Election:
    """Return the election under rules for an official of it, or raise Forbidden: who stands has no office in it."""
    election = ruled_election_of(uuid)
    interests.require_office(db.session, election, current_person())
    return election


def page(template: str, election: Election, *, status: int = 200, **context: Any) -> ResponseReturnValue:
    """Show a page of the electorate."""
    ruled = {"cycle": courses.cycle_of(db.session, election), "rules": courses.rules_for(db.session, election)}
    return render_template(f"elections/electorate/{template}.html", election=election, **ruled, **context), status


def commit() -> None:
    """Commit, and have the letters sent now rather than at the next round."""
    db.session.commit()
    jobs.enqueue("mail.deliver")


def see(endpoint: str, says: str | None = None, **values: Any) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    if says:
        flash(says, "success")
    return redirect(url_for(f"electorate.{endpoint}", **values), code=303)
