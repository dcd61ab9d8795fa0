"""Taking an election from one phase to the next: each step has a page that says what it does, and one button."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.cycles.services import course
from elections.forms import AnnulForm, ConfirmForm, OpenForm
from elections.routes.blueprint import actor, back_to, bp, election_of, poll_of, run_election_of
from elections.services import ceremony, voting
from foundation.core import clock, jobs
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.errors import Invalid


@bp.get("/<uuid>/begin")
@requires(Permission.ELECTIONS_RUN)
def begin_page(uuid: str) -> ResponseReturnValue:
    """Say what beginning the key ceremony freezes."""
    return render_template("elections/begin.html", election=election_of(uuid), form=ConfirmForm())


@bp.post("/<uuid>/begin")
@requires(Permission.ELECTIONS_RUN)
def begin(uuid: str) -> ResponseReturnValue:
    """Freeze the roll and the manifest, and ask the trustees for their keys."""
    ceremony.begin(db.session, run_election_of(uuid).uuid, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("The key ceremony has begun."), "success")
    return back_to("manage", uuid)


@bp.get("/<uuid>/finish")
@requires(Permission.ELECTIONS_RUN)
def finish_page(uuid: str) -> ResponseReturnValue:
    """Say what combining the keys does."""
    return render_template("elections/finish.html", election=election_of(uuid), form=ConfirmForm())


@bp.post("/<uuid>/finish")
@requires(Permission.ELECTIONS_RUN)
def finish(uuid: str) -> ResponseReturnValue:
    """Combine the trustees' keys and begin the board."""
    ceremony.finish(db.session, run_election_of(uuid).uuid, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("The keys are combined. The vote can be opened."), "success")
    return back_to("manage", uuid)


@bp.get("/<uuid>/open")
@requires(Permission.ELECTIONS_RUN)
def open_page(uuid: str) -> ResponseReturnValue:
    """Ask until when the vote is to be open."""
    return render_template("elections/open.html", election=poll_of(uuid), form=OpenForm())


@bp.post("/<uuid>/open")
@requires(Permission.ELECTIONS_RUN)
def open_voting(uuid: str) -> ResponseReturnValue:
    """Open the vote of a poll now."""
    election, form = poll_of(uuid), OpenForm()
    if not form.validate_on_submit():
        return render_template("elections/open.html", election=election, form=form), 400
    try:
        voting.open_voting(db.session, uuid, by=actor(), now=clock.now(), closes_at=form.closing_time())
    except Invalid as refusal:
        db.session.rollback()
        form.closes_at.errors = [refusal.message]
        return render_template("elections/open.html", election=election, form=form), 400
    db.session.commit()
    flash(_("Voting is open."), "success")
    return back_to("manage", uuid)


@bp.get("/<uuid>/close")
@requires(Permission.ELECTIONS_RUN)
def close_page(uuid: str) -> ResponseReturnValue:
    """Say what closing the vote does."""
    return render_template("elections/close.html", election=poll_of(uuid), form=ConfirmForm())


@bp.post("/<uuid>/close")
@requires(Permission.ELECTIONS_RUN)
def close_voting(uuid: str) -> ResponseReturnValue:
    """Close the vote; the server then does its part of the mixing by itself."""
    voting.close_voting(db.session, poll_of(uuid).uuid, by=actor(), now=clock.now())
    db.session.commit()
    jobs.enqueue("elections.advance", uuid)
    flash(_("Voting is closed."), "success")
    return back_to("manage", uuid)


@bp.get("/<uuid>/annul")
@requires(Permission.ELECTIONS_RUN)
def annul_page(uuid: str) -> ResponseReturnValue:
    """Ask why the election is to be annulled."""
    return render_template("elections/annul.html", election=election_of(uuid), form=AnnulForm())


@bp.post("/<uuid>/annul")
@requires(Permission.ELECTIONS_RUN)
def annul(uuid: str) -> ResponseReturnValue:
    """Annul the election, for a public reason."""
    form = AnnulForm()
    if not form.validate_on_submit():
        return render_template("elections/annul.html", election=election_of(uuid), form=form), 400
    reason = form.reason.data.strip()
    course.annul_one(db.session, run_election_of(uuid).uuid, reason, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("The election is annulled."), "success")
    return back_to("show", uuid)
