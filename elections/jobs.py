"""What the server does by itself: what the dates of a cycle ask for, closing, and its part of mixing and decrypting.

What is left to do is read from the election's state each time, and each step commits on its own, so that a task may run
twice, be lost, or be killed at any point, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from elections.certification.services import complaints, second
from elections.cycles.services import closing, course, reminding
from elections.lifecycle import Phase
from elections.models import Election, FileState, ResultFile, TrusteeFile
from elections.services import catalogue, checkpoints, decrypting, handing_in, mixing, outcome, result_files, witnessing
from elections.services.result_files import SUMS
from foundation.core import clock, jobs
from foundation.core.db import db
from foundation.core.errors import Unavailable
from foundation.core.logs import get_logger

log = get_logger()
UNFINISHED = (Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION, Phase.PROVISIONAL_RESULT, Phase.COMPLAINTS)


@jobs.task("elections.advance")
def advance(uuid: str) -> None:
    """Do what the server can do next for this election, again and again until it waits for a person; idempotent."""
    while step(db.session, uuid, now=clock.now()):
        db.session.commit()
    db.session.rollback()


@jobs.task("elections.watch", every=clock.MINUTE)
def watch() -> None:
    """Take cycles on by their dates, close votes whose time is over, go on with what is not finished, and remind."""
    session = db.session
    witnessing.all_older(session)
    for cycle_id in course.due(session):
        _alone(lambda cycle_id: course.advance(session, cycle_id, now=clock.now()), cycle_id)
    for uuid in _unfinished(session):
        _alone(advance, uuid)
    for cycle_id in reminding.voting_cycles(session):
        _alone(lambda cycle_id: reminding.remind(session, cycle_id, now=clock.now()), cycle_id)
    for uuid in checkpoints.due(session):
        _alone(_checkpoint, uuid)


def look_at_boards(app: Flask) -> None:
    """At the start, log every board that is older than what was published of it; it will take nothing more."""
    with app.app_context():
        try:
            witnessing.all_older(db.session)
        except (SQLAlchemyError, Unavailable) as error:
            # The database may be away or not yet migrated: the worker looks again each minute, casting each time.
            log.warning("boards not looked at", kind=type(error).__name__)
        finally:
            db.session.close()


def _alone(work: Callable[[Any], object], of: str | int) -> None:
    """Do a piece of work and commit it; one election that cannot go on must not keep the others waiting."""
    try:
        work(of)
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.error("election stuck", election=of, exc_info=error)


def _checkpoint(uuid: str) -> None:
    checkpoints.publish_if_due(db.session, catalogue.find(db.session, uuid), now=clock.now())


def step(session: Session, uuid: str, *, now: datetime) -> bool:
    """Take one step for the election if there is one that needs no person; answer whether there was."""
    steps: dict[Phase, Callable[[Session, Election, datetime], bool]] = {
        Phase.VOTING: _close,
        Phase.CLOSED: _mix,
        Phase.MIXING: _mix,
        Phase.DECRYPTION: _decrypt,
        Phase.PROVISIONAL_RESULT: _count,
        Phase.COMPLAINTS: _count,
    }
    election = catalogue.find(session, uuid)
    session.refresh(election)
    # A file that still waits in another phase came too late, which its bearer is told.
    return steps.get(election.phase, _examine)(session, election, now)


def _close(session: Session, election: Election, now: datetime) -> bool:
    if election.closes_at is None or clock.database_now(session) < election.closes_at:
        return False
    closing.close_due(session, election.uuid, now=now)
    return True


def _mix(session: Session, election: Election, now: datetime) -> bool:
    return _examine(session, election, now) or mixing.server_mix(session, election.uuid, now=now)


def _decrypt(session: Session, election: Election, now: datetime) -> bool:
    return _examine(session, election, now) or decrypting.server_decrypt(session, election.uuid, now=now)


def _count(session: Session, election: Election, now: datetime) -> bool:
    if _examine(session, election, now):
        return True
    if outcome.settle(session, election, now=now) or result_files.publish(session, election, now=now):
        return True
    if election.cycle_id is None or not outcome.is_complete(session, election):
        return False
    if election.phase is Phase.COMPLAINTS:
        return second.recount_if_due(session, election, now=now)
    complaints.begin_complaints(session, election, now=now)
    return True


def _examine(session: Session, election: Election, now: datetime) -> bool:
    return handing_in.examine(session, election.uuid, now=now)


def _unfinished(session: Session) -> list[str]:
    due = and_(Election.phase == Phase.VOTING, Election.closes_at <= func.clock_timestamp())
    finished = select(ResultFile.id).where(ResultFile.election_uuid == Election.uuid, ResultFile.name == SUMS).exists()
    # Under rules the time for complaints begins with the result, and who withdraws then is left out of a new count.
    waiting = and_(Election.phase.in_(UNFINISHED), or_(~finished, Election.cycle_id.is_not(None)))
    brought = select(TrusteeFile.id).where(
        TrusteeFile.election_uuid == Election.uuid, TrusteeFile.state == FileState.WAITING
    )
    wanted = select(Election.uuid).where(or_(due, waiting, brought.exists()))
    return list(session.execute(wanted.order_by(Election.created_at)).scalars())
