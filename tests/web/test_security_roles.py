"""The role that serves in production: it runs elections, and can touch nothing that protects them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation.config import Settings
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.jobs import Queue
from tests.election_factories import opened
from tests.factories import another_app, in_context, official, visitor

ROLE = "footing_serving"
FORBIDDEN = (
    "ALTER TABLE register_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER register_only_grows ON register_entry",
    "TRUNCATE register_entry",
    "DROP TABLE board_record CASCADE",
    "CREATE TABLE public.own (a int)",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM register_entry",
    "UPDATE board_record SET sha256 = sha256",
)


def grant(app: Flask, role: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["db", "grant", role])
    return done.exit_code, done.output


@pytest.fixture
def serving(app: Flask, session: Session, settings: Settings) -> Iterator[Flask]:
    """The application as the role that owns nothing, with a queue; the owner has made the queue's tables."""
    session.execute(text(f"DROP ROLE IF EXISTS {ROLE}"))
    session.execute(text(f"CREATE ROLE {ROLE} LOGIN"))
    session.commit()
    with another_app(replace(settings, immediate_jobs=False)) as owners:
        _close_queue(owners)
    assert grant(app, ROLE)[0] == 0
    url = make_url(settings.database_url or "").set(username=ROLE).render_as_string(hide_password=False)
    with another_app(replace(settings, database_url=url, immediate_jobs=False)) as other:
        yield other
        _close_queue(other)
    session.execute(text(f"DROP OWNED BY {ROLE}"))
    session.execute(text(f"DROP ROLE {ROLE}"))
    session.commit()


def _close_queue(app: Flask) -> None:
    queue: Queue = app.extensions["jobs"]
    queue.huey.storage.close()


def test_it_runs_an_election_and_queues_tasks(serving: Flask) -> None:
    def work() -> str:
        assert db.session.execute(text("SELECT current_user")).scalar_one() == ROLE
        official(db.session, Office.ELECTION_OFFICIAL)
        return opened(db.session).uuid

    uuid = in_context(serving, work)
    queue: Queue = serving.extensions["jobs"]
    queue.run("mail.deliver", [])
    assert queue.huey.pending_count() == 1
    for path in ("/", "/register", "/elections/", f"/elections/{uuid}/", "/members/", "/sponsors/"):
        assert visitor(serving).get(path, follow_redirects=True).status_code in {200, 404}, path


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_it_can_change_nothing_that_protects_the_records(serving: Flask, statement: str) -> None:
    def attempt() -> str:
        opened(db.session)
        with pytest.raises(DBAPIError) as refused:
            db.session.execute(text(statement))
        db.session.rollback()
        return str(refused.value.orig.sqlstate)

    # Insufficient privilege, or the trigger's refusal.
    assert in_context(serving, attempt) in {"42501", "23001"}


def test_who_is_no_role_or_owns_the_tables_is_refused(app: Flask, session: Session) -> None:
    owner = session.execute(text("SELECT current_user")).scalar_one()
    assert grant(app, "nobody_at_all")[0] == 2
    assert "no role called" in grant(app, "nobody_at_all")[1]
    assert "nothing could be kept" in grant(app, owner)[1]
