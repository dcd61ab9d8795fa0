"""Letters of membership leave over SMTP when the pages are used, say what they must, and lead to the page to act on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.config import Settings, Smtp
from foundation.core import clock, jobs
from foundation.core.mail import OutboxMessage
from membership.days import day
from membership.models.applications import Application
from membership.rules.admission import ApplicationState
from tests.factories import As, make_person
from tests.membership_factories import (
    committee,
    let_membership_age,
    make_member,
    make_organization,
    person_party,
    publish_agreements,
    submitted,
    under_review,
)

LOOPBACK, BASE = "127.0.0.1", "http://localhost"
ADA = "ada@example.org"


@dataclass
class Inbox:
    """What an SMTP server on this machine has received."""

    port: int
    received: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        message = cast(EmailMessage, message_from_bytes(envelope.content, policy=default))
        assert [message["To"]] == envelope.rcpt_tos
        self.received.append(message)
        return "250 OK"

    def empty(self) -> None:
        """Let every letter leave that waits, and forget what has come."""
        jobs.run("mail.deliver")
        self.received.clear()

    def only(self) -> tuple[EmailMessage, str]:
        """Return the one letter there is, and the path of the one link in it."""
        (message,) = self.received
        self.received.clear()
        (link,) = [word for word in message.get_content().split() if "://" in word]
        path = link.removeprefix(BASE)
        assert path.startswith("/membership/"), link
        return message, path


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
    """The settings of every test, but mail goes to the server above."""
    smtp = Smtp(LOOPBACK, inbox.port, None, None, starttls=False)
    return replace(settings, smtp=smtp, base_url=BASE)


def decided(browse_as: As, officer: Person, application: Application, decision: str, text: str) -> None:
    form = {"version": str(application.version), "decision": decision, "text": text}
    answer = browse_as(officer).post(f"/membership/committee/applications/{application.id}/decide", data=form)
    assert answer.status_code == 303


def test_an_applicant_is_told_that_they_are_admitted_and_led_to_the_agreement(
    browse_as: As, session: Session, ada: Person, inbox: Inbox
) -> None:
    publish_agreements(session)
    officer = committee(session)
    application = under_review(session, person_party(session, ada), ada, officer)
    decided(browse_as, officer, application, "approve", "Known for years.")
    message, path = inbox.only()
    assert message["To"] == ADA
    assert message["Subject"].endswith(": Your application is approved")
    assert "Hello Ada Lovelace," in message.get_content()
    assert "Read and sign the agreement" in browse_as(ada).get(path).text


def test_an_applicant_who_is_declined_reads_the_reason_and_that_they_can_appeal(
    browse_as: As, session: Session, ada: Person, inbox: Inbox
) -> None:
    officer = committee(session)
    application = under_review(session, person_party(session, ada), ada, officer)
    decided(browse_as, officer, application, "decline", "Nobody knows what you did.")
    message, path = inbox.only()
    assert "Nobody knows what you did." in message.get_content()
    until = day((clock.now() + timedelta(days=30)).date())
    appeal = f"You can appeal within 30 days, before {until}; somebody else will decide."
    assert appeal in " ".join(message.get_content().split())
    assert "Why you appeal" in browse_as(ada).get(path).text


def test_a_question_of_the_committee_arrives_in_any_script_and_is_answered_where_the_letter_leads(
    browse_as: As, session: Session, ada: Person, inbox: Inbox
) -> None:
    officer, question = committee(session), "Für welche Übersetzung? Для какого перевода?\n\nA link is enough."
    application = under_review(session, person_party(session, ada), ada, officer)
    decided(browse_as, officer, application, "ask", question)
    message, path = inbox.only()
    assert message["Subject"].endswith(": A question about your application")
    assert question in message.get_content().replace("\r\n", "\n")
    client = browse_as(ada)
    assert "Для какого перевода?" in client.get(path).text
    session.refresh(application)
    form = {"version": str(application.version), "text": "The handbook's."}
    assert client.post(f"{path}/answer", data=form).status_code == 303
    session.rollback()
    session.refresh(application)
    assert application.state is ApplicationState.UNDER_REVIEW


def test_whoever_is_named_as_representative_is_asked_by_letter_and_accepts(
    browse_as: As, session: Session, inbox: Inbox
) -> None:
    signatory, grace = make_person(session), make_person(session, "grace@example.org", name="Grace Hopper")
    orbit = make_organization(session, "Orbit Research", signatory)
    inbox.empty()
    form = {"address": "Grace@Example.org", "role": "representative"}
    path = f"/membership/organizations/{orbit.id}/invite"
    assert browse_as(signatory).post(path, data=form).status_code == 303
    message, path = inbox.only()
    assert message["To"] == "grace@example.org"
    assert "Orbit Research asks you to act for it." in message.get_content()
    assert "Orbit Research asks you to be its: Voting representative" in browse_as(grace).get(path).text


def test_a_member_is_reminded_once_and_led_to_the_renewal(
    browse_as: As, session: Session, ada: Person, inbox: Inbox
) -> None:
    membership = make_member(session, ada)
    let_membership_age(session, membership, timedelta(days=340))
    inbox.empty()
    for _round in range(2):
        jobs.run("membership.daily")
        jobs.run("mail.deliver")
    message, path = inbox.only()
    assert (message["To"], path) == (ADA, f"/membership/parties/{membership.party_id}/renew")
    assert message["Subject"].endswith(": Renew your membership")
    assert "Renew for another year" in browse_as(ada).get(path).text


def test_with_the_mail_server_away_the_decision_stands_and_its_letter_waits(
    app: Flask, browse_as: As, session: Session, ada: Person, inbox: Inbox
) -> None:
    officer = committee(session)
    application = submitted(session, person_party(session, ada), ada)
    app.extensions["footing"].settings = replace(
        app.extensions["footing"].settings, smtp=Smtp(LOOPBACK, 1, None, None, starttls=False)
    )
    path = f"/membership/committee/applications/{application.id}"
    version = {"version": str(application.version)}
    assert browse_as(officer).post(f"{path}/begin", data=version).status_code == 303
    session.refresh(application)
    decided(browse_as, officer, application, "decline", "Too early.")
    session.rollback()
    waiting = session.execute(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))).scalar_one()
    assert (waiting.recipient, waiting.attempts, inbox.received) == (ADA, 1, [])
    assert waiting.next_attempt_at is not None
    session.refresh(application)
    assert application.state is ApplicationState.DECLINED
