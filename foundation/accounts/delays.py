"""How long the next sign-in must wait after failures.

Failures are counted apart for each *bucket*: one for an address tried from browsers unknown to it, and one for each
browser that has signed in with it before. So a stranger who guesses makes other strangers wait, and the owner, at their
own browser, does not. Resetting the password by mail makes a browser known. This is the device-cookie scheme of OWASP's
"Slow Down Online Guessing Attacks with Device Cookies".
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


def bucket_of_address(canonical: str) -> bytes:
    """Return the bucket of an address, hashed: what people mistype there is sometimes their password."""
    return hashlib.sha256(b"footing sign-in address\n" + canonical.encode(errors="surrogatepass")).digest()


def bucket_of_browser(nonce: str) -> bytes:
    """Return the bucket of one browser known to an address."""
    return hashlib.sha256(b"footing sign-in browser\n" + nonce.encode()).digest()


def wait_left(failures: int, last_failed_at: datetime, now: datetime) -> timedelta:
    """Return how long the bucket still waits: nothing for five failures, then 30 seconds, doubling to 15 minutes."""
    if failures < FREE_FAILURES or is_forgotten(last_failed_at, now):
        return timedelta(0)
    # The exponent is bounded so that a number of failures however large stays cheap.
    doublings = min(failures - FREE_FAILURES, 10)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return max(last_failed_at + wait - now, timedelta(0))


def is_forgotten(last_failed_at: datetime, now: datetime) -> bool:
    """Tell whether failures are so old that they no longer count."""
    return now - last_failed_at >= FORGOTTEN_AFTER
