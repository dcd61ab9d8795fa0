"""Where a crowd comes: so many requests are worked on at once, so many wait for their turn, the others are sent away.

Whoever is sent away costs next to nothing: neither the session nor the database is asked, and nothing is checked but
that the request comes from a page of ours. A body is read before its place is taken, so that a slow line holds none.
Each is told another moment to come back, one turn after the one before, so that they do not all come together again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from foundation.config import BALLOTS_AT_WORK, Settings
from foundation.core.errors import Busy

View = TypeVar("View", bound=Callable[..., Any])
PATIENCE_SECONDS = 2.0
SOONEST_SECONDS, LONGEST_SECONDS = 2, 30
# How long a turn takes is learnt from the last few; until then this is assumed.
USUAL_TURN_SECONDS, LAST_FEW = 0.08, 16


class Turns:
    """The places in one process: `at_work` of them, and `waiting` behind these; nobody waits longer than `patience`."""

    def __init__(self, at_work: int, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience = PATIENCE_SECONDS
        self._places = BoundedSemaphore(at_work + waiting)
        self._at_work = BoundedSemaphore(at_work)
        self._clock, self._guard = clock, Lock()
        self._side_by_side, self._turn_seconds = at_work, USUAL_TURN_SECONDS
        self._last_promised = 0.0

    def take(self, busy: Callable[[int], Busy]) -> float:
        """Return when it is one's turn, with its beginning; raise what `busy` makes of the seconds to stay away.

        That is where no more may wait, or one has waited too long.
        """
        if not self._places.acquire(blocking=False):
            raise busy(self._promise())
        if not self._at_work.acquire(timeout=self.patience):
            self._places.release()
            raise busy(self._promise())
        return self._clock()

    def leave(self, begun: float) -> None:
        """Let the next one begin."""
        with self._guard:
            self._turn_seconds += (self._clock() - begun - self._turn_seconds) / LAST_FEW
        self._at_work.release()
        self._places.release()

    def _promise(self) -> int:
        """Promise the turn after the one promised last, and return in how many seconds that is."""
        with self._guard:
            now = self._clock()
            turn = max(self._last_promised, now + SOONEST_SECONDS) + self._turn_seconds / self._side_by_side
            # Where more come than can be served soon, they are spread over the later half, round and round.
            self._last_promised = turn if turn <= now + LONGEST_SECONDS else now + LONGEST_SECONDS / 2
            return math.ceil(self._last_promised - now)


def in_turn(busy: Callable[[int], Busy]) -> Callable[[View], View]:
    """Declare that requests of an endpoint take turns, and how one is refused for which there is no place."""

    def declare(view: View) -> View:
        view.busy = busy  # type: ignore[attr-defined]
        return view

    return declare


def turns() -> Turns:
    """Return the running application's places."""
    found: Turns = current_app.extensions["turns"]
    return found


def _take() -> None:
    busy = getattr(current_app.view_functions.get(request.endpoint or ""), "busy", None)
    if busy is not None:
        request.get_data()
        g.turn_began = turns().take(busy)


def _leave(_error: BaseException | None) -> None:
    begun = g.pop("turn_began", None)
    if begun is not None:
        turns().leave(begun)


def init_app(app: Flask, settings: Settings) -> None:
    """Let requests take turns; called after what is cheaper to refuse, and before anything that asks who it is."""
    app.extensions["turns"] = Turns(BALLOTS_AT_WORK, settings.ballots_waiting)
    app.before_request(_take)
    app.teardown_request(_leave)
