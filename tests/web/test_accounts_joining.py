from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from foundation.accounts.models import Appointment, EmailAddress, Person, WebSession
from foundation.core import clock
from foundation.core.mail import OutboxMessage
from tests.factories import PASSWORD, let_pass, letters, make_person, visitor

NEW = {"display_name": "Ada Lovelace", "password": PASSWORD}


def _link(app: Flask, session: Session, address: str = "ada@example.org") -> str:
    visitor(app).post("/account/sign-up", data={"address": address})
    return letters(session)[-1].path


def test_somebody_joins_by_letter_and_is_signed_in(app: Flask, session: Session) -> None:
    client = visitor(app)
    asked = client.post("/account/sign-up", data={"address": " Ada@Example.org "})
    assert (asked.status_code, asked.location) == (303, "/account/check-your-mail")
    (letter,) = letters(session)
    assert letter.to == "ada@example.org"
    page = client.get(letter.path)
    assert page.status_code == 200
    assert "ada@example.org" in page.text
    done = client.post(letter.path, data=NEW)
    assert (done.status_code, done.location) == (303, "/account/")
    assert "Ada Lovelace" in client.get("/account/security").text
    person = session.execute(select(Person)).scalar_one()
    assert (person.display_name, person.address) == ("Ada Lovelace", "ada@example.org")


def test_until_the_link_is_used_there_is_no_person_and_the_token_is_kept_hashed(app: Flask, session: Session) -> None:
    path = _link(app, session)
    assert session.execute(select(func.count(Person.id))).scalar_one() == 0
    kept = session.execute(text("SELECT token::text FROM token")).scalar_one()
    assert path.rsplit("/", 1)[1] not in kept


def test_looking_at_a_link_any_number_of_times_does_not_use_it_up(app: Flask, session: Session) -> None:
    path = _link(app, session)
    for _ in range(3):
        assert visitor(app).get(path).status_code == 200
        assert visitor(app).head(path).status_code == 200
    assert visitor(app).post(path, data=NEW).status_code == 303


def test_a_link_works_once(app: Flask, session: Session) -> None:
    path = _link(app, session)
    assert visitor(app).post(path, data=NEW).status_code == 303
    for again in (visitor(app).get(path), visitor(app).post(path, data=NEW)):
        assert again.status_code == 410
        assert "This link does not work any more" in again.text


def test_of_two_who_use_a_link_at_once_one_makes_the_account(app: Flask, session: Session) -> None:
    path = _link(app, session)
    browsers = [visitor(app) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(lambda b: b.post(path, data=NEW), browsers))
    assert statuses == [303, 410, 410, 410]
    assert session.execute(select(func.count(Person.id))).scalar_one() == 1


def test_two_links_to_one_address_make_one_account(app: Flask, session: Session) -> None:
    first, second = _link(app, session), _link(app, session, "ADA@example.org")
    assert first != second
    assert visitor(app).post(first, data=NEW).status_code == 303
    assert visitor(app).post(second, data=NEW).status_code == 410


def test_a_link_to_an_address_that_got_an_account_meanwhile_says_so(app: Flask, session: Session) -> None:
    path = _link(app, session)
    make_person(session, "ada@example.org")
    answer = visitor(app).post(path, data=NEW)
    assert answer.status_code == 409
    assert "already an account with this address" in answer.text
    assert session.execute(select(func.count(Person.id))).scalar_one() == 1


def test_a_link_dies_after_a_day(app: Flask, session: Session) -> None:
    path = _link(app, session)
    let_pass(session, timedelta(hours=24))
    assert visitor(app).post(path, data=NEW).status_code == 410


def test_a_link_to_join_does_not_set_a_password_and_the_reverse(app: Flask, session: Session) -> None:
    make_person(session, "grace@example.org")
    visitor(app).post("/account/reset", data={"address": "grace@example.org"})
    reset = letters(session)[-1].path
    join = _link(app, session)
    assert visitor(app).get(join.replace("/confirm/", "/reset/")).status_code == 410
    assert visitor(app).get(reset.replace("/reset/", "/confirm/")).status_code == 410


@pytest.mark.parametrize("name", ["Ada\r\nBcc: all@example.org", "Ada\nLovelace", "Ada\x00", "", "\u202eadA"])
def test_line_breaks_and_tricks_in_a_name_are_refused_and_the_link_survives(
    app: Flask, session: Session, name: str
) -> None:
    path = _link(app, session)
    refused = visitor(app).post(path, data=NEW | {"display_name": name})
    assert refused.status_code == 400
    assert session.execute(select(func.count(Person.id))).scalar_one() == 0
    assert visitor(app).post(path, data=NEW).status_code == 303


@pytest.mark.parametrize("address", ["ada@example.org\r\nBcc: all@example.org", "ada\n@example.org", "ada", ""])
@pytest.mark.parametrize("page", ["/account/sign-up", "/account/reset"])
def test_line_breaks_in_an_address_are_refused_and_no_letter_is_written(
    app: Flask, session: Session, page: str, address: str
) -> None:
    refused = visitor(app).post(page, data={"address": address})
    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert letters(session) == []


def test_a_weak_password_is_refused_at_its_field_and_the_link_survives(app: Flask, session: Session) -> None:
    path = _link(app, session)
    for weak in ("short", "password1234", "ada@example.org", "Lovelace2026"):
        refused = visitor(app).post(path, data=NEW | {"password": weak})
        assert refused.status_code == 400
        assert 'id="password-error"' in refused.text
        assert weak not in refused.text.replace("ada@example.org", "", 4) or weak == "ada@example.org"
    assert visitor(app).post(path, data=NEW).status_code == 303


def test_fields_that_no_form_has_change_nothing(app: Flask, session: Session) -> None:
    extra = {"id": "77", "person_id": "1", "office": "registrar", "permissions": "elections:run", "is_admin": "y"}
    path = _link(app, session)
    client = visitor(app)
    client.post(path, data=NEW | extra | {"address": "other@example.org", "created_at": "1815-12-10"})
    person = session.execute(select(Person)).scalar_one()
    assert person.id != 77
    assert person.address == "ada@example.org"
    assert person.created_at.year > 1815
    assert person.permissions(clock.now()) == frozenset()
    assert session.execute(select(func.count(Appointment.id))).scalar_one() == 0
    assert client.get("/account/").status_code == 200


def test_a_name_that_is_markup_is_shown_as_text(app: Flask, session: Session) -> None:
    client = visitor(app)
    client.post(_link(app, session), data=NEW | {"display_name": "<img src=x onerror=alert(1)>"})
    for page in ("/account/", "/account/security", "/account/password"):
        shown = client.get(page).text
        assert "<img src=x" not in shown
        assert "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_a_letter_tells_whoever_has_an_account_so_without_a_second_one(app: Flask, session: Session) -> None:
    make_person(session, "ada@example.org", name="Ada Lovelace")
    path = _link(app, session, "Ada@Example.org")
    (letter,) = letters(session)
    assert "You have one already" in letter.text
    assert path.startswith("/account/reset/")
    assert session.execute(select(func.count(EmailAddress.id))).scalar_one() == 1


def test_a_letter_to_an_account_goes_to_the_address_that_was_confirmed(app: Flask, session: Session) -> None:
    make_person(session, "ada@strasse.example")
    for page in ("/account/sign-up", "/account/reset"):
        visitor(app).post(page, data={"address": "ada@stra\u00dfe.example"})
    assert {letter.to for letter in letters(session)} == {"ada@strasse.example"}


def test_an_address_gets_at_most_three_letters_an_hour(app: Flask, session: Session) -> None:
    answers = []
    for turn in range(5):
        page = ("/account/sign-up", "/account/reset")[turn % 2]
        answers.append(visitor(app).post(page, data={"address": "ada@example.org"}).location)
    assert len(letters(session)) == 3
    assert len(set(answers)) == 1
    visitor(app).post("/account/sign-up", data={"address": "grace@example.org"})
    assert len(letters(session)) == 4


@pytest.mark.parametrize("page", ["/account/sign-up", "/account/reset"])
def test_links_lead_to_our_own_address_whatever_host_the_request_names(app: Flask, session: Session, page: str) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "gopher"}
    assert visitor(app).post(page, data={"address": "ada@example.org"}, headers=forged).status_code == 303
    (letter,) = letters(session)
    assert "evil" not in letter.text
    assert letter.path


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "a b", "[::1"])
def test_a_request_for_another_host_is_refused_and_does_nothing(app: Flask, session: Session, host: str) -> None:
    for path in ("/account/sign-up", "/account/reset", "/account/sign-in", "/nowhere"):
        answer = visitor(app).post(path, data={"address": "ada@example.org"}, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
    assert letters(session) == []


def test_a_letter_carries_no_word_of_whoever_asked_for_it(app: Flask, session: Session) -> None:
    data = {"address": "ada@example.org", "display_name": "Buy gold at evil.example", "name": "evil.example"}
    visitor(app).post("/account/sign-up", data=data)
    assert "evil.example" not in letters(session)[0].text


def test_letters_leave_at_once(app: Flask, session: Session) -> None:
    _link(app, session)
    assert session.execute(select(OutboxMessage.sent_at)).scalar_one() is not None


def test_whoever_is_signed_in_and_joins_with_another_address_leaves_the_first_session(
    app: Flask, session: Session
) -> None:
    client = visitor(app)
    client.post(_link(app, session), data=NEW)
    client.post(_link(app, session, "grace@example.org"), data=NEW | {"display_name": "Grace Hopper"})
    assert "Grace Hopper" in client.get("/account/security").text
    ended = session.execute(select(WebSession.ended_why).order_by(WebSession.id)).scalars().all()
    assert [why.value if why else None for why in ended] == ["signed_in_anew", None]
