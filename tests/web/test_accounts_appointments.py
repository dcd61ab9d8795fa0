from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Appointment, EmailAddress, Person, Token
from foundation.accounts.services import appointments
from foundation.accounts.services.appointments import Term
from foundation.core import clock, register
from foundation.core.access import PERMISSIONS_OF, Office, Permission
from foundation.core.errors import Conflict, Invalid, NotFound
from foundation.core.register import RegisterEntry
from tests.factories import PASSWORD, appoint, letters, make_person, sign_in, visitor

DAY = timedelta(days=1)
ADA = "ada@example.org"


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def _appoint(session: Session, person: Person, office: Office, term: Term) -> Appointment:
    made = appointments.appoint(session, person, office, term=term, reason="Why.", by="operator", now=clock.now())
    session.commit()
    return made


def _entries(session: Session) -> list[RegisterEntry]:
    return list(session.execute(select(RegisterEntry).order_by(RegisterEntry.seq)).scalars())


def test_every_office_gives_what_it_gives_and_no_more(session: Session) -> None:
    for office in Office:
        person = make_person(session)
        assert person.permissions(clock.now()) == frozenset()
        appoint(session, person, office)
        assert person.permissions(clock.now()) == PERMISSIONS_OF[office]


def test_offices_add_up(session: Session, ada: Person) -> None:
    appoint(session, ada, Office.REGISTRAR, Office.TRUSTEE)
    assert ada.permissions(clock.now()) == {Permission.CREDENTIALS_ISSUE, Permission.TRUSTEES_ACT}


def test_an_office_is_held_from_the_first_moment_of_its_term_to_before_the_last(session: Session, ada: Person) -> None:
    start = clock.now() + DAY
    _appoint(session, ada, Office.REGISTRAR, Term(start, start + DAY))
    tick = timedelta(microseconds=1)
    held = [bool(ada.offices(at)) for at in (start - tick, start, start + DAY - tick, start + DAY)]
    assert held == [False, True, True, False]


@pytest.mark.parametrize(("begins", "ends"), [(0, None), (5, 6), (-1, 1), (9, 11), (9, None)])
def test_nobody_holds_an_office_twice_at_once(session: Session, ada: Person, begins: int, ends: int | None) -> None:
    now = clock.now() + DAY
    _appoint(session, ada, Office.REGISTRAR, Term(now, now + 10 * DAY))
    until = None if ends is None else now + ends * DAY
    with pytest.raises(Conflict, match="Ada Lovelace holds this office at that time already"):
        _appoint(session, ada, Office.REGISTRAR, Term(now + begins * DAY, until))
    session.rollback()
    assert len(_entries(session)) == 1


def test_terms_may_follow_one_another_and_others_may_hold_the_same_office(session: Session, ada: Person) -> None:
    now = clock.now()
    _appoint(session, ada, Office.REGISTRAR, Term(now, now + DAY))
    _appoint(session, ada, Office.REGISTRAR, Term(now + DAY, None))
    _appoint(session, ada, Office.TRUSTEE, Term(now, None))
    _appoint(session, make_person(session), Office.REGISTRAR, Term(now, None))
    assert session.execute(select(func.count(Appointment.id))).scalar_one() == 4


@pytest.mark.parametrize(("begins", "ends"), [(0, 0), (1, 0), (0, -1), (-3, -2)])
def test_a_term_that_ends_before_it_begins_or_in_the_past_is_refused(
    session: Session, ada: Person, begins: int, ends: int
) -> None:
    now = clock.now()
    with pytest.raises(Invalid):
        _appoint(session, ada, Office.REGISTRAR, Term(now + begins * DAY, now + ends * DAY))


def test_each_appointment_and_its_end_are_in_the_public_register(app: Flask, session: Session, ada: Person) -> None:
    (appointment,) = appoint(session, ada, Office.REGISTRAR)
    appointments.end_appointment(session, appointment, reason="Stands as a candidate.", by="operator", now=clock.now())
    session.commit()
    made, ended = _entries(session)
    assert (made.act, ended.act) == ("appointment.made", "appointment.ended")
    assert made.subject == ended.subject == f"person:{ada.id}"
    assert json.loads(made.facts)["until"] is None
    facts = json.loads(ended.facts)
    assert (facts["office"], facts["person"], facts["reason"]) == (
        "registrar",
        "Ada Lovelace",
        "Stands as a candidate.",
    )
    assert register.verify_chain(session) == 2
    page = visitor(app).get("/register").text
    assert "appointment.made" in page
    assert ADA not in page


def test_an_appointment_ends_once(session: Session, ada: Person) -> None:
    (appointment,) = appoint(session, ada, Office.REGISTRAR)
    appointments.end_appointment(session, appointment, reason="Done.", by="operator", now=clock.now())
    session.commit()
    with pytest.raises(Conflict, match="ended already"):
        appointments.end_appointment(session, appointment, reason="Again.", by="operator", now=clock.now())
    with pytest.raises(NotFound):
        appointments.dismiss(session, ada, Office.REGISTRAR, reason="Again.", by="operator", now=clock.now())


def test_an_appointment_that_was_still_to_begin_never_does(session: Session, ada: Person) -> None:
    start = clock.now() + DAY
    _appoint(session, ada, Office.REGISTRAR, Term(start, None))
    appointments.dismiss(session, ada, Office.REGISTRAR, reason="Changed.", by="operator", now=clock.now())
    session.commit()
    assert ada.offices(start) == []
    _appoint(session, ada, Office.REGISTRAR, Term(start, None))


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b", "\u202ereversed"])
def test_a_reason_that_is_no_paragraph_is_refused(session: Session, ada: Person, reason: str) -> None:
    with pytest.raises(Invalid):
        appointments.appoint(
            session, ada, Office.REGISTRAR, term=Term(clock.now()), reason=reason, by="operator", now=clock.now()
        )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM person",
        "DELETE FROM appointment",
        "TRUNCATE appointment",
        "UPDATE appointment SET office = 'trustee'",
        "UPDATE appointment SET person_id = person_id + 1",
        "UPDATE appointment SET from_at = from_at - interval '1 day'",
        "UPDATE appointment SET reason = 'Another.'",
        "UPDATE appointment SET until_at = NULL",
        "UPDATE appointment SET until_at = until_at + interval '1 day'",
        "UPDATE appointment SET ended_by = 'operator'",
        "UPDATE appointment SET until_at = from_at - interval '1 day'",
        "INSERT INTO appointment (person_id, office, from_at, until_at, made_by, reason, made_at) "
        "SELECT person_id, office, from_at, NULL, made_by, reason, made_at FROM appointment",
        "INSERT INTO appointment (person_id, office, from_at, made_by, reason, made_at) "
        "SELECT person_id, 'emperor', from_at, made_by, reason, made_at FROM appointment",
        "INSERT INTO email_address (person_id, address, canonical, confirmed_at) "
        "SELECT person_id, address, canonical, confirmed_at FROM email_address",
        "INSERT INTO person (display_name, created_at) VALUES (E'Ada\\nLovelace', now())",
        "INSERT INTO person (display_name, created_at) VALUES ('', now())",
        "INSERT INTO person (id, display_name, created_at) VALUES (7, 'Ada', now())",
    ],
)
def test_the_database_itself_refuses_to_rewrite_who_was_what(session: Session, ada: Person, statement: str) -> None:
    now = clock.now()
    _appoint(session, ada, Office.REGISTRAR, Term(now, now + DAY))
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
    session.rollback()
    assert [entry.act for entry in _entries(session)] == ["appointment.made"]


def test_overlapping_terms_break_a_constraint_that_has_a_name(session: Session, ada: Person) -> None:
    appoint(session, ada, Office.REGISTRAR)
    columns = "person_id, office, from_at, made_by, reason, made_at"
    with pytest.raises(IntegrityError, match="ex_appointment_not_twice_at_once"):
        session.execute(text(f"INSERT INTO appointment ({columns}) SELECT {columns} FROM appointment"))  # noqa: S608


def test_offices_show_on_the_landing_page_with_what_they_ask_for(app: Flask, session: Session, ada: Person) -> None:
    client = visitor(app)
    sign_in(client, ADA)
    assert "Your offices" not in client.get("/account/").text
    appoint(session, ada, Office.ELECTION_OFFICIAL)
    assert "Election official" in client.get("/account/").text


def test_an_operator_appoints_and_dismisses(runner: FlaskCliRunner, session: Session, ada: Person) -> None:
    made = runner.invoke(args=["appoint", "Ada@Example.org", "registrar", "--reason", "Motion 7."])
    assert (made.exit_code, made.output) == (0, "Ada Lovelace is appointed registrar until dismissed.\n")
    session.expire_all()
    assert ada.offices(clock.now()) == [Office.REGISTRAR]
    ended = runner.invoke(args=["dismiss", ADA, "registrar", "--reason", "Motion 8."])
    assert (ended.exit_code, ended.output) == (0, "Ada Lovelace no longer is registrar.\n")
    session.expire_all()
    assert ada.offices(clock.now()) == []
    assert [json.loads(entry.facts)["reason"] for entry in _entries(session)] == ["Motion 7.", "Motion 8."]


def test_the_last_day_of_a_term_counts(runner: FlaskCliRunner, session: Session, ada: Person) -> None:
    assert runner.invoke(args=["appoint", ADA, "trustee", "--until", "2099-12-31"]).exit_code == 0
    until = session.execute(select(Appointment.until_at)).scalar_one()
    assert until is not None
    assert until.isoformat() == "2100-01-01T00:00:00+00:00"


def test_an_operator_makes_an_account_with_a_password_from_standard_input(
    app: Flask, runner: FlaskCliRunner, session: Session
) -> None:
    made = runner.invoke(
        args=["person", "add", "Grace@example.org", "Grace Hopper", "--password-stdin"], input=PASSWORD
    )
    assert (made.exit_code, made.output) == (0, "Grace Hopper has an account.\n")
    right = {"address": "grace@example.org", "password": PASSWORD}
    assert visitor(app).post("/account/sign-in", data=right).status_code == 303
    assert letters(session) == []


def test_an_operator_makes_an_account_whose_owner_chooses_the_password(
    app: Flask, runner: FlaskCliRunner, session: Session
) -> None:
    made = runner.invoke(args=["person", "add", "grace@example.org", "Grace Hopper"])
    assert made.exit_code == 0
    (letter,) = letters(session, "grace@example.org")
    assert visitor(app).post(letter.path, data={"password": PASSWORD}).location == "/account/sign-in"
    right = {"address": "grace@example.org", "password": PASSWORD}
    assert visitor(app).post("/account/sign-in", data=right).status_code == 303


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["appoint", "nobody@example.org", "registrar"], "There is no account with the address nobody@example.org."),
        (["appoint", "ada", "registrar"], "Enter an e-mail address"),
        (["appoint", ADA, "emperor"], "'emperor' is not one of"),
        (["appoint", ADA, "registrar", "--until", "yesterday"], "does not match"),
        (["appoint", ADA, "registrar", "--until", "1999-01-01"], "must end after it begins"),
        (["dismiss", ADA, "registrar"], "does not hold this office"),
        (["person", "add", ADA, "Ada"], "already an account"),
        (["person", "add", "grace@example.org", "Grace\nHopper"], "line breaks"),
        (["person", "add", "grace@example.org", "Grace", "--password-stdin"], "at least 12 characters"),
    ],
)
def test_an_operator_s_mistake_gets_a_line_and_exit_status_2(
    runner: FlaskCliRunner, session: Session, ada: Person, arguments: list[str], says: str
) -> None:
    answer = runner.invoke(args=arguments, input="short\n")
    assert answer.exit_code == 2
    assert says in answer.output
    assert "Traceback" not in answer.output
    counts = [session.execute(select(func.count()).select_from(t)).scalar_one() for t in (Appointment, Token)]
    assert counts == [0, 0]
    assert session.execute(select(func.count(EmailAddress.id))).scalar_one() == 1
