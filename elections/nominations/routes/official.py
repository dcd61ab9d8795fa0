"""What election officials do: decide who can be elected, and hide what is abusive."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.nominations import interests
from elections.nominations.forms import DecisionForm, HideForm
from elections.nominations.models import Nomination
from elections.nominations.pages import lists, nominee
from elections.nominations.routes.blueprint import (
    NUMBER,
    bp,
    done,
    page,
    ruled_election_of,
    see,
    seen_nomination_of,
)
from elections.nominations.services import eligibility, questions, records
from elections.routes.blueprint import page_number
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Forbidden


@bp.get("/<uuid>/nominations/queue")
@requires(Permission.ELECTIONS_RUN)
def queue(uuid: str) -> ResponseReturnValue:
    """List the nominations to decide on."""
    election = ruled_election_of(uuid)
    state = request.args.get("state", "")
    listed = lists.queue(db.session, election, state=state, page=page_number())
    cycle, waiting = records.cycle_of(db.session, election), lists.unanswered(db.session, election)
    stands = interests.stands_in(db.session, election, current_person())
    context: dict[str, Any] = {"page": listed, "state": state, "cycle": cycle, "waiting": waiting, "stands": stands}
    return page("queue", election=election, now=clock.now(), **context)


@bp.route(f"/<uuid>/nominations/<{NUMBER}:number>/eligibility", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def decide(uuid: str, number: int) -> ResponseReturnValue:
    """Decide whether a nominee can be elected, with the finding in view."""
    nomination, form, me = seen_nomination_of(uuid, number), DecisionForm(), current_person()
    # What the rules ask and what was found is the nominee's and the officials': another candidate is neither.
    interests.require_office(db.session, nomination.contest.election, me)

    def do() -> None:
        eligible = form.eligible.data == "yes"
        eligibility.decide(db.session, number, eligible, form.reason.data, by=me, now=clock.now())

    status = done(form, "eligible", do) if form.is_submitted() else 200
    if status is not None:
        facts = nominee.of(db.session, nomination, me, official=True, now=clock.now())
        context: dict[str, Any] = {"facts": facts, "barred": _barred(nomination, me), "form": form}
        election = nomination.contest.election
        return page("eligibility", status=status, election=election, nomination=nomination, **context)
    return see("queue", _("The decision is published."), uuid=uuid)


def _barred(nomination: Nomination, official: Person) -> str:
    """Say why this official must not decide, or nothing."""
    try:
        interests.require_not_own(db.session, official, nomination.person, on=clock.now().date())
    except Forbidden as refusal:
        return refusal.message
    return ""


@bp.route(f"/<uuid>/questions/<{NUMBER}:number>/hide", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def hide(uuid: str, number: int) -> ResponseReturnValue:
    """Hide an abusive question, for a public reason."""
    election, form = ruled_election_of(uuid), HideForm()
    question = questions.find_in(db.session, election, number)

    def do() -> None:
        questions.hide(db.session, number, form.reason.data, by=current_person(), now=clock.now())

    status = done(form, "reason", do) if form.is_submitted() else 200
    if status is not None:
        return page("hide", status=status, election=election, question=question, form=form)
    return see("questions", _("The question is hidden."), uuid=uuid)
