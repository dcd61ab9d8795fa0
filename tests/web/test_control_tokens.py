from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from foundation.accounts.models import ApiToken, WebSession
from foundation.accounts.services import appointments, changing, tokens
from foundation.accounts.services.changing import Change
from foundation.core import clock, program_rate
from foundation.core.access import PERMISSIONS_OF, Office, Permission
from foundation.core.errors import Conflict, Forbidden, Invalid
from foundation.core.register import RegisterEntry
from tests.election_factories import keyed, new_election, opened
from tests.factories import PASSWORD, appoint, make_person, official, sign_in, visitor
from tests.program import A_DAY, Program, token_of


def bearer_of(app: Flask, session: Session, office: Office) -> Program:
    return Program(app, token_of(session, official(session, office), office))


def test_a_token_does_what_its_office_may(app: Flask, session: Session) -> None:
    ready = keyed(session)
    opened_now = bearer_of(app, session, Office.ELECTION_OFFICIAL).post(
        f"/elections/{ready.uuid}/opening", closes_at=None
    )
    assert opened_now["phase"] == "voting"


def test_a_token_of_another_office_may_not(app: Flask, session: Session) -> None:
    ready = keyed(session)
    for office in [one for one in Office if one is not Office.ELECTION_OFFICIAL]:
        answer = bearer_of(app, session, office).send(
            "POST", f"/elections/{ready.uuid}/annulment", reason="I say so now."
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden"), office


def test_a_token_has_one_office_although_its_owner_holds_two(app: Flask, session: Session) -> None:
    ready, person = keyed(session), official(session, Office.TREASURER)
    appoint(session, person, Office.ELECTION_OFFICIAL)
    path = f"/elections/{ready.uuid}/annulment"
    treasurer = Program(app, token_of(session, person, Office.TREASURER))
    assert treasurer.send("POST", path, reason="I say so now.").status_code == 403
    running = Program(app, token_of(session, person, Office.ELECTION_OFFICIAL))
    assert running.post(path, reason="I say so now.")["phase"] == "annulled"


def test_a_new_password_ends_the_tokens_that_a_stranger_may_have_made(app: Flask, session: Session) -> None:
    person = official(session, Office.ELECTION_OFFICIAL)
    program = Program(app, token_of(session, person, Office.ELECTION_OFFICIAL))
    browser = visitor(app)
    sign_in(browser, person.address)
    here = session.execute(select(WebSession).where(WebSession.person_id == person.id)).scalars().one()
    changing.change_password(session, here, Change(PASSWORD, "another long enough phrase"), now=clock.now())
    session.commit()
    assert program.send("GET", "/elections").status_code == 401


def test_a_token_is_over_when_its_appointment_ends(app: Flask, session: Session) -> None:
    person = make_person(session)
    (held,) = appoint(session, person, Office.ELECTION_OFFICIAL)
    program = Program(app, token_of(session, person, Office.ELECTION_OFFICIAL))
    assert program.send("GET", "/elections").status_code == 200
    appointments.end_appointment(session, held, reason="Over.", by="operator", now=clock.now())
    session.commit()
    assert program.send("GET", "/elections").status_code == 401
    appoint(session, person, Office.ELECTION_OFFICIAL)
    assert program.send("GET", "/elections").status_code == 401


def test_a_token_is_over_when_it_expires_or_is_revoked(app: Flask, session: Session) -> None:
    person = official(session, Office.REGISTRAR)
    short, revoked = (token_of(session, person, Office.REGISTRAR) for _ in range(2))
    rows = session.execute(select(ApiToken).order_by(ApiToken.id)).scalars().all()
    session.execute(
        text("UPDATE api_token SET created_at = created_at - :d, expires_at = expires_at - :d WHERE id = :id"),
        {"d": A_DAY, "id": rows[0].id},
    )
    tokens.revoke(session, rows[1].id, person, now=clock.now())
    session.commit()
    assert [Program(app, one).send("GET", "/elections").status_code for one in (short, revoked)] == [401, 401]


def test_what_is_no_token_opens_nothing(app: Flask) -> None:
    for header in (
        "Bearer footing_x",
        "Bearer ",
        "Bearer",
        "Basic Zm9vOmJhcg==",
        "Bearer \ud800",
        "Token x",
        "Bearer x y",
    ):
        headers = {"Authorization": header.encode("utf-8", "surrogatepass").decode("latin-1")}
        answer = visitor(app).get("/api/v1/elections", headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "no-token"), header
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_browsers_session_counts_for_nothing_where_programs_act(app: Flask, session: Session) -> None:
    client = visitor(app)
    sign_in(client, official(session, Office.ELECTION_OFFICIAL).address)
    assert client.get("/account/").status_code == 200
    assert client.get("/api/v1/elections").status_code == 401


def test_a_token_counts_for_nothing_elsewhere(app: Flask, session: Session) -> None:
    ready = opened(session)
    secret = bearer_of(app, session, Office.ELECTION_OFFICIAL).token
    headers = {"Authorization": f"Bearer {secret}"}
    client = visitor(app)
    assert client.get(f"/elections/{ready.uuid}/manage", headers=headers).status_code == 303
    assert client.post(f"/elections/{ready.uuid}/annul", headers=headers, data={"reason": "x"}).status_code == 401
    cast = client.post(f"/api/elections/{ready.uuid}/ballots", headers=headers, json={})
    assert cast.status_code == 401


def test_only_its_hash_is_kept(session: Session) -> None:
    person = official(session, Office.REGISTRAR)
    secret = token_of(session, person, Office.REGISTRAR)
    row = session.execute(text("SELECT t.*::text FROM api_token t")).scalar_one()
    assert secret not in row
    assert secret.removeprefix(tokens.PREFIX) not in row
    facts = [entry.facts for entry in session.execute(select(RegisterEntry)).scalars()]
    assert not any(secret in fact for fact in facts)


def test_no_log_line_holds_a_token(app: Flask, session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    ready = keyed(session)
    for office in (Office.TREASURER, Office.ELECTION_OFFICIAL):
        program = bearer_of(app, session, office)
        program.send("POST", f"/elections/{ready.uuid}/annulment", reason="I say so now.")
        program.send("GET", "/elections/none")
        said = capsys.readouterr()
        assert "refused" in said.out + said.err
        assert program.token.removeprefix(tokens.PREFIX) not in said.out + said.err


def test_a_token_that_asks_too_often_is_told_when_to_ask_again_and_keeps_no_other_waiting(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_rate, "ALLOWED", parse("3 per minute"))
    busy, other = bearer_of(app, session, Office.REGISTRAR), bearer_of(app, session, Office.REGISTRAR)
    assert [busy.send("GET", "/elections").status_code for _ in range(3)] == [200, 200, 200]
    refused = busy.send("GET", "/elections")
    assert refused.json["error"]["code"] == "too-many"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert other.send("GET", "/elections").status_code == 200


def test_what_a_token_does_beyond_its_limit_is_not_done(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, program = keyed(session), bearer_of(app, session, Office.ELECTION_OFFICIAL)
    monkeypatch.setattr(program_rate, "ALLOWED", parse("1 per minute"))
    assert program.send("GET", "/elections").status_code == 200
    assert program.send("POST", f"/elections/{ready.uuid}/annulment", reason="I say so now.").status_code == 429
    session.expire_all()
    assert ready.election.phase is Phase.KEY_CEREMONY


def test_making_and_revoking_are_public(session: Session) -> None:
    person = official(session, Office.REGISTRAR)
    token_of(session, person, Office.REGISTRAR)
    (row,) = tokens.living(session, person, now=clock.now())
    tokens.revoke(session, row.id, person, now=clock.now())
    tokens.revoke(session, row.id, person, now=clock.now())
    acts = [entry.act for entry in session.execute(select(RegisterEntry).order_by(RegisterEntry.seq)).scalars()]
    assert acts == ["appointment.made", "token.made", "token.revoked"]


def test_a_token_lasts_a_year_at_most_and_no_longer_than_its_appointment(session: Session) -> None:
    person, now = make_person(session), clock.now()
    term = appointments.Term(now, now + timedelta(days=3))
    held = appointments.appoint(session, person, Office.SECRETARY, term=term, reason="", by="operator", now=now)
    made = tokens.issue(session, person, held.id, label="x", lasts=timedelta(days=30), now=now).token
    assert made.expires_at == term.until_at
    with pytest.raises(Invalid, match="at most a year"):
        tokens.issue(session, person, held.id, label="x", lasts=timedelta(days=366), now=now)


def test_nobody_makes_a_token_for_an_office_of_somebody_else(session: Session) -> None:
    other, person = official(session, Office.REGISTRAR), make_person(session)
    held = other.appointments[0].id
    with pytest.raises(Forbidden, match="do not hold"):
        tokens.issue(session, person, held, label="x", lasts=A_DAY, now=clock.now())


def test_nobody_collects_tokens_without_end(session: Session) -> None:
    person = official(session, Office.REGISTRAR)
    for _ in range(tokens.MOST_TOKENS):
        token_of(session, person, Office.REGISTRAR)
    with pytest.raises(Conflict, match="Revoke one"):
        token_of(session, person, Office.REGISTRAR)


def test_the_page_shows_the_secret_once_and_the_token_works_until_it_is_revoked(app: Flask, session: Session) -> None:
    person = official(session, Office.ELECTION_OFFICIAL)
    client = visitor(app)
    sign_in(client, person.address)
    form = {"label": "Reminders <b>", "appointment": person.appointments[0].id, "days": 30}
    page = client.post("/account/programs", data=form)
    (secret,) = re.findall(r"footing_[\w-]{43}", page.text)
    assert page.headers["Cache-Control"] == "no-store"
    program = Program(app, secret)
    assert program.get("/elections") == []
    listed = client.get("/account/programs").text
    assert secret not in listed
    assert "Reminders &lt;b&gt;" in listed
    revoke = re.findall(r"/account/programs/\d+/revoke", listed)
    assert client.post(revoke[0]).status_code == 303
    assert program.send("GET", "/elections").status_code == 401


def test_the_page_takes_neither_an_office_nor_a_lifetime_that_it_did_not_offer(app: Flask, session: Session) -> None:
    person, other = official(session, Office.REGISTRAR), official(session, Office.ELECTION_OFFICIAL)
    client = visitor(app)
    sign_in(client, person.address)
    good = {"label": "x", "appointment": person.appointments[0].id, "days": 30}
    for wrong in ({"appointment": other.appointments[0].id}, {"days": 3650}, {"label": " "}, {"days": "x"}):
        assert client.post("/account/programs", data=good | wrong).status_code == 400, wrong
    assert session.execute(select(ApiToken)).first() is None


def test_every_permission_that_the_interface_asks_for_belongs_to_an_office(app: Flask) -> None:
    asked = {view.access.permission for name, view in app.view_functions.items() if name.startswith("control.")}
    assert asked - {None} <= set[Permission]().union(*PERMISSIONS_OF.values())


def test_a_wrong_shape_is_told_field_by_field(app: Flask, session: Session) -> None:
    ready = keyed(session, new=new_election())
    program = bearer_of(app, session, Office.ELECTION_OFFICIAL)
    answer = program.send("POST", f"/elections/{ready.uuid}/annulment", reason="x" * 2000, extra=1)
    assert answer.status_code == 422
    assert set(answer.json["error"]["fields"]["json"]) == {"reason", "extra"}
    for unfit in ("a\0b", "\ud800"):
        answer = program.send("POST", f"/elections/{ready.uuid}/annulment", reason=unfit)
        assert answer.status_code == 422, answer.text
