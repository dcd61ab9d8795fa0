"""Rate limits by address; a person's own sign-in delay is kept with the accounts."""

from __future__ import annotations

import math

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from foundation.config import Settings
from foundation.core import clock

limiter = Limiter(key_func=get_remote_address, headers_enabled=False)

LONGEST_SECONDS = 3600
USUAL_SECONDS = 60


def seconds_left() -> int:
    """Return after how many seconds this request's limit lets another one through; where none is known, a minute."""
    if limiter.current_limit is None:
        return USUAL_SECONDS
    return min(max(1, math.ceil(limiter.current_limit.reset_at - clock.now().timestamp())), LONGEST_SECONDS)


def init_app(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, else in each process."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    limiter.init_app(app)
