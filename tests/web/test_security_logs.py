"""A fault is logged with its place and never with the values it was about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.config import Settings
from foundation.core import jobs
from foundation.core.access import public
from foundation.core.db import db
from tests.factories import another_app, visitor

SECRET = "correct horse credential"
INTO = "INSERT INTO outbox_message (key, recipient, subject, text, created_at, attempts) VALUES "
STATEMENTS = {
    "a key that is there already": INTO + "(:secret, 'a', 'b', 'c', now(), 0), (:secret, 'a', 'b', 'c', now(), 0)",
    "a row that a constraint refuses": INTO + "('k', :secret, 'b', :secret, now(), -1)",
    "a value that is missing": INTO + "('k', :secret, 'b', :secret, NULL, 0)",
    "a statement that is wrong": "SELECT nothing FROM outbox_message WHERE key = :secret",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_the_database_refuses_is_logged_without_the_values(
    app: Flask, session: Session, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    @public
    def failing() -> str:
        db.session.execute(text(STATEMENTS[name]), {"secret": f"{SECRET}\nError: {SECRET}"})
        return ""

    app.add_url_rule("/failing", view_func=failing)
    answer = visitor(app).get("/failing")
    written = capfd.readouterr().err
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "outbox_message" in written
    assert "sqlalchemy.exc." in written
    assert "Traceback" in written
    assert "in failing" in written
    assert SECRET not in written


@pytest.fixture
def queued(settings: Settings) -> Iterator[Flask]:
    """The application with a queue, as it is where a worker runs."""
    with another_app(replace(settings, immediate_jobs=False)) as app:
        yield app
        app.extensions["jobs"].huey.storage.close()


def test_a_task_that_fails_in_the_worker_is_logged_once_and_without_the_values(
    queued: Flask,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing() -> None:
        db.session.execute(text(STATEMENTS["a row that a constraint refuses"]), {"secret": SECRET})

    monkeypatch.setitem(jobs.TASKS, "test.failing", failing)
    queued.extensions["jobs"].run("test.failing", [])
    huey = queued.extensions["jobs"].huey
    huey.execute(huey.dequeue())
    written = capfd.readouterr().err + caplog.text
    assert written.count("task failed") == 1
    assert written.count("Traceback") == 2, "the driver's error and what was made of it, once each"
    assert SECRET not in written


def test_what_cannot_be_queued_is_no_fault_for_it_is_committed_and_found_later(
    queued: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    storage = queued.extensions["jobs"].huey.storage
    with storage.db() as cursor:
        cursor.execute("ALTER TABLE huey_task RENAME TO mislaid")
    with queued.app_context():
        jobs.enqueue("mail.deliver")
    assert "task not queued" in capfd.readouterr().err
