"""The database: one PostgreSQL, typed models, and times that always carry a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from inspect import iscoroutinefunction
from typing import Any

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.dialects.postgresql import INTERVAL
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

db = SQLAlchemy(
    # The values of a statement that failed would stand in the log with the fault: names, addresses, credentials.
    # There is a connection for each thread (gunicorn.conf.py) and one to spare, as a request may need a second one.
    engine_options={"pool_pre_ping": True, "pool_size": 5, "max_overflow": 20, "hide_parameters": True},
    session_options={"expire_on_commit": False},
)


class Base(DeclarativeBase):
    """The base of every model; constraints are named so that a breach can be told in words."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; a time without a zone is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Let a time and an interval be added: the interval is none of this type."""
        return INTERVAL() if isinstance(value, timedelta) else super().coerce_compared_value(op, value)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware time to UTC on its way in, or raise ValueError."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment in UTC whatever zone the connection is set to."""
        del dialect
        return None if value is None else value.astimezone(UTC)


def init_app(app: Flask) -> None:
    """Connect the application; it has no asynchronous sessions, so nothing need be closed in an event loop."""
    db.init_app(app)
    # Left in place, this would start an event loop after every request for sessions that never exist.
    asynchronous = [closing for closing in app.teardown_appcontext_funcs if iscoroutinefunction(closing)]
    for closing in asynchronous:
        app.teardown_appcontext_funcs.remove(closing)


def text_enum(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores the values of `kind` as text under a named CHECK constraint."""

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    name = "".join(("_" + c.lower()) if c.isupper() else c for c in kind.__name__).lstrip("_")
    return Enum(kind, native_enum=False, create_constraint=True, values_callable=values, name=name, length=40)


def is_breach(error: Any, constraint: str) -> bool:
    """Tell whether an IntegrityError is the breach of the named constraint."""
    diagnostics = getattr(getattr(error, "orig", None), "diag", None)
    return getattr(diagnostics, "constraint_name", None) == constraint
