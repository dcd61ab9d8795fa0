"""The registrar's page: the roll to take away, and the public credentials to bring back."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from elections.forms import FileForm
from elections.pages import listing
from elections.pages.language import translated_number as ngettext
from elections.registrar.roll import COLUMNS, table
from elections.routes.blueprint import actor, attachment, back_to, bp, run_election_of
from elections.services import credentials, roll
from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.errors import Invalid
from foundation.core.incoming import LARGEST_UPLOAD, up_to


@bp.get("/<uuid>/registrar")
@requires(Permission.CREDENTIALS_ISSUE)
def registrar(uuid: str) -> ResponseReturnValue:
    """Show what the registrar has to do, and whether the credentials have come."""
    return _page(uuid, FileForm())


@bp.get("/<uuid>/registrar/roll.csv")
@requires(Permission.CREDENTIALS_ISSUE)
def roll_file(uuid: str) -> ResponseReturnValue:
    """Download the roll in the form that `python -m elections.registrar` reads."""
    rows = ([voter.address, voter.name] for voter in listing.voters(db.session, run_election_of(uuid)))
    return attachment(table(COLUMNS[-1], rows).encode(), f"roll-{uuid}.csv", "text/csv")


@bp.post("/<uuid>/registrar")
@requires(Permission.CREDENTIALS_ISSUE)
@up_to(LARGEST_UPLOAD)
def accept_credentials(uuid: str) -> ResponseReturnValue:
    """Put the registrar's public credentials on the roll, all of them or none."""
    form = FileForm()
    if not form.validate_on_submit():
        return _page(uuid, form), 400
    try:
        data = form.file.data.read()
        count = credentials.accept_from_registrar(db.session, run_election_of(uuid), data, by=actor(), now=clock.now())
    except Invalid as refusal:
        db.session.rollback()
        form.file.errors = [refusal.message]
        return _page(uuid, form), refusal.status
    db.session.commit()
    flash(
        ngettext("%(num)d public credential put on the roll.", "%(num)d public credentials put on the roll.", count),
        "success",
    )
    return back_to("registrar", uuid)


def _page(uuid: str, form: FileForm) -> str:
    election = run_election_of(uuid)
    missing, voters = credentials.missing(db.session, election), roll.size(db.session, election)
    return render_template("elections/registrar.html", election=election, form=form, missing=missing, voters=voters)
