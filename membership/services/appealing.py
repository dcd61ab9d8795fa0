"""Appeals against a finding about one's standing: an officer looks at the records and closes the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict
from membership.models.cases import Case, CaseKind
from membership.services import records
from membership.wording import paragraphs


def appeals_of(session: Session, person: Person) -> Sequence[Case]:
    """Return the person's appeals about their standing, the newest first."""
    wanted = select(Case).where(Case.kind == CaseKind.STANDING, Case.person_id == person.id).order_by(Case.id.desc())
    return session.execute(wanted).scalars().all()


def appeal_standing(session: Session, text: str, *, by: Person, now: datetime) -> Case:
    """Open a case about one's standing, or raise Conflict when one is open."""
    subject = f"person:{by.id}"
    known = select(Case.id).where(Case.kind == CaseKind.STANDING, Case.subject == subject, Case.closed_at.is_(None))
    if session.execute(known).scalar_one_or_none() is not None:
        raise Conflict(_("Your appeal is open already."), code="already-open")
    words = paragraphs(text, _("Your reason"), 4000)
    case = Case(
        kind=CaseKind.STANDING,
        subject=subject,
        person_id=by.id,
        text=words,
        opened_on=now.date(),
        opened_at=now,
        version=1,
    )
    session.add(case)
    session.flush()
    records.enter(session, "standing.appealed", by="member", subject=f"case:{case.id}", facts={}, now=now)
    return case
