"""The ground every test stands on: a real PostgreSQL, and a fresh migrated database for each test that asks."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from foundation.app import create_app
from foundation.config import Settings, load_settings
from foundation.core import migrate, postgres
from foundation.core.db import db

TEMPLATE = "footing_template"
# Durability is tested where it matters, on servers of their own; here it would only wear the disk.
UNDURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n"


# What fails in CI must fail there again: the examples are the same in each run, and new ones are sought elsewhere.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    hypothesis.settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that the processes that share the tests end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """A fresh migrated database, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    maintenance = make_url(postgres_url).set(database="postgres")
    postgres.create_database(maintenance, name, template=TEMPLATE)
    yield maintenance.set(database=name).render_as_string(hide_password=False)
    postgres.drop_database(maintenance, name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test: tasks run at once, mail goes to files below the test's folder."""
    found = load_settings({"FOOTING_ENV": "test"}, tmp_path / "instance")
    return replace(found, database_url=database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application over a fresh database."""
    application = create_app(settings)
    with application.app_context():
        yield application
        db.session.remove() if hasattr(db.session, "remove") else db.session.close()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the test; what it adds must be committed for a request to see it."""
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script; forgery protection is off here and tested in its own place."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
