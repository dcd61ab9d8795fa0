"""Structured logs, one line an event, from which secrets are struck by the name of their key."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_KEYS = re.compile(
    r"password|secret|token|credential|private|sealing|cookie|authorization|ranking|choice|csrf", re.IGNORECASE
)
STRUCK = "[struck]"


def strike_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every key that names a secret, at any depth."""
    return {key: STRUCK if SECRET_KEYS.search(key) else _struck(value) for key, value in event.items()}


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
            structlog.processors.format_exc_info,
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
