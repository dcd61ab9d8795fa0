"""What members and nominees do: nominate, accept, decline, endorse, withdraw, write a statement, ask and answer."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.models import Election
from elections.nominations.forms import (
    AcceptForm,
    AddressForm,
    AnswerForm,
    PersonForm,
    QuestionForm,
    StandForm,
    StatementForm,
    WithdrawForm,
)
from elections.nominations.models import Nomination
from elections.nominations.pages import lists, nominee
from elections.nominations.routes.blueprint import (
    MAILS,
    NUMBER,
    bp,
    commit,
    done,
    nomination_of,
    page,
    ruled_election_of,
    see,
    seen_nomination_of,
)
from elections.nominations.routes.public import questions_page
from elections.nominations.services import nominating, questions, records
from elections.routes.blueprint import page_number, require_token
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound
from foundation.core.limits import limiter
from membership import directory

# Two forms of one page ask for the same things.
TO = "to"


@bp.get("/nominations/mine")
@signed_in
def mine() -> ResponseReturnValue:
    """Show what one has to do with nominations."""
    own = lists.own(db.session, current_person(), clock.now().date(), page=page_number())
    return page("mine", own=own, election=None)


@bp.route("/<uuid>/nominations/stand", methods=["GET", "POST"])
@signed_in
def stand(uuid: str) -> ResponseReturnValue:
    """Nominate oneself."""
    election, form, me = ruled_election_of(uuid), StandForm(), current_person()
    form.offer(election.contests, request.args.get("contest", type=int))
    if not form.is_submitted():
        return page("stand", election=election, form=form, **_standing(election, me))

    made: list[Nomination] = []

    def propose() -> None:
        made.append(nominating.propose(db.session, form.contest.data, me, by=me, now=clock.now()))

    status = done(form, "contest", propose)
    if status is not None:
        return page("stand", status=status, election=election, form=form, **_standing(election, me))
    return see("show", _("You stand. Now write your statement."), uuid=uuid, number=made[0].id)


def _standing(election: Election, me: Person) -> dict[str, Any]:
    """Return what somebody sees before they stand: what is printed beside the name, and what it costs."""
    now = clock.now()
    cycle = records.cycle_of(db.session, election)
    on = now.date()
    found = [line for contest in election.contests for line in nominee.warnings(db.session, contest, me, on)]
    return {
        "affiliations": [each.name for each in directory.affiliations(db.session, me, on)],
        "unconfirmed": directory.unconfirmed_affiliations(db.session, me, on),
        "warnings": list(dict.fromkeys(found)),
        "costs": nominee.costs(election, me, now),
        "is_open": records.are_open(election, cycle, now),
        "cycle": cycle,
    }


@bp.get("/<uuid>/nominations/new")
@signed_in
def new(uuid: str) -> ResponseReturnValue:
    """Show how to nominate another: by a name of the directory, or by an address."""
    return _new(uuid, AddressForm(formdata=None, prefix=TO), PersonForm(formdata=None))


@bp.post("/<uuid>/nominations/new")
@limiter.limit(MAILS, key_func=lambda: f"nominate {current_person().id}")
@signed_in
def nominate(uuid: str) -> ResponseReturnValue:
    """Nominate a member who was found in the directory."""
    election, form, me = ruled_election_of(uuid), PersonForm(), current_person()
    form.offer(election.contests)
    form.person.choices = _found(request.form.get("q", ""))

    def propose() -> None:
        person = db.session.get_one(Person, form.person.data)
        nominating.propose(db.session, form.contest.data, person, by=me, now=clock.now())

    status = done(form, "person", propose)
    if status is not None:
        return _new(uuid, AddressForm(formdata=None, prefix=TO), form, status)
    return see("index", _("They are asked by mail, and stand only if they accept."), uuid=uuid)


@bp.post("/<uuid>/nominations/by-address")
@limiter.limit(MAILS, key_func=lambda: f"nominate {current_person().id}")
@signed_in
def nominate_by_address(uuid: str) -> ResponseReturnValue:
    """Nominate whoever confirmed an address; whether anybody did is not said."""
    election, form, me = ruled_election_of(uuid), AddressForm(prefix=TO), current_person()
    form.offer(election.contests)

    def propose() -> None:
        address = form.address.data
        nominating.propose_by_address(db.session, form.contest.data, address, by=me, now=clock.now())

    status = done(form, "address", propose)
    if status is not None:
        return _new(uuid, form, PersonForm(formdata=None), status)
    says = _("If somebody has an account with this address, they are asked by mail, and stand only if they accept.")
    return see("index", says, uuid=uuid)


def _found(query: str) -> list[tuple[int, str]]:
    me, words = current_person(), query.strip()
    if not words:
        return []
    found = directory.find_persons(db.session, words, clock.now().date(), lists.MOST_FOUND + 1)
    return [(number, name) for number, name in found if number != me.id][: lists.MOST_FOUND]


def _new(uuid: str, address: AddressForm, person: PersonForm, status: int = 200) -> ResponseReturnValue:
    election = ruled_election_of(uuid)
    query = request.values.get("q", "").strip()
    for form in (address, person):
        form.offer(election.contests, request.args.get("contest", type=int))
    person.person.choices = _found(query)
    cycle = records.cycle_of(db.session, election)
    is_open = records.are_open(election, cycle, clock.now())
    context = {"address": address, "form": person, "query": query, "cycle": cycle, "is_open": is_open}
    return page("new", status=status, election=election, **context)


@bp.route(f"/<uuid>/nominations/<{NUMBER}:number>/accept", methods=["GET", "POST"])
@signed_in
def accept(uuid: str, number: int) -> ResponseReturnValue:
    """Accept a nomination of oneself."""
    nomination, form = own_nomination(uuid, number), AcceptForm()
    election = nomination.contest.election

    def do() -> None:
        nominating.accept(db.session, number, by=current_person(), now=clock.now())

    status = done(form, "complete", do) if form.is_submitted() else 200
    if status is not None:
        context = _standing(election, current_person())
        return page("accept", status=status, election=election, nomination=nomination, form=form, **context)
    return see("show", _("You stand. Now write your statement."), uuid=uuid, number=number)


@bp.post(f"/<uuid>/nominations/<{NUMBER}:number>/decline")
@signed_in
def decline(uuid: str, number: int) -> ResponseReturnValue:
    """Decline a nomination of oneself."""
    own_nomination(uuid, number)
    require_token()
    nominating.decline(db.session, number, by=current_person(), now=clock.now())
    commit()
    return see("mine", _("You have declined."))


@bp.route(f"/<uuid>/nominations/<{NUMBER}:number>/statement", methods=["GET", "POST"])
@signed_in
def statement(uuid: str, number: int) -> ResponseReturnValue:
    """Write one's statement, with a look at it before."""
    nomination = own_nomination(uuid, number)
    form = StatementForm(statement=nomination.statement)
    context: dict[str, Any] = {"election": nomination.contest.election, "nomination": nomination, "form": form}
    if not form.is_submitted() or form.preview.data:
        return page("statement", preview=form.preview.data and form.validate(), **context)

    def write() -> None:
        nominating.write_statement(db.session, number, form.statement.data or "", by=current_person(), now=clock.now())

    status = done(form, "statement", write)
    if status is not None:
        return page("statement", status=status, preview=False, **context)
    return see("show", _("Your statement is published."), uuid=uuid, number=number)


@bp.route(f"/<uuid>/nominations/<{NUMBER}:number>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(uuid: str, number: int) -> ResponseReturnValue:
    """Withdraw one's candidacy."""
    nomination, form = own_nomination(uuid, number), WithdrawForm()

    def do() -> None:
        nominating.withdraw(db.session, number, form.why.data or "", by=current_person(), now=clock.now())

    status = done(form, "why", do) if form.is_submitted() else 200
    if status is not None:
        election = nomination.contest.election
        return page("withdraw", status=status, election=election, nomination=nomination, form=form)
    return see("show", _("You have withdrawn."), uuid=uuid, number=number)


@bp.post(f"/<uuid>/nominations/<{NUMBER}:number>/endorse")
@signed_in
def endorse(uuid: str, number: int) -> ResponseReturnValue:
    """Endorse a nomination."""
    seen_nomination_of(uuid, number)
    require_token()
    nominating.endorse(db.session, number, by=current_person(), now=clock.now())
    commit()
    return see("show", _("You endorse this nomination."), uuid=uuid, number=number)


@bp.post(f"/<uuid>/nominations/<{NUMBER}:number>/take-back")
@signed_in
def take_back(uuid: str, number: int) -> ResponseReturnValue:
    """Take back one's endorsement."""
    seen_nomination_of(uuid, number)
    require_token()
    nominating.take_back(db.session, number, by=current_person(), now=clock.now())
    commit()
    return see("show", _("You have taken back your endorsement."), uuid=uuid, number=number)


@bp.post("/<uuid>/questions/")
@limiter.limit(MAILS, key_func=lambda: f"ask {current_person().id}")
@signed_in
def ask(uuid: str) -> ResponseReturnValue:
    """Ask the nominees of a contest."""
    election, form = ruled_election_of(uuid), QuestionForm()
    form.offer(election.contests)

    def do() -> None:
        questions.ask(db.session, form.contest.data, form.text.data, by=current_person(), now=clock.now())

    status = done(form, "text", do)
    if status is not None:
        return questions_page(uuid, form, status)
    return see("questions", _("Your question is published."), uuid=uuid)


@bp.route(f"/<uuid>/questions/<{NUMBER}:number>/answer", methods=["GET", "POST"])
@signed_in
def answer(uuid: str, number: int) -> ResponseReturnValue:
    """Answer a question, as somebody who stands."""
    election, form = ruled_election_of(uuid), AnswerForm()
    question = questions.find_in(db.session, election, number)
    if questions.answering(db.session, question, current_person()) is None:
        raise NotFound(_("Only those who stand in this contest can answer."), code="not-a-nominee")

    def do() -> None:
        questions.answer(db.session, number, form.text.data, by=current_person(), now=clock.now())

    status = done(form, "text", do) if form.is_submitted() else 200
    if status is not None:
        return page("answer", status=status, election=election, question=question, form=form)
    flash(_("Your answer is published."), "success")
    return see("questions", uuid=uuid)


def own_nomination(uuid: str, number: int) -> Nomination:
    """Return the reader's own nomination, or raise NotFound: others need not know of it."""
    nomination = nomination_of(uuid, number)
    records.require_own(nomination, current_person())
    return nomination
