"""The membership committee's way in for programs: records of participation, with a token of that office."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Invalid
from foundation.core.programs import Blueprint, Text
from membership.models.participation import Source
from membership.rules.standing import ContributionKind
from membership.services import participating
from membership.sources.participation_file import LONGEST_NOTE, record_of
from membership.sources.records import LONGEST_REFERENCE, SourceRecord

bp = Blueprint("membership_programs", __name__, description="Records of who contributed what")
MOST_RECORDS = 1000


class Record(Schema):
    """One contribution; whoever sends the same reference again changes nothing."""

    address = Text(required=True, validate=Length(3, 254), metadata={"example": "ada@example.org"})
    kind = fields.String(required=True, validate=OneOf([kind.value for kind in ContributionKind]))
    date = fields.Date(required=True)
    reference = Text(
        required=True,
        validate=Length(1, LONGEST_REFERENCE),
        metadata={"example": "https://forge.example/project/change/17"},
    )
    note = Text(load_default="", validate=Length(0, LONGEST_NOTE), metadata={"example": "Mended the reader."})


class Records(Schema):
    """Contributions to one project."""

    project = Text(required=True, validate=Length(1, 60), metadata={"example": "example"})
    records = fields.List(fields.Nested(Record), required=True, validate=Length(0, MOST_RECORDS))


class Recorded(Schema):
    """What became of them."""

    added = fields.Integer(required=True)
    known = fields.Integer(required=True)
    unmatched = fields.List(fields.String(metadata={"example": "nobody@example.org"}), required=True)


@bp.post("/participation")
@requires(Permission.MEMBERS_REVIEW)
@bp.arguments(Records)
@bp.response(200, Recorded)
def record_participation(given: dict[str, Any]) -> dict[str, object]:
    """Record contributions, all of them or none; addresses that nobody has confirmed are returned."""
    project, by = participating.project_of(db.session, given["project"]), current_person()
    records = [_record(number, one) for number, one in enumerate(given["records"], 1)]
    if any(participating.is_address_of(each.address, by) for each in records):
        raise Invalid(_("Nobody attests their own participation. Another officer must do it."), code="self-dealing")
    done = participating.record(db.session, project, Source.API, records, verifier=by.display_name, now=clock.now())
    participating.enter_import(db.session, project, Source.API, done, by=by, now=clock.now())
    db.session.commit()
    return {"added": done.added, "known": done.known, "unmatched": sorted(done.unmatched)}


def _record(number: int, given: dict[str, Any]) -> SourceRecord:
    try:
        return record_of(given | {"date": given["date"].isoformat()}, clock.now().date())
    except ValueError as error:
        sentence = _("Record %(number)s: %(error)s", number=number, error=str(error))
        raise Invalid(sentence, code="bad-records") from None
