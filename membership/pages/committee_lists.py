"""What the membership committee works through: applications, members, claims, disputes, control, cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from foundation.accounts.models import Person
from membership.models.affiliations import Affiliation, DisputeState
from membership.models.applications import Application
from membership.models.cases import Case
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import ControlEdge, Organization, Party
from membership.pages.directory_list import in_order
from membership.pages.paging import LONGEST_QUERY, Page, cut, place_of
from membership.rules.admission import FOR_THE_COMMITTEE, ApplicationState
from membership.rules.classes import MemberClass
from membership.rules.names import name_key


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the committee looks for in its lists."""

    query: str = ""
    state: ApplicationState | None = None
    member_class: MemberClass | None = None


def queue(session: Session, wanted: Wanted, page: int) -> Page[Application]:
    """Return a page of the applications that wait for the committee, oldest first, or of those in a state."""
    return cut(session, _queue(wanted), page)


def whole_queue(session: Session, wanted: Wanted) -> Sequence[Application]:
    """Return all of them, for a file."""
    return session.execute(_queue(wanted)).scalars().unique().all()


def _queue(wanted: Wanted) -> Any:
    states = {wanted.state} if wanted.state else FOR_THE_COMMITTEE
    statement = select(Application).where(Application.state.in_(states), Application.state != ApplicationState.DRAFT)
    if wanted.member_class is not None:
        statement = statement.where(Application.member_class == wanted.member_class)
    if wanted.query:
        statement = statement.where(_named(Application.party_id, wanted.query))
    return statement.order_by(Application.submitted_at, Application.id)


def _named(column: Any, query: str) -> Any:
    like = name_key(query[:LONGEST_QUERY])
    # As typed as well: a folded ß is two letters, which the name itself does not hold.
    typed = " ".join(query[:LONGEST_QUERY].split())
    person = or_(*(Person.display_name.icontains(words, autoescape=True) for words in {like, typed}))
    organization = Organization.name_key.contains(like, autoescape=True)
    parties = select(Party.id).outerjoin(Person, Party.person_id == Person.id)
    parties = parties.outerjoin(Organization, Party.organization_id == Organization.id)
    return column.in_(parties.where(person | organization))


def waiting(session: Session) -> int:
    """Return how many applications wait for the committee."""
    statement = select(func.count()).select_from(Application).where(Application.state.in_(FOR_THE_COMMITTEE))
    return session.execute(statement).scalar_one()


def members(session: Session, wanted: Wanted, page: int) -> Page[Membership]:
    """Return a page of all memberships there ever were, in the order of the names."""
    # The directory's copy alone is counted and cut; the rest is fetched for this page only.
    entries = select(DirectoryEntry.membership_id).where(*_fits(wanted))
    total = session.execute(select(func.count()).select_from(entries.subquery())).scalar_one()
    place = place_of(total, page)
    numbers = session.execute(in_order(entries, place)).scalars().all()
    statement = select(Membership).join(DirectoryEntry, DirectoryEntry.membership_id == Membership.id)
    statement = statement.where(Membership.id.in_(numbers))
    statement = statement.order_by(DirectoryEntry.sort_key, DirectoryEntry.membership_id)
    loaded = selectinload(Membership.terms), selectinload(Membership.events)
    return Page(session.execute(statement.options(*loaded)).scalars().unique().all(), place)


def all_members(session: Session, wanted: Wanted) -> Iterator[tuple[object, ...]]:
    """Return the rows of a file of all memberships that fit."""
    columns = (
        Membership.id,
        DirectoryEntry.name,
        DirectoryEntry.member_class,
        Membership.admitted_on,
        DirectoryEntry.good_from,
        DirectoryEntry.good_until,
    )
    statement = select(*columns).join(DirectoryEntry, DirectoryEntry.membership_id == Membership.id)
    ordered = statement.where(*_fits(wanted)).order_by(DirectoryEntry.sort_key, DirectoryEntry.membership_id)
    return (tuple(row) for row in session.execute(ordered))


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.member_class is not None:
        conditions.append(DirectoryEntry.member_class == wanted.member_class)
    if wanted.query:
        like = name_key(wanted.query[:LONGEST_QUERY])
        conditions.append(DirectoryEntry.sort_key.contains(like, autoescape=True))
    return conditions


def claims(session: Session, on: date, page: int) -> Page[Affiliation]:
    """Return a page of the typed names that no officer has linked to an organization yet."""
    open_claims = Affiliation.organization_id.is_(None), Affiliation.until_on.is_(None) | (Affiliation.until_on > on)
    statement = select(Affiliation).where(*open_claims).order_by(Affiliation.id)
    return cut(session, statement.options(selectinload(Affiliation.person)), page)


def disputes(session: Session, page: int) -> Page[Affiliation]:
    """Return a page of the affiliations that organizations dispute, oldest first."""
    statement = select(Affiliation).where(Affiliation.dispute == DisputeState.RAISED).order_by(Affiliation.id)
    loaded = selectinload(Affiliation.person), selectinload(Affiliation.organization)
    return cut(session, statement.options(*loaded), page)


def control_edges(session: Session, page: int) -> Page[ControlEdge]:
    """Return a page of who controls whom, newest first."""
    statement = select(ControlEdge).options(selectinload(ControlEdge.parent), selectinload(ControlEdge.child))
    return cut(session, statement.order_by(ControlEdge.id.desc()), page)


def open_cases(session: Session, page: int) -> Page[Case]:
    """Return a page of the cases that are not closed, oldest first."""
    statement = select(Case).where(Case.closed_at.is_(None)).order_by(Case.id).options(selectinload(Case.person))
    return cut(session, statement, page)


def organizations(session: Session, query: str, page: int) -> Page[Organization]:
    """Return a page of the organizations of the register whose names begin like this."""
    statement = select(Organization).join(Party, Party.organization_id == Organization.id)
    statement = statement.where(Party.merged_into_id.is_(None))
    if query:
        statement = statement.where(Organization.name_key.startswith(name_key(query[:LONGEST_QUERY]), autoescape=True))
    return cut(session, statement.order_by(Organization.name_key, Organization.id), page)


def namesakes(session: Session, party: Party) -> Sequence[Party]:
    """Return other parties with the same name, which may be duplicates; at most ten."""
    key = name_key(party.name)
    if party.organization_id is not None:
        same = select(Party).join(Organization, Party.organization_id == Organization.id)
        same = same.where(Organization.name_key == key)
    else:
        # Members are found by the directory's key, whoever applied and is none by their name in the form it compares.
        member = select(Membership.party_id).join(DirectoryEntry, DirectoryEntry.membership_id == Membership.id)
        listed = member.where(DirectoryEntry.sort_key == key)
        applied = select(Application.party_id).join(Party, Party.id == Application.party_id)
        alike = func.lower(func.normalize(Person.display_name, literal_column("NFKC"))) == key
        applicant = applied.join(Person, Person.id == Party.person_id).where(alike)
        same = select(Party).where(Party.person_id.is_not(None), Party.id.in_(listed.union(applicant)))
    return session.execute(same.where(Party.id != party.id).order_by(Party.id).limit(10)).scalars().unique().all()
