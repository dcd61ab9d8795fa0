"""Structured logs, one line an event, without secrets: struck by the name of their key, and out of what failed."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError

SECRET_KEYS = re.compile(
    r"password|secret|token|credential|private|sealing|cookie|authorization|ranking|choice|csrf", re.IGNORECASE
)
STRUCK = "[struck]"


def strike_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every key that names a secret, at any depth."""
    return {key: STRUCK if SECRET_KEYS.search(key) else _struck(value) for key, value in event.items()}


def failure_in_words(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Return the tracebacks of an exception and of what led to it, the database's errors without any value."""
    return "".join(reversed([*_tracebacks(exc_info[1])])).rstrip("\n")


def _tracebacks(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        yield f"Traceback (most recent call last):\n{frames}{type(error).__module__}.{_told(error)}\n"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    """Return an error's name and message; PostgreSQL's message holds the row or the key that it refused."""
    name = type(error).__qualname__
    if not isinstance(error, DBAPIError | psycopg.Error):
        return f"{name}: {error}"
    cause = error.orig if isinstance(error, DBAPIError) else error
    diagnostics = getattr(cause, "diag", None)
    known = {
        each: getattr(diagnostics, each, None) for each in ("sqlstate", "table_name", "column_name", "constraint_name")
    }
    statement = error.statement if isinstance(error, DBAPIError) else None
    facts = [f"{each}={value}" for each, value in (known | {"statement": statement}).items() if value]
    return f"{name}: {', '.join(facts)}"


def _struck(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: STRUCK if SECRET_KEYS.search(str(key)) else _struck(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(inner) for inner in value]
    return value


def configure(*, json_lines: bool) -> None:
    """Write logs to standard error: JSON lines for machines, plain lines for a person at a terminal."""
    renderer: Any = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(failure_in_words),
            strike_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_StandardError,
        cache_logger_on_first_use=False,
    )


class _StandardError:
    """Looks standard error up at each line, so that a test or a daemon that replaces it gets what follows."""

    def __init__(self, *_: Any) -> None:
        self.msg = self.info = self.warning = self.error = self.critical = self.debug = self._write

    @staticmethod
    def _write(message: str) -> None:
        sys.stderr.write(message + "\n")


def get_logger() -> Any:
    """Return the logger; call it with an event's name and its facts as keywords."""
    return structlog.get_logger()
