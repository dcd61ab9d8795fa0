"""A process of its own that casts and counts, and can be killed with SIGKILL at any statement it sends.

`python -m tests.faulty_process` reads orders as JSON lines and answers each with a JSON line. It loads the application
once and forks for each order, so that a hundred deaths take seconds. The application's connections are made after the
fork, one child's death is nobody else's.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
WRITES = ("INSERT", "UPDATE", "DELETE", "SELECT SET_CONFIG")


class Killer:
    """Kills this process before or after its n-th write or commit, both counted together from 1."""

    def __init__(self, number: int, *, after: bool, every_statement: bool) -> None:
        self.left, self.after, self.every_statement = number, after, every_statement

    def before_statement(self, *arguments: Any) -> None:
        if self._counts(arguments[2]):
            self._moment(after=False)

    def after_statement(self, *arguments: Any) -> None:
        if self._counts(arguments[2]):
            self._moment(after=True)

    def before_commit(self, _: Any) -> None:
        self._moment(after=False)

    def after_commit(self, _: Any) -> None:
        self._moment(after=True)

    def _counts(self, statement: str) -> bool:
        return self.every_statement or statement.lstrip().upper().startswith(WRITES)

    def _moment(self, *, after: bool) -> None:
        if after != self.after:
            return
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(killer: Killer) -> None:
    """Let the killer see what this process sends to the database."""
    event.listen(Engine, "before_cursor_execute", killer.before_statement)
    event.listen(Engine, "after_cursor_execute", killer.after_statement)
    event.listen(Engine, "commit", killer.before_commit)
    event.listen(Session, "after_commit", killer.after_commit)


def post_ballot(app: Flask, order: dict[str, Any]) -> dict[str, Any]:
    """Cast a ballot over the endpoint, as a voter who is signed in; return what a browser is told."""
    client = app.test_client()
    client.set_cookie("session", order["token"])
    answer = client.post(
        f"/api/elections/{order['uuid']}/ballots", data=order["ballot"].encode(), content_type="application/json"
    )
    return {"status": answer.status_code, "body": answer.get_json()}


def cast_many(app: Flask, order: dict[str, Any]) -> dict[str, Any]:
    """Cast many ballots of one voter through the service; return the receipts and the refusals' codes."""
    from elections.services import casting
    from foundation.accounts.models import Person
    from foundation.core.db import db
    from foundation.core.errors import Refusal

    receipts, refusals = [], []
    with app.app_context():
        for ballot in order["ballots"]:
            person = db.session.get(Person, order["person"])
            assert person is not None
            try:
                receipt = casting.cast(db.session, order["uuid"], ballot.encode(), person=person)
                db.session.commit()
                receipts.append([receipt.tracker, receipt.height, receipt.event])
            except Refusal as refusal:
                db.session.rollback()
                refusals.append(refusal.code)
    return {"receipts": receipts, "refusals": refusals}


def close(app: Flask, order: dict[str, Any]) -> dict[str, Any]:
    """Close the vote through the service."""
    from elections.services import voting
    from foundation.core import clock
    from foundation.core.db import db

    with app.app_context():
        voting.close_voting(db.session, order["uuid"], by="a test", now=clock.now())
        db.session.commit()
    return {}


def advance(app: Flask, order: dict[str, Any]) -> dict[str, Any]:
    """Do all that the server can do for the election."""
    from elections import jobs

    with app.app_context():
        jobs.advance(order["uuid"])
    return {}


ACTS = {"post_ballot": post_ballot, "cast_many": cast_many, "close": close, "advance": advance}


def _run(app: Flask, order: dict[str, Any], answer: int) -> None:
    """In the child: act, and leave what came of it in the pipe; a child that is killed leaves nothing."""
    if order.get("kill"):
        arm(Killer(order["kill"], after=order["after"], every_statement=order.get("every_statement", False)))
    done = ACTS[order["act"]](app, order)
    os.write(answer, json.dumps(done).encode())
    os._exit(0)


def _fork(app: Flask, order: dict[str, Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            _run(app, order, writing)
        finally:
            os._exit(1)
    os.close(writing)
    return pid, reading


def _outcome(pid: int, reading: int) -> dict[str, Any]:
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status)
    return {"killed": killed, "failed": not killed and status != 0, "said": json.loads(said) if said else None}


def main() -> None:
    """Answer orders until there are no more; an order that is a list is carried out at the same time."""
    from foundation.app import create_app
    from foundation.config import load_settings

    settings = load_settings({"FOOTING_ENV": "test", "DATABASE_URL": sys.argv[1]}, Path(sys.argv[2]))
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    print("ready", flush=True)
    for line in sys.stdin:
        orders = json.loads(line)
        children = [_fork(app, order) for order in orders]
        print(json.dumps([_outcome(*child) for child in children]), flush=True)


class Mortal:
    """The process as a test sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def together(self, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Carry out orders at the same time, each in a process of its own; return what came of each."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(orders) + "\n")
        self.process.stdin.flush()
        answers: list[dict[str, Any]] = json.loads(self.process.stdout.readline())
        return answers

    def order(self, act: str, **facts: Any) -> dict[str, Any]:
        """Carry out one order in a process of its own."""
        return self.together([{"act": act, **facts}])[0]


@contextmanager
def mortal_process(database_url: str, instance: Path) -> Iterator[Mortal]:
    """Start the process over a database and an instance's secrets, and end it afterwards."""
    command = [sys.executable, "-m", "tests.faulty_process", database_url, str(instance)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Mortal(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)


if __name__ == "__main__":
    main()
