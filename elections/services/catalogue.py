"""Finding elections: by their identifier, and all of them for a list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.models import Election
from foundation.core.errors import NotFound


def find(session: Session, uuid: str) -> Election:
    """Return the election with this identifier, or raise NotFound."""
    election = session.get(Election, uuid)
    if election is None:
        raise NotFound("There is no election with this identifier.", code="no-such-election")
    return election


def find_locked(session: Session, uuid: str) -> Election:
    """Return the election as the database has it now, its row locked until the transaction ends, or raise NotFound."""
    statement = (
        select(Election).where(Election.uuid == uuid).with_for_update().execution_options(populate_existing=True)
    )
    election = session.execute(statement).scalar_one_or_none()
    if election is None:
        raise NotFound("There is no election with this identifier.", code="no-such-election")
    return election
