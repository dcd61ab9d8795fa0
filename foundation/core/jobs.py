"""Work that outlives a request: huey on PostgreSQL by default, Redis where configured, at once in tests.

A task takes plain values, runs inside an application context, and is idempotent: the database says what is left to do,
so a task that is lost or runs twice changes nothing that a periodic task does not mend.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey
from psycopg.errors import UniqueViolation
from sqlalchemy.engine import make_url

from foundation.config import Settings
from foundation.core.db import db
from foundation.core.logs import get_logger

log = get_logger()
Task = Callable[..., None]
TASKS: dict[str, Task] = {}


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that runs every so often in the worker."""

    name: str
    every: timedelta


PERIODIC: list[Periodic] = []


def task(name: str, *, every: timedelta | None = None) -> Callable[[Task], Task]:
    """Register a function as the task `name`, run also every so often when told."""

    def register(function: Task) -> Task:
        TASKS[name] = function
        if every is not None:
            PERIODIC.append(Periodic(name, every))
        return function

    return register


def run(name: str, *arguments: Any) -> None:
    """Run a task here and now; a failure is logged and raised, and what it wrote is rolled back."""
    try:
        TASKS[name](*arguments)
    except Exception as error:
        db.session.rollback()
        log.error("task failed", task=name, arguments=list(arguments), exc_info=error)
        raise


def enqueue(name: str, *arguments: Any) -> None:
    """Ask for a task; call it after the commit that the task is to see."""
    if name not in TASKS:
        raise LookupError(f"There is no task called {name}.")
    queue: Queue | None = current_app.extensions["jobs"]
    if queue is None:
        run(name, *arguments)
    else:
        try:
            queue.run(name, list(arguments))
        except Exception as error:
            # What the task is to see is committed; to say that nothing was stored would be wrong, and a periodic task
            # finds what is left to do.
            log.error("task not queued", task=name, kind=type(error).__name__)


class Queue:
    """The worker's queue of one application."""

    def __init__(self, app: Flask, settings: Settings, database_url: str) -> None:
        self.huey = _storage(settings, database_url)

        def in_context(name: str, arguments: list[Any]) -> None:
            # What fails is in the log already; huey would write it there again, with the values of the row at fault.
            with app.app_context(), suppress(Exception):
                run(name, *arguments)

        self.run = self.huey.task(name="run")(in_context)
        for periodic in PERIODIC:
            self._schedule(app, periodic)

    def _schedule(self, app: Flask, periodic: Periodic) -> None:
        seconds = int(periodic.every.total_seconds())
        due = {"at": 0.0}

        def is_due(moment: Any) -> bool:
            # huey asks once a minute at most; a period shorter than that means at each asking.
            stamp = moment.timestamp()
            if stamp < due["at"]:
                return False
            due["at"] = stamp + seconds
            return True

        def work() -> None:
            with app.app_context(), suppress(Exception):
                run(periodic.name)

        self.huey.periodic_task(is_due, name=f"periodic {periodic.name}")(work)


def _storage(settings: Settings, database_url: str) -> Huey:
    if settings.redis_url:
        return RedisHuey("footing", url=settings.redis_url, results=False)
    dsn = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return PostgresHuey("footing", dsn=dsn, results=False, create_tables=_are_tables_missing(dsn))
    except UniqueViolation:
        # Processes that start at the same time all make its tables; "if not exists" does not keep them apart.
        return PostgresHuey("footing", dsn=dsn, results=False)


def _are_tables_missing(dsn: str) -> bool:
    """Tell whether the queue has no tables yet: in production the role that serves could not make any."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT to_regclass('huey_counter') IS NULL").fetchone() == (True,)


def init_app(app: Flask, settings: Settings, database_url: str) -> None:
    """Give the application its queue, or none when tasks run at once."""
    app.extensions["jobs"] = None if settings.immediate_jobs else Queue(app, settings, database_url)
