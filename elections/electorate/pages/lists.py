"""What the pages of the electorate list: the roll with search, a page at a time."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from elections.electorate.models import Appeal
from elections.electorate.services import appealing
from elections.models import Election, Voter
from elections.pages.listing import LONGEST_QUERY, Page, cut


def voters(session: Session, election: Election, *, query: str, page: int) -> Page[Voter]:
    """List the roll by name; officials find somebody by name, address, organization or reason."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid)
    if query:
        columns = (Voter.name, Voter.address, Voter.organization, Voter.reason)
        wanted = wanted.where(or_(*(each.icontains(query[:LONGEST_QUERY], autoescape=True) for each in columns)))
    return cut(session, wanted.order_by(Voter.name, Voter.id), page)


def appeals(session: Session, election: Election, *, page: int) -> Page[Appeal]:
    """List the appeals, those that wait first and then the newest."""
    return cut(session, appealing.wanted(election), page)


def named(session: Session, election: Election, *, query: str, page: int) -> Page[Voter]:
    """List the roll as it is published where the rules publish names; only what is shown is searched."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid)
    if query:
        columns = (Voter.name, Voter.organization)
        wanted = wanted.where(or_(*(each.icontains(query[:LONGEST_QUERY], autoescape=True) for each in columns)))
    return cut(session, wanted.order_by(Voter.name, Voter.id), page)
