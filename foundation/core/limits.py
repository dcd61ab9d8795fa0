"""Rate limits by address; a person's own sign-in delay is kept with the accounts."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from foundation.config import Settings

limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def init_app(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, else in each process."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    limiter.init_app(app)
