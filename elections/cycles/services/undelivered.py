"""How far a cycle's mails have come, and the ones that could not be delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.services.mailing import Kind, key_prefix
from elections.models import Voter
from foundation.core.mail import OutboxMessage

MOST_SHOWN = 200
GIVEN_UP = and_(
    OutboxMessage.sent_at.is_(None), OutboxMessage.next_attempt_at.is_(None), OutboxMessage.last_error.is_not(None)
)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one kind of mail: how many there are, how many left, and how many were given up."""

    total: int
    sent: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Bounced:
    """A mail that was given up: whose it was, what it told, and what the mail server said."""

    address: str
    subject: str
    error: str


def progress(session: Session, cycle: Cycle, kind: Kind) -> Progress:
    """Return how far the mails of a kind have come."""
    wanted = select(
        func.count(),
        func.count(OutboxMessage.sent_at),
        func.count(case((GIVEN_UP, 1))),
    ).where(OutboxMessage.key.startswith(key_prefix(cycle, kind), autoescape=True))
    return Progress(*session.execute(wanted).one())


def of_cycle(session: Session, cycle: Cycle, uuids: Sequence[str]) -> list[Bounced]:
    """List what the outbox gave up: this cycle's mails, and any other to a voter of its elections; newest first."""
    own = OutboxMessage.key.startswith(key_prefix(cycle), autoescape=True)
    return _listed(session, or_(own, OutboxMessage.recipient.in_(_voters(uuids))))


def of_elections(session: Session, uuids: Sequence[str]) -> list[Bounced]:
    """List the mails to voters of these elections that the outbox gave up, newest first."""
    return _listed(session, OutboxMessage.recipient.in_(_voters(uuids)))


def _voters(uuids: Sequence[str]) -> Select[str]:
    return select(Voter.address).where(Voter.election_uuid.in_(uuids))


def _listed(session: Session, whose: ColumnElement[bool]) -> list[Bounced]:
    wanted = (
        select(OutboxMessage.recipient, OutboxMessage.subject, OutboxMessage.last_error)
        .where(GIVEN_UP, whose)
        .order_by(OutboxMessage.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Bounced(address, subject, error or "") for address, subject, error in session.execute(wanted)]
