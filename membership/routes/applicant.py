"""What a party does with its application: the same pages for a person and for an organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound
from membership.forms.parties import AnswerForm, AppealForm, StatementForm
from membership.models.applications import Application
from membership.models.parties import Party
from membership.pages import own_affairs
from membership.pages.own_affairs import PartyAffairs
from membership.routes.blueprint import accepted, bp, commit_and_post, own_party, page, see
from membership.rules.admission import ApplicationState
from membership.services import applying, parties

Asked = StatementForm | AnswerForm | AppealForm


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
    if act == "submit" and "statement" in request.form:
        return _submit(party, present)
    if form is None:
        own = StatementForm()
        service(db.session, present.id, version=own.seen(), by=current_person(), now=clock.now())
        commit_and_post()
        return see("application", str(says()), number=number)
    filled = form()
    if accepted(filled, "text", lambda: _say(service, present, filled)):
        return see("application", str(says()), number=number)
    return _shown(party, filled)


def _submit(party: Party, present: Application) -> ResponseReturnValue:
    """Submit what stands in the form, so that a change that was not saved before is not lost."""
    form = StatementForm()

    def act() -> None:
        said = {"version": form.seen(), "statement": form.statement.data}
        applying.submit(db.session, present.id, by=current_person(), now=clock.now(), **said)

    if accepted(form, "statement", act):
        return see("application", _("Your application is submitted."), number=party.id)
    return _shown(party, form)


def _say(service: Callable[..., Any], present: Application, form: Any) -> None:
    service(db.session, present.id, form.text.data, version=form.seen(), by=current_person(), now=clock.now())


ACTS: dict[str, tuple[Callable[..., Any], type[AnswerForm] | type[AppealForm] | None, Callable[[], str]]] = {
    "submit": (applying.submit, None, lambda: _("Your application is submitted.")),
    "withdraw": (applying.withdraw, None, lambda: _("Your application is withdrawn.")),
    "answer": (applying.answer, AnswerForm, lambda: _("Your answer is sent.")),
    "appeal": (applying.appeal, AppealForm, lambda: _("Your appeal is sent. Somebody else will decide.")),
}


def _shown(party: Party, sent: Asked | None) -> ResponseReturnValue:
    affairs = own_affairs.party_affairs(db.session, party, clock.now())
    present, kind = affairs.application, _kind_of(affairs)
    draft = present is not None and present.state is ApplicationState.DRAFT
    form = sent if kind is None or isinstance(sent, kind) else _fresh(kind, present, sent)
    if form is not None and present is not None:
        form.version.data = str(present.version)
    return page("application", form, party=party, application=present, affairs=affairs, draft=draft)


def _fresh(kind: type[Asked], present: Application | None, sent: Asked | None) -> Asked:
    """Return the form that can be filled in now, with what was typed into one that came too late: nothing is lost."""
    form = kind(formdata=None)
    asked = _words_of(form)
    if sent is not None:
        asked.data, asked.errors, form.refused = _words_of(sent).data, _words_of(sent).errors, sent.refused
    elif present is not None and present.state is ApplicationState.DRAFT:
        asked.data = present.statement
    return form


def _kind_of(affairs: PartyAffairs) -> type[Asked] | None:
    """Return the form that the party can fill in now."""
    state = affairs.application.state if affairs.application else ApplicationState.DRAFT
    if state is ApplicationState.INFORMATION_REQUESTED:
        return AnswerForm
    if affairs.appeal_until is not None:
        return AppealForm
    return StatementForm if state is ApplicationState.DRAFT or affairs.may_apply else None


def _words_of(form: Asked) -> Field:
    return form.statement if isinstance(form, StatementForm) else form.text
