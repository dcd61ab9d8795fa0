"""The form of a new election: its choices, its growing list of contests, and what the service is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from wtforms import SelectChoice

from elections.forms import MOST_CONTESTS, ElectionForm
from elections.models import CredentialSource, Election, TrusteeKind
from elections.pages.language import translated as _
from elections.services import once, setup
from elections.services.once import Sent
from elections.services.setup import NewElection, NewTrustee
from elections.services.standing_trustees import require_all_choosable, trustees_in_office
from foundation.accounts.models import Person
from foundation.config import Environment
from foundation.core.context import settings
from foundation.core.errors import Forbidden, Invalid, Refusal


def form_for(session: Session, now: datetime) -> ElectionForm:
    """Return the form, with the trustees in office to choose from; only a demonstration may make demonstrations."""
    form = ElectionForm()
    form.trustees.choices = [
        SelectChoice(person.id, person.display_name) for person in trustees_in_office(session, now)
    ]
    if settings().environment is Environment.PRODUCTION:
        del form.demonstration
    return form


def changed_contests(form: ElectionForm, sent: Mapping[str, str]) -> bool:
    """Add or take away a contest when that button was pressed, and answer whether it was; nothing is checked then."""
    if "add_contest" in sent and len(form.contests) < MOST_CONTESTS:
        form.contests.append_entry()
        return True
    if "remove_contest" in sent and len(form.contests) > 1:
        form.contests.pop_entry()
        return True
    return "add_contest" in sent or "remove_contest" in sent


def refused(form: Any, refusal: Refusal) -> list[dict[str, str]]:
    """Return what the summary says of a refused draft; whoever sends a form once more, changed, wants another draft."""
    if isinstance(refusal, Invalid | Forbidden):
        return [{"text": refusal.message}]
    if refusal.code != "key-used":
        raise refusal
    form.once.data = once.new_key()
    again = _("To draft this as well, send it again.")
    return [{"text": f"{refusal.message} {again}"}]


def create(session: Session, form: ElectionForm, *, by: Person, now: datetime) -> Election:
    """Make the draft that the form describes, or return the one that was made when the form was sent before."""
    sent = Sent.of(by, form.once.data, form.data)
    before = once.earlier(session, sent)
    if before is not None and before.election is not None:
        return before.election
    made = _draft(session, form, by=by, now=now)
    once.keep(session, sent, made, now=now)
    return made


def _draft(session: Session, form: ElectionForm, *, by: Person, now: datetime) -> Election:
    chosen = _chosen(session, form, now)
    require_all_choosable(session, chosen, by=by, now=now)
    new = NewElection(
        title=form.title.data.strip(),
        foundation=settings().foundation_name,
        contests=[entry.form.new_contest() for entry in form.contests],
        trustees=[NewTrustee(_("The election server"), kind=TrusteeKind.SERVER), *chosen],
        credential_source=CredentialSource(form.credential_source.data),
        demonstration=bool(form.demonstration.data) if "demonstration" in form else False,
    )
    return setup.create(session, new, by=by.display_name, now=now)


def _chosen(session: Session, form: ElectionForm, now: datetime) -> list[NewTrustee]:
    people = {person.id: person for person in trustees_in_office(session, now)}
    return [NewTrustee(people[chosen].display_name, people[chosen]) for chosen in form.trustees.data]
