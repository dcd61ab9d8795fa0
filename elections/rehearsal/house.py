"""A house for one rehearsal: its own database on the same server, migrated, and dropped at the end whatever happens."""

from __future__ import annotations

import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import URL

from foundation.config import Settings
from foundation.core import migrate, postgres
from foundation.core.context import footing
from foundation.core.db import db


def _house(settings: Settings, url: str, witness: str) -> Flask:
    """Return the application; it leaves no trace among what is kept of real elections."""
    own = replace(settings, database_url=url, immediate_jobs=True, witness_directory=Path(witness))
    return footing().create_app(own)


@contextmanager
def rehearsal_house(settings: Settings, server: URL, *, keep: bool) -> Iterator[Flask]:
    """Yield an application over a fresh database of `server`, in its context; drop the database unless it is kept."""
    # Asked to end, the process unwinds as when interrupted: nothing else would drop the database.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    name = f"rehearsal_{secrets.token_hex(6)}"
    maintenance = server.set(database="postgres")
    postgres.create_database(maintenance, name)
    try:
        url = server.set(database=name).render_as_string(hide_password=False)
        migrate.upgrade(url)
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as witness:
            app = _house(settings, url, witness)
            with app.app_context():
                try:
                    yield app
                finally:
                    db.session.close()
                    db.engine.dispose()
    finally:
        signal.signal(signal.SIGTERM, before)
        if not keep:
            postgres.drop_database(maintenance, name)
