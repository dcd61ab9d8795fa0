"""Voters' mails leave over SMTP, lead to where one votes, and what a mail server refuses is shown to the official."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from foundation.accounts.models import Person
from foundation.config import Settings, Smtp
from foundation.core import jobs
from foundation.core.access import Office
from tests import cycle_factories
from tests.factories import make_person, official, sign_in, visitor

LOOPBACK, BASE = "127.0.0.1", "http://localhost"
GONE = "gone@example.org"


@dataclass
class Inbox:
    """What an SMTP server on this machine has received; it knows nobody at one address."""

    port: int
    received: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address == GONE:
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        self.received.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"

    def to(self, person: Person, subject: str) -> list[EmailMessage]:
        """Return the mails to a person whose subject begins so."""
        mine = [one for one in self.received if one["To"] == person.address]
        return [one for one in mine if one["Subject"].startswith(subject)]


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        found = Inbox(probe.getsockname()[1])
    controller = Controller(found, hostname=LOOPBACK, port=found.port)
    controller.start()
    yield found
    controller.stop()


@pytest.fixture
def settings(settings: Settings, inbox: Inbox) -> Settings:
    return replace(settings, smtp=Smtp(LOOPBACK, inbox.port, None, None, starttls=False), base_url=BASE)


@dataclass(frozen=True)
class Opened:
    """A vote that has opened: its cycle, who runs it, and three voters, of whom the last has moved."""

    cycle: Cycle
    by: Person
    voters: list[Person]


@pytest.fixture
def opened(session: Session) -> Opened:
    by = official(session, Office.ELECTION_OFFICIAL)
    voters = [*cycle_factories.people(session, 2), make_person(session, GONE, password=None, name="Gone Away")]
    return Opened(cycle_factories.opened(session, by, voters), by, voters)


def test_each_voter_gets_one_mail_that_leads_to_the_vote(
    app: Flask, session: Session, opened: Opened, inbox: Inbox
) -> None:
    for _ in range(2):
        jobs.run("mail.deliver")
        cycle_factories.advance(session)
    for voter in opened.voters[:2]:
        (mail,) = inbox.to(voter, "Vote now")
        text = mail.get_content()
        assert f"{opened.cycle.voting_closes_at:%Y-%m-%d %H:%M} UTC" in text
        (link,) = [word for word in text.split() if word.startswith(BASE)]
        client = visitor(app)
        sign_in(client, voter.address)
        page = client.get(link.removeprefix(BASE))
        assert page.status_code == 200
        assert f"/elections/{opened.cycle.elections[0].uuid}/vote" in page.text


def test_a_mail_that_bounces_is_shown_to_the_official_and_not_tried_for_ever(
    app: Flask, opened: Opened, inbox: Inbox
) -> None:
    for _ in range(3):
        jobs.run("mail.deliver")
    assert inbox.to(opened.voters[2], "") == []
    client = visitor(app)
    sign_in(client, opened.by.address)
    for path in (f"cycles/{opened.cycle.id}/mails", f"{opened.cycle.elections[0].uuid}/manage"):
        page = client.get(f"/elections/{path}").text
        assert GONE in page, path
    assert "there is nobody of that name" in client.get(f"/elections/cycles/{opened.cycle.id}/mails").text
    sign_in(client, opened.voters[0].address)
    assert client.get(f"/elections/cycles/{opened.cycle.id}/mails").status_code == 403
