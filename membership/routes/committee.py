"""The membership committee's pages: the queue, one application, members, and measures."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import NotFound
from membership.forms.committee import AppealDecisionForm, DecisionForm, MeasureForm
from membership.models.applications import Application
from membership.pages import committee_lists, evidence
from membership.pages.committee_lists import Wanted
from membership.routes.blueprint import (
    accepted,
    asked_class,
    bp,
    commit_and_post,
    page,
    page_number,
    searched,
    see,
    table_file,
    today,
)
from membership.rules.admission import ApplicationState
from membership.services import admitting, deciding, parties
from membership.services.admitting import Measure
from membership.services.standing_now import status_of

DECISIONS = {"approve": deciding.approve, "ask": deciding.request_information, "decline": deciding.decline}


def _wanted() -> Wanted:
    state = request.args.get("state", "")
    chosen = ApplicationState(state) if state in set(ApplicationState) else None
    return Wanted(searched(), chosen, asked_class())


def _filters(wanted: Wanted) -> dict[str, str]:
    found = {
        "q": wanted.query,
        "state": wanted.state.value if wanted.state else "",
        "class": wanted.member_class.value if wanted.member_class else "",
    }
    return {name: value for name, value in found.items() if value}


@bp.get("/committee")
@requires(Permission.MEMBERS_REVIEW)
def queue() -> ResponseReturnValue:
    """List the applications that wait, oldest first."""
    wanted = _wanted()
    rows = committee_lists.queue(db.session, wanted, page_number())
    return page("queue", rows=rows, wanted=wanted, filters=_filters(wanted))


@bp.get("/committee/queue.csv")
@requires(Permission.MEMBERS_REVIEW)
def queue_csv() -> ResponseReturnValue:
    """Download the queue."""
    rows = committee_lists.whole_queue(db.session, _wanted())
    header = ("application", "name", "class", "state", "submitted")
    cells = ((a.id, a.party.name, a.member_class.value, a.state.value, a.submitted_at) for a in rows)
    return table_file("applications.csv", header, cells)


def _application(number: int) -> Application:
    found = db.session.get(Application, number) if 0 < number <= parties.LARGEST_NUMBER else None
    if found is None or found.submitted_at is None:
        raise NotFound(_("There is no such application."))
    return found


@bp.get("/committee/applications/<int:number>")
@requires(Permission.MEMBERS_REVIEW)
def review(number: int) -> ResponseReturnValue:
    """Show an application with the evidence about it."""
    found = _application(number)
    return _reviewed(found, _form_for(found))


def _form_for(found: Application) -> DecisionForm:
    return AppealDecisionForm() if found.state is ApplicationState.APPEALED else DecisionForm()


def _reviewed(found: Application, form: DecisionForm) -> ResponseReturnValue:
    form.version.data = str(found.version)
    facts = evidence.about(db.session, found, current_person(), clock.now())
    return page("review", form, application=found, facts=facts)


@bp.post("/committee/applications/<int:number>/begin")
@requires(Permission.MEMBERS_REVIEW)
def begin_review(number: int) -> ResponseReturnValue:
    """Take an application up."""
    form = DecisionForm()
    _application(number)
    deciding.begin_review(db.session, number, version=form.seen(), by=current_person(), now=clock.now())
    commit_and_post()
    return see("review", _("You have taken up this application."), number=number)


@bp.post("/committee/applications/<int:number>/decide")
@requires(Permission.MEMBERS_REVIEW)
def decide(number: int) -> ResponseReturnValue:
    """Approve, decline, or ask for information."""
    found = _application(number)
    form = _form_for(found)

    def act() -> None:
        service, by = DECISIONS[form.decision.data], current_person()
        service(db.session, number, form.text.data, version=form.seen(), by=by, now=clock.now())

    if accepted(form, "text", act):
        return see("queue", _("This is recorded, and the applicant is told."))
    return _reviewed(found, form)


@bp.get("/committee/members")
@requires(Permission.MEMBERS_REVIEW)
def members() -> ResponseReturnValue:
    """List everybody who is or was a member."""
    wanted = _wanted()
    rows = committee_lists.members(db.session, wanted, page_number())
    statuses = {membership.id: status_of(membership, today()) for membership in rows.rows}
    return page("members", rows=rows, wanted=wanted, filters=_filters(wanted), statuses=statuses)


@bp.get("/committee/members.csv")
@requires(Permission.MEMBERS_REVIEW)
def members_csv() -> ResponseReturnValue:
    """Download everybody who is or was a member, with the day until which their good standing is known."""
    header = ("number", "name", "class", "admitted", "in good standing from", "until before")
    rows = committee_lists.all_members(db.session, _wanted())
    return table_file("memberships.csv", header, rows)


@bp.get("/committee/members/<int:number>")
@requires(Permission.MEMBERS_REVIEW)
def membership(number: int) -> ResponseReturnValue:
    """Show a membership with its history, and the measures that can be taken."""
    return _measured(number, MeasureForm())


@bp.post("/committee/members/<int:number>")
@requires(Permission.MEMBERS_REVIEW)
def take_measure(number: int) -> ResponseReturnValue:
    """Suspend, reinstate, expel, or record an end."""
    form = MeasureForm()
    if accepted(form, "reason", lambda: _take(number, form)):
        return see("membership", _("This is recorded."), number=number)
    return _measured(number, form)


def _take(number: int, form: MeasureForm) -> None:
    services: dict[str, Any] = {
        "suspend": admitting.suspend,
        "reinstate": admitting.reinstate,
        "expel": admitting.expel,
        "record_end": admitting.record_end,
    }
    kind = form.kind.data
    until = form.until.data if kind == "suspend" else None
    on = form.on.data if kind == "record_end" else None
    measure = Measure(form.reason.data, form.reference.data or "", until, on)
    services[kind](db.session, number, measure, version=form.seen(), by=current_person(), now=clock.now())


def _measured(number: int, form: MeasureForm) -> ResponseReturnValue:
    found = admitting.find(db.session, number)
    form.version.data = str(found.version)
    facts = evidence.about_membership(db.session, found, current_person(), clock.now())
    return page("membership", form, membership=found, facts=facts)
