"""What officials do about appeals: the queue, and each official's verdict."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.electorate.forms import VerdictForm
from elections.electorate.models import Appeal
from elections.electorate.pages import lists
from elections.electorate.routes.blueprint import NUMBER, bp, commit, official_election_of, page, see
from elections.electorate.services import appealing, courses, explaining
from elections.routes.blueprint import page_number
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import NotFound, Refusal


@bp.get("/<uuid>/appeals")
@requires(Permission.ELECTIONS_RUN)
def queue(uuid: str) -> ResponseReturnValue:
    """List the appeals, those that wait first."""
    election = official_election_of(uuid)
    return page("queue", election, appeals=lists.appeals(db.session, election, page=page_number()))


@bp.get(f"/<uuid>/appeals/<{NUMBER}:number>")
@requires(Permission.ELECTIONS_RUN)
def show_appeal(uuid: str, number: int) -> ResponseReturnValue:
    """Show an appeal with what the records say, and ask for a verdict."""
    return _page(_appeal_of(uuid, number), VerdictForm())


@bp.post(f"/<uuid>/appeals/<{NUMBER}:number>")
@requires(Permission.ELECTIONS_RUN)
def decide(uuid: str, number: int) -> ResponseReturnValue:
    """Give one's verdict; the second of the same kind decides."""
    appeal, form = _appeal_of(uuid, number), VerdictForm()
    if not form.validate_on_submit():
        return _page(appeal, form, 400)
    upheld, by = form.upheld.data == "yes", current_person()
    try:
        verdict = appealing.decide(db.session, number, upheld, form.reason.data, by=by, now=clock.now())
        decided = verdict.appeal.decided_at is not None
    except Refusal as refusal:
        db.session.rollback()
        form.upheld.errors = [refusal.message]
        return _page(_appeal_of(uuid, number), form, refusal.status)
    commit()
    says = _("The appeal is decided.") if decided else _("Your verdict is kept. Another official's is needed.")
    return see("queue", says, uuid=uuid)


def _appeal_of(uuid: str, number: int) -> Appeal:
    election = official_election_of(uuid)
    appeal = appealing.find(db.session, number)
    if appeal.election_uuid != election.uuid:
        raise NotFound(_("There is no such appeal."), code="no-such-appeal")
    return appeal


def _page(appeal: Appeal, form: VerdictForm, status: int = 200) -> ResponseReturnValue:
    election = appeal.election
    barred = appealing.why_not(db.session, appeal, current_person(), clock.now())
    records_say = explaining.why(db.session, election, appeal.person) if appeal.nomination is None else None
    is_open = election.phase in courses.CHANGEABLE and appeal.decided_at is None
    context = {"appeal": appeal, "barred": barred, "records_say": records_say, "is_open": is_open, "form": form}
    return page("decide", election, status=status, **context)
