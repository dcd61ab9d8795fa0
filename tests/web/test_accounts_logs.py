"""What is logged about accounts: each refusal once, and never a token, a password, an address or a name."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import PASSWORD, Visitor, letters, make_person, sign_in, visitor

ADA, EVE = "ada@example.org", "eve@example.org"
NEW = "a quite different sentence"


def _lines(capfd: pytest.CaptureFixture[str]) -> list[str]:
    return capfd.readouterr().err.splitlines()


def _tokens(session: Session, client: Visitor) -> list[str]:
    mailed = [token for letter in letters(session) if len(token := letter.path.rsplit("/", 1)[1]) > 40]
    cookies = [client.get_cookie(name) for name in ("session", "browser", "form")]
    return mailed + [cookie.value for cookie in cookies if cookie is not None]


def test_no_secret_is_in_the_logs_whatever_happens(
    app: Flask, session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    make_person(session, ADA, name="Ada Lovelace")
    client = visitor(app)
    for page in ("/account/sign-up", "/account/reset"):
        client.post(page, data={"address": EVE})
        client.post(page, data={"address": ADA})
    join, reset = letters(session, EVE)[0].path, letters(session, ADA)[0].path
    for path, data in ((join, {"display_name": "Eve", "password": "short"}), (reset, {"password": "password1234"})):
        assert client.post(path, data=data).status_code == 400
        client.get(path)
    client.post(join, data={"display_name": "Eve", "password": PASSWORD})
    client.post(reset, data={"password": NEW})
    for password in (PASSWORD, NEW):
        client.post("/account/sign-in", data={"address": ADA, "password": password})
    client.post("/account/password", data={"old": "guess", "new": NEW})
    client.get(join)
    written = "\n".join(_lines(capfd))
    assert written.count("refused") >= 5
    for secret in (*_tokens(session, client), PASSWORD, NEW, "password1234", ADA, EVE, "Lovelace"):
        assert secret not in written


def test_not_even_when_there_are_too_many_attempts_or_a_fault(
    app: Flask, session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    client = visitor(app)
    client.post("/account/sign-up", data={"address": EVE})
    path = letters(session)[0].path
    statuses = {client.post(path, data={}).status_code for _ in range(31)}
    assert statuses == {400, 429}
    session.execute(text("ALTER TABLE token RENAME TO mislaid"))
    session.commit()
    assert client.get(path).status_code == 500
    written = "\n".join(_lines(capfd))
    assert "fault" in written
    assert "/account/confirm/…" in written
    assert path.rsplit("/", 1)[1] not in written


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("/account/sign-up", {"address": "no address"}, "bad-form"),
        ("/account/sign-in", {"address": ADA, "password": "wrong"}, "wrong-credentials"),
        ("/account/confirm/" + "A" * 43, {}, "dead-link"),
        ("/account/password", {"old": "wrong", "new": NEW}, "wrong-credentials"),
        ("/account/password", {"old": PASSWORD, "new": "AdaLovelace1815"}, "weak-password"),
    ],
)
def test_each_refusal_is_logged_once_with_its_code(
    app: Flask, session: Session, capfd: pytest.CaptureFixture[str], path: str, data: dict[str, str], code: str
) -> None:
    make_person(session, ADA, name="Ada Lovelace")
    client = visitor(app)
    sign_in(client, ADA)
    _lines(capfd)
    assert client.post(path, data=data).status_code in {400, 410}
    refusals = [line for line in _lines(capfd) if "refused" in line]
    assert len(refusals) == 1
    assert code in refusals[0]
