from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.accounts import passwords
from foundation.accounts.models import FailedSignIns, Password, WebSession
from foundation.config import Settings
from foundation.core.access import Office
from tests.factories import PASSWORD, Visitor, another_app, appoint, let_pass, letters, make_person, sign_in, visitor

ADA = "ada@example.org"
RIGHT = {"address": ADA, "password": PASSWORD}
WRONG = {"address": ADA, "password": "four related garden gnomes"}


@pytest.fixture(autouse=True)
def ada(session: Session) -> None:
    make_person(session, ADA, name="Ada Lovelace")


def _try(client: Visitor, data: dict[str, str], times: int = 1) -> TestResponse:
    answers = [client.post("/account/sign-in", data=data) for _ in range(times)]
    return answers[-1]


def test_the_right_password_signs_in(app: Flask) -> None:
    client = visitor(app)
    answer = _try(client, RIGHT | {"address": " ADA@Example.org"})
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert client.get("/account/").status_code == 200
    assert client.get("/account/sign-in").location == "/account/"


def test_a_wrong_password_does_not_and_is_not_shown_again(app: Flask) -> None:
    client = visitor(app)
    answer = _try(client, WRONG)
    assert answer.status_code == 400
    assert "The address or the password is not right" in answer.text
    assert WRONG["password"] not in answer.text
    assert client.get("/account/").status_code == 303


def test_an_account_without_a_password_lets_nobody_in(app: Flask, session: Session) -> None:
    make_person(session, "new@example.org", password=None)
    for password in ("", "the password of nobody", PASSWORD):
        assert _try(visitor(app), {"address": "new@example.org", "password": password}).status_code == 400


@pytest.mark.parametrize("onward", ["/register", "/elections/abc?tab=2", "/account/security"])
def test_after_signing_in_one_goes_where_one_was_going(app: Flask, onward: str) -> None:
    assert visitor(app).post("/account/sign-in", data=RIGHT, query_string={"next": onward}).location == onward


@pytest.mark.parametrize(
    "onward",
    [
        *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
        *("javascript:alert(1)", "evil.example", " //evil.example", "/\t/evil.example", "http:evil.example", ""),
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(app: Flask, onward: str) -> None:
    client = visitor(app)
    answer = client.post("/account/sign-in", data=RIGHT, query_string={"next": onward})
    assert answer.location == "/account/"
    assert client.get("/account/sign-in", query_string={"next": onward}).location == "/account/"


def test_a_page_for_the_signed_in_sends_a_stranger_to_sign_in_and_back(app: Flask) -> None:
    client = visitor(app)
    away = client.get("/account/security?x=1")
    assert (away.status_code, away.location) == (303, "/account/sign-in?next=/account/security?x%3D1")
    assert client.post(away.location, data=RIGHT).location == "/account/security?x=1"


def test_a_program_that_is_not_signed_in_is_told_so(app: Flask) -> None:
    answer = visitor(app).get("/account/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "not-signed-in"


def test_a_session_that_somebody_planted_before_sign_in_is_not_used_after(app: Flask, session: Session) -> None:
    make_person(session, "eve@example.org")
    planted, client = sign_in(visitor(app), "eve@example.org"), visitor(app)
    client.set_cookie("session", planted)
    _try(client, RIGHT)
    token = client.get_cookie("session")
    assert token is not None
    assert token.value != planted
    other = visitor(app)
    other.set_cookie("session", planted)
    assert other.get("/account/").status_code == 303


def test_a_token_that_somebody_invented_opens_nothing_and_is_not_taken_up(app: Flask, session: Session) -> None:
    client = visitor(app)
    client.set_cookie("session", "A" * 43)
    assert client.get("/account/").status_code == 303
    _try(client, RIGHT)
    assert client.get_cookie("session").value != "A" * 43  # type: ignore[union-attr]
    assert session.execute(select(func.count(WebSession.id))).scalar_one() == 1


@pytest.mark.parametrize("token", ["", "x", "A" * 3_000, "\u00e9", '"quoted"', "a=b"])
def test_a_session_cookie_of_another_shape_is_a_stranger_s(app: Flask, token: str) -> None:
    client = visitor(app)
    client.set_cookie("session", token)
    client.set_cookie("browser", token)
    assert client.get("/account/").status_code == 303
    assert _try(client, WRONG).status_code == 400


def test_guessing_is_slowed_and_then_even_the_right_password_must_wait(app: Flask, session: Session) -> None:
    stranger = visitor(app)
    assert _try(stranger, WRONG, times=5).status_code == 400
    waiting = _try(stranger, RIGHT)
    assert waiting.status_code == 429
    assert "Try again in 1 minute" in waiting.text
    let_pass(session, timedelta(seconds=31))
    assert _try(stranger, RIGHT).status_code == 303
    assert session.execute(select(func.count()).select_from(FailedSignIns)).scalar_one() == 0


def test_guessing_from_many_places_is_slowed_alike(app: Flask) -> None:
    for number in range(5):
        visitor(app).post("/account/sign-in", data=WRONG, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
    elsewhere = visitor(app).post("/account/sign-in", data=WRONG, environ_base={"REMOTE_ADDR": "198.51.100.9"})
    assert elsewhere.status_code == 429


def test_whoever_guesses_does_not_lock_the_owner_out_of_their_own_browser(app: Flask) -> None:
    owner = visitor(app)
    _try(owner, RIGHT)
    owner.post("/account/sign-out")
    assert _try(visitor(app), WRONG, times=7).status_code == 429
    assert _try(owner, RIGHT).status_code == 303


def test_whoever_guesses_does_not_lock_out_an_owner_who_has_a_new_browser_and_the_mailbox(
    app: Flask, session: Session
) -> None:
    assert _try(visitor(app), WRONG, times=7).status_code == 429
    owner = visitor(app)
    owner.post("/account/reset", data={"address": ADA})
    owner.post(letters(session, ADA)[-1].path, data={"password": "a quite different sentence"})
    assert _try(owner, RIGHT | {"password": "a quite different sentence"}).status_code == 303


def test_a_browser_known_to_one_address_is_a_stranger_to_another(app: Flask, session: Session) -> None:
    make_person(session, "eve@example.org")
    eve = visitor(app)
    _try(eve, RIGHT | {"address": "eve@example.org"})
    eve.post("/account/sign-out")
    assert _try(visitor(app), WRONG, times=6).status_code == 429
    assert _try(eve, RIGHT).status_code == 429


def test_guessing_from_a_known_browser_is_slowed_as_well(app: Flask) -> None:
    owner = visitor(app)
    _try(owner, RIGHT)
    owner.post("/account/sign-out")
    assert _try(owner, WRONG, times=6).status_code == 429
    assert _try(visitor(app), RIGHT).status_code == 303


def test_a_burst_at_once_gets_no_more_guesses_than_one_after_the_other(app: Flask, session: Session) -> None:
    browsers = [visitor(app) for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda browser: _try(browser, WRONG), browsers)]
    answered = statuses.count(400)
    assert set(statuses) <= {400, 429}
    assert 1 <= answered <= 5
    assert session.execute(select(FailedSignIns.failures)).scalar_one() == answered


def test_many_forms_from_one_network_address_are_too_many(app: Flask) -> None:
    answers = [visitor(app).post("/account/sign-up", data={}).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]
    other = visitor(app).post("/account/sign-up", data={}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 400


def test_the_failures_table_does_not_hold_what_was_typed(app: Flask, session: Session) -> None:
    _try(visitor(app), {"address": "my secret typed in the wrong field", "password": "x"})
    bucket = session.execute(select(FailedSignIns.bucket)).scalar_one()
    assert len(bucket) == 32
    assert b"secret" not in bucket


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(app: Flask, session: Session) -> None:
    kept = session.execute(select(Password)).scalar_one()
    kept.argon2_hash = passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    session.commit()
    assert _try(visitor(app), RIGHT).status_code == 303
    session.expire_all()
    assert not passwords.is_outdated(session.execute(select(Password)).scalar_one().argon2_hash)
    assert _try(visitor(app), RIGHT).status_code == 303


def test_every_form_of_accounts_is_refused_without_its_token(app: Flask, session: Session) -> None:
    posts = {
        rule.rule.replace("<token>", "x").replace("<int:number>/<act>", "1/remove")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("accounts.") and "POST" in (rule.methods or ())
    }
    assert len(posts) >= 8
    client = visitor(app, forgery_protection=True)
    sign_in(client, ADA)
    before = session.execute(select(func.count(WebSession.id))).scalar_one()
    for path in sorted(posts):
        answer = client.post(path, data=RIGHT | {"csrf_token": "forged"})
        assert answer.status_code == 400, path
        assert "did not come from this site" in answer.text
    session.expire_all()
    assert client.get("/account/").status_code == 200
    assert session.execute(select(func.count(WebSession.id))).scalar_one() == before


def _token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    return found[1]


def test_with_its_token_a_form_is_taken(app: Flask) -> None:
    client = visitor(app, forgery_protection=True)
    token = _token_in(client.get("/account/sign-in").text)
    assert _try(client, RIGHT | {"csrf_token": token}).status_code == 303
    page = client.get("/account/security").text
    assert client.post("/account/sign-out", data={"csrf_token": _token_in(page)}).status_code == 303
    assert client.get("/account/").status_code == 303


def test_a_form_opened_by_one_person_is_void_for_the_next_and_stays_good_for_the_same(
    app: Flask, session: Session
) -> None:
    make_person(session, "eve@example.org")
    client = visitor(app, forgery_protection=True)
    _try(client, RIGHT | {"csrf_token": _token_in(client.get("/account/sign-in").text)})
    open_form = _token_in(client.get("/account/security").text)
    client.delete_cookie("session")
    _try(client, RIGHT | {"csrf_token": _token_in(client.get("/account/sign-in").text)})
    assert client.post("/account/sign-out-elsewhere", data={"csrf_token": open_form}).status_code == 303
    client.delete_cookie("session")
    data = RIGHT | {"address": "eve@example.org", "csrf_token": _token_in(client.get("/account/sign-in").text)}
    _try(client, data)
    assert client.post("/account/sign-out-elsewhere", data={"csrf_token": open_form}).status_code == 400


def _cookies(answer: TestResponse) -> dict[str, set[str]]:
    lines = [line.split("; ") for line in answer.headers.getlist("Set-Cookie")]
    return {parts[0].split("=")[0]: set(parts[1:]) for parts in lines}


def test_cookies_are_kept_from_scripts_and_from_other_sites(app: Flask) -> None:
    cookies = _cookies(_try(visitor(app), RIGHT))
    assert cookies["session"] == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= cookies["browser"]


def test_over_https_cookies_are_bound_to_this_host(settings: Settings, app: Flask) -> None:
    with another_app(replace(settings, base_url="https://vote.example.org")) as secure:
        answer = visitor(secure).post("/account/sign-in", data=RIGHT, base_url="https://vote.example.org")
    cookies = _cookies(answer)
    assert cookies["__Host-session"] == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= cookies["__Host-browser"]
    assert not any(name in {"session", "browser"} for name in cookies)


def test_pages_are_kept_by_no_cache(app: Flask) -> None:
    client = visitor(app)
    sign_in(client, ADA)
    assert client.get("/account/").headers["Cache-Control"] == "no-store"


def test_an_office_does_not_come_with_a_field_of_the_form(app: Flask, session: Session) -> None:
    eve = make_person(session, "eve@example.org")
    appoint(session, eve, Office.REGISTRAR)
    client = visitor(app)
    _try(client, RIGHT | {"person_id": str(eve.id), "office": "registrar", "id": str(eve.id)})
    assert "Ada Lovelace" in client.get("/account/security").text
    assert "Registrar" not in client.get("/account/").text
