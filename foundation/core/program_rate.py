"""How often a program may ask: each token has a limit of its own, so that none keeps another, or a browser, waiting."""

from __future__ import annotations

import hashlib
import math

from flask import Response, after_this_request, request
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from foundation.core import clock
from foundation.core.access import current_person_or_none
from foundation.core.errors import TooMany
from foundation.core.limits import limiter

RATE = "600 per minute"
ALLOWED: RateLimitItem = parse(RATE)


def limit() -> None:
    """Count this request for its token, or for its address where it brings none; raise TooMany where it is too many."""
    asks = _who_asks()
    if not limiter.enabled or limiter.limiter.hit(ALLOWED, "program", asks):
        return
    again = limiter.limiter.get_window_stats(ALLOWED, "program", asks).reset_time
    seconds = max(1, math.ceil(again - clock.now().timestamp()))
    after_this_request(lambda response: _retry_after(response, seconds))
    raise TooMany(_("This program asks too often. Nothing was done; ask again in %(num)s seconds.", num=seconds))


def _who_asks() -> str:
    """Return what is counted; of a token, its hash: the storage need not know it."""
    given = request.authorization
    if given is None or not given.token or current_person_or_none() is None:
        return f"address {get_remote_address()}"
    return f"token {hashlib.sha256(given.token.encode('utf-8', 'replace')).hexdigest()}"


def _retry_after(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response
