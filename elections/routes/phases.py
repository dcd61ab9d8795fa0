"""Taking an election from one phase to the next: each act has a page that says what it does, and one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice

from elections.forms import AnnulForm, ConfirmForm, OpenForm, ReplaceForm
from elections.models import Election
from elections.routes.blueprint import back_to, bp, election_of, run_election_of
from elections.services import acts, replacing, standing_trustees
from elections.services.acts import Act, Asked
from elections.services.replacing import Swap
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of an act: its address and template are the act's name; `field` is where a refusal is told."""

    endpoint: str
    done: Any
    form: type[Any] = ConfirmForm
    field: str | None = None
    leads_to: str = "manage"
    prepared: Callable[[Election, Any], None] = lambda _election, _form: None


def _offer(election: Election, form: ReplaceForm) -> None:
    """Offer the trustees of the election, with why one falls away, and who could take their place."""
    now = clock.now()
    fallen = {one.trustee.owner: one.why for one in standing_trustees.falling(db.session, election, now)}
    form.leaving.choices = [
        SelectChoice(one.owner, f"{one.name}: {fallen[one.owner]}" if one.owner in fallen else one.name)
        for one in replacing.replaceable(election)
    ]
    found = replacing.successors(db.session, election, now)
    form.successor.choices = [SelectChoice(person.id, person.display_name) for person in found]
    if not form.is_submitted():
        # A single one who falls away is who the official came for.
        form.leaving.data = next(iter(fallen)) if len(fallen) == 1 else None


PAGES = {
    Act.BEGIN: ActPage("begin", _l("The key ceremony has begun.")),
    Act.FINISH: ActPage("finish", _l("The keys are combined. The vote can be opened.")),
    Act.OPEN: ActPage("open_voting", _l("Voting is open."), OpenForm, "closes_at"),
    Act.CLOSE: ActPage("close_voting", _l("Voting is closed.")),
    Act.ANNUL: ActPage("annul", _l("The election is annulled."), AnnulForm, "reason", leads_to="show"),
    Act.REPLACE: ActPage(
        "replace", _l("The trustee is replaced, and both are written to."), ReplaceForm, "successor", prepared=_offer
    ),
}


def _page(uuid: str, act: Act, form: Any) -> str:
    election = run_election_of(uuid)
    if act in acts.BY_DATE:
        acts.require_poll(election)
    return render_template(f"elections/{act}.html", election=election, form=form)


def _form(uuid: str, act: Act) -> Any:
    form = PAGES[act].form()
    PAGES[act].prepared(election_of(uuid), form)
    return form


def _perform(uuid: str, act: Act) -> ResponseReturnValue:
    page, form = PAGES[act], _form(uuid, act)
    if not form.validate_on_submit():
        return _page(uuid, act, form), 400
    try:
        acts.perform(db.session, uuid, act, _asked(form))
    except Invalid as refusal:
        db.session.rollback()
        if page.field is None:
            raise
        form[page.field].errors = [refusal.message]
        return _page(uuid, act, form), 400
    db.session.commit()
    acts.go_on(uuid)
    flash(page.done, "success")
    return back_to(page.leads_to, uuid)


def _asked(form: Any) -> Asked:
    closes_at = form.closing_time() if isinstance(form, OpenForm) else None
    reason = form.reason.data if isinstance(form, AnnulForm) else ""
    swap = _swap(form) if isinstance(form, ReplaceForm) else None
    return Asked(current_person(), clock.now(), closes_at=closes_at, reason=reason, swap=swap)


def _swap(form: ReplaceForm) -> Swap:
    return Swap(form.leaving.data, db.session.get_one(Person, form.successor.data), form.reason.data)


def _register(act: Act, page: ActPage) -> None:
    @requires(Permission.ELECTIONS_RUN)
    def show(uuid: str) -> ResponseReturnValue:
        return _page(uuid, act, _form(uuid, act))

    @requires(Permission.ELECTIONS_RUN)
    def perform(uuid: str) -> ResponseReturnValue:
        return _perform(uuid, act)

    bp.add_url_rule(f"/<uuid>/{act}", f"{act}_page", show, methods=["GET"])
    bp.add_url_rule(f"/<uuid>/{act}", page.endpoint, perform, methods=["POST"])


for _act, _of in PAGES.items():
    _register(_act, _of)
