"""A database that goes away in the middle of a request: 503, with a moment to come back, and trying again is safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elections.services import trackers
from foundation.config import Settings
from foundation.core import jobs
from foundation.core.db import db
from tests.election_factories import Ready, opened
from tests.factories import sign_in, visitor


@pytest.fixture
def ready(session: Session) -> Ready:
    return opened(session, voters=1)


@pytest.fixture
def post(app: Flask, ready: Ready) -> Callable[[bytes], TestResponse]:
    """Cast as the voter's browser does."""
    token = sign_in(visitor(app), "voter0@example.org")

    def cast(ballot: bytes) -> TestResponse:
        client = visitor(app)
        client.set_cookie("session", token)
        return client.post(f"/api/elections/{ready.uuid}/ballots", data=ballot, content_type="application/json")

    return cast


def end_connection(database_url: str, pid: int) -> None:
    with psycopg.connect(database_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@contextmanager
def cut_at(name: str, database_url: str) -> Iterator[None]:
    """End the connection from the database's side when it does this for the first time after a ballot was added."""
    state = {"added": False, "cut": False}

    def seen(connection: Any, *arguments: Any) -> None:
        state["added"] |= bool(arguments) and "INSERT INTO cast_ballot" in str(arguments[1])

    def cut(connection: Any, *_: Any) -> None:
        if state["added"] and not state["cut"]:
            state["cut"] = True
            end_connection(database_url, connection.connection.dbapi_connection.info.backend_pid)

    listeners = [("after_cursor_execute", seen), (name, cut)]
    for what, listener in listeners:
        event.listen(db.engine, what, listener)
    yield
    for what, listener in listeners:
        event.remove(db.engine, what, listener)
    assert state["cut"]


def test_a_connection_lost_at_the_commit_leaves_it_open_and_the_same_ballot_is_stored_once(
    session: Session, ready: Ready, post: Callable[[bytes], TestResponse], database_url: str
) -> None:
    ballot = ready.ballot(0)
    with cut_at("commit", database_url):
        answer = post(ballot)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "unsure")
    assert "Send the same ballot again" in answer.get_json()["error"]["message"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 10
    first, second = post(ballot), post(ballot)
    assert (first.status_code, second.status_code, first.get_json()) == (201, 201, second.get_json())
    session.rollback()
    assert trackers.total(session, ready.election) == 1


def test_a_connection_that_the_database_ended_between_two_requests_is_replaced(
    session: Session, ready: Ready, post: Callable[[bytes], TestResponse], database_url: str
) -> None:
    assert post(ready.ballot(0)).status_code == 201
    session.close()
    with psycopg.connect(database_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert post(ready.ballot(0)).status_code == 201


def test_with_no_connection_left_the_answer_is_503_and_not_a_fault(
    app: Flask, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise PoolExhausted("QueuePool limit reached")

    monkeypatch.setattr(db.engine.pool, "connect", exhausted)
    answer = visitor(app).get(f"/api/elections/{ready.uuid}/last-event")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "unavailable")
    assert "Retry-After" in answer.headers


def test_who_casts_too_often_is_told_when_to_come_back(
    app: Flask, session: Session, ready: Ready, post: Callable[[bytes], TestResponse]
) -> None:
    ballot = ready.ballot(0)
    answers = [post(ballot) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {201}
    assert answers[60].status_code == 429
    assert 1 <= int(answers[60].headers["Retry-After"]) <= 61


def test_two_processes_that_start_at_the_same_time_on_a_new_database_both_start(
    settings: Settings, database_url: str
) -> None:
    dsn = database_url.replace("postgresql+psycopg", "postgresql")
    started: list[object] = []
    with psycopg.connect(dsn) as first:
        # The first is still making the queue's tables when the second finds none and begins to make them too.
        first.execute("CREATE TABLE huey_kv (queue text, key text, value bytea, PRIMARY KEY (queue, key))")
        second = Thread(target=lambda: started.append(jobs._storage(settings, database_url)))
        second.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        with psycopg.connect(dsn, autocommit=True) as watcher:
            while second.is_alive() and watcher.execute(waiting).fetchone() == (0,):
                time.sleep(0.02)
    second.join(20)
    assert len(started) == 1
