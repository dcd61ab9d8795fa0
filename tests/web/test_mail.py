"""Mail waits in the outbox with what it tells of, leaves once, and survives a server that is away."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.config import Smtp
from foundation.core import mail
from foundation.core.errors import Invalid
from foundation.core.mail import OutboxMessage

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Inbox:
    """What the SMTP server received; refuses the addresses it is told to."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def inbox() -> Any:
    handler = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.transport = mail.SmtpTransport(Smtp("127.0.0.1", port, None, None, starttls=False))  # type: ignore[attr-defined]
    yield handler
    controller.stop()


def put(session: Session, key: str = "welcome 1", to: str = "ada@example.org") -> None:
    mail.enqueue(session, to=to, subject="Willkommen, Ada — grüße", text="Hello Ada", key=key, now=NOW)
    session.commit()


def test_a_mail_goes_out_once_through_smtp(session: Session, inbox: Any) -> None:
    put(session)
    assert mail.deliver(session, inbox.transport, now=NOW)
    session.commit()
    assert not mail.deliver(session, inbox.transport, now=NOW)
    (envelope,) = inbox.received
    assert envelope.rcpt_tos == ["ada@example.org"]
    assert b"Hello Ada" in envelope.content


def test_the_same_key_is_never_told_twice(session: Session) -> None:
    put(session)
    put(session)
    assert session.execute(select(func.count()).select_from(OutboxMessage)).scalar_one() == 1


def test_a_rolled_back_act_sends_nothing(session: Session) -> None:
    mail.enqueue(session, to="ada@example.org", subject="You are elected", text="…", key="elected", now=NOW)
    session.rollback()
    assert mail.next_waiting(session, NOW) is None


def test_with_the_server_away_the_outbox_keeps_and_tries_again_later(app: Flask, session: Session, inbox: Any) -> None:
    put(session)
    away = mail.SmtpTransport(Smtp("127.0.0.1", 1, None, None, starttls=False))
    assert mail.deliver(session, away, now=NOW)
    session.commit()
    assert not mail.deliver(session, inbox.transport, now=NOW)
    assert mail.deliver(session, inbox.transport, now=NOW + timedelta(minutes=5))
    session.commit()
    assert len(inbox.received) == 1
    row = session.execute(select(OutboxMessage)).scalar_one()
    assert (row.attempts, row.last_error, row.text) == (2, None, "")


def test_an_address_that_the_server_refuses_is_given_up_and_says_why(session: Session, inbox: Any) -> None:
    inbox.refused.add("gone@example.org")
    put(session, to="gone@example.org")
    mail.deliver(session, inbox.transport, now=NOW)
    session.commit()
    row = session.execute(select(OutboxMessage)).scalar_one()
    assert row.next_attempt_at is None
    assert row.last_error is not None
    assert "nobody of that name" in row.last_error


@pytest.mark.parametrize("bad", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org\nX: y"])
def test_a_line_break_in_an_address_is_refused(session: Session, bad: str) -> None:
    with pytest.raises(Invalid):
        mail.enqueue(session, to=bad, subject="Hello", text="…", key="k", now=NOW)
    with pytest.raises(Invalid):
        mail.enqueue(session, to="ada@example.org", subject=bad, text="…", key="k", now=NOW)


def test_in_a_demonstration_mails_are_files(app: Flask, session: Session) -> None:
    put(session)
    chosen = replace(mail.settings(), smtp=None)
    mail.deliver(session, mail.transport_of(chosen), now=NOW)
    (path,) = (chosen.instance / "outbox").glob("*.eml")
    assert b"Hello Ada" in path.read_bytes()
