"""The form of a new election: its choices, its growing list of contests, and what the service is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from wtforms import SelectChoice

from elections.forms import MOST_CONTESTS, ElectionForm
from elections.models import CredentialSource, Election, TrusteeKind
from elections.pages.language import translated as _
from elections.services import setup
from elections.services.setup import NewElection, NewTrustee
from elections.services.standing_trustees import trustees_in_office
from foundation.config import Environment
from foundation.core.context import settings


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


def create(session: Session, form: ElectionForm, *, by: str, now: datetime) -> Election:
    """Make the draft that the form describes, the server being its first trustee."""
    new = NewElection(
        title=form.title.data.strip(),
        foundation=settings().foundation_name,
        contests=[entry.form.new_contest() for entry in form.contests],
        trustees=[NewTrustee(_("The election server"), kind=TrusteeKind.SERVER), *_chosen(session, form, now)],
        credential_source=CredentialSource(form.credential_source.data),
        demonstration=bool(form.demonstration.data) if "demonstration" in form else False,
    )
    return setup.create(session, new, by=by, now=now)


def _chosen(session: Session, form: ElectionForm, now: datetime) -> list[NewTrustee]:
    people = {person.id: person for person in trustees_in_office(session, now)}
    return [NewTrustee(people[chosen].display_name, people[chosen]) for chosen in form.trustees.data]
