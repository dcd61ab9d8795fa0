"""The election official's pages: making an election, its roll and credentials, and its task list."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.cycles.services import undelivered
from elections.forms import ConfirmForm, FileForm, problems_of
from elections.models import CredentialSource
from elections.pages import listing, new_election, official_tasks, overview, steps
from elections.pages.language import translated_number as ngettext
from elections.routes.blueprint import actor, back_to, bp, election_of, poll_of, run_election_of
from elections.services import credentials, replacing, roll, witnessing
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Refusal
from foundation.core.incoming import LARGEST_UPLOAD, up_to


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def new() -> ResponseReturnValue:
    """Make a draft of a poll, which binds nobody."""
    form = new_election.form_for(db.session, clock.now())
    if form.is_submitted() and new_election.changed_contests(form, request.form):
        return render_template("elections/new.html", form=form, problems=[])
    if not form.validate_on_submit():
        return render_template("elections/new.html", form=form, problems=problems_of(form)), _status(form)
    try:
        election = new_election.create(db.session, form, by=current_person(), now=clock.now())
    except Refusal as refusal:
        db.session.rollback()
        problems = new_election.refused(form, refusal)
        return render_template("elections/new.html", form=form, problems=problems), refusal.status
    db.session.commit()
    flash(_("The poll is made. Nothing is fixed before the key ceremony begins."), "success")
    return redirect(url_for("elections.manage", uuid=election.uuid), code=303)


@bp.get("/<uuid>/manage")
@requires(Permission.ELECTIONS_RUN)
def manage(uuid: str) -> ResponseReturnValue:
    """Show the official what is done and what is next."""
    election = run_election_of(uuid)
    facts = overview.of(db.session, election, clock.now())
    tasks = official_tasks.rows(steps.of(db.session, election, clock.now()), uuid)
    context = {"facts": facts, "tasks": tasks, "bounced": undelivered.of_elections(db.session, [uuid])}
    context["older"] = witnessing.older(db.session, uuid)
    context["may_replace"] = bool(replacing.replaceable(election))
    return render_template("elections/manage.html", election=election, **context)


@bp.get("/<uuid>/roll")
@requires(Permission.ELECTIONS_RUN)
def roll_page(uuid: str) -> ResponseReturnValue:
    """Show the roll of a poll, and the form that adds voters from a file."""
    if election_of(uuid).cycle_id is not None:
        return redirect(url_for("electorate.manage", uuid=uuid), code=303)
    return _roll_page(uuid, FileForm())


@bp.post("/<uuid>/roll")
@requires(Permission.ELECTIONS_RUN)
@up_to(LARGEST_UPLOAD)
def import_roll(uuid: str) -> ResponseReturnValue:
    """Add the voters of a file to the roll, all of them or none."""
    form = FileForm()
    if not form.validate_on_submit():
        return _roll_page(uuid, form), 400
    try:
        text = _text_of(form.file.data.read())
        added = roll.import_roll(db.session, poll_of(uuid), text, by=actor(), now=clock.now())
    except roll.BadRoll as refusal:
        db.session.rollback()
        form.file.errors = [refusal.message]
        return _roll_page(uuid, form, refusal.rows), 400
    db.session.commit()
    flash(ngettext("%(num)d voter added to the roll.", "%(num)d voters added to the roll.", added), "success")
    return back_to("roll_page", uuid)


def _roll_page(uuid: str, form: FileForm, bad_rows: tuple[str, ...] = ()) -> str:
    election = election_of(uuid)
    number = request.args.get("page", 1, type=int)
    page = listing.voters_page(db.session, election, page=number)
    return render_template("elections/roll.html", election=election, form=form, page=page, bad_rows=bad_rows)


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise roll.BadRoll(_("The file is not UTF-8 text.")) from error


@bp.get("/<uuid>/credentials")
@requires(Permission.ELECTIONS_RUN)
def credentials_page(uuid: str) -> ResponseReturnValue:
    """Show how many voters have a credential, and let the server make them where the election says so."""
    election = run_election_of(uuid)
    missing, voters = credentials.missing(db.session, election), roll.size(db.session, election)
    by_server = election.credential_source is CredentialSource.SERVER
    return render_template(
        "elections/credentials.html",
        election=election,
        missing=missing,
        voters=voters,
        by_server=by_server,
        form=ConfirmForm(),
    )


@bp.post("/<uuid>/credentials")
@requires(Permission.ELECTIONS_RUN)
def issue_credentials(uuid: str) -> ResponseReturnValue:
    """Make the missing credentials on the server."""
    issued = credentials.issue_by_server(db.session, run_election_of(uuid), by=actor(), now=clock.now())
    db.session.commit()
    flash(ngettext("%(num)d credential made.", "%(num)d credentials made.", issued), "success")
    return back_to("manage", uuid)


def _status(form: object) -> int:
    return 400 if getattr(form, "errors", None) else 200
