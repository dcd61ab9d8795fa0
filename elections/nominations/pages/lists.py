"""What the pages of nominations list: nominees, questions, and what somebody has to do with nominations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections.models import Contest, Election
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Answer, Endorsement, Nomination, Question
from elections.pages.listing import LONGEST_QUERY, Page, cut
from foundation.accounts.models import Person
from membership import directory

S = NominationState
# Before a nominee has accepted nobody is told of them, and of those who declined nobody ever.
PUBLIC = (S.ACCEPTED, S.WITHDRAWN)
MOST_FOUND = 20


def nominees(session: Session, election: Election, *, query: str = "", page: int = 1) -> Page[Nomination]:
    """List an election's public nominations by contest and name, those withdrawn as well."""
    return cut(session, _public(election, query), page)


def every_nominee(session: Session, election: Election, *, query: str = "") -> Sequence[Nomination]:
    """Return all of an election's public nominations that fit, for a file."""
    return session.execute(_public(election, query)).scalars().all()


def _public(election: Election, query: str) -> Any:
    wanted = (
        select(Nomination)
        .join(Contest)
        .join(Person, Person.id == Nomination.person_id)
        .where(Contest.election_uuid == election.uuid, Nomination.state.in_(PUBLIC))
        .order_by(Contest.position, func.lower(Person.display_name), Nomination.id)
    )
    if query:
        wanted = wanted.where(Person.display_name.icontains(query[:LONGEST_QUERY], autoescape=True))
    return wanted


def queue(session: Session, election: Election, *, state: str, page: int) -> Page[Nomination]:
    """List the accepted nominations for officials: those to decide on, or those decided."""
    wanted = (
        select(Nomination)
        .join(Contest)
        .where(Contest.election_uuid == election.uuid, Nomination.state == S.ACCEPTED)
        .order_by(Contest.position, Nomination.id)
    )
    if state != "all":
        decided = Nomination.decisions.any()
        wanted = wanted.where(decided if state == "decided" else ~decided)
    return cut(session, wanted, page)


def withdrawn(session: Session, election: Election) -> int:
    """Return how many of those who accepted have withdrawn."""
    wanted = select(func.count()).select_from(Nomination).join(Contest)
    wanted = wanted.where(Contest.election_uuid == election.uuid, Nomination.state == S.WITHDRAWN)
    return session.execute(wanted).scalar_one()


def unanswered(session: Session, election: Election) -> int:
    """Return how many of those who were proposed have not answered; who they are is their affair."""
    wanted = select(func.count()).select_from(Nomination).join(Contest)
    wanted = wanted.where(Contest.election_uuid == election.uuid, Nomination.state == S.PROPOSED)
    return session.execute(wanted).scalar_one()


def questions(session: Session, election: Election, *, contest: int | None, page: int) -> Page[Question]:
    """List the questions of an election, or of one contest of it, newest first."""
    wanted = select(Question).join(Contest).where(Contest.election_uuid == election.uuid)
    if contest is not None:
        wanted = wanted.where(Contest.id == contest)
    return cut(session, wanted.order_by(Question.id.desc()), page)


def answers_of(session: Session, nomination: Nomination) -> Sequence[Answer]:
    """Return a nominee's answers to questions that are not hidden, newest first."""
    wanted = select(Answer).join(Question).where(Answer.nomination_id == nomination.id, Question.hidden_why.is_(None))
    return session.execute(wanted.order_by(Answer.id.desc())).scalars().all()


def open_questions(session: Session, nomination: Nomination) -> int:
    """Return how many questions a nominee has not answered."""
    answered = select(Answer.question_id).where(Answer.nomination_id == nomination.id)
    wanted = select(func.count()).select_from(Question)
    wanted = wanted.where(
        Question.contest_id == nomination.contest_id, Question.hidden_why.is_(None), Question.id.not_in(answered)
    )
    return session.execute(wanted).scalar_one()


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody has to do with nominations: their own, those they proposed, and those they endorse."""

    nominations: Sequence[Nomination]
    proposed: Sequence[Nomination]
    endorsements: Page[Endorsement]


def own(session: Session, person: Person, on: date, *, page: int) -> Own:
    """Gather a person's nominations, newest first.

    Whoever was proposed by an address is not listed before they accept: that would tell whose address it is.
    """
    newest = select(Nomination).order_by(Nomination.id.desc())
    mine = session.execute(newest.where(Nomination.person_id == person.id)).scalars().all()
    by_me = newest.where(Nomination.by_id == person.id, Nomination.person_id != person.id)
    proposed = session.execute(by_me.limit(100)).scalars().all()
    shown = [each for each in proposed if each.state in PUBLIC or directory.listed_name(session, each.person_id, on)]
    given = select(Endorsement).where(Endorsement.person_id == person.id, Endorsement.taken_back_at.is_(None))
    return Own(mine, shown, cut(session, given.order_by(Endorsement.id.desc()), page))


def nominations_of(session: Session, person: Person) -> Sequence[Nomination]:
    """Return a person's nominations that are proposed or accepted."""
    alive = Nomination.state.in_((S.PROPOSED, S.ACCEPTED))
    wanted = select(Nomination).where(Nomination.person_id == person.id, alive).order_by(Nomination.id)
    return session.execute(wanted).scalars().all()
