"""A fault is logged with its place and never with the values it was about."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.core.access import public
from foundation.core.db import db
from tests.factories import visitor

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
