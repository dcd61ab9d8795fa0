"""Where a board ends, for those who ask all the time: from memory as long as nothing was added, else from the database.

The witness knows of every event that a process of this machine added, before anybody is told of it. So what is in
memory is the newest if the witness says the same; what other machines added is seen after a second.

While a ballot is being written the witness is ahead of the database, and everybody has to ask. One of them asks for all
who were waiting when the statement began: what was committed before any of them came is in its answer.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from elections import board

SECONDS_KEPT = 1.0
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a board: the last event's height and SHA-256, and the archive's length in bytes."""

    height: int
    hash: str
    position: int


_KEPT: dict[str, tuple[float, Head]] = {}
_ASKING = Lock()


def head(session: Session, uuid: str) -> Head:
    """Return where the board ends, or raise NotFound before it begins."""
    came = time.monotonic()
    kept = _KEPT.get(uuid)
    if kept is not None and time.monotonic() - kept[0] < SECONDS_KEPT:
        seen = board.seen_of(uuid)
        if seen is not None and seen.event == kept[1].hash:
            return kept[1]
    with _ASKING:
        kept = _KEPT.get(uuid)
        return kept[1] if kept is not None and kept[0] > came else _asked(session, uuid)


def _asked(session: Session, uuid: str) -> Head:
    """Ask the database, and keep the answer with the moment before it was asked."""
    asked = time.monotonic()
    found = board.head_of(session, uuid)
    now = Head(found.height, found.hash, found.position)
    if len(_KEPT) >= MOST_KEPT:
        _KEPT.clear()
    _KEPT[uuid] = (asked, now)
    return now
