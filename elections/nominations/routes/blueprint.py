"""The blueprint of nominations, and what its pages begin and end with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from elections.models import Election
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.pages import wording
from elections.nominations.pages.lists import PUBLIC
from elections.nominations.services import records
from elections.nominations.texts import rendered
from elections.routes.blueprint import public_election_of
from foundation.core import jobs
from foundation.core.access import current_person_or_none
from foundation.core.db import db
from foundation.core.errors import NotFound, Refusal

bp = Blueprint("nominations", __name__)
MAILS = "30 per hour"
NUMBER = f"int(max={records.LARGEST_NUMBER})"


@bp.context_processor
def words() -> dict[str, object]:
    """Give every page the words for what it shows."""
    return {"words": wording, "rendered": rendered, "NominationState": NominationState}


def ruled_election_of(uuid: str) -> Election:
    """Return the election under rules that an address names, or raise NotFound; a poll has no nominations."""
    election = public_election_of(uuid)
    if election.cycle_id is None:
        raise NotFound(_("This is a poll: nobody is nominated in it."), code="no-nominations")
    return election


def nomination_of(uuid: str, number: int) -> Nomination:
    """Return the nomination of an election that an address names, or raise NotFound."""
    election = ruled_election_of(uuid)
    nomination = records.nomination(db.session, number)
    if nomination.contest.election_uuid != election.uuid:
        raise NotFound(_("There is no such nomination."), code="no-such-nomination")
    return nomination


def seen_nomination_of(uuid: str, number: int) -> Nomination:
    """Return a nomination that the reader may see: their own, or one that was accepted."""
    nomination, reader = nomination_of(uuid, number), current_person_or_none()
    own = reader is not None and reader.id == nomination.person_id
    if nomination.state not in PUBLIC and not own:
        raise NotFound(_("There is no such nomination."), code="no-such-nomination")
    return nomination


def page(template: str, *, status: int = 200, **context: Any) -> ResponseReturnValue:
    """Show a page of nominations."""
    return render_template(f"elections/nominations/{template}.html", **context), status


def done(form: Any, field: str, act: Callable[[], Any]) -> int | None:
    """Do what a valid form asks and commit; else put the sentence why not at its field and return the status."""
    if not form.validate_on_submit():
        return 400
    try:
        act()
    except Refusal as refusal:
        db.session.rollback()
        form[field].errors = [*form[field].errors, refusal.message]
        return refusal.status
    commit()
    return None


def commit() -> None:
    """Commit, and have the letters sent now rather than at the next round."""
    db.session.commit()
    jobs.enqueue("mail.deliver")


def see(endpoint: str, says: str | None = None, **values: Any) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    if says:
        flash(says, "success")
    return redirect(url_for(f"nominations.{endpoint}", **values), code=303)
