"""What everyone may see: who is nominated, each nominee's page, and what they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.models import Election
from elections.nominations.forms import QuestionForm
from elections.nominations.models import Nomination, Question
from elections.nominations.pages import lists, nominee, wording
from elections.nominations.routes.blueprint import NUMBER, bp, page, ruled_election_of, seen_nomination_of
from elections.nominations.services import eligibility, records
from elections.nominations.services import questions as asking
from elections.routes.blueprint import attachment, in_office, page_number
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import current_person_or_none, public
from foundation.core.csv_files import csv_file
from foundation.core.db import db


@bp.get("/<uuid>/nominations/")
@public
def index(uuid: str) -> ResponseReturnValue:
    """List who is nominated, by contest, with search and paging."""
    election = ruled_election_of(uuid)
    query, cycle = request.args.get("q", "").strip(), records.cycle_of(db.session, election)
    listed = lists.nominees(db.session, election, query=query, page=page_number())
    is_open, runs = records.are_open(election, cycle, clock.now()), in_office(election)
    context: dict[str, Any] = {
        "page": listed,
        "beside": _printed(election, listed.rows),
        "is_open": is_open,
        "runs": runs,
    }
    return page("index", election=election, cycle=cycle, query=query, **context)


@bp.get("/<uuid>/nominations/nominations.csv")
@public
def table(uuid: str) -> ResponseReturnValue:
    """Download who is nominated, with what is printed beside each name and where each nomination stands."""
    election = ruled_election_of(uuid)
    listed = lists.every_nominee(db.session, election, query=request.args.get("q", "").strip())
    printed = _printed(election, listed)
    rows = [
        (each.contest.title, each.person.display_name, "; ".join(printed[each.id]), wording.tag(each)["text"])
        for each in listed
    ]
    data = csv_file((_("Stands for"), _("Name"), _("Affiliations"), _("State")), rows)
    return attachment(data, f"nominations-{election.uuid}.csv", "text/csv")


def _printed(election: Election, listed: Sequence[Nomination]) -> dict[int, Sequence[str]]:
    on = eligibility.judged_on(db.session, election, clock.now())
    return {each.id: nominee.affiliations(db.session, each, on) for each in listed}


@bp.get(f"/<uuid>/nominations/<{NUMBER}:number>")
@public
def show(uuid: str, number: int) -> ResponseReturnValue:
    """Show one nominee: statement, affiliations, endorsements, and whether they can be elected."""
    nomination, reader = seen_nomination_of(uuid, number), current_person_or_none()
    runs = in_office(nomination.contest.election)
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
        runs=in_office(election),
    )


def _can_answer(question: Question, reader: Person) -> bool:
    if not asking.are_open(question.contest.election):
        return False
    nomination = asking.answering(db.session, question, reader)
    return nomination is not None and all(each.nomination_id != nomination.id for each in question.answers)
