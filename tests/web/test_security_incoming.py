"""What is sent to break us: too large, too deep, too long, said to be something else. Refused soon, and cheaply."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from foundation.core.access import PERMISSIONS_OF, Office, Permission, is_for_programs
from foundation.core.errors import Invalid
from foundation.core.incoming import ORDINARY, read_json
from tests.factories import Visitor, appoint, make_person, sign_in, visitor
from tests.program import token_of

SOON_SECONDS = 2.0
HOSTILE = {
    "ten million letters": b'{"project": "' + b"x" * 10_000_000 + b'"}',
    "five million numbers": b"[" + b"1," * 5_000_000 + b"1]",
    "a hundred thousand lists": b"[" * 100_000 + b"]" * 100_000,
    "a hundred thousand objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a hundred thousand lists, never ended": b"[" * 100_000,
    "a million digits": b'{"number": ' + b"9" * 1_000_000 + b"}",
    "an exponent of a million digits": b'{"number": 1e' + b"9" * 1_000_000 + b"}",
    "a string that never ends": b'{"a": "' + b'\\"' * 500_000,
    "half a character": b'{"a": "\\ud800"}',
    "a million empty strings": b"[" + b'"",' * 1_000_000 + b'""]',
    "bytes that are no text": b'{"a": "\xff\xfe"}',
    "a number that is none": b'{"number": NaN}',
    "the same key twice": b'{"project": "a", "project": "b"}',
}


def _addresses(app: Flask) -> Iterator[tuple[str, str, Permission | None]]:
    """Every method and address that takes JSON, with stand-ins for what it is about, and what it takes to be heard."""
    addresses = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            values = {name: "1" * 22 if name == "uuid" else 1 for name in rule.arguments}
            needed = app.view_functions[rule.endpoint].access.permission  # type: ignore[attr-defined]
            for method in (rule.methods or set()) & {"POST", "PUT"}:
                yield method, addresses.build(rule.endpoint, values), needed


@pytest.fixture
def everything(app: Flask, session: Session) -> tuple[Visitor, dict[Permission | None, str]]:
    """Somebody who holds each office: a browser, and for each permission a token that has it."""
    person = make_person(session)
    appoint(session, person, *Office)
    browser = visitor(app)
    sign_in(browser, person.address)
    tokens = {
        permission: token_of(session, person, office) for office in Office for permission in PERMISSIONS_OF[office]
    }
    return browser, {None: tokens[Permission.MEMBERS_REVIEW], **tokens}


def test_hostile_json_is_refused_soon_at_every_address(
    app: Flask, everything: tuple[Visitor, dict[Permission | None, str]]
) -> None:
    browser, tokens = everything
    asked = list(_addresses(app))
    assert len(asked) > 20
    for method, path, needed in asked:
        headers = {"Authorization": f"Bearer {tokens[needed]}"}
        for name, body in HOSTILE.items():
            begun = time.process_time()
            answer = browser.open(path, method=method, data=body, content_type="application/json", headers=headers)
            assert answer.status_code in {400, 401, 403, 404, 413, 415, 422}, (method, path, name, answer.text[:300])
            assert time.process_time() - begun < SOON_SECONDS, (method, path, name)
            assert answer.status_code != 403 or not is_for_programs(path), "these tokens are heard"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_takes_little_memory_even_where_large_files_are_taken(app: Flask, name: str) -> None:
    body, most = HOSTILE[name], 4 * len(HOSTILE[name]) + 8_000_000
    tracemalloc.start()
    try:
        with app.test_request_context(), pytest.raises(Invalid) as refused:
            # A long string is what a file is sent as; it costs its length, and is refused where none is awaited.
            read_json(body) and _too_long(body)
        assert refused.value.status in {400, 413, 422}
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def _too_long(body: bytes) -> None:
    raise Invalid("A file where none is awaited.", status=413 if len(body) > ORDINARY else 200)


@pytest.mark.parametrize(
    "text", ['"\\ud83d\\ude00"', '{"a": [1, -2.5, true, null, "[[[["]}', "[" * 32 + "]" * 32, "1e9"]
)
def test_honest_json_is_read(app: Flask, text: str) -> None:
    assert read_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_form_of_ten_megabytes_is_refused_before_anybody_reads_it(app: Flask, kind: str) -> None:
    begun = time.process_time()
    body = BytesIO(b"--x\r\n" + b"address=" + b"x" * 10_000_000)
    answer = visitor(app, forgery_protection=True).post("/account/sign-in", input_stream=body, content_type=kind)
    assert answer.status_code in {400, 413}
    assert time.process_time() - begun < SOON_SECONDS


def test_a_form_of_very_many_fields_is_refused(app: Flask) -> None:
    body = "&".join(f"f{number}=1" for number in range(200_000))
    answer = visitor(app).post("/account/sign-in", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {400, 413}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-7", ""]
)
def test_json_said_to_be_something_else_does_nothing(
    app: Flask, everything: tuple[Visitor, dict[Permission | None, str]], kind: str
) -> None:
    """A form of another site can send text/plain without asking the browser first."""
    browser, tokens = everything
    for method, path, needed in _addresses(app):
        headers = {"Authorization": f"Bearer {tokens[needed]}"}
        answer = browser.open(path, method=method, data=b'{"reason": "x"}', content_type=kind, headers=headers)
        assert answer.status_code >= 400, (method, path)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_and_no_field_makes_a_request_into_another(app: Flask, session: Session, name: str) -> None:
    person = make_person(session)
    browser = visitor(app)
    sign_in(browser, person.address)
    assert browser.get("/account/sign-out?_method=POST", headers={name: "POST"}).status_code == 405
    assert browser.get("/account/").status_code == 200
