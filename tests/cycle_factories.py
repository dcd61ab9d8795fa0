"""Cycles of elections for tests, made through the services, and time that passes in them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

import elections.cycles
from elections.cycles.dates import Dates, suggested
from elections.cycles.models import Cycle, RulesVersion
from elections.cycles.services import course, drafting, reminding, rules_in_force
from elections.cycles.services.drafting import NewCycle
from elections.lifecycle import Phase
from elections.lots import services as lots
from elections.models import CastBallot, Contest, CredentialSource, Election, Voter
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import EligibilityDecision, Nomination
from elections.services.voting import move
from elections.verifier import lots as protocol
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.election_factories import SERVER
from tests.factories import make_person, official

RULES = Path(elections.cycles.__file__ or "").parent
DEMONSTRATION = (RULES / "demonstration_rules.toml").read_text()
TRIAL = (RULES / "trial_rules.toml").read_text()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CYCLE_DATES = ("nominations_open_at", "nominations_close_at", "voting_opens_at", "voting_closes_at", "announced_at")
ELECTION_DATES = ("opens_at", "closes_at", "complaints_until", "roll_frozen_at", "phase_since")


def adopted(session: Session, rules: str = DEMONSTRATION, by: Person | None = None) -> RulesVersion:
    """Rules in force."""
    by = by or official(session, Office.ELECTION_OFFICIAL)
    version = rules_in_force.adopt_rules(session, rules, by=by, now=clock.now())
    session.commit()
    return version


def new_cycle(session: Session, **changes: Any) -> NewCycle:
    """What an official says: individual directors alone, the earliest dates, the server as trustee, unless told."""
    version = rules_in_force.rules_in_force(session)
    said: dict[str, Any] = {
        "title": "Board elections",
        "contests": ["individual-director"],
        "dates": suggested(rules_in_force.parsed(version), clock.now()),
        "trustees": [SERVER],
        "credential_source": CredentialSource.SERVER,
        "demonstration": True,
    }
    return NewCycle(**said | changes)


def drafted(session: Session, by: Person, **changes: Any) -> Cycle:
    """A committed draft of a cycle."""
    cycle = drafting.draft(session, new_cycle(session, **changes), by=by, now=clock.now())
    session.commit()
    return cycle


def announced(session: Session, by: Person, **changes: Any) -> Cycle:
    """A committed cycle that is announced."""
    cycle = drafted(session, by, **changes)
    course.announce(session, cycle.id, by=by, now=clock.now())
    session.commit()
    return cycle


def now_dates(**lengths: timedelta) -> Dates:
    """Dates from now on, each period of the given length or of none: for the trial rules."""
    begin = clock.now() + lengths.get("announcement", timedelta(0))
    ends = begin + lengths.get("nominations", timedelta(0))
    voting = ends + lengths.get("campaign", timedelta(0))
    return Dates(begin, ends, voting, voting + lengths.get("voting", DAY), "UTC", 0)


def let_pass(session: Session, cycle: Cycle, time: timedelta) -> None:
    """Move every date of the cycle and of its elections into the past, as if so much time had gone by, and commit."""
    session.commit()
    session.execute(text("ALTER TABLE election DISABLE TRIGGER USER"))
    for table, columns, key in (("election_cycle", CYCLE_DATES, "id"), ("election", ELECTION_DATES, "cycle_id")):
        shifts = ", ".join(f"{column} = {column} - :time" for column in columns)
        session.execute(
            text(f"UPDATE {table} SET {shifts} WHERE {key} = :cycle"),  # noqa: S608 — names of our own
            {"time": time, "cycle": cycle.id},
        )
    session.execute(text("ALTER TABLE election ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()


def on_roll(session: Session, election: Election, people: Sequence[Person]) -> None:
    """Put people on the roll as the electorate's service does, and commit."""
    rows = [
        {"election_uuid": election.uuid, "address": one.address, "name": one.display_name, "person_id": one.id}
        | {"reason": "For a test.", "member_class": "individual"}
        for one in people
    ]
    session.execute(insert(Voter), rows)
    session.commit()


def keyed(session: Session, cycle: Cycle, people: Sequence[Person], *, candidates: int = 4) -> None:
    """Take every election of a cycle in its campaign to its keys, with these voters and candidates; commit."""
    from elections.services import ceremony, credentials

    for election in cycle.elections:
        assert election.phase is Phase.CAMPAIGN
        on_roll(session, election, people)
        by = official(session, Office.ELECTION_OFFICIAL)
        for contest in election.contests:
            for number in range(candidates):
                nominated(session, contest, make_person(session, name=f"Candidate {number}"), by)
        for _number in range(2):
            committed(session, election, official(session, Office.ELECTION_OFFICIAL))
        move(election, Phase.ROLL_FROZEN, clock.now())
        election.roll_frozen_at, election.roll_sha256 = clock.now(), "0" * 64
        session.flush()
        credentials.issue_by_server(session, election, by="Olga", now=clock.now())
        ceremony.begin(session, election.uuid, by="Olga", now=clock.now())
        ceremony.finish(session, election.uuid, by="Olga", now=clock.now())
    session.commit()


def nominated(session: Session, contest: Contest, person: Person, by: Person) -> Nomination:
    """A nomination that was accepted and found eligible."""
    now = clock.now()
    made = Nomination(
        contest_id=contest.id,
        person_id=person.id,
        by_id=person.id,
        state=NominationState.ACCEPTED,
        statement="",
        proposed_at=now,
        answered_at=now,
    )
    made.decisions = [EligibilityDecision(eligible=True, reason="For a test.", by_id=by.id, at=now)]
    session.add(made)
    session.flush()
    return made


def committed(session: Session, election: Election, by: Person) -> bytes:
    """The secret to which an official committed for the lot of an election."""
    secret = secrets.token_bytes(protocol.SECRET_BYTES)
    name = lots.name_for(session, election, by)
    lots.commit(session, election.uuid, protocol.commitment(election.uuid, name, secret), by=by, now=clock.now())
    return secret


def people(session: Session, count: int) -> list[Person]:
    """People with accounts."""
    return [make_person(session, password=None) for _number in range(count)]


def opened(session: Session, by: Person, voters: Sequence[Person], *, days: int = 4, **changes: Any) -> Cycle:
    """A committed cycle under the trial rules, unless others are in force, in which everybody can vote."""
    if not rules_in_force.all_versions(session):
        adopted(session, TRIAL, by)
    cycle = announced(session, by, **{"dates": now_dates(nominations=HOUR, voting=days * DAY)} | changes)
    let_pass(session, cycle, HOUR)
    advance(session)
    keyed(session, cycle, voters)
    advance(session)
    assert {election.phase for election in cycle.elections} == {Phase.VOTING}
    return cycle


def advance(session: Session) -> int:
    """Let the dates do what is due, and commit."""
    steps = sum(course.advance(session, cycle_id, now=clock.now()) for cycle_id in course.due(session))
    session.commit()
    session.expire_all()
    return steps


def remind(session: Session) -> int:
    """Let the reminders that are due be written, without committing, and return how many that were."""
    return sum(reminding.remind(session, cycle_id, now=clock.now()) for cycle_id in reminding.voting_cycles(session))


def voted(session: Session, voter: Voter) -> None:
    """Note that somebody voted, without a ballot on the board: for what only asks who has."""
    number = session.query(CastBallot).count() + 1000
    row = CastBallot(
        election_uuid=voter.election_uuid,
        voter_id=voter.id,
        tracker=f"tracker {number}",
        height=number,
        event_sha256=f"{number:064}",
        ballot_sha256=f"{number:064}",
        accepted_at=clock.now(),
        receipt="",
    )
    session.add(row)
    session.commit()
