"""Checkpoints: the head of a board, signed and published each minute while voting runs (SPEC 5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections import board
from elections.lifecycle import Phase
from elections.models import Checkpoint, Election
from elections.services import casting
from elections.verifier import checkpoint as notes
from elections.witness import after_commit
from foundation.core import clock
from foundation.core.errors import NotFound

EVERY = clock.MINUTE


def publish(session: Session, election: Election, *, now: datetime) -> Checkpoint:
    """Sign where the board ends and keep it; the caller sees to it that the board does not grow meanwhile.

    The time is the database's: `now` is whoever calls', and clocks differ.
    """
    del now
    head = board.head_of(session, election.uuid)
    key = casting.receipt_key(session, election)
    facts = notes.Checkpoint(election.uuid, head.height, head.hash, head.position, clock.database_now(session))
    made = Checkpoint(
        election_uuid=election.uuid,
        at=facts.time,
        height=facts.height,
        position=facts.position,
        hash=facts.event,
        note=facts.sign(key.name, key.seed),
    )
    session.add(made)
    session.flush()
    after_commit(session, board.witness().note(election.uuid, made.note))
    return made


def publish_if_due(session: Session, election: Election, *, now: datetime) -> bool:
    """Publish a checkpoint if voting runs and there is none of this minute yet; answer whether it did."""
    if not _is_due(session, election):
        return False
    board.lock_head(session, election.uuid)
    # While this waited for the lock, another worker may have published, or voting have closed.
    session.refresh(election)
    if not _is_due(session, election):
        return False
    publish(session, election, now=now)
    return True


def due(session: Session) -> Sequence[str]:
    """Return the elections in which voting runs, oldest first."""
    running = select(Election.uuid).where(Election.phase == Phase.VOTING, Election.opens_at <= func.clock_timestamp())
    return session.execute(running.order_by(Election.created_at)).scalars().all()


def latest(session: Session, election: Election) -> Checkpoint:
    """Return the newest checkpoint, or raise NotFound before there is one."""
    wanted = select(Checkpoint).where(Checkpoint.election_uuid == election.uuid).order_by(Checkpoint.at.desc())
    found = session.execute(wanted.limit(1)).scalar_one_or_none()
    if found is None:
        raise NotFound(_("This election's board has no checkpoint yet."), code="no-checkpoint-yet")
    return found


def listed(session: Session, election: Election, *, after: int, limit: int) -> Sequence[Checkpoint]:
    """Return up to `limit` checkpoints with a number above `after`, in the order in which they were published."""
    wanted = select(Checkpoint).where(Checkpoint.election_uuid == election.uuid, Checkpoint.id > after)
    return session.execute(wanted.order_by(Checkpoint.id).limit(limit)).scalars().all()


def _is_due(session: Session, election: Election) -> bool:
    """Tell it by the database's clock, minute by minute: a job that is a little late must not skip one."""
    moment = clock.database_now(session)
    if election.phase is not Phase.VOTING or election.opens_at is None or moment < election.opens_at:
        return False
    newest = select(func.max(Checkpoint.at)).where(Checkpoint.election_uuid == election.uuid)
    last = session.execute(newest).scalar_one()
    return last is None or last.replace(second=0, microsecond=0) < moment.replace(second=0, microsecond=0)
