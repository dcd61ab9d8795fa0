"""The programs' way in: a project's lead sends records of participation, any number of times with the same effect."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import Invalid
from foundation.core.limits import limiter
from membership.models.participation import Source
from membership.services import participating
from membership.sources.participation_file import record_of
from membership.sources.records import SourceRecord

bp = Blueprint("membership_api", __name__)
MOST_RECORDS = 1000
RATE = "60 per minute"


@bp.post("/participation")
@signed_in
@limiter.limit(RATE)
def participation() -> ResponseReturnValue:
    """Record what a lead's program sends, all of it or nothing; a reference that is known already counts once."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("project"), str):
        raise Invalid(_("Send an object with “project” and “records”."))
    project, by, now = participating.project_of(db.session, body["project"]), current_person(), clock.now()
    participating.require_lead(db.session, project, by)
    given = _records(body.get("records"))
    if any(participating.is_address_of(each.address, by) for each in given):
        raise Invalid(_("Nobody attests their own participation. Another lead must do it."), code="self-dealing")
    done = participating.record(db.session, project, Source.API, given, verifier=by.display_name, now=now)
    participating.enter_import(db.session, project, Source.API, done, by=by, now=now)
    db.session.commit()
    return jsonify(added=done.added, known=done.known, unmatched=sorted(done.unmatched)), 200


def _records(given: Any) -> list[SourceRecord]:
    if not isinstance(given, list) or len(given) > MOST_RECORDS:
        raise Invalid(_("“records” is a list of at most %(most)s objects.", most=MOST_RECORDS))
    records, problems = [], []
    for number, each in enumerate(given, 1):
        if not isinstance(each, dict) or not all(isinstance(value, str) for value in each.values()):
            problems.append(_("Record %(number)s is no object of texts.", number=number))
            continue
        try:
            records.append(record_of(each, clock.now().date()))
        except ValueError as error:
            problems.append(_("Record %(number)s: %(error)s", number=number, error=str(error)))
    if problems:
        raise Invalid("\n".join(str(problem) for problem in problems[:20]), code="bad-records")
    return records
