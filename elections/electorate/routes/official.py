"""What officials do about the roll: build it, look at it, freeze it, and replace a voter's lost credential."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.electorate.pages import lists
from elections.electorate.routes.blueprint import (
    NUMBER,
    bp,
    commit,
    official_election_of,
    page,
    see,
)
from elections.electorate.services import appealing, building, courses, freezing
from elections.forms import ConfirmForm
from elections.models import CredentialSource
from elections.pages import listing
from elections.pages.language import translated_number as ngettext
from elections.routes.blueprint import attachment, page_number, query, require_token
from elections.services import credentials, roll
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.csv_files import csv_file
from foundation.core.db import db
from membership import directory

HEADER = ("name", "address", "class", "organization", "reason", "membership")


@bp.get("/<uuid>/electorate/manage")
@requires(Permission.ELECTIONS_RUN)
def manage(uuid: str) -> ResponseReturnValue:
    """Show officials the roll with search, and what can be done about it."""
    election = official_election_of(uuid)
    return page(
        "manage",
        election,
        page=lists.voters(db.session, election, query=query(), page=page_number()),
        query=query(),
        size=roll.size(db.session, election),
        is_built=courses.was_built(db.session, election),
        is_open=election.phase in courses.CHANGEABLE,
        reissues=election.credential_source is CredentialSource.SERVER,
        may_reissue=credentials.may_reissue,
        waiting=len(appealing.open_appeals(db.session, election)),
        form=ConfirmForm(),
    )


@bp.post("/<uuid>/electorate/build")
@requires(Permission.ELECTIONS_RUN)
def build(uuid: str) -> ResponseReturnValue:
    """Build the roll from the directory, or build it anew."""
    require_token()
    count = building.build(db.session, official_election_of(uuid), by=current_person(), now=clock.now())
    commit()
    says = ngettext("The roll is built: %(num)d voter.", "The roll is built: %(num)d voters.", count)
    return see("manage", says, uuid=uuid)


@bp.get("/<uuid>/electorate/differences")
@requires(Permission.ELECTIONS_RUN)
def differences(uuid: str) -> ResponseReturnValue:
    """Show what building the roll anew would change, and which members have no vote of their own."""
    election = official_election_of(uuid)
    found = building.differences(db.session, election)
    names = directory.member_names(db.session, found.left_out)
    unheard = sorted((names[number], why) for number, why in found.left_out.items())
    is_open = election.phase in courses.CHANGEABLE
    return page("differences", election, found=found, left_out=unheard, is_open=is_open, form=ConfirmForm())


@bp.get("/<uuid>/electorate/roll.csv")
@requires(Permission.ELECTIONS_RUN)
def roll_csv(uuid: str) -> ResponseReturnValue:
    """Download the roll with names and addresses, for a spreadsheet."""
    rows = (
        (v.name, v.address, v.member_class, v.organization, v.reason, str(v.membership_id or ""))
        for v in listing.voters(db.session, official_election_of(uuid))
    )
    return attachment(csv_file(HEADER, rows), f"roll-{uuid}.csv", "text/csv")


@bp.get("/<uuid>/electorate/roll.txt")
@requires(Permission.ELECTIONS_RUN)
def roll_lines(uuid: str) -> ResponseReturnValue:
    """Download the roll's lines as they are hashed, without names and addresses, for auditors."""
    return attachment(freezing.document(db.session, official_election_of(uuid)), f"roll-{uuid}.txt", "text/plain")


@bp.get("/<uuid>/electorate/freeze")
@requires(Permission.ELECTIONS_RUN)
def freeze_page(uuid: str) -> ResponseReturnValue:
    """Say what freezing the roll does, and what keeps it from being frozen."""
    election = official_election_of(uuid)
    waits, size = freezing.what_waits(db.session, election), roll.size(db.session, election)
    return render_template(
        "elections/electorate/freeze.html", election=election, waits=waits, size=size, form=ConfirmForm()
    )


@bp.post("/<uuid>/electorate/freeze")
@requires(Permission.ELECTIONS_RUN)
def freeze(uuid: str) -> ResponseReturnValue:
    """Freeze the roll: nothing changes it afterwards."""
    require_token()
    freezing.freeze(db.session, official_election_of(uuid).uuid, by=current_person(), now=clock.now())
    commit()
    return see("manage", _("The roll is frozen, and its hash is published."), uuid=uuid)


@bp.post(f"/<uuid>/electorate/voters/<{NUMBER}:number>/credential")
@requires(Permission.ELECTIONS_RUN)
def reissue_for(uuid: str, number: int) -> ResponseReturnValue:
    """Replace a voter's credential, which is lost, by a new one."""
    require_token()
    election = official_election_of(uuid)
    credentials.reissue(db.session, election, number, by=current_person().display_name, now=clock.now())
    commit()
    return see("manage", _("The old credential is void; the voter picks up the new one."), uuid=uuid)
