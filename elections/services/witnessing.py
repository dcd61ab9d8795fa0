"""Holding every board against the witness: is the database the newest, or was an older backup put in its place?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import board
from elections.lifecycle import Phase
from elections.models import BoardHead, Election
from foundation.core.logs import get_logger

log = get_logger()


@dataclass(frozen=True, slots=True)
class Older:
    """A board that lacks events which this service has published: `height` is where it ends, -1 where there is none."""

    uuid: str
    height: int
    published: int

    def to_text(self) -> str:
        """Say what is the matter and what to do."""
        sentence: str = _(
            "The database is older than what was already published of this election: its board ends at event "
            "%(height)d, and event %(published)d was published. No ballot is taken, and nothing else can be added to "
            "the board. Restore the newest backup with all of the write-ahead log after it; voting then goes on by "
            "itself. If the ballots are lost for good, annul the election.",
            height=self.height,
            published=self.published,
        )
        return sentence


def older(session: Session, uuid: str) -> Older | None:
    """Return what is missing from the board of this election, or None where it is as new as what was published.

    To a board whose election was annulled nothing can be added, so nothing is missing for that.
    """
    seen = board.seen_of(uuid)
    if seen is None or board.has_event(session, uuid, seen.event):
        return None
    annulled = select(Election.uuid).where(Election.uuid == uuid, Election.phase == Phase.ANNULLED)
    if session.execute(annulled).scalar_one_or_none() is not None:
        return None
    height = session.execute(select(BoardHead.height).where(BoardHead.election_uuid == uuid)).scalar_one_or_none()
    return Older(uuid, -1 if height is None else height, seen.height)


def all_older(session: Session) -> Sequence[Older]:
    """Return what is missing from any board of which anything was published, and log each."""
    seen = {uuid: end.event for uuid in board.witness().known() if (end := board.seen_of(uuid)) is not None}
    behind = sorted(seen.keys() - board.boards_with(session, seen))
    found = [missing for uuid in behind if (missing := older(session, uuid)) is not None]
    for missing in found:
        log.error("older board", election=missing.uuid, height=missing.height, published=missing.published)
    return found
