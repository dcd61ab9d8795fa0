"""Finding elections: by their identifier, and all of them for a list."""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.lifecycle import Phase
from elections.models import Election
from foundation.core.errors import NotFound


def find(session: Session, uuid: str) -> Election:
    """Return the election with this identifier, or raise NotFound."""
    election = session.get(Election, uuid)
    if election is None:
        raise NotFound(_("There is no election with this identifier."), code="no-such-election")
    return election


def find_locked(session: Session, uuid: str) -> Election:
    """Return the election as the database has it now, its row locked until the transaction ends, or raise NotFound."""
    statement = (
        select(Election).where(Election.uuid == uuid).with_for_update().execution_options(populate_existing=True)
    )
    election = session.execute(statement).scalar_one_or_none()
    if election is None:
        raise NotFound(_("There is no election with this identifier."), code="no-such-election")
    return election


def is_public(session: Session, election: Election) -> bool:
    """Answer whether anyone may know of the election: of a draft, and of one that was annulled as such, nobody does."""
    wanted = select(Election.uuid).where(Election.uuid == election.uuid, public())
    return session.execute(wanted).first() is not None


def public() -> ColumnElement[bool]:
    """Return the condition on elections of which anyone may know."""
    announced = exists().where(Cycle.id == Election.cycle_id, Cycle.announced_at.is_not(None))
    begun = or_(announced, Election.manifest_sha256.is_not(None))
    return and_(Election.phase != Phase.DRAFT, not_(and_(Election.phase == Phase.ANNULLED, not_(begun))))
