"""What sponsoring knows of companies: who acts for one, whom to write to, and who must not decide about one.

The only module here that reads the tables of the parties; it asks nothing about membership, because a sponsor need be
no member and a member no sponsor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from foundation.accounts.models import Person
from membership.models.affiliations import Affiliation, DisputeState
from membership.models.mandates import Mandate, MandateRole
from membership.models.parties import ControlEdge, Organization, Party
from membership.rules.control import control_groups, group_of

ACTS_FOR = (MandateRole.SIGNATORY, MandateRole.BILLING)

__all__ = ["Mandate", "MandateRole", "Organization"]


def _in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    accepted = Mandate.accepted_at.is_not(None) & (Mandate.accepted_at <= now)
    return accepted, or_(Mandate.ended_at.is_(None), Mandate.ended_at > now)


def roles_in(session: Session, person: Person | None, organization_id: int, *, now: datetime) -> frozenset[MandateRole]:
    """Return the mandates the person holds for the company now."""
    if person is None:
        return frozenset()
    held = select(Mandate.role).where(
        *_in_force(now),
        Mandate.person_id == person.id,
        Mandate.organization_id == organization_id,
    )
    return frozenset(session.execute(held).scalars())


def companies_of(
    session: Session, person: Person, *, now: datetime, roles: Iterable[MandateRole] = ACTS_FOR
) -> Sequence[Organization]:
    """Return the companies the person acts for now in one of the roles, by name."""
    held = select(Mandate.organization_id).where(
        *_in_force(now),
        Mandate.person_id == person.id,
        Mandate.role.in_(list(roles)),
    )
    wanted = select(Organization).where(Organization.id.in_(held)).order_by(Organization.legal_name, Organization.id)
    return session.execute(wanted).scalars().all()


def contacts_of(
    session: Session, organization_id: int, *, now: datetime, roles: Iterable[MandateRole] = ACTS_FOR
) -> list[Person]:
    """Return the people of the company to write to, each once, in the order of their mandates."""
    held = (
        select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(*_in_force(now), Mandate.organization_id == organization_id, Mandate.role.in_(list(roles)))
        .options(selectinload(Person.addresses))
        .order_by(Mandate.id)
    )
    return list(dict.fromkeys(session.execute(held).scalars()))


def belongs_to(session: Session, person: Person, organization_id: int, *, now: datetime) -> bool:
    """Tell whether the person acts for, works for or owns the company or one of its control group."""
    on = now.date()
    group = _control_group(session, organization_id, on)
    mandate = select(Mandate.id).where(
        *_in_force(now),
        Mandate.person_id == person.id,
        Mandate.organization_id.in_(group),
    )
    affiliation = select(Affiliation.id).where(
        Affiliation.person_id == person.id,
        Affiliation.organization_id.in_(group),
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
        or_(Affiliation.dispute.is_(None), Affiliation.dispute != DisputeState.UPHELD),
    )
    return any(session.execute(each.limit(1)).scalar_one_or_none() is not None for each in (mandate, affiliation))


def _control_group(session: Session, organization_id: int, on: date) -> frozenset[int]:
    edges = select(ControlEdge.parent_id, ControlEdge.child_id).where(
        ControlEdge.from_on <= on, or_(ControlEdge.until_on.is_(None), ControlEdge.until_on > on)
    )
    return group_of(control_groups(session.execute(edges)), organization_id)


def merged() -> Select[int | None]:
    """Select the companies whose entry was merged into another."""
    return select(Party.organization_id).where(Party.organization_id.is_not(None), Party.merged_into_id.is_not(None))


def kept_for(session: Session, organization_id: int) -> int:
    """Return the company that stands for this one after all mergers of entries, or the same."""
    party = session.execute(select(Party).where(Party.organization_id == organization_id)).scalar_one_or_none()
    seen: set[int] = set()
    while party is not None and party.merged_into_id is not None and party.id not in seen:
        seen.add(party.id)
        party = session.get(Party, party.merged_into_id)
    return party.organization_id if party is not None and party.organization_id is not None else organization_id
