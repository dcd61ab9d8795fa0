"""Stripe's webhook signature, from its published description ("Verify webhook signatures manually", scheme v1).

The header is `t=<seconds>,v1=<hex>,…`; each v1 is HMAC-SHA-256 over `<seconds>.<body>` with the endpoint's secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
TIME = re.compile(r"[0-9]{1,12}")
LONGEST_HEADER = 2000


class BadSignature(Exception):
    """The event does not come from the provider, or too late; the sentence says which."""


def verify(body: bytes, header: str, secret: str, *, now: datetime) -> None:
    """Raise BadSignature unless the provider signed exactly these bytes within the last five minutes."""
    stamp, signatures = _parts(header)
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    # Several may stand there while a secret is being replaced; each is compared in constant time.
    if not any([hmac.compare_digest(expected.encode(), each.encode()) for each in signatures]):  # noqa: C419
        raise BadSignature("The signature does not fit.")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise BadSignature("The signature is too old.")


def sign(body: bytes, secret: str, *, at: datetime) -> str:
    """Return the header as the provider would send it; for tests and for replaying recorded events."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={hmac.new(secret.encode(), f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def _parts(header: str) -> tuple[str, list[str]]:
    pairs = [part.strip().partition("=") for part in header[:LONGEST_HEADER].split(",")]
    stamps = [value for name, _equals, value in pairs if name == "t"]
    signatures = [value for name, _equals, value in pairs if name == "v1"]
    if len(stamps) != 1 or not TIME.fullmatch(stamps[0]) or not signatures:
        raise BadSignature("The signature's header cannot be read.")
    return stamps[0], signatures
