"""A draft that is sent twice is made once: by a form, by two requests at a time, and by a program with a key."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elections.cycles.models import Cycle
from elections.models import Election
from foundation.accounts.models import Person
from foundation.core.access import Office
from tests.cycle_factories import TRIAL, adopted
from tests.factories import Visitor, official, sign_in, visitor
from tests.journey import hours
from tests.program import Program, token_of

POLL = {
    "title": "Which day we meet",
    "contests-0-title": "Day",
    "contests-0-seats": "1",
    "contests-0-method": "schulze",
    "contests-0-candidates": "Monday\nTuesday",
    "credential_source": "server",
    "demonstration": "y",
}


@pytest.fixture
def runner(app: Flask, session: Session, olga: Person) -> Visitor:
    adopted(session, TRIAL, olga)
    browser = visitor(app)
    sign_in(browser, olga.address)
    return browser


def key_in(page: TestResponse) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="once"[^>]*? value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found.group(1)


def cycle_form(runner: Visitor, **changes: object) -> dict[str, object]:
    page = runner.get("/elections/cycles/new")
    shown = dict(re.findall(r'name="([a-z_]+)"[^>]*? value="([^"]*)"', page.text))
    dates = ("nominations_open", "nominations_close", "voting_opens", "voting_closes", "complaint_days")
    said: dict[str, object] = {name: shown[name] for name in dates}
    said |= {"title": "Elections 2027", "contests": ["individual-director"], "zone": "UTC"}
    return said | {"credential_source": "server", "demonstration": "y", "once": key_in(page)} | changes


def body(**changes: object) -> dict[str, object]:
    said: dict[str, object] = {name: when.isoformat() for name, when in hours().items()}
    said |= {"title": "Elections 2027", "contests": ["individual-director"]}
    return said | {"credential_source": "server", "demonstration": True} | changes


def test_a_form_sent_twice_leads_to_the_first_draft(session: Session, runner: Visitor) -> None:
    form = cycle_form(runner)
    first, second = (runner.post("/elections/cycles/new", data=form) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303), first.text
    assert first.location == second.location
    assert session.query(Cycle).count() == session.query(Election).count() == 1


def test_two_requests_at_once_make_one_draft(app: Flask, session: Session, olga: Person, runner: Visitor) -> None:
    form = cycle_form(runner)
    browsers = [visitor(app) for _number in range(3)]
    for browser in browsers:
        sign_in(browser, olga.address)
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda one: one.post("/elections/cycles/new", data=form), browsers))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert session.query(Cycle).count() == 1


def test_a_form_that_was_changed_is_asked_about_and_then_drafted_as_well(session: Session, runner: Visitor) -> None:
    form = cycle_form(runner)
    runner.post("/elections/cycles/new", data=form)
    asked = runner.post("/elections/cycles/new", data=form | {"title": "By-election"})
    assert asked.status_code == 400
    assert "“Elections 2027” was drafted then. To draft this as well, send it again." in asked.text
    assert session.query(Cycle).count() == 1
    again = form | {"title": "By-election", "once": key_in(asked)}
    assert runner.post("/elections/cycles/new", data=again).status_code == 303
    assert session.query(Cycle).count() == 2


def test_a_form_that_was_refused_keeps_its_key_and_is_drafted_when_it_is_right(
    session: Session, runner: Visitor
) -> None:
    form = cycle_form(runner)
    refused = runner.post("/elections/cycles/new", data=form | {"title": ""})
    assert refused.status_code == 400
    assert key_in(refused) == form["once"]
    assert runner.post("/elections/cycles/new", data=form).status_code == 303
    assert session.query(Cycle).count() == 1


def test_a_poll_sent_twice_is_made_once(session: Session, runner: Visitor) -> None:
    form = POLL | {"once": key_in(runner.get("/elections/new"))}
    first, second = (runner.post("/elections/new", data=form) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303), first.text
    assert first.location == second.location
    assert session.query(Election).count() == 1
    changed = runner.post("/elections/new", data=form | {"title": "Which week"})
    assert changed.status_code == 409
    assert "send it again" in changed.text
    assert session.query(Election).count() == 1


def test_a_program_is_answered_with_the_same_cycle_for_the_same_key_and_body(
    app: Flask, session: Session, olga: Person, runner: Visitor
) -> None:
    token, said = token_of(session, olga, Office.ELECTION_OFFICIAL), body()

    def ask(key: str | None, **changes: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key is not None else {})
        client = Visitor(app, app.response_class, use_cookies=False)
        return client.post("/api/v1/cycles", headers=headers, json=said | changes)

    first, second = ask("2027"), ask("2027")
    assert (first.status_code, second.status_code) == (201, 201), first.text
    assert first.json == second.json
    other = ask("2027", title="By-election")
    assert other.status_code == 409
    assert other.json is not None
    assert "“Elections 2027” was drafted then" in other.json["error"]["message"]
    assert ask("", title="By-election").status_code == 422
    assert session.query(Cycle).count() == 1
    assert ask(None).status_code == ask(None).status_code == 201
    assert session.query(Cycle).count() == 3
    stranger = official(session, Office.ELECTION_OFFICIAL)
    token = token_of(session, stranger, Office.ELECTION_OFFICIAL)
    assert ask("2027").json != first.json


def test_what_was_drafted_under_a_key_stays_so(session: Session, runner: Visitor) -> None:
    runner.post("/elections/cycles/new", data=cycle_form(runner))
    for change in ("UPDATE draft_key SET key = 'another'", "DELETE FROM draft_key"):
        with pytest.raises(IntegrityError, match="only"):
            session.execute(text(change))
        session.rollback()


def test_the_description_tells_of_the_key(app: Flask, session: Session, olga: Person) -> None:
    described = Program(app, token_of(session, olga, Office.ELECTION_OFFICIAL)).get("/openapi.json")
    (key,) = described["paths"]["/api/v1/cycles"]["post"]["parameters"]
    assert (key["in"], key["name"], key["required"]) == ("header", "Idempotency-Key", False)
