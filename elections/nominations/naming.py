"""When the name of somebody who stands has to stay as it is: while voters know them by it. Pure."""

from __future__ import annotations

from datetime import date

from elections.lifecycle import FINAL, ORDER, Phase

# Before, whoever looks at the nominations sees the new name, and the ballot is made with it.
FILED_IN = frozenset(ORDER[ORDER.index(Phase.CAMPAIGN) :]) - FINAL


def must_stay(phase: Phase, *, is_nominee: bool, is_candidate: bool) -> bool:
    """Answer whether the name stays: from the end of nominations until the election is over, for whoever stands in it.

    `is_nominee` is who has accepted a nomination, `is_candidate` who is on the ballot, withdrawn or not.
    """
    return phase in FILED_IN and (is_nominee or is_candidate)


def is_seated(until: date, ended: date | None, on: date) -> bool:
    """Answer whether a seat is held on a day, so that a change of its holder's name is public."""
    return ended is None and on <= until
