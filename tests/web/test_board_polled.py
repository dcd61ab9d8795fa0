"""A board that many poll: who has the newest costs nothing, and nobody is told of an older end than a receipt names."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event, Lock, Semaphore
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from elections import board
from elections.services import heads
from foundation.config import Settings
from foundation.core.db import db
from tests.election_factories import Ready, opened
from tests.factories import Visitor, another_app, sign_in, visitor


@pytest.fixture
def ready(session: Session) -> Ready:
    return opened(session, voters=1)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def end(reader: Visitor, ready: Ready) -> dict[str, Any]:
    answer: dict[str, Any] = reader.get(f"/api/elections/{ready.uuid}/last-event").get_json()
    return answer


def post(app: Flask, ready: Ready) -> dict[str, Any]:
    voter = visitor(app)
    sign_in(voter, "voter0@example.org")
    answer = voter.post(f"/api/elections/{ready.uuid}/ballots", data=ready.ballot(0), content_type="application/json")
    assert answer.status_code == 201
    receipt: dict[str, Any] = answer.get_json()
    return receipt


def test_asking_again_asks_the_database_nothing(app: Flask, ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "SECONDS_KEPT", 60)
    reader = visitor(app)
    first = end(reader, ready)
    with statements() as asked:
        assert end(reader, ready) == first
        for path in ("last-event", "archive", "ballots", "ballots?limit=5", "audit-cache"):
            url = f"/api/elections/{ready.uuid}/{path}"
            answer = reader.get(url, headers={"If-None-Match": f'"{first["hash"]}"'})
            assert (answer.status_code, answer.data) == (304, b"")
            assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (
                f'"{first["hash"]}"',
                "public, no-cache",
            )
    assert asked == []


def test_a_ballot_is_seen_as_soon_as_its_receipt_is_given_whichever_process_took_it(
    settings: Settings, app: Flask, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "SECONDS_KEPT", 60)
    with another_app(settings) as other:
        for _ in range(3):
            receipt = post(other, ready)
            seen = end(visitor(app), ready)
            assert (seen["height"], seen["hash"]) == (receipt["height"], receipt["event"])


def test_a_ballot_that_another_machine_took_is_seen_after_a_moment(
    settings: Settings, app: Flask, ready: Ready, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(heads, "SECONDS_KEPT", 60)
    before = end(visitor(app), ready)
    with another_app(replace(settings, witness_directory=tmp_path / "elsewhere")) as other:
        receipt = post(other, ready)
    assert end(visitor(app), ready) == before
    monkeypatch.setattr(heads, "SECONDS_KEPT", 0)
    assert end(visitor(app), ready)["hash"] == receipt["event"]


def test_what_is_kept_in_memory_is_bounded(app: Flask, ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "MOST_KEPT", 3)
    monkeypatch.setattr(heads, "_KEPT", {f"{number}": (0.0, heads.Head(0, "", 0)) for number in range(3)})
    assert end(visitor(app), ready)["height"] == 0
    assert list(heads._KEPT) == [ready.uuid]


class CountedLock:
    """A lock that says how many have come to it, each before it waits."""

    def __init__(self) -> None:
        self.come = Semaphore(0)
        self._lock = Lock()

    def __enter__(self) -> None:
        self.come.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_one_asks_for_all_who_came_before_it_asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is asking when five more come: one of these asks again, for the first may have asked too early."""
    asking, go_on, lock, answers = Event(), Event(), CountedLock(), Queue[int]()

    def answer(_session: Session, _uuid: str) -> heads.Head:
        number = answers.qsize()
        answers.put(number)
        asking.set()
        assert go_on.wait(60)
        return heads.Head(number, str(number), 0)

    monkeypatch.setattr(board, "head_of", answer)
    monkeypatch.setattr(board, "seen_of", lambda _uuid: None)
    monkeypatch.setattr(heads, "_ASKING", lock)
    monkeypatch.setattr(heads, "_KEPT", {})
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(heads.head, session, "u")
        assert asking.wait(60)
        others = [pool.submit(heads.head, session, "u") for _ in range(5)]
        for _ in range(6):
            assert lock.come.acquire(timeout=60)
        go_on.set()
        assert first.result().height == 0
        assert {each.result().height for each in others} == {1}
    assert answers.qsize() == 2
