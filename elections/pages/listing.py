"""What the pages list: elections, and the ballots on a board, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from elections.lifecycle import AFTER_RESULT, BEFORE_KEYS, Phase
from elections.models import CastBallot, Election, Trustee, Voter
from elections.services import catalogue
from elections.services.trackers import Listed
from foundation.accounts.models import Person

PAGE = 25
LONGEST_QUERY = 100
Row = TypeVar("Row")

STATES: dict[str, frozenset[Phase]] = {
    "preparing": BEFORE_KEYS | {Phase.KEY_CEREMONY},
    "voting": frozenset({Phase.VOTING}),
    "counting": frozenset({Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION}),
    "finished": AFTER_RESULT | {Phase.ANNULLED},
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of how many, and how many rows there are in all."""

    number: int
    pages: int
    total: int

    def cut(self, wanted: Any) -> Any:
        """Return the statement for this page's rows alone."""
        return wanted.limit(PAGE).offset((self.number - 1) * PAGE)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a long list."""

    rows: Sequence[Row]
    place: Place

    @property
    def number(self) -> int:
        """Which page this is, from 1."""
        return self.place.number

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.place.pages

    @property
    def before(self) -> int:
        """How many rows stand on the pages before this one."""
        return (self.place.number - 1) * PAGE

    @property
    def total(self) -> int:
        """How many rows there are on all pages."""
        return self.place.total


def elections(session: Session, *, query: str, state: str, page: int, drafts: bool) -> Page[Election]:
    """List elections, newest first; those still drafted are for officials only."""
    wanted = select(Election)
    if not drafts:
        wanted = wanted.where(catalogue.public())
    if query:
        wanted = wanted.where(Election.title.icontains(query[:LONGEST_QUERY], autoescape=True))
    if state in STATES:
        wanted = wanted.where(Election.phase.in_(STATES[state]))
    return cut(session, wanted.order_by(Election.created_at.desc()), page)


def ballots(session: Session, election: Election, *, query: str, page: int) -> Page[Listed]:
    """List the ballots on the board, newest first; `query` is the beginning of a tracker."""
    later = aliased(CastBallot)
    replaced = exists().where(and_(later.voter_id == CastBallot.voter_id, later.height > CastBallot.height))
    wanted = select(CastBallot.tracker, CastBallot.height, ~replaced).where(CastBallot.election_uuid == election.uuid)
    if query:
        wanted = wanted.where(CastBallot.tracker.startswith(query[:LONGEST_QUERY], autoescape=True))
    place = _place(session, wanted, page)
    rows = session.execute(place.cut(wanted.order_by(CastBallot.height.desc()))).all()
    return Page([Listed(*row) for row in rows], place)


def voters_page(session: Session, election: Election, *, page: int) -> Page[Voter]:
    """Return a page of the roll in the order of the addresses."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid)
    return cut(session, wanted.order_by(Voter.address), page)


def cut(session: Session, wanted: Any, page: int) -> Page[Any]:
    """Return a page of what a statement finds, in its order."""
    place = _place(session, wanted.order_by(None), page)
    return Page(session.execute(place.cut(wanted)).scalars().all(), place)


def _place(session: Session, wanted: Any, page: int) -> Place:
    total = session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    pages = max(1, -(-total // PAGE))
    return Place(min(max(1, page), pages), pages, total)


def voters(session: Session, election: Election) -> Sequence[Voter]:
    """Return the roll in the order of the addresses, for those who keep it."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid).order_by(Voter.address)
    return session.execute(wanted).scalars().all()


def trustee_seats(session: Session, person: Person) -> Sequence[Trustee]:
    """Return the elections' trustee rows this person holds, newest election first."""
    wanted = select(Trustee).join(Election).where(Trustee.person_id == person.id).order_by(Election.created_at.desc())
    return session.execute(wanted).scalars().all()
