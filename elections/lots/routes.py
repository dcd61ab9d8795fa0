"""The pages of a lot: who committed and revealed, for everyone; committing and revealing, for officials."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from elections.cycles.models import Cycle
from elections.cycles.services.rules_in_force import rules_of
from elections.lots import drawing
from elections.lots import services as lots
from elections.lots.forms import CommitmentForm, SecretForm
from elections.models import Election
from elections.pages.public_files import api_url
from elections.routes.blueprint import in_office, public_election_of
from foundation.core import clock, jobs
from foundation.core.access import Permission, current_person, current_person_or_none, public, requires, signed_in
from foundation.core.db import db
from foundation.core.errors import Forbidden, NotFound, Refusal

bp = Blueprint("lots", __name__)


@bp.get("/<uuid>/lots")
@public
def show(uuid: str) -> ResponseReturnValue:
    """Show who committed to the lot and who revealed, and what it draws."""
    election, reader = _election_of(uuid), current_person_or_none()
    return _page(
        "show",
        election,
        commitments=lots.commitments(db.session, election),
        missing=lots.missing(db.session, election),
        contests=drawing.drawn(db.session, election),
        own=lots.own(db.session, election, reader) if reader else None,
        may_commit=election.phase in lots.COMMITTING and in_office(election),
        may_reveal=election.phase in lots.CLOSED,
        is_official=in_office(election),
        waits_for=lots.waits_for(db.session, election),
        api_url=api_url(election),
    )


@bp.get("/<uuid>/lots/commitment")
@requires(Permission.ELECTIONS_RUN)
def commit_page(uuid: str) -> ResponseReturnValue:
    """Let an official make a secret in the browser, or bring a commitment made elsewhere."""
    return _commit_page(_election_of(uuid), CommitmentForm())


@bp.post("/<uuid>/lots/commitment")
@requires(Permission.ELECTIONS_RUN)
def commit(uuid: str) -> ResponseReturnValue:
    """Publish an official's commitment."""
    election, form, person = _election_of(uuid), CommitmentForm(), current_person()
    if not form.validate_on_submit():
        return _commit_page(election, form, 400)
    if form.name.data != lots.name_for(db.session, election, person):
        form.commitment.errors = [_("Your name has changed since: make a new secret under the name below.")]
        return _commit_page(election, form, 409)
    try:
        lots.commit(db.session, uuid, form.commitment.data.strip(), by=person, now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        form.commitment.errors = [refusal.message]
        return _commit_page(election, form, refusal.status)
    db.session.commit()
    return _see(uuid, _("Your commitment is published. Keep the secret until voting has closed."))


@bp.get("/<uuid>/lots/secret")
@signed_in
def reveal_page(uuid: str) -> ResponseReturnValue:
    """Ask whoever committed for the secret, after the close."""
    election = _election_of(uuid)
    _require_may_reveal(election)
    return _page("reveal", election, form=SecretForm(), may_reveal=election.phase in lots.CLOSED)


@bp.post("/<uuid>/lots/secret")
@signed_in
def reveal(uuid: str) -> ResponseReturnValue:
    """Publish the secret; the count that waited for it goes on."""
    election, form = _election_of(uuid), SecretForm()
    _require_may_reveal(election)
    if not form.validate_on_submit():
        return _page("reveal", election, status=400, form=form, may_reveal=election.phase in lots.CLOSED)
    try:
        lots.reveal(db.session, uuid, form.secret.data, by=current_person(), now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        form.secret.errors = [refusal.message]
        may_reveal = election.phase in lots.CLOSED
        return _page("reveal", election, status=refusal.status, form=form, may_reveal=may_reveal)
    db.session.commit()
    jobs.enqueue("elections.advance", uuid)
    return _see(uuid, _("Your secret is published."))


def _election_of(uuid: str) -> Election:
    election = public_election_of(uuid)
    if election.cycle_id is None:
        raise NotFound(_("This is a poll: no lot is drawn for it."), code="no-lot")
    return election


def _require_may_reveal(election: Election) -> None:
    """Whoever committed can reveal, whether or not their office has ended since; and any official for them."""
    try:
        lots.require_may_reveal(db.session, election, current_person(), now=clock.now())
    except Forbidden as refusal:
        raise NotFound(refusal.message, code=refusal.code) from refusal


def _commit_page(election: Election, form: CommitmentForm, status: int = 200) -> ResponseReturnValue:
    person = current_person()
    name, own = lots.name_for(db.session, election, person), lots.own(db.session, election, person)
    form.name.data = name
    open_now = election.phase in lots.COMMITTING
    return _page("commit", election, status=status, form=form, name=name, own=own, may_commit=open_now)


def _page(template: str, election: Election, *, status: int = 200, **context: object) -> ResponseReturnValue:
    rules = rules_of(db.session.get_one(Cycle, election.cycle_id))
    return render_template(f"elections/lots/{template}.html", election=election, rules=rules, **context), status


def _see(uuid: str, says: str) -> BaseResponse:
    flash(says, "success")
    return redirect(url_for("lots.show", uuid=uuid), code=303)
