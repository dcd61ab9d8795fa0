"""Closed means closed, and open means open, by the database's clock alone: whatever the server's or a client's says."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from elections import board
from elections.models import CastBallot
from foundation.core import clock
from foundation.core.db import db
from tests.election_factories import Ready, close_in, opened
from tests.factories import in_context, sign_in, visitor

HOUR = timedelta(hours=1)
SKEWS = pytest.mark.parametrize("skew", [-HOUR, HOUR], ids=["an hour slow", "an hour fast"])


@pytest.fixture
def ready(session: Session) -> Ready:
    return opened(session, voters=2)


class Caster:
    """A voter who is signed in; it holds no row of the test's session, so that another thread may cast with it."""

    def __init__(self, app: Flask, ready: Ready) -> None:
        self.client = visitor(app)
        self.path = f"/api/elections/{ready.uuid}/ballots"
        sign_in(self.client, ready.voters[0].person.address)

    def cast(self, ballot: bytes, skew: timedelta = timedelta(0)) -> tuple[int, str]:
        """Cast with a clock that is wrong by so much, and says so; return the status and the code of a refusal."""
        headers = {"Date": format_datetime(datetime.now(UTC) + skew, usegmt=True), "Content-Type": "application/json"}
        answer = self.client.post(self.path, data=ballot, headers=headers)
        return answer.status_code, (answer.json or {}).get("error", {}).get("code", "")


def wrong_by(skew: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine's clock be wrong."""
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + skew)


@SKEWS
def test_a_vote_that_is_over_takes_no_ballot_whatever_other_clocks_say(
    app: Flask, session: Session, ready: Ready, skew: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballot = ready.ballot(0)
    close_in(session, ready, timedelta(seconds=-0.001))
    wrong_by(skew, monkeypatch)
    assert Caster(app, ready).cast(ballot, skew) == (409, "voting-closed")
    assert session.query(CastBallot).count() == 0


@SKEWS
def test_a_vote_that_runs_takes_a_ballot_whatever_other_clocks_say(
    app: Flask, session: Session, ready: Ready, skew: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballot = ready.ballot(0)
    close_in(session, ready, timedelta(seconds=30))
    wrong_by(skew, monkeypatch)
    assert Caster(app, ready).cast(ballot, skew) == (201, "")
    given = session.query(CastBallot).one()
    assert abs(given.accepted_at - datetime.now(UTC)) < timedelta(minutes=1), "a receipt has the database's time"


def test_a_ballot_that_waits_for_the_lock_across_the_close_is_too_late(
    app: Flask, session: Session, ready: Ready
) -> None:
    ballot, answers = ready.ballot(0), list[tuple[int, str]]()
    client = Caster(app, ready)
    close_in(session, ready, timedelta(seconds=1.5))
    board.lock_head(session, ready.uuid)
    waiting = threading.Thread(target=lambda: answers.append(client.cast(ballot)))
    waiting.start()
    session.execute(text("SELECT pg_sleep(2)"))
    session.rollback()
    waiting.join()
    assert answers == [(409, "voting-closed")]
    assert in_context(app, lambda: db.session.query(CastBallot).count()) == 0
