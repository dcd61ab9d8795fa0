"""What a party does with its application: the same pages for a person and for an organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound
from membership.forms.parties import AnswerForm, AppealForm, StatementForm
from membership.models.applications import Application
from membership.models.parties import Party
from membership.pages import own_affairs
from membership.routes.blueprint import accepted, bp, commit_and_post, own_party, page, see
from membership.rules.admission import ApplicationState
from membership.services import applying, parties

FORMS = {
    ApplicationState.DRAFT: StatementForm,
    ApplicationState.INFORMATION_REQUESTED: AnswerForm,
    ApplicationState.DECLINED: AppealForm,
}


@bp.get("/mine")
@signed_in
def mine() -> ResponseReturnValue:
    """Show the person where they stand and for whom they act."""
    affairs = own_affairs.of(db.session, current_person(), clock.now())
    return page("mine", affairs=affairs)


@bp.post("/begin")
@signed_in
def begin() -> ResponseReturnValue:
    """Make the person a party that can apply."""
    party = parties.party_of(db.session, current_person(), now=clock.now())
    db.session.commit()
    return see("application", number=party.id)


@bp.get("/parties/<int:number>/application")
@signed_in
def application(number: int) -> ResponseReturnValue:
    """Show the party's application, and what can be done with it now."""
    return _shown(own_party(number), None)


@bp.post("/parties/<int:number>/application")
@signed_in
def apply(number: int) -> ResponseReturnValue:
    """Draft an application, or change what the draft says."""
    party, form = own_party(number), StatementForm()
    present = applying.open_application(db.session, party)
    if accepted(form, "statement", lambda: _draft(party, present, form)):
        return see("application", _("Your application is saved. Submit it when it is ready."), number=number)
    return _shown(party, form)


def _draft(party: Party, present: Application | None, form: StatementForm) -> None:
    by, now, statement = current_person(), clock.now(), form.statement.data
    if present is None:
        applying.begin(db.session, party, statement, by=by, now=now)
    else:
        applying.edit(db.session, present.id, statement, version=form.seen(), by=by, now=now)


@bp.post("/parties/<int:number>/application/<act>")
@signed_in
def application_act(number: int, act: str) -> ResponseReturnValue:
    """Submit, withdraw, answer or appeal."""
    party = own_party(number)
    present = own_affairs.latest_application(db.session, party)
    if act not in ACTS or present is None:
        raise NotFound(_("There is no such page."))
    service, form, says = ACTS[act]
    if form is None:
        own = StatementForm()
        service(db.session, present.id, version=own.seen(), by=current_person(), now=clock.now())
        commit_and_post()
        return see("application", str(says()), number=number)
    filled = form()
    if accepted(filled, "text", lambda: _say(service, present, filled)):
        return see("application", str(says()), number=number)
    return _shown(party, filled)


def _say(service: Callable[..., Any], present: Application, form: Any) -> None:
    service(db.session, present.id, form.text.data, version=form.seen(), by=current_person(), now=clock.now())


ACTS: dict[str, tuple[Callable[..., Any], type[AnswerForm] | type[AppealForm] | None, Callable[[], str]]] = {
    "submit": (applying.submit, None, lambda: _("Your application is submitted.")),
    "withdraw": (applying.withdraw, None, lambda: _("Your application is withdrawn.")),
    "answer": (applying.answer, AnswerForm, lambda: _("Your answer is sent.")),
    "appeal": (applying.appeal, AppealForm, lambda: _("Your appeal is sent. Somebody else will decide.")),
}


def _shown(party: Party, form: Any) -> ResponseReturnValue:
    present = own_affairs.latest_application(db.session, party)
    if form is None:
        state = present.state if present else ApplicationState.DRAFT
        kind = FORMS.get(state)
        form = kind(statement=present.statement if present else "") if kind else None
    if form is not None and present is not None:
        form.version.data = str(present.version)
    can_apply = own_affairs.may_apply(db.session, party, clock.now().date())
    return page("application", form, party=party, application=present, can_apply=can_apply)
