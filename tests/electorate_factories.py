"""Elections whose electorate tests look at: in their campaign, with members, rolls and frozen rolls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle, RulesVersion
from elections.electorate.services import building, freezing
from elections.lifecycle import Phase
from elections.models import Election, ElectorateKind, Voter
from foundation.accounts.models import Person
from foundation.core import clock
from tests.cycle_factories import TRIAL, adopted, advance, announced, let_pass, now_dates

BOTH_CLASSES = ("individual-director", "corporate-director")
EVERYTHING = (*BOTH_CLASSES, "lead-example")
HOUR = timedelta(hours=1)


def today() -> date:
    return clock.now().date()


def in_campaign(
    session: Session, by: Person, contests: Sequence[str] = BOTH_CLASSES, *, rules: str = TRIAL, on: date | None = None
) -> Cycle:
    """A committed cycle in its campaign, whose record date is today unless told."""
    known = session.execute(select(func.count()).select_from(RulesVersion)).scalar_one()
    adopted(session, rules.replace('"trial-1"', f'"roll-{known + 1}"'), by)
    cycle = announced(session, by, contests=contests, dates=now_dates(nominations=HOUR))
    let_pass(session, cycle, 2 * HOUR)
    session.execute(
        text("UPDATE election_cycle SET record_on = :on WHERE id = :of"), {"on": on or today(), "of": cycle.id}
    )
    advance(session)
    assert {election.phase for election in cycle.elections} == {Phase.CAMPAIGN}
    return cycle


def of_kind(cycle: Cycle, kind: ElectorateKind) -> Election:
    return next(election for election in cycle.elections if election.electorate is kind)


def individual(cycle: Cycle) -> Election:
    return of_kind(cycle, ElectorateKind.INDIVIDUAL)


def corporate(cycle: Cycle) -> Election:
    return of_kind(cycle, ElectorateKind.CORPORATE)


def project(cycle: Cycle) -> Election:
    return of_kind(cycle, ElectorateKind.PROJECT)


def built(session: Session, election: Election, by: Person) -> int:
    """Build the roll and commit; return how many are on it."""
    count = building.build(session, election, by=by, now=clock.now())
    session.commit()
    return count


def frozen(session: Session, election: Election, by: Person) -> Election:
    """Build and freeze the roll, and commit."""
    built(session, election, by)
    freezing.freeze(session, election.uuid, by=by, now=clock.now())
    session.commit()
    return election


def on_roll(session: Session, election: Election) -> dict[int | None, Voter]:
    """The roll as it stands in the database, by person."""
    session.expire_all()
    wanted = select(Voter).where(Voter.election_uuid == election.uuid)
    return {voter.person_id: voter for voter in session.execute(wanted).scalars()}


def closed(session: Session, election: Election) -> None:
    """Let the vote have closed, without one, and commit: for what needs the phase alone."""
    session.execute(text("ALTER TABLE election DISABLE TRIGGER USER"))
    forced = "UPDATE election SET phase = 'closed', manifest = '{}', manifest_sha256 = 'x', election_json = '{}',"
    session.execute(text(forced + " opens_at = now() WHERE uuid = :of"), {"of": election.uuid})
    session.execute(text("ALTER TABLE election ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()
