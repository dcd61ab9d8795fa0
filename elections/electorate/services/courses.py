"""What a roll depends on: the cycle, its rules and its other elections, each locked before anything is decided."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.rules import ElectionRules
from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import ROLL_OPEN, Phase
from elections.models import Election, ElectorateKind
from elections.services import catalogue
from elections.services.setup import subject
from foundation.core.errors import Conflict, NotFound
from foundation.core.register import RegisterEntry

CHANGEABLE = ROLL_OPEN - {Phase.DRAFT}
CLASSES = frozenset({ElectorateKind.INDIVIDUAL, ElectorateKind.CORPORATE})
BUILT = "roll.built"


def cycle_of(session: Session, election: Election) -> Cycle:
    """Return the election's cycle, or raise NotFound for a poll, whose roll is a file."""
    cycle = session.get(Cycle, election.cycle_id) if election.cycle_id is not None else None
    if cycle is None:
        raise NotFound(_("This is a poll: its roll is a list that officials upload."), code="no-electorate")
    return cycle


def rules_for(session: Session, election: Election) -> ElectionRules:
    """Return the rules that the election is under."""
    return rules_of(cycle_of(session, election))


def siblings(session: Session, election: Election) -> list[Election]:
    """Return the elections by class of the cycle, between which nobody has two votes; annulled ones take none."""
    wanted = select(Election).where(
        Election.cycle_id == election.cycle_id, Election.electorate.in_(CLASSES), Election.phase != Phase.ANNULLED
    )
    return list(session.execute(wanted.order_by(Election.uuid)).scalars())


def locked(session: Session, uuid: str) -> Election:
    """Return the election with its row locked, after those of its cycle: in one order, so that two never wait."""
    election = catalogue.find(session, uuid)
    cycle_of(session, election)
    wanted = select(Election.uuid).where(Election.cycle_id == election.cycle_id).order_by(Election.uuid)
    for each in session.execute(wanted).scalars().all():
        catalogue.find_locked(session, each)
    return election


def require_changeable(election: Election) -> None:
    """Raise Conflict unless the election's roll may change now."""
    if election.phase is Phase.DRAFT:
        raise Conflict(_("This election has not been announced yet: it has no roll."), code="wrong-phase")
    if election.phase not in CHANGEABLE:
        raise Conflict(_("The roll is frozen: nothing changes it any more."), code="roll-frozen")


def require_record_day(session: Session, election: Election, moment: datetime) -> None:
    """Raise Conflict before the record date, whose end decides who is on the roll."""
    cycle = cycle_of(session, election)
    if moment.date() < cycle.record_on:
        words = {"on": cycle.record_on.isoformat(), "clause": rules_of(cycle).record.clause}
        raise Conflict(
            _("The record date under %(clause)s is %(on)s (UTC). Build the roll then.", **words), code="too-early"
        )


def was_built(session: Session, election: Election) -> bool:
    """Tell whether the roll has been built: it may be empty, where a class has no members."""
    built = exists().where(RegisterEntry.subject == subject(election), RegisterEntry.act == BUILT)
    return session.execute(select(built)).scalar_one()
