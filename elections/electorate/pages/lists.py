"""What the pages of the electorate list: the roll with search, a page at a time."""

from __future__ import annotations

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from elections.models import Election, Voter
from elections.pages.listing import LONGEST_QUERY, PAGE, Page, Place


def voters(session: Session, election: Election, *, query: str, page: int) -> Page[Voter]:
    """List the roll by name; officials find somebody by name, address, organization or reason."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid)
    if query:
        columns = (Voter.name, Voter.address, Voter.organization, Voter.reason)
        wanted = wanted.where(or_(*(each.icontains(query[:LONGEST_QUERY], autoescape=True) for each in columns)))
    return _cut(session, wanted, page)


def named(session: Session, election: Election, *, query: str, page: int) -> Page[Voter]:
    """List the roll as it is published where the rules publish names; only what is shown is searched."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid)
    if query:
        columns = (Voter.name, Voter.organization)
        wanted = wanted.where(or_(*(each.icontains(query[:LONGEST_QUERY], autoescape=True) for each in columns)))
    return _cut(session, wanted, page)


def _cut(session: Session, wanted: Select[Voter], page: int) -> Page[Voter]:
    total = session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    pages = max(1, -(-total // PAGE))
    place = Place(min(max(1, page), pages), pages, total)
    return Page(session.execute(place.cut(wanted.order_by(Voter.name, Voter.id))).scalars().all(), place)
