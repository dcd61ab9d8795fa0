"""Programs of the membership committee record participation with a token of that office."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from membership.models.participation import Participation
from membership.services import participating
from tests.factories import make_person, official
from tests.program import Program, token_of

ADA = "ada@example.org"


@pytest.fixture
def officer(session: Session) -> Person:
    found = official(session, Office.MEMBERSHIP_COMMITTEE)
    participating.make_project(session, "example", "Example", by=found, now=clock.now())
    make_person(session, ADA)
    return found


@pytest.fixture
def program(app: Flask, session: Session, officer: Person) -> Program:
    return Program(app, token_of(session, officer, Office.MEMBERSHIP_COMMITTEE))


def record(address: str = ADA, **more: Any) -> dict[str, Any]:
    return {"address": address, "kind": "code", "date": "2026-01-31", "reference": "change 1"} | more


def test_records_are_taken_once_and_unknown_addresses_are_returned(program: Program, session: Session) -> None:
    body = {"project": "example", "records": [record(), record("nobody@example.org", reference="change 2")]}
    assert program.post("/participation", **body) == {"added": 1, "known": 0, "unmatched": ["nobody@example.org"]}
    assert program.post("/participation", **body)["known"] == 1
    assert session.query(Participation).one().verifier != ""


def test_bad_records_are_named_and_none_is_taken(program: Program, session: Session) -> None:
    for wrong, status in (
        (record(date="2999-01-01"), 400),
        (record("no address"), 400),
        (record(kind="wizardry"), 422),
        (record(reference=""), 422),
    ):
        answer = program.send("POST", "/participation", project="example", records=[record(), wrong])
        assert answer.status_code == status, wrong
    assert session.query(Participation).count() == 0


def test_nobody_attests_their_own(program: Program, officer: Person) -> None:
    answer = program.send("POST", "/participation", project="example", records=[record(officer.address)])
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "self-dealing")


@pytest.mark.parametrize("office", [Office.ELECTION_OFFICIAL, Office.TREASURER])
def test_another_offices_token_does_not(app: Flask, session: Session, officer: Person, office: Office) -> None:
    other = Program(app, token_of(session, official(session, office), office))
    assert other.send("POST", "/participation", project="example", records=[record()]).status_code == 403
