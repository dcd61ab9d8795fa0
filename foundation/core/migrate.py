"""Bring a database to the newest schema: numbered Alembic scripts in foundation/migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def configuration(database_url: str) -> Config:
    """Return Alembic's configuration for the database; no ini file is needed."""
    config = Config()
    # Alembic loads every file beside the scripts as a script, so its own entry lives one folder down.
    config.set_main_option("script_location", str(SCRIPTS / "environment"))
    config.set_main_option("version_locations", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Apply every script that has not been applied yet, each in its own transaction."""
    command.upgrade(configuration(database_url), "head")
