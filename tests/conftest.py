"""The ground every test stands on: a real PostgreSQL, and a fresh migrated database for each test that asks."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import ORMExecuteState, Session

from foundation.app import create_app
from foundation.config import Settings, load_settings
from foundation.core import migrate, postgres
from foundation.core.db import db
from tests.databases import Databases
from tests.kept import keep_rules, keep_templates

TEMPLATE = "footing_template"
# Durability is tested where it matters, on servers of their own; here it would only wear the disk.
UNDURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n"


keep_rules()

# No example fails because the machine is busy. What fails in CI must fail there again: the examples are the same in
# each run there, and new ones are sought elsewhere.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that the processes that share the tests end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Leave all modules out of the search for garbage: it would look at each of them again and again."""
    gc.collect()
    gc.freeze()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that a server of another user can live in.

    It is not below pytest's: that one is closed to other users by every run that starts, and PostgreSQL, which
    refuses to be root, would lose its own data when two runs overlap.
    """
    home = Path(tempfile.mkdtemp(prefix="footing-test-"))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def server_home() -> Iterator[Path]:
    """A folder for a test's own server."""
    with open_folder() as home:
        yield home


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a session's own PostgreSQL, holding one migrated template database."""
    with open_folder() as home:
        yield from _template_server(home)


def _template_server(home: Path) -> Iterator[str]:
    postgres.initialise(home / "data", UNDURABLE)
    url = postgres.start(home / "data", TEMPLATE)
    migrate.upgrade(url)
    yield url
    postgres.stop(home / "data")


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    """Where each test's database comes from."""
    made = Databases(make_url(postgres_url).set(database="postgres"), TEMPLATE)
    yield made
    made.give_up()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """A migrated database that is as the migrations leave it."""
    return databases.take().render_as_string(hide_password=False)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test: tasks run at once, mail goes to files below the test's folder."""
    found = load_settings({"FOOTING_ENV": "test"}, tmp_path / "instance")
    return replace(found, database_url=database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application over a fresh database."""
    application = keep_templates(create_app(settings))
    with application.app_context():
        yield application
        db.session.remove() if hasattr(db.session, "remove") else db.session.close()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the test; what it adds must be committed for a request to see it."""
    own = threading.get_ident()

    def stay(_execution: ORMExecuteState) -> None:
        # A row whose values had expired would be read again through this session, whichever thread looks at it.
        assert threading.get_ident() == own, "a thread looks at a row of the test's own session"

    event.listen(db.session, "do_orm_execute", stay)
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script; forgery protection is off here and tested in its own place."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
