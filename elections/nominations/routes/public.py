"""What everyone may see: who is nominated, each nominee's page, and what they were asked."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from elections.nominations.forms import QuestionForm
from elections.nominations.models import Question
from elections.nominations.pages import lists, nominee
from elections.nominations.routes.blueprint import NUMBER, bp, page, page_number, ruled_election_of, seen_nomination_of
from elections.nominations.services import questions as asking
from elections.nominations.services import records
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Permission, current_person_or_none, may, public
from foundation.core.db import db


@bp.get("/<uuid>/nominations/")
@public
def index(uuid: str) -> ResponseReturnValue:
    """List who is nominated, by contest, with search and paging."""
    election = ruled_election_of(uuid)
    query, cycle = request.args.get("q", "").strip(), records.cycle_of(db.session, election)
    listed = lists.nominees(db.session, election, query=query, page=page_number())
    is_open = records.are_open(election, cycle, clock.now())
    runs = may(Permission.ELECTIONS_RUN)
    return page("index", election=election, cycle=cycle, page=listed, query=query, is_open=is_open, runs=runs)


@bp.get(f"/<uuid>/nominations/<{NUMBER}:number>")
@public
def show(uuid: str, number: int) -> ResponseReturnValue:
    """Show one nominee: statement, affiliations, endorsements, and whether they can be elected."""
    nomination, reader = seen_nomination_of(uuid, number), current_person_or_none()
    runs = may(Permission.ELECTIONS_RUN)
    facts = nominee.of(db.session, nomination, reader, official=runs, now=clock.now())
    return page("show", election=nomination.contest.election, nomination=nomination, facts=facts, runs=runs)


@bp.get("/<uuid>/questions/")
@public
def questions(uuid: str) -> ResponseReturnValue:
    """List what the nominees were asked and what they answered, with the form to ask."""
    election = ruled_election_of(uuid)
    form = QuestionForm(formdata=None)
    form.offer(election.contests, request.args.get("contest", type=int))
    return questions_page(uuid, form)


def questions_page(uuid: str, form: QuestionForm, status: int = 200) -> ResponseReturnValue:
    """Show the questions, and the form as it was sent."""
    election, reader = ruled_election_of(uuid), current_person_or_none()
    known = {contest.id for contest in election.contests}
    asked = request.args.get("contest", type=int)
    contest = asked if asked in known else None
    listed = lists.questions(db.session, election, contest=contest, page=page_number())
    answerable = {
        question.id
        for question in listed.rows
        if reader and question.hidden_why is None and _can_answer(question, reader)
    }
    return page(
        "questions",
        status=status,
        election=election,
        page=listed,
        form=form,
        contest=contest,
        answerable=answerable,
        is_open=asking.are_open(election),
        runs=may(Permission.ELECTIONS_RUN),
    )


def _can_answer(question: Question, reader: Person) -> bool:
    if not asking.are_open(question.contest.election):
        return False
    nomination = asking.answering(db.session, question, reader)
    return nomination is not None and all(each.nomination_id != nomination.id for each in question.answers)
