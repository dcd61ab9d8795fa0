"""What the server does by itself: closing at the announced time, and its part of mixing and decrypting."""

from __future__ import annotations


def advance(uuid: str) -> None:
    """Do what the server can do next for this election, again and again until it waits for a person; idempotent."""
    raise NotImplementedError
