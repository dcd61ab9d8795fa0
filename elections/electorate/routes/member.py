"""What a member does about the roll: reads why they are on it, appeals, and replaces a lost credential."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.electorate.forms import AppealForm
from elections.electorate.models import AppealKind
from elections.electorate.routes.blueprint import bp, commit, page, ruled_election_of, see
from elections.electorate.services import appealing, courses, explaining
from elections.forms import ConfirmForm
from elections.models import Election
from elections.nominations.services import records
from elections.routes.blueprint import require_token
from elections.services import credentials
from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound, Refusal
from foundation.core.limits import limiter

APPEALS = "20 per hour"


@bp.get("/<uuid>/electorate/mine")
@signed_in
def mine(uuid: str) -> ResponseReturnValue:
    """Show a member why they are, or are not, on the roll, their appeals, and what they can do."""
    election, person = ruled_election_of(uuid), current_person()
    voter = explaining.row_of(db.session, election, person)
    return page(
        "mine",
        election,
        why=explaining.why(db.session, election, person),
        voter=voter,
        appeals=appealing.appeals_of(db.session, election, person),
        may_appeal=election.phase in courses.CHANGEABLE and courses.was_built(db.session, election),
        may_reissue=voter is not None and credentials.may_reissue(election, voter),
        form=ConfirmForm(),
    )


@bp.get("/<uuid>/appeals/new")
@signed_in
def appeal_page(uuid: str) -> ResponseReturnValue:
    """Ask what is wrong with the roll, or with a decision on eligibility."""
    return _appeal_page(ruled_election_of(uuid), AppealForm())


@bp.post("/<uuid>/appeals/new")
@signed_in
@limiter.limit(APPEALS, key_func=lambda: f"appeal {current_person().id}")
def appeal(uuid: str) -> ResponseReturnValue:
    """Make an appeal, which two officials decide."""
    election, form = ruled_election_of(uuid), AppealForm()
    if not form.validate_on_submit():
        return _appeal_page(election, form, 400)
    given = {"person": current_person(), "now": clock.now(), "nomination_id": _nomination()}
    try:
        appealing.appeal(db.session, uuid, _kind(), form.text.data, **given)
    except Refusal as refusal:
        db.session.rollback()
        form.text.errors = [refusal.message]
        return _appeal_page(election, form, refusal.status)
    commit()
    return see("mine", _("Your appeal is made. Two officials decide it before the roll is frozen."), uuid=uuid)


@bp.post("/<uuid>/electorate/credential")
@signed_in
def reissue(uuid: str) -> ResponseReturnValue:
    """Replace one's own credential, which is lost, by a new one."""
    require_token()
    person = current_person()
    election = ruled_election_of(uuid)
    voter = explaining.row_of(db.session, election, person)
    if voter is None:
        raise NotFound(_("You are not on the roll."), code="not-on-the-roll")
    credentials.reissue(db.session, election, voter.id, by="a voter", now=clock.now())
    commit()
    return see("mine", _("Your old credential is void. Pick up the new one when voting opens."), uuid=uuid)


def _appeal_page(election: Election, form: AppealForm, status: int = 200) -> ResponseReturnValue:
    kind, number = _kind(), _nomination()
    nomination = records.nomination(db.session, number) if kind is AppealKind.ELIGIBILITY and number else None
    if kind is AppealKind.ELIGIBILITY:
        if nomination is None or nomination.contest.election_uuid != election.uuid:
            raise NotFound(_("There is no such nomination."), code="no-such-nomination")
        records.require_own(nomination, current_person())
    why = explaining.why(db.session, election, current_person()) if nomination is None else None
    return page("appeal", election, status=status, form=form, kind=kind, nomination=nomination, why=why)


def _kind() -> AppealKind:
    wanted = request.args.get("kind", AppealKind.ADD_TO_ROLL.value)
    if wanted not in set(AppealKind):
        raise NotFound(_("There is no such kind of appeal."), code="no-such-appeal")
    return AppealKind(wanted)


def _nomination() -> int | None:
    return request.args.get("nomination", type=int)
