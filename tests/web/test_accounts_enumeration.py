"""Whether an address has an account shows in nothing: not in words, status, headers, work done, nor time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.accounts import passwords
from foundation.accounts.services import sessions
from foundation.accounts.services.sessions import Attempt, WrongCredentials
from foundation.core import clock
from foundation.core.db import db
from tests.factories import make_person, visitor

THERE, NOWHERE = "ada@example.org", "eve@example.org"


@pytest.fixture(autouse=True)
def ada(session: Session) -> None:
    make_person(session, THERE, name="Ada Lovelace")


def _told(answer: TestResponse, address: str) -> tuple[object, ...]:
    """Everything that an answer says, less the address that the visitor typed, and tokens that are always new."""
    fresh = re.compile(r'(name="csrf_token"[^>]* value=")[^"]*')
    headers = sorted((k, v) for k, v in answer.headers if k not in {"Set-Cookie", "Content-Length"})
    cookies = sorted(line.split("=")[0] for line in answer.headers.getlist("Set-Cookie"))
    return answer.status_code, headers, cookies, fresh.sub(r"\1", answer.text).replace(address, "ADDRESS")


@contextmanager
def _statements() -> Iterator[list[str]]:
    """Collect what is asked of the database, without the values."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(
            statement.split(maxsplit=1)[0] + " " + "".join(re.findall(r"(?:FROM|INTO|UPDATE) (\w+)", statement)[:1])
        )

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("page", ["/account/sign-up", "/account/reset"])
def test_asking_for_a_letter_says_the_same_and_does_the_same_work(app: Flask, page: str) -> None:
    told, work = [], []
    for address in (THERE, NOWHERE):
        client = visitor(app)
        with _statements() as asked:
            told.append(_told(client.post(page, data={"address": address}), address))
        told.append(_told(client.get("/account/check-your-mail"), address))
        work.append(asked)
    assert told[0] == told[2]
    assert told[1] == told[3]
    assert work[0] == work[1]
    assert "INSERT token" in work[0]
    assert "INSERT outbox_message" in work[0]


def test_a_failed_sign_in_says_the_same_and_does_the_same_work(app: Flask) -> None:
    told, work = [], []
    for address in (THERE, NOWHERE):
        with _statements() as asked:
            answer = visitor(app).post("/account/sign-in", data={"address": address, "password": "not the password"})
        told.append(_told(answer, address))
        work.append(asked)
    assert told[0] == told[1]
    assert told[0][0] == 400
    assert work[0] == work[1]
    assert "INSERT failed_sign_ins" in work[0]


def test_failing_often_says_the_same_at_every_step(app: Flask) -> None:
    steps = [
        [
            _told(visitor(app).post("/account/sign-in", data={"address": address, "password": "wrong"}), address)
            for _ in range(7)
        ]
        for address in (THERE, NOWHERE)
    ]
    assert steps[0] == steps[1]
    assert [step[0] for step in steps[0]] == [400] * 5 + [429] * 2


def test_a_failed_sign_in_takes_the_same_time(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=4, memory_cost=8192, parallelism=1))
    people = [make_person(session, password=f"garden gnome number {n}").address for n in range(6)]

    def cost(address: str) -> float:
        client = visitor(app)
        begun = time.process_time()
        client.post("/account/sign-in", data={"address": address, "password": "not the password"})
        return time.process_time() - begun

    cost("warm@example.org")
    ratios = [cost(address) / cost(f"no-{address}") for address in people]
    assert 0.6 < median(ratios) < 1.6


def test_what_is_no_address_at_all_is_refused_at_sign_in_like_a_wrong_one(app: Flask) -> None:
    answers = [
        visitor(app).post("/account/sign-in", data={"address": address, "password": "wrong"})
        for address in (THERE, "ada", "ada@example.org\r\n", "\u202e", "x" * 5000, "ada\x00@example.org", "\x00")
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert all("The address or the password is not right" in answer.text for answer in answers)


def test_not_even_what_no_form_can_send_makes_a_fault(session: Session) -> None:
    for address in ("\ud800@example.org", "\x00", ""):
        for password in ("\ud800", "\x00", ""):
            with pytest.raises(WrongCredentials):
                sessions.sign_in(session, Attempt(address, password), now=clock.now())
