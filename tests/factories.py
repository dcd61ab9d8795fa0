"""What tests begin with: people, their offices, and browsers that are signed in."""

from __future__ import annotations

import contextvars
import hashlib
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any, TypeVar

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.accounts import passwords
from foundation.accounts.models import Appointment, Password, Person
from foundation.accounts.recognition import SESSION_COOKIE, cookie_name
from foundation.accounts.services import appointments, joining, sessions
from foundation.accounts.services.appointments import Term
from foundation.app import create_app
from foundation.config import Settings
from foundation.core import clock, mail
from foundation.core.access import Office
from foundation.core.context import settings
from foundation.core.db import db
from tests.kept import keep_templates

PASSWORD = "four unrelated garden gnomes"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

# What is tested is never the cost of Argon2, and a suite hashes often.
passwords.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
T = TypeVar("T")
_numbers = itertools.count(1)


class Visitor(FlaskClient):
    """A browser each of whose requests stands alone, as on a server, whatever context the test itself runs in."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request from an empty context: own application context, own database session."""
        return contextvars.Context().run(super().open, *args, **kwargs)


As = Callable[[Person], Visitor]
"""Gives a person a browser of their own."""


def visitor(app: Flask, *, forgery_protection: bool = False) -> Visitor:
    """Return a new browser; forms need no token unless asked."""
    app.config["WTF_CSRF_ENABLED"] = forgery_protection
    return Visitor(app, app.response_class, use_cookies=True)


def in_context(app: Flask, work: Callable[[], T]) -> T:
    """Do something inside the application's context, in a thread of its own, and return what it returns.

    A test in Chromium has an event loop in its own thread, in which the context could not be closed.
    """

    def do() -> T:
        with app.app_context():
            return work()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do).result()


@contextmanager
def another_app(settings: Settings) -> Iterator[Flask]:
    """Start the application once more, with other settings, and close its connections afterwards."""
    app = keep_templates(create_app(settings))
    yield app
    in_context(app, lambda: [engine.dispose() for engine in db.engines.values()])


def make_person(
    session: Session, email: str | None = None, password: str | None = PASSWORD, name: str | None = None
) -> Person:
    """Make and commit an account with a confirmed address."""
    number = next(_numbers)
    now = clock.now()
    person = joining.make_person(
        session, email or f"person{number}@example.org", name or f"Person {_in_letters(number)}", password=None, now=now
    )
    if password is not None:
        session.add(Password(person_id=person.id, argon2_hash=passwords.hash_password(password), changed_at=now))
    session.commit()
    return person


def _in_letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def appoint(session: Session, person: Person, *offices: Office) -> list[Appointment]:
    """Appoint the person to offices without an end, and commit."""
    now = clock.now()
    made = [
        appointments.appoint(session, person, office, term=Term(now), reason="For a test.", by="operator", now=now)
        for office in offices
    ]
    session.commit()
    return made


def sign_in(client: FlaskClient, email: str) -> str:
    """Let the browser be signed in as whoever has the address, without the page; return the session's token."""

    def begin() -> tuple[str, str]:
        person = joining.person_of(db.session, email)
        token = sessions.begin(db.session, person, user_agent=USER_AGENT, now=clock.now()).token
        db.session.commit()
        return cookie_name(SESSION_COOKIE), token

    name, token = in_context(client.application, begin)
    client.set_cookie(name, token)
    return token


def official(session: Session, office: Office) -> Person:
    """Make a person who holds the office."""
    person = make_person(session)
    appoint(session, person, office)
    return person


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it stands in the outbox."""

    to: str
    subject: str
    text: str

    @property
    def path(self) -> str:
        """The path of the link it carries; the address before it must be ours."""
        link = next(word for word in self.text.split() if word.startswith("http"))
        base = settings().base_url
        assert link.startswith(base + "/"), f"{link} does not lead to {base}"
        return link.removeprefix(base)


def letters(session: Session, to: str | None = None) -> list[Letter]:
    """Return what was put into the outbox, oldest first."""
    session.rollback()
    rows = session.query(mail.OutboxMessage).order_by(mail.OutboxMessage.id).all()
    return [Letter(row.recipient, row.subject, _text(row)) for row in rows if to is None or row.recipient == to]


def _text(row: mail.OutboxMessage) -> str:
    """Return a letter's text: from the file it became, where it was sent and the outbox has forgotten it."""
    if row.sent_at is None:
        return row.text
    identifier = hashlib.sha256(row.key.encode()).hexdigest()[:24]
    (path,) = (settings().instance / "outbox").glob(f"*-{identifier}.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    body: str = message.get_content()  # type: ignore[attr-defined]
    return body


def let_pass(session: Session, time: timedelta) -> None:
    """Make sessions, links and failed sign-ins older by so much, as if the time had passed, and commit."""
    moments = {
        "web_session": ("created_at", "last_seen_at", "expires_at"),
        "token": ("created_at", "expires_at"),
        "failed_sign_ins": ("last_failed_at",),
    }
    for table, columns in moments.items():
        shifts = ", ".join(f"{column} = {column} - :time" for column in columns)
        session.execute(text(f"UPDATE {table} SET {shifts}"), {"time": time})  # noqa: S608 — names of our own
    session.commit()
    session.expire_all()
