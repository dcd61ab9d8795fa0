from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from foundation.accounts.cli import forget
from foundation.accounts.lifetimes import ABSOLUTE, IDLE
from foundation.accounts.models import FailedSignIns, Password, Person, SessionEnd, Token, WebSession
from foundation.accounts.services import appointments, sessions
from foundation.accounts.services.appointments import Term
from foundation.accounts.services.sessions import Attempt, SignedIn, WrongCredentials
from foundation.config import Settings
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.db import db
from tests.factories import (
    PASSWORD,
    USER_AGENT,
    Visitor,
    another_app,
    appoint,
    let_pass,
    letters,
    make_person,
    sign_in,
    visitor,
)

ADA = "ada@example.org"
NEW = "a quite different sentence"


@pytest.fixture
def here(app: Flask, ada: Person) -> Visitor:
    client = visitor(app)
    sign_in(client, ADA)
    return client


@pytest.fixture
def elsewhere(app: Flask, ada: Person) -> Visitor:
    client = visitor(app)
    sign_in(client, ADA)
    return client


def _is_in(client: Visitor) -> bool:
    return client.get("/account/").status_code == 200


def _why(session: Session) -> list[SessionEnd | None]:
    return list(session.execute(select(WebSession.ended_why).order_by(WebSession.id)).scalars())


def test_only_the_hash_of_a_token_is_kept(here: Visitor, session: Session) -> None:
    token = here.get_cookie("session")
    assert token is not None
    assert len(token.value) >= 43
    assert token.value not in session.execute(text("SELECT web_session::text FROM web_session")).scalar_one()


def test_a_signed_out_session_is_dead_for_whoever_copied_it(app: Flask, here: Visitor, session: Session) -> None:
    copied = here.get_cookie("session")
    assert copied is not None
    assert here.post("/account/sign-out").status_code == 303
    thief = visitor(app)
    thief.set_cookie("session", copied.value)
    assert not _is_in(thief)
    assert here.get_cookie("session") is None
    assert _why(session) == [SessionEnd.SIGNED_OUT]


def test_signing_out_twice_or_as_a_stranger_is_no_fault(app: Flask, here: Visitor) -> None:
    for client in (here, here, visitor(app)):
        assert client.post("/account/sign-out").location == "/account/sign-in"


def test_signing_out_is_not_done_by_a_link(here: Visitor) -> None:
    assert here.get("/account/sign-out").status_code == 405
    assert _is_in(here)


def test_a_new_password_ends_every_session_and_renews_the_one_at_hand(
    here: Visitor, elsewhere: Visitor, session: Session
) -> None:
    before = here.get_cookie("session")
    changed = here.post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert changed.status_code == 303
    after = here.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert _is_in(here)
    assert not _is_in(elsewhere)
    assert _why(session) == [SessionEnd.PASSWORD_CHANGED] * 2 + [None]
    elsewhere.set_cookie("session", before.value)
    assert not _is_in(elsewhere)
    assert "was changed" in letters(session, ADA)[-1].text


def test_the_new_password_is_the_one_that_counts(app: Flask, here: Visitor) -> None:
    here.post("/account/password", data={"old": PASSWORD, "new": NEW})
    client = visitor(app)
    assert client.post("/account/sign-in", data={"address": ADA, "password": PASSWORD}).status_code == 400
    assert client.post("/account/sign-in", data={"address": ADA, "password": NEW}).status_code == 303


def test_whoever_finds_a_browser_signed_in_may_not_guess_the_password_for_ever(
    here: Visitor, elsewhere: Visitor, session: Session
) -> None:
    guesses = [here.post("/account/password", data={"old": "a guess", "new": NEW}).status_code for _ in range(6)]
    assert guesses == [400] * 5 + [429]
    assert here.post("/account/password", data={"old": PASSWORD, "new": NEW}).status_code == 429
    let_pass(session, timedelta(minutes=1))
    assert here.post("/account/password", data={"old": PASSWORD, "new": NEW}).status_code == 303
    assert not _is_in(elsewhere)


def test_a_weak_new_password_changes_nothing(here: Visitor, elsewhere: Visitor) -> None:
    for weak in ("short", "Lovelace2026!", "password1234"):
        answer = here.post("/account/password", data={"old": PASSWORD, "new": weak})
        assert answer.status_code == 400
        assert 'id="new-error"' in answer.text
    assert _is_in(elsewhere)


def test_a_reset_ends_every_session_uses_up_every_link_and_tells_the_owner(
    app: Flask, here: Visitor, elsewhere: Visitor, session: Session
) -> None:
    for _ in range(2):
        visitor(app).post("/account/reset", data={"address": ADA})
    first, second = (letter.path for letter in letters(session, ADA))
    client = visitor(app)
    assert client.get(first).status_code == 200
    assert client.post(first, data={"password": NEW}).location == "/account/sign-in"
    assert not _is_in(here)
    assert not _is_in(elsewhere)
    assert not _is_in(client)
    for dead in (first, second):
        assert client.post(dead, data={"password": "yet another sentence"}).status_code == 410
    assert client.post("/account/sign-in", data={"address": ADA, "password": NEW}).status_code == 303
    assert "was changed" in letters(session, ADA)[-1].text


def test_a_link_to_a_new_password_dies_after_an_hour(app: Flask, ada: Person, session: Session) -> None:
    visitor(app).post("/account/reset", data={"address": ADA})
    let_pass(session, timedelta(minutes=59))
    path = letters(session, ADA)[-1].path
    assert visitor(app).get(path).status_code == 200
    let_pass(session, timedelta(minutes=1))
    assert visitor(app).post(path, data={"password": NEW}).status_code == 410


def test_a_session_dies_when_its_person_is_dismissed(here: Visitor, ada: Person, session: Session) -> None:
    (appointment,) = appoint(session, ada, Office.REGISTRAR)
    assert _is_in(here)
    appointments.end_appointment(session, appointment, reason="Done.", by="operator", now=clock.now())
    session.commit()
    assert not _is_in(here)
    assert _why(session) == [SessionEnd.APPOINTMENT_ENDED]


def test_a_session_dies_when_a_term_runs_out_and_a_new_one_may_begin(app: Flask, ada: Person, session: Session) -> None:
    begun = clock.now() - timedelta(hours=3)
    term = Term(begun, begun + timedelta(hours=2))
    appointments.appoint(session, ada, Office.REGISTRAR, term=term, reason="Short.", by="operator", now=begun)
    session.commit()
    client = visitor(app)
    sign_in(client, ADA)
    assert _is_in(client)
    let_pass(session, timedelta(hours=2))
    assert not _is_in(client)
    sign_in(client, ADA)
    assert _is_in(client)


def test_a_session_of_somebody_else_lives_on(app: Flask, here: Visitor, ada: Person, session: Session) -> None:
    make_person(session, "eve@example.org")
    eve = visitor(app)
    sign_in(eve, "eve@example.org")
    (appointment,) = appoint(session, ada, Office.REGISTRAR)
    appointments.end_appointment(session, appointment, reason="Done.", by="operator", now=clock.now())
    session.commit()
    here.post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert _is_in(eve)


def test_a_session_left_alone_dies(here: Visitor, session: Session) -> None:
    let_pass(session, IDLE - timedelta(minutes=1))
    assert _is_in(here)
    let_pass(session, IDLE - timedelta(minutes=1))
    assert _is_in(here)
    let_pass(session, IDLE)
    assert not _is_in(here)


def test_a_session_in_use_dies_in_the_end(here: Visitor, session: Session) -> None:
    let_pass(session, ABSOLUTE - timedelta(minutes=1))
    session.execute(update(WebSession).values(last_seen_at=clock.now()))
    session.commit()
    assert _is_in(here)
    let_pass(session, timedelta(minutes=1))
    assert not _is_in(here)


def test_the_last_use_is_written_at_most_every_five_minutes(here: Visitor, session: Session) -> None:
    def seen() -> object:
        session.rollback()
        return session.execute(select(WebSession.last_seen_at)).scalar_one()

    first = seen()
    _is_in(here)
    assert seen() == first
    let_pass(session, timedelta(minutes=6))
    earlier = seen()
    _is_in(here)
    assert seen() > earlier  # type: ignore[operator]


def test_one_sees_where_one_is_signed_in_and_ends_the_others(here: Visitor, elsewhere: Visitor) -> None:
    page = here.get("/account/security").text
    assert page.count("Firefox on Linux") == 2
    assert page.count("(this one)") == 1
    assert here.post("/account/sign-out-elsewhere").location == "/account/security"
    assert _is_in(here)
    assert not _is_in(elsewhere)
    assert "You are signed in nowhere else" in here.get("/account/security").text


def test_nobody_sees_or_ends_the_sessions_of_others(app: Flask, here: Visitor, session: Session) -> None:
    make_person(session, "eve@example.org")
    eve = visitor(app)
    sign_in(eve, "eve@example.org")
    assert "Ada" not in eve.get("/account/security").text
    eve.post("/account/sign-out-elsewhere", data={"person_id": "1", "session": "1"})
    assert _is_in(here)


def test_what_a_browser_calls_itself_is_cut_and_plain(ada: Person, session: Session) -> None:
    begun = sessions.begin(session, ada, user_agent="Fire\r\nfox\x00" * 100, now=clock.now())
    assert begun.web_session.user_agent == ("Firefox" * 100)[:200]


def test_a_sign_in_with_the_old_password_does_not_outlive_its_change(
    app: Flask, here: Visitor, session: Session
) -> None:
    """The password's row is held by one while the other waits, whichever comes first."""
    with app.app_context():
        changing = db.sessionmaker()
        person_id = changing.execute(select(Person.id)).scalar_one()
        changing.execute(select(Password).where(Password.person_id == person_id).with_for_update())
        outcome: list[object] = []
        other = threading.Thread(target=_sign_in_with_old_password, args=(app, outcome))
        other.start()
        kept = changing.execute(select(Password)).scalar_one()
        kept.argon2_hash = kept.argon2_hash[:-4] + "AAAA"
        changing.flush()
        other.join(timeout=0.7)
        assert other.is_alive(), "the sign-in went past a password that was being changed"
        changing.commit()
        changing.close()
        other.join(timeout=30)
    assert outcome == ["refused"]


def _sign_in_with_old_password(app: Flask, outcome: list[object]) -> None:
    with app.app_context():
        try:
            sessions.sign_in(db.session, Attempt(ADA, PASSWORD), now=clock.now())
            outcome.append("signed in")
        except WrongCredentials:
            outcome.append("refused")


def test_old_sessions_links_and_failures_are_removed_and_the_rest_stays(
    app: Flask, here: Visitor, session: Session
) -> None:
    def kept() -> list[int]:
        session.rollback()
        tables = (WebSession, Token, FailedSignIns)
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    visitor(app).post("/account/reset", data={"address": ADA})
    visitor(app).post("/account/sign-in", data={"address": ADA, "password": "wrong"})
    forget()
    assert kept() == [1, 1, 1]
    let_pass(session, timedelta(days=38))
    forget()
    assert kept() == [0, 0, 0]
    assert session.execute(select(func.count(Person.id))).scalar_one() == 1


def test_with_the_database_away_a_signed_in_browser_is_told_to_come_back(settings: Settings, ada: Person) -> None:
    with another_app(replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:9/none")) as away:
        client = visitor(away)
        client.set_cookie("session", "A" * 43)
        for path in ("/account/", "/account/sign-in", "/register"):
            answer = client.get(path)
            assert (answer.status_code, path) == (503, path)
            assert "Traceback" not in answer.text


def test_tokens_are_kept_out_of_representations(ada: Person, session: Session) -> None:
    begun = sessions.begin(session, ada, user_agent=USER_AGENT, now=clock.now())
    assert isinstance(begun, SignedIn)
    assert begun.token not in repr(begun)
    assert PASSWORD not in repr(Attempt(ADA, PASSWORD))
