"""The register grows and does nothing else; whoever changes it is found out."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import Session

from foundation.core import register
from foundation.core.db import db

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def fill(session: Session, count: int) -> None:
    for number in range(count):
        register.enter(
            session, act="motion.carried", by="Ada", now=NOW, subject=f"Motion {number}", facts={"n": number}
        )
    session.commit()


def test_entries_are_chained_and_verify(session: Session) -> None:
    fill(session, 3)
    session.expire_all()
    assert register.verify_chain(session) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_entry SET facts = '{}' WHERE seq = 1",
        "DELETE FROM register_entry WHERE seq = 2",
        "TRUNCATE register_entry",
    ],
)
def test_the_database_itself_refuses_to_change_the_register(session: Session, statement: str) -> None:
    fill(session, 2)
    with pytest.raises((IntegrityError, InternalError, OperationalError), match="only grows"):
        session.execute(text(statement))
    session.rollback()
    assert register.verify_chain(session) == 2


@pytest.mark.parametrize("column", ["facts", "act", "subject", "by", "at", "previous", "hash"])
def test_a_change_made_behind_the_trigger_is_found(session: Session, column: str) -> None:
    fill(session, 3)
    changed = {"at": "now()", "facts": "'{}'", "previous": f"'{'1' * 64}'", "hash": f"'{'2' * 64}'"}
    session.execute(text("ALTER TABLE register_entry DISABLE TRIGGER register_only_grows"))
    value = changed.get(column, "'other'")
    session.execute(text(f"UPDATE register_entry SET {column} = {value} WHERE seq = 2"))  # noqa: S608
    session.expire_all()
    with pytest.raises(register.BrokenRegister, match=r"Entry [23] "):
        register.verify_chain(session)


def test_writers_at_the_same_time_make_one_chain(app: Flask, session: Session) -> None:
    def write() -> None:
        with app.app_context():
            fill(db.session, 5)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert register.verify_chain(session) == 20


def test_anyone_reads_the_register_page_by_page(client: FlaskClient, session: Session) -> None:
    fill(session, 60)
    first = client.get("/register").text
    assert "Motion 59" in first
    assert "— Motion 9</h2>" not in first
    assert "page=2" in first
    assert "— Motion 9</h2>" in client.get("/register?page=2").text


def test_an_empty_register_says_so(client: FlaskClient) -> None:
    assert "still empty" in client.get("/register").text


def test_a_search_finds_facts_and_tells_when_there_is_nothing(client: FlaskClient, session: Session) -> None:
    fill(session, 3)
    assert "Motion 2" in client.get("/register?q=motion 2").text
    assert "Nothing matches" in client.get("/register?q=%25unheard").text
