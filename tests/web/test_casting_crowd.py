"""A crowd at the ballot box: who is sent away when all places are taken, at which cost, and what is checked first."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Subquery, event, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from werkzeug.test import TestResponse

from elections.crypto import ballot as protocol
from elections.services import casting
from foundation.config import BALLOTS_AT_WORK, BadConfiguration, ballots_waiting
from foundation.core.db import db
from foundation.core.errors import Refusal
from foundation.core.turns import Turns
from tests.election_factories import Ready, close_in, opened
from tests.factories import Visitor, sign_in, visitor
from tests.web.test_casting import resigned, rewritten, stored

ROOT = Path(__file__).resolve().parents[2]
JSON = "application/json"


@pytest.fixture
def ready(session: Session) -> Ready:
    return opened(session)


@pytest.fixture
def browser(app: Flask, ready: Ready) -> Visitor:
    """The first voter's browser."""
    found = visitor(app)
    sign_in(found, "voter0@example.org")
    return found


@contextmanager
def crowd(app: Flask) -> Iterator[None]:
    """Take all places there are, for as long as the block lasts."""
    app.extensions["turns"] = turns = Turns(at_work=1, waiting=0)
    begun = turns.take(casting.busy)
    yield
    turns.leave(begun)


@contextmanager
def no_connection() -> Iterator[None]:
    """Fail when a connection to the database is taken meanwhile."""
    taken: list[object] = []

    def note(*arguments: Any) -> None:
        taken.append(arguments)

    event.listen(db.engine, "checkout", note)
    yield
    event.remove(db.engine, "checkout", note)
    assert taken == []


def cast(browser: Visitor, ready: Ready, ballot: bytes) -> TestResponse:
    return browser.post(f"/api/elections/{ready.uuid}/ballots", data=ballot, content_type=JSON)


def test_in_a_crowd_a_ballot_is_sent_away_unread_with_a_moment_to_come_back_and_is_recorded_then(
    app: Flask, session: Session, ready: Ready, browser: Visitor
) -> None:
    ballot = ready.ballot(0)
    before = stored(session)
    with crowd(app):
        with no_connection():
            answers = [cast(browser, ready, data) for data in (ballot, b"no ballot at all")]
        for answer in answers:
            error = answer.get_json()["error"]
            assert (answer.status_code, error["code"]) == (503, "busy")
            assert "Yours was not recorded; send the same one again." in error["message"]
            assert 2 <= int(answer.headers["Retry-After"]) <= 30
            assert "Content-Security-Policy" in answer.headers
        assert stored(session) == before
        # Whoever reads the board, or any page, is not kept waiting.
        assert browser.get(f"/api/elections/{ready.uuid}/last-event").status_code == 200
        assert browser.get(f"/elections/{ready.uuid}/vote").status_code == 200
    assert cast(browser, ready, ballot).status_code == 201


def test_in_a_crowd_a_ballot_from_a_file_is_sent_away_with_a_page_that_says_so(
    app: Flask, ready: Ready, browser: Visitor
) -> None:
    upload = {"file": (BytesIO(ready.ballot(0)), "ballot.json")}
    with crowd(app), no_connection():
        answer = browser.post(f"/elections/{ready.uuid}/ballots", data=upload, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "Yours was not recorded; send the same one again." in answer.text
    assert 2 <= int(answer.headers["Retry-After"]) <= 30


def test_what_does_not_come_from_a_page_of_ours_or_is_too_large_never_gets_a_place(app: Flask, ready: Ready) -> None:
    stranger = visitor(app, forgery_protection=True)
    with crowd(app):
        assert cast(stranger, ready, b"{}").status_code == 400
        assert cast(visitor(app), ready, b"x" * (casting.BALLOT_LIMIT + 2)).status_code == 413


def test_every_answer_gives_its_place_back(app: Flask, ready: Ready, browser: Visitor) -> None:
    app.extensions["turns"] = Turns(at_work=1, waiting=0)
    ballot = ready.ballot(0)
    asked = [(browser, ballot), (browser, b"{"), (visitor(app), ballot), (browser, ballot), (browser, b"x" * 70_000)]
    assert [cast(who, ready, data).status_code for who, data in asked] == [201, 400, 401, 201, 413]
    assert cast(browser, ready, ready.ballot(0)).status_code == 201


def test_a_line_that_breaks_while_a_ballot_is_sent_holds_no_place_and_leaves_nothing(
    app: Flask, session: Session, ready: Ready, browser: Visitor
) -> None:
    app.extensions["turns"] = Turns(at_work=1, waiting=0)
    ballot, before = ready.ballot(0), stored(session)
    broken = browser.post(
        f"/api/elections/{ready.uuid}/ballots",
        input_stream=BytesIO(ballot[:100]),
        content_type=JSON,
        headers={"Content-Length": str(len(ballot))},
    )
    assert broken.status_code == 400
    assert stored(session) == before
    assert cast(browser, ready, ballot).status_code == 201


@pytest.fixture
def no_proof(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after which a proof that is checked, or a lock that is asked for, is a fault."""

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("This was to be decided before.")

    def begin() -> None:
        for name in ("verify_signature", "verify_answers"):
            monkeypatch.setattr(protocol, name, fail)
        monkeypatch.setattr(casting, "_lock", fail)

    return begin


def test_what_is_cheap_to_refuse_is_refused_before_any_proof_is_checked(
    session: Session, ready: Ready, no_proof: Callable[[], None]
) -> None:
    old, newest, of_somebody, late = ready.ballot(0), ready.ballot(0), ready.ballot(1), ready.ballot(0)
    of_another = rewritten(late, lambda ballot: ballot.update(election_hash="B" * 43))
    for data in (old, newest):
        receipt = casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
        session.commit()
    no_proof()

    def code(data: bytes) -> str:
        with pytest.raises(Refusal) as refusal:
            casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
        session.rollback()
        return refusal.value.code

    assert casting.cast(session, ready.uuid, newest, person=ready.voters[0].person) == receipt
    assert code(old) == "ballot-seen-before"
    assert code(of_somebody) == "not-your-credential"
    assert code(of_another) == "wrong-election"
    close_in(session, ready, timedelta(microseconds=-1))
    assert code(late) == "voting-closed"


def test_a_false_proof_is_found_without_waiting_for_the_board(session: Session, ready: Ready) -> None:
    data = resigned(ready, 0, json.loads(ready.ballot(1))["answers"])
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT 1 FROM board_head FOR UPDATE"))
        with pytest.raises(Refusal) as refusal:
            casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
    assert refusal.value.code == "bad-proof"


def test_the_statement_that_all_threads_share_holds_nothing_that_its_first_use_must_finish() -> None:
    # Two threads that finished an entity of a subquery at once looked for each other's columns: a fault, and no vote.
    assert [each for each in visitors.iterate(casting.STANDING) if isinstance(each, Subquery)] == []


def test_gunicorn_starts_with_a_thread_and_a_connection_to_spare_or_not_at_all(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BALLOTS_WAITING", raising=False)
    chosen = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    ballots = BALLOTS_AT_WORK + ballots_waiting({})
    assert chosen["threads"] > ballots
    pool: Any = db.engine.pool
    assert pool.size() + pool._max_overflow > chosen["threads"]
    chosen["on_starting"](SimpleNamespace(cfg=SimpleNamespace(threads=chosen["threads"])))
    with pytest.raises(SystemExit, match="BALLOTS_WAITING"):
        chosen["on_starting"](SimpleNamespace(cfg=SimpleNamespace(threads=ballots)))
    monkeypatch.setenv("BALLOTS_WAITING", "many")
    with pytest.raises(SystemExit, match="BALLOTS_WAITING must be a number"):
        runpy.run_path(str(ROOT / "gunicorn.conf.py"))


def test_fewer_than_no_ballots_cannot_wait() -> None:
    assert ballots_waiting({"BALLOTS_WAITING": "0"}) == 0
    with pytest.raises(BadConfiguration, match="negative"):
        ballots_waiting({"BALLOTS_WAITING": "-1"})
