"""Another display name: what was said under the former one stays as it was said, and nobody is renamed unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts import names
from foundation.accounts.models import FormerName, Person
from foundation.accounts.services import letters
from foundation.core import register
from foundation.core.context import footing
from foundation.core.errors import Conflict


def rename(session: Session, person: Person, typed: str, *, now: datetime) -> str:
    """Give the person another name and return it; raise Invalid for what is no name, or Conflict while it must stay.

    Who is known in public under the former name, by an office or a seat, is entered in the register with both.
    """
    name = names.display_name(typed)
    # The person's row is the lock: of two that rename at once the second sees what the first left.
    session.refresh(person, with_for_update={"of": Person, "key_share": True})
    before = person.display_name
    if name == before:
        raise Conflict(_("This is your name already."), code="same-name")
    person.display_name = name
    session.add(FormerName(person_id=person.id, name=before, until_at=now))
    session.flush()
    told = [tell(session, person, now) for tell in footing().rename_listeners]
    letters.tell_renamed(session, person, before, now=now)
    if person.offices(now) or any(told):
        facts, about = {"was": before, "is": name}, f"person:{person.id}"
        register.enter(session, act="person.renamed", by=before, now=now, subject=about, facts=facts)
    return name


def former_names(session: Session, person: Person) -> Sequence[FormerName]:
    """Return the names that the person had, the newest first; they are shown to nobody else."""
    wanted = select(FormerName).where(FormerName.person_id == person.id).order_by(FormerName.id.desc())
    return session.execute(wanted).scalars().all()
