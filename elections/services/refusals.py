"""The protocol's refusals in the house's words: a bad ballot, shuffle or key is the sender's, never our fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from elections.crypto.errors import Refusal, TooLarge
from foundation.core.errors import Invalid

TOO_LARGE = 413


@contextmanager
def as_invalid() -> Iterator[None]:
    """Turn a refusal of `elections.crypto` into Invalid with the same sentence and code (413 where it is too large)."""
    try:
        yield
    except Refusal as refusal:
        status = TOO_LARGE if isinstance(refusal, TooLarge) else None
        raise Invalid(str(refusal), code=refusal.code, status=status) from refusal
