"""Members' public questions to the nominees of a contest, their answers, and hiding what is abusive."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from elections.models import Election
from elections.nominations.interests import require_not_own, require_office
from elections.nominations.models import Answer, Nomination, Question
from elections.nominations.services import records
from elections.nominations.texts import paragraphs
from elections.services import catalogue
from elections.services.setup import subject
from elections.services.wording import public_reason
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Forbidden, NotFound
from membership import directory

LONGEST_QUESTION = 1000
LONGEST_ANSWER = 4000
LONGEST_REASON = 500
MOST_QUESTIONS = 5
OPEN = frozenset({Phase.NOMINATIONS, Phase.CAMPAIGN, Phase.ROLL_FROZEN, Phase.KEY_CEREMONY, Phase.VOTING})


def ask(session: Session, contest_id: int, text: str, *, by: Person, now: datetime) -> Question:
    """Ask the nominees of a contest something, in public and under one's name; any member in good standing may."""
    contest = records.locked_contest(session, contest_id)
    _require_open(contest.election)
    if not any(each.is_good for each in directory.backings(session, by, now.date())):
        raise Forbidden(_("Only members in good standing can ask the candidates."), code="no-member")
    asked = select(func.count()).select_from(Question)
    asked = asked.where(Question.contest_id == contest.id, Question.person_id == by.id)
    if session.execute(asked).scalar_one() >= MOST_QUESTIONS:
        sentence = _("You have asked the candidates of “%(title)s” %(most)s questions, and can ask no more.")
        words = {"title": contest.title, "most": str(MOST_QUESTIONS)}
        raise Conflict(sentence % words, code="too-many-questions")
    question = Question(contest=contest, person=by, text=paragraphs(text, _("The question"), LONGEST_QUESTION), at=now)
    session.add(question)
    session.flush()
    return question


def answer(session: Session, question_id: int, text: str, *, by: Person, now: datetime) -> Answer:
    """Answer a question as a nominee of its contest, once; what was answered stays."""
    question = _locked(session, question_id)
    _require_open(question.contest.election)
    nomination = answering(session, question, by)
    if nomination is None:
        raise Forbidden(_("Only those who stand in this contest can answer."), code="not-a-nominee")
    if question.hidden_why is not None:
        raise Conflict(_("This question is hidden."), code="question-hidden")
    if any(given.nomination_id == nomination.id for given in question.answers):
        raise Conflict(_("You have answered this question."), code="answered")
    words = paragraphs(text, _("The answer"), LONGEST_ANSWER)
    given = Answer(question=question, nomination=nomination, text=words, at=now)
    session.add(given)
    session.flush()
    return given


def hide(session: Session, question_id: int, reason: str, *, by: Person, now: datetime) -> Question:
    """Hide an abusive question and what was answered to it, as an official, for a public reason; it is not deleted."""
    question = _locked(session, question_id)
    election = question.contest.election
    require_office(session, election, by)
    require_not_own(session, by, question.person, on=now.date())
    if question.hidden_why is not None:
        raise Conflict(_("This question is hidden already."), code="question-hidden")
    question.hidden_by_id, question.hidden_why = by.id, public_reason(reason, LONGEST_REASON)
    facts = {"question": question.id, "contest": question.contest.title, "reason": question.hidden_why}
    register.enter(session, act="question.hidden", by=by.display_name, now=now, subject=subject(election), facts=facts)
    return question


def find(session: Session, number: int) -> Question:
    """Return the question with this number, or raise NotFound."""
    found = session.get(Question, number) if 0 < number <= records.LARGEST_NUMBER else None
    if found is None:
        raise NotFound(_("There is no such question."), code="no-such-question")
    return found


def find_in(session: Session, election: Election, number: int) -> Question:
    """Return a question of this election, or raise NotFound."""
    found = find(session, number)
    if found.contest.election_uuid != election.uuid:
        raise NotFound(_("There is no such question."), code="no-such-question")
    return found


def answering(session: Session, question: Question, person: Person) -> Nomination | None:
    """Return the nomination on which a person may answer a question: their own in its contest, while they stand."""
    nomination = records.active(session, question.contest, person)
    return nomination if nomination is not None and records.is_standing(nomination) else None


def are_open(election: Election) -> bool:
    """Tell whether questions can be asked and answered: from the nominations until voting closes."""
    return election.phase in OPEN


def _require_open(election: Election) -> None:
    if not are_open(election):
        sentence = _("Candidates are asked and answer from the nominations until voting closes.")
        raise Conflict(sentence, code="wrong-phase")


def _locked(session: Session, number: int) -> Question:
    catalogue.find_locked(session, find(session, number).contest.election_uuid)
    wanted = select(Question).where(Question.id == number).execution_options(populate_existing=True)
    return session.execute(wanted).scalar_one()
