"""Ways in which an officer belongs to a company."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.models.affiliations import Affiliation, AffiliationKind
from membership.models.mandates import MandateRole
from membership.models.parties import ControlEdge, ControlKind, Organization, Visibility
from tests.sponsorship_factories import give_mandate, make_organization


def tie(session: Session, person: Person, organization: Organization, how: str) -> None:
    """Let the person have a mandate of the company, work for it, or work for its parent."""
    if how == "mandate":
        give_mandate(session, organization, person, MandateRole.ALTERNATE)
        return
    employer = organization if how == "employer" else _parent(session, organization, person)
    now = clock.now()
    session.add(
        Affiliation(
            person_id=person.id,
            organization_id=employer.id,
            typed_name="",
            kind=AffiliationKind.EMPLOYEE,
            from_on=now.date() - timedelta(days=30),
            visibility=Visibility.EVERYONE,
            declared_at=now,
            confirmed_on=now.date(),
        )
    )
    session.commit()


def _parent(session: Session, organization: Organization, by: Person) -> Organization:
    parent, now = make_organization(session, "Parent Holding", by), clock.now()
    session.add(
        ControlEdge(
            parent_id=parent.id,
            child_id=organization.id,
            kind=ControlKind.ACQUIRED,
            from_on=now.date() - timedelta(days=30),
            source="The commercial register.",
            recorded_by_id=by.id,
            recorded_at=now,
        )
    )
    session.commit()
    return parent
