"""A time machine: makes what a cycle has planned come sooner, by making everything about it older.

The dates that the database guards are changed behind its back, in one transaction of the test's own; what the services
decide by the database's clock afterwards is what they would have decided then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.models import Election
from foundation.core import clock

CYCLE = ("announced_at", "nominations_open_at", "nominations_close_at", "voting_opens_at", "voting_closes_at")
ELECTION = ("opens_at", "closes_at", "complaints_until", "phase_since")
A_MOMENT = timedelta(seconds=1)
JOINED = (
    ("membership", "admitted_on"),
    ("membership_term", "from_on"),
    ("membership_event", "on_date"),
    ("directory_entry", "good_from"),
    ("mandate", "invited_at"),
    ("mandate", "accepted_at"),
)


def let_members_be_old(session: Session) -> None:
    """Let those who were seeded today have joined a week ago, and commit.

    A course of hours that is played within seconds reaches back to yesterday in the first hours of a day, and who
    joined today was no member then.
    """
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for table, column in JOINED:
        older = f"UPDATE {table} SET {column} = {column} - interval '7 days' WHERE {column} >= :since"  # noqa: S608
        session.execute(text(older), {"since": clock.database_now(session) - timedelta(days=1)})
    session.commit()
    session.expire_all()


def let_come(session: Session, cycle_id: int, what: str) -> None:
    """Let a date of the cycle (`nominations_open_at`, …) come, and commit."""
    when: datetime = getattr(session.get_one(Cycle, cycle_id, populate_existing=True), what)
    _let_pass(session, cycle_id, when - clock.database_now(session) + A_MOMENT)


def let_complaints_end(session: Session, uuid: str) -> None:
    """Let the time for complaints about an election end, unless it has with that of another of its cycle; commit."""
    election = session.get_one(Election, uuid, populate_existing=True)
    assert election.cycle_id is not None
    assert election.complaints_until is not None
    left = election.complaints_until - clock.database_now(session)
    if left > timedelta(0):
        _let_pass(session, election.cycle_id, left + A_MOMENT)


def _let_pass(session: Session, cycle_id: int, time: timedelta) -> None:
    assert time > timedelta(0), "time only passes"
    session.execute(text("SET LOCAL session_replication_role = replica"))
    older = ", ".join(f"{column} = {column} - :time" for column in CYCLE)
    # Who joined today is on the roll of today: the record date comes too, but is not passed over.
    days = "record_on = least(record_on, (now() AT TIME ZONE 'UTC')::date)"
    session.execute(text(f"UPDATE election_cycle SET {older}, {days} WHERE id = :of"), {"time": time, "of": cycle_id})  # noqa: S608
    older = ", ".join(f"{column} = {column} - :time" for column in ELECTION)
    session.execute(text(f"UPDATE election SET {older} WHERE cycle_id = :of"), {"time": time, "of": cycle_id})  # noqa: S608
    session.commit()
    session.expire_all()
