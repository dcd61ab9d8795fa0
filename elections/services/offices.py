"""Who holds an office in elections now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from elections.models import Election
from elections.nominations import interests
from foundation.accounts.models import Appointment, Person
from foundation.core.access import Office


def holders(session: Session, office: Office, now: datetime) -> Sequence[Person]:
    """Return who holds an office now, by name."""
    in_force = (Appointment.from_at <= now, or_(Appointment.until_at.is_(None), now < Appointment.until_at))
    held = select(Appointment.person_id).where(Appointment.office == office, *in_force)
    wanted = select(Person).where(Person.id.in_(held)).order_by(Person.display_name, Person.id)
    return session.execute(wanted).scalars().all()


def able(session: Session, election: Election, office: Office, now: datetime) -> list[Person]:
    """Return who holds an office for an election now, by name: who stands in it holds none."""
    return [person for person in holders(session, office, now) if not interests.stands_in(session, election, person)]
