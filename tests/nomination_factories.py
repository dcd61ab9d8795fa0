"""Elections that are open for nominations, their members and nominees, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle, RulesVersion
from elections.lifecycle import BEFORE_KEYS, Phase
from elections.models import Contest, Election
from elections.nominations.models import Nomination
from elections.nominations.services import eligibility, nominating
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.errors import Refusal
from foundation.core.register import RegisterEntry
from membership.models.memberships import Membership
from tests.cycle_factories import TRIAL, adopted, advance, announced, let_pass, now_dates
from tests.factories import in_context, make_person, official
from tests.membership_factories import committee, make_member

HOUR = timedelta(hours=1)
REASON = "All that the rules ask was found."
# No endorsements are needed, and one director is elected: for tests that are about something else.
EASY = TRIAL.replace("needed = 2", "needed = 0").replace("seats = 3", "seats = 1")


@dataclass(frozen=True)
class Nominating:
    """A cycle whose nominations are open, its first election, and an official who runs it."""

    cycle: Cycle
    election: Election
    official: Person

    @property
    def uuid(self) -> str:
        return self.election.uuid

    @property
    def contest(self) -> Contest:
        return self.election.contests[0]


def open_nominations(
    session: Session, contests: Sequence[str] = ("individual-director",), *, rules: str = TRIAL
) -> Nominating:
    """A committed cycle under the trial rules that is open for nominations for an hour."""
    runs = official(session, Office.ELECTION_OFFICIAL)
    known = session.execute(select(func.count()).select_from(RulesVersion)).scalar_one()
    adopted(session, rules.replace('"trial-1"', f'"trial-{known + 1}"'), runs)
    cycle = announced(session, runs, contests=contests, dates=now_dates(nominations=HOUR, campaign=HOUR))
    advance(session)
    assert {election.phase for election in cycle.elections} == {Phase.NOMINATIONS}
    return Nominating(cycle, cycle.elections[0], runs)


def close_nominations(session: Session, made: Nominating) -> None:
    """Let the hour of nominations pass, and the campaign begin."""
    let_pass(session, made.cycle, HOUR + timedelta(minutes=1))
    advance(session)
    assert made.election.phase is Phase.CAMPAIGN


def take_to(session: Session, made: Nominating, phase: Phase) -> None:
    """Put the elections of the cycle into a phase past lifecycle and triggers: what such a phase holds is not there."""
    session.commit()
    keyed = phase not in BEFORE_KEYS
    bytes_or_none, hash_or_none = (b"{}", "x") if keyed else (None, None)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text(
            "UPDATE election SET phase = :phase, opens_at = now() - interval '2 hours', manifest = :bytes,"
            " manifest_sha256 = :hash, election_json = :bytes WHERE cycle_id = :cycle"
        ),
        {"phase": phase.value, "cycle": made.cycle.id, "bytes": bytes_or_none, "hash": hash_or_none},
    )
    session.commit()
    session.expire_all()


def members(session: Session, count: int) -> list[Person]:
    """People who are individual members in good standing."""
    officer = committee(session)
    people = [make_person(session, password=None) for _number in range(count)]
    for person in people:
        make_member(session, person, officer)
    return people


def member(session: Session, name: str | None = None) -> Person:
    """One individual member in good standing."""
    person = make_person(session, name=name)
    make_member(session, person, committee(session))
    return person


def membership_of(session: Session, person: Person) -> Membership:
    from membership.services import admitting, parties

    party = parties.party_of(session, person, now=clock.now())
    found = admitting.membership_of(session, party)
    assert found is not None
    return found


def standing(session: Session, made: Nominating, person: Person, contest: Contest | None = None) -> Nomination:
    """A nomination of oneself, committed."""
    nomination = nominating.propose(session, (contest or made.contest).id, person, by=person, now=clock.now())
    session.commit()
    return nomination


def propose(session: Session, made: Nominating, nominee: Person, by: Person) -> Nomination:
    """A nomination by oneself or another, committed."""
    nomination = nominating.propose(session, made.contest.id, nominee, by=by, now=clock.now())
    session.commit()
    return nomination


def endorsed(session: Session, nomination: Nomination, by: Sequence[Person]) -> Nomination:
    """Endorsements by these people, committed."""
    for person in by:
        nominating.endorse(session, nomination.id, by=person, now=clock.now())
    session.commit()
    return nomination


def decided(session: Session, made: Nominating, nominations: Sequence[Nomination], *, eligible: bool = True) -> None:
    """Decisions on nominations, committed."""
    for nomination in nominations:
        eligibility.decide(session, nomination.id, eligible, REASON, by=made.official, now=clock.now())
    session.commit()


def at_once(app: Flask, *works: Callable[[], Any]) -> list[str]:
    """Do things in sessions of their own at the same time; return "done" or the refusal's code for each."""

    def attempt(work: Callable[[], Any]) -> str:
        def do() -> str:
            try:
                work()
                db.session.commit()
            except Refusal as refusal:
                return refusal.code
            return "done"

        return in_context(app, do)

    with ThreadPoolExecutor(len(works)) as threads:
        return sorted(threads.map(attempt, works))


def acts(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    entries = session.execute(select(RegisterEntry).order_by(RegisterEntry.seq)).scalars()
    return [(entry.act, entry.by, json.loads(entry.facts)) for entry in entries]
