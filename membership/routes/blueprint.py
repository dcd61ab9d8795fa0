"""The blueprint that all pages of membership belong to, and what their answers have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from foundation.core import clock, jobs
from foundation.core.access import current_person
from foundation.core.csv_files import csv_file
from foundation.core.db import db
from foundation.core.errors import Invalid, NotFound, Refusal
from membership.days import day
from membership.models.parties import Party
from membership.pages import wording
from membership.rules.classes import MemberClass
from membership.services import parties
from membership.services.parties import Stale

Found = TypeVar("Found")
NOWHERE_ELSE: Mapping[str, str] = {}
bp = Blueprint("membership", __name__)


@bp.context_processor
def words() -> dict[str, object]:
    """Give every page the words for what it shows."""
    return {"words": wording, "day": day}


def today() -> date:
    """Return the day in UTC, on which deadlines and terms are counted."""
    return clock.now().date()


def page_number() -> int:
    """Return the page of the list that is asked for."""
    return page_of("page")


def page_of(name: str) -> int:
    """Return the page that is asked for under this name, of one list of several."""
    number = request.args.get(name, 1, type=int)
    return min(max(1, number), 1_000_000)


def same_page(*names: str) -> dict[str, int]:
    """Return on which page of a list a row was acted on, to come back there."""
    return {name: page_of(name) for name in names or ("page",) if name in request.args}


def searched() -> str:
    """Return what the reader searches for."""
    return request.args.get("q", "").strip()[:100]


def asked_class() -> MemberClass | None:
    """Return the class that the reader asks for, if it is one."""
    value = request.args.get("class", "")
    return MemberClass(value) if value in set(MemberClass) else None


def own_party(number: int) -> Party:
    """Return a party that the signed-in person acts for; of any other, nobody learns that it exists."""
    party = parties.find_party(db.session, number)
    if not parties.acts_for(db.session, party, current_person(), now=clock.now()):
        raise NotFound(_("There is no such person or organization."), code="no-such-party")
    return party


def page(template: str, form: Any = None, **more: object) -> ResponseReturnValue:
    """Show a page: with 400, or what the refusal says, when its form was sent with something wrong in it."""
    status = form.refused if form is not None and form.errors else 200
    return render_template(f"membership/{template}.html", form=form, **more), status


def accepted(form: Any, field: str, act: Callable[[], Any], fields: Mapping[str, str] = NOWHERE_ELSE) -> bool:
    """Do what a valid form asks and commit, or put the sentence why not at its field and return False.

    `fields` names the field for the codes of refusals that are about another one.
    A stale form is not shown again: what it would show has changed.
    """
    if not form.validate_on_submit():
        return False
    try:
        act()
    except Stale:
        raise
    except Refusal as refusal:
        db.session.rollback()
        at = form[refusal.field if isinstance(refusal, AtField) else fields.get(refusal.code, field)]
        at.errors, form.refused = [*at.errors, refusal.message], refusal.status
        return False
    commit_and_post()
    return True


class AtField(Invalid):
    """A refusal that is about one field of several."""

    def __init__(self, field: str, refusal: Refusal) -> None:
        super().__init__(refusal.message, code=refusal.code, status=refusal.status)
        self.field = field


def named_in(form: Any, field: str, find: Callable[[Any, Any], Found]) -> Found:
    """Return what a field names by its number or key, or raise AtField when there is no such thing."""
    try:
        return find(db.session, form[field].data)
    except NotFound as refusal:
        raise AtField(field, refusal) from None


def commit_and_post() -> None:
    """Commit, and have the letters sent now rather than at the next round."""
    db.session.commit()
    jobs.enqueue("mail.deliver")


def see(endpoint: str, says: str | None = None, **values: Any) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    if says:
        flash(says, "success")
    return redirect(url_for(f"membership.{endpoint}", **values), code=303)


def table_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a table as a CSV file to be saved under `name`."""
    response = Response(csv_file(header, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
