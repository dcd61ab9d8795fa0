"""The blueprint that all pages of sponsoring belong to, and what each of them begins with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import current_person
from foundation.core.db import db
from foundation.core.errors import Refusal
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.pages.wording import WORDS
from membership.sponsorship.services import catalogue

bp = Blueprint("sponsorship", __name__)
BAD = 400


def person() -> Person:
    """Return the signed-in person."""
    found: Person = current_person()
    return found


def page(template: str, form: Any = None, **context: Any) -> tuple[str, int]:
    """Return a page with the words it needs; 400 when its form was sent and cannot be used."""
    status = BAD if form is not None and form.errors else 200
    return render_template(f"sponsorship/{template}.html", form=form, **WORDS, **context), status


# Which field a refusal of this code is about, where a form has several.
AT_FIELDS = {
    "bad-website": "website",
    "being-arranged": "organization",
    "bad-reference": "reference",
    "not-arrived": "on",
    "bad-reason": "reason",
}


def again(template: str, form: Any, field: Any, refusal: Refusal, **context: Any) -> tuple[str, int]:
    """Return the page once more with the refusal's sentence at the field that its code names, or at `field`."""
    db.session.rollback()
    field = form[AT_FIELDS[refusal.code]] if AT_FIELDS.get(refusal.code) in form else field
    field.errors = [*field.errors, refusal.message]
    return page(template, form, **context)[0], refusal.status


def readable(number: int) -> Sponsorship:
    """Return the sponsorship an address names, for those who may see it, or raise NotFound."""
    found = catalogue.sponsorship(db.session, number)
    catalogue.check_reader(db.session, found, person(), now=clock.now())
    return found


def see(endpoint: str, **values: Any) -> BaseResponse:
    """Answer a finished POST: see the page that shows what it did."""
    return redirect(url_for(f"sponsorship.{endpoint}", **values), code=303)


def page_number() -> int:
    """Return which page of a list is asked for."""
    return min(max(1, request.args.get("page", 1, type=int)), 1_000_000)


def filters() -> tuple[str, str, dict[str, str]]:
    """Return what is searched for, which state is wanted, and both as they stand in links to other pages."""
    query, state = request.args.get("q", "").strip()[:100].replace("\0", ""), request.args.get("state", "")[:40]
    return query, state, {name: value for name, value in (("q", query), ("state", state)) if value}


def attachment(content: bytes | str, name: str, mimetype: str) -> Response:
    """Answer with a file to be saved under `name`."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
