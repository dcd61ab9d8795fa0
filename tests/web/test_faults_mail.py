"""Mail when things fail: what happened stays, its letters wait, and none is sent twice by two workers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from threading import Barrier, Lock, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from elections.services import voting
from foundation.core import clock, mail
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.mail import OutboxMessage
from tests.election_factories import OFFICIAL, SERVER, NewTrustee, new_election, opened
from tests.factories import appoint, make_person

LETTERS = 20


class Post:
    """A mail server in memory, which is away for as long as it is told, and may lose its answer."""

    def __init__(self) -> None:
        self.away, self.sent, self.lock = False, list[EmailMessage](), Lock()

    def send(self, message: EmailMessage) -> None:
        if self.away:
            raise ConnectionRefusedError("nobody listens")
        with self.lock:
            self.sent.append(message)


@pytest.fixture
def post() -> Post:
    """A mail server that answers."""
    return Post()


def deliver_all(session: Session, post: Post, later: timedelta = timedelta(0)) -> None:
    while mail.deliver(session, post, now=clock.now() + later):
        session.commit()
    session.rollback()


def test_two_workers_that_deliver_at_the_same_time_send_each_letter_once(
    app: Flask, session: Session, post: Post
) -> None:
    for number in range(LETTERS):
        to, key = f"ada{number}@example.org", f"letter {number}"
        mail.enqueue(session, to=to, subject="Hello", text="Hello", key=key, now=clock.now())
    session.commit()
    together = Barrier(3)

    def work() -> None:
        with app.app_context():
            together.wait(20)
            deliver_all(db.session, post)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert Counter(message["To"] for message in post.sent) == {
        f"ada{number}@example.org": 1 for number in range(LETTERS)
    }
    assert session.query(OutboxMessage).filter(OutboxMessage.sent_at.is_(None)).count() == 0


def test_a_vote_closes_although_no_mail_can_leave_and_its_letters_leave_later_once(
    session: Session, post: Post
) -> None:
    tess = make_person(session, "tess@example.org")
    appoint(session, tess, Office.TRUSTEE)
    trustees = [NewTrustee("Tess Trustee", person=tess), SERVER]
    ready = opened(session, voters=1, new=new_election(trustees=trustees, demonstration=False))
    deliver_all(session, post)
    before = len(post.sent)
    post.away = True
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    deliver_all(session, post)
    assert ready.election.phase is Phase.CLOSED
    waiting = session.execute(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))).scalars().all()
    assert [letter.recipient for letter in waiting] == ["tess@example.org"]
    post.away = False
    deliver_all(session, post)
    assert len(post.sent) == before, "a letter that was refused waits before it is tried again"
    for _ in range(2):
        deliver_all(session, post, later=timedelta(hours=1))
    assert [message["To"] for message in post.sent[before:]] == ["tess@example.org"]


def test_a_letter_whose_sending_could_not_be_noted_goes_again_under_the_same_name(session: Session, post: Post) -> None:
    mail.enqueue(session, to="ada@example.org", subject="Hello", text="Hello", key="one", now=clock.now())
    session.commit()
    assert mail.deliver(session, post, now=clock.now())
    session.rollback()
    deliver_all(session, post)
    assert len(post.sent) == 2
    assert len({message["Message-ID"] for message in post.sent}) == 1
