"""The cycles that go on now, for the list of elections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.pages import wording
from elections.cycles.services import catalogue


def going_on(session: Session, now: datetime, *, drafts: bool) -> list[tuple[Cycle, str]]:
    """Return the cycles that are not over, each with the sentence that says where it stands."""
    found = catalogue.announced_cycles(session, now, drafts=drafts)
    return [(one, wording.next_of_cycle(one, catalogue.elections_of(session, one), now)) for one in found]
