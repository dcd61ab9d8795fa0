"""Finding contests and nominations, locked where something is decided, and what may be done with them when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.rules import ElectionRules
from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import Phase
from elections.models import Contest, Election
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import EligibilityDecision, Nomination
from elections.services import catalogue
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.errors import Conflict, NotFound

LARGEST_NUMBER = 2**31 - 1


def contest(session: Session, number: int) -> Contest:
    """Return the contest with this number, of an election under rules, or raise NotFound."""
    found = session.get(Contest, number) if 0 < number <= LARGEST_NUMBER else None
    if found is None or found.election.cycle_id is None:
        raise NotFound(_("There is no such contest that members are nominated for."), code="no-such-contest")
    return found


def locked_contest(session: Session, number: int) -> Contest:
    """Return the contest with its election's row locked until the transaction ends, or raise NotFound."""
    found = contest(session, number)
    catalogue.find_locked(session, found.election_uuid)
    return found


def nomination(session: Session, number: int) -> Nomination:
    """Return the nomination with this number, or raise NotFound."""
    found = session.get(Nomination, number) if 0 < number <= LARGEST_NUMBER else None
    if found is None:
        raise NotFound(_("There is no such nomination."), code="no-such-nomination")
    return found


def locked_nomination(session: Session, number: int) -> Nomination:
    """Return the nomination as the database has it now, its election's row locked until the transaction ends."""
    catalogue.find_locked(session, nomination(session, number).contest.election_uuid)
    # Whoever waited for the lock sees what was decided meanwhile, endorsements and decisions as well.
    wanted = select(Nomination).where(Nomination.id == number).execution_options(populate_existing=True)
    return session.execute(wanted).scalar_one()


def cycle_of(session: Session, election: Election) -> Cycle:
    """Return the cycle the election belongs to; a poll, which has none, has no nominations either."""
    cycle = session.get(Cycle, election.cycle_id) if election.cycle_id else None
    if cycle is None:
        raise NotFound(_("This is a poll: nobody is nominated in it."), code="no-nominations")
    return cycle


def first_day(cycle: Cycle) -> date:
    """Return the first day on which somebody elected can sit: whoever's term has ended by then holds no seat."""
    return (cycle.voting_closes_at + timedelta(days=cycle.complaint_days + 1)).date()


def rules(session: Session, election: Election) -> ElectionRules:
    """Return the rules that the election is under."""
    return rules_of(cycle_of(session, election))


def are_open(election: Election, cycle: Cycle, at: datetime) -> bool:
    """Tell whether nominations are open at a moment; the last moment is no part of the period."""
    in_time = cycle.nominations_open_at <= at < cycle.nominations_close_at
    return election.phase is Phase.NOMINATIONS and in_time


def require_open(session: Session, election: Election) -> None:
    """Raise Conflict unless nominations are open by the database's clock; the caller holds the election's lock."""
    cycle = cycle_of(session, election)
    # The end may have been extended since this session read it.
    session.refresh(cycle)
    if not are_open(election, cycle, clock.database_now(session)):
        raise Conflict(_("Nominations are not open in this election."), code="nominations-closed")


def require_own(nomination: Nomination, person: Person) -> None:
    """Raise NotFound unless the nomination is the person's own: others need not know of it."""
    if nomination.person_id != person.id:
        raise NotFound(_("There is no such nomination of yours."), code="not-the-nominee")


def decision(nomination: Nomination) -> EligibilityDecision | None:
    """Return the decision that stands, the newest, if there is one."""
    return nomination.decisions[-1] if nomination.decisions else None


def is_standing(nomination: Nomination) -> bool:
    """Tell whether the nominee stands: has accepted, has not withdrawn, and was not found ineligible."""
    decided = decision(nomination)
    return nomination.state is NominationState.ACCEPTED and (decided is None or decided.eligible)


def active(session: Session, contest: Contest, person: Person) -> Nomination | None:
    """Return the person's nomination for the contest that is proposed or accepted, if there is one."""
    alive = Nomination.state.in_((NominationState.PROPOSED, NominationState.ACCEPTED))
    wanted = select(Nomination).where(Nomination.contest_id == contest.id, Nomination.person_id == person.id, alive)
    return session.execute(wanted).scalar_one_or_none()


def accepted(session: Session, contest: Contest) -> list[Nomination]:
    """Return the contest's accepted nominations, in the order in which they were made."""
    wanted = select(Nomination).where(Nomination.contest_id == contest.id, Nomination.state == NominationState.ACCEPTED)
    return list(session.execute(wanted.order_by(Nomination.id)).scalars())
