"""Breaches of caps with the names of those concerned, and projects with their leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from foundation.accounts.models import Person
from foundation.accounts.offices import OFFICE_IN_WORDS
from foundation.core.access import Office
from membership.models.cases import Case, CaseKind
from membership.models.participation import Project, ProjectLead
from membership.models.parties import Organization
from membership.rules.control import group_of
from membership.services import controlling, ties


@dataclass(frozen=True, slots=True)
class ShownBreach:
    """A breach of a cap in names."""

    body: str
    organizations: Sequence[str]
    people: Sequence[str]
    cap: int


def breaches(session: Session, now: datetime) -> list[ShownBreach]:
    """Return the caps that are breached now."""
    found = controlling.present_breaches(session, now)
    numbers = {number for breach in found for number in breach.people}
    wanted = select(Person.id, Person.display_name).where(Person.id.in_(numbers))
    names = dict(session.execute(wanted).all())
    return [
        ShownBreach(
            str(OFFICE_IN_WORDS[Office(breach.body)]),
            controlling.group_names(session, breach.group, now.date()),
            [names[number] for number in breach.people],
            breach.cap,
        )
        for breach in found
    ]


def concerned(session: Session, cases: Sequence[Case], now: datetime) -> dict[int, tuple[str, str]]:
    """Return, for each case about a cap, the body and the organizations of the control group in names."""
    leaders = ties.groups_on(session, now.date())
    found = {case.id: case.subject.rpartition(":") for case in cases if case.kind is CaseKind.CAP}
    groups = {number: group_of(leaders, int(group)) for number, (_body, _colon, group) in found.items()}
    every = frozenset[int]().union(*groups.values())
    wanted = select(Organization.id, Organization.legal_name).where(Organization.id.in_(every))
    names = dict(session.execute(wanted.order_by(Organization.name_key)).all())
    return {
        number: (
            str(OFFICE_IN_WORDS[Office(body)]),
            "; ".join(name for organization, name in names.items() if organization in groups[number]),
        )
        for number, (body, _colon, _group) in found.items()
    }


def projects(session: Session) -> Sequence[Project]:
    """Return all projects with their leads."""
    loaded = selectinload(Project.leads).selectinload(ProjectLead.person)
    return session.execute(select(Project).order_by(Project.name).options(loaded)).scalars().all()
