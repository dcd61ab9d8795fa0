"""The real application behind a real socket, for tests with Chromium and with other people's programs.

Import the fixture where it is wanted: `from tests.live import live_server`. Forms keep their protection, mail goes to
the outbox, tasks run at once. What a test puts into the database is committed by the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from foundation.accounts.recognition import SESSION_COOKIE
from foundation.config import Settings
from foundation.core.db import db
from tests.factories import another_app, in_context, sign_in, visitor
from tests.server import answering, free_port

T = TypeVar("T")


@dataclass(frozen=True)
class LiveServer:
    """A running application and the address it answers at."""

    app: Flask
    url: str

    def run(self, work: Callable[[Session], T]) -> T:
        """Do something with a database session of the application, and return what it returns."""
        return in_context(self.app, lambda: work(db.session))

    def sign_in(self, context: BrowserContext, email: str) -> None:
        """Let a browser be signed in as whoever has the address, without the page."""
        token = sign_in(visitor(self.app, forgery_protection=True), email)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.url}])


@contextmanager
def serving(settings: Settings) -> Iterator[LiveServer]:
    """Serve the application with these settings at a port of its own, for as long as the block lasts."""
    with (
        free_port() as (listening, url),
        another_app(replace(settings, base_url=url)) as app,
        answering(app, listening),
    ):
        yield LiveServer(app, url)


@pytest.fixture
def live_server(settings: Settings) -> Iterator[LiveServer]:
    """Serve the application over a fresh migrated database, at a port of its own."""
    with serving(settings) as server:
        yield server
