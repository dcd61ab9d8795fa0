"""What rolls, appeals and lots put on the task lists of officials and members, phase by phase."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.electorate import tasks as roll_tasks
from elections.electorate.models import AppealKind
from elections.electorate.services import appealing
from elections.lots import services as lots
from elections.lots import tasks as lot_tasks
from elections.models import Election
from elections.pages.official_tasks import OfficialTask
from elections.verifier import lots as protocol
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.election_factories import draft
from tests.electorate_factories import built, closed, frozen, in_campaign, individual
from tests.factories import make_person, official
from tests.membership_factories import make_member

SECRET = bytes(range(32))


@pytest.fixture
def cycle(session: Session, olga: Person) -> Cycle:
    make_member(session)
    return in_campaign(session, olga, ["individual-director"])


def states(tasks: list[OfficialTask]) -> dict[str, str]:
    return {task.text: task.state for task in tasks}


def of_official(session: Session, election: Election) -> dict[str, str]:
    return states(roll_tasks.official_tasks(session, election, clock.now()))


def of_person(app: Flask, session: Session, person: Person) -> list[str]:
    with app.test_request_context():
        found = roll_tasks.person_tasks(person, session, clock.now())
        found += lot_tasks.person_tasks(person, session, clock.now())
    return [f"{task.title.partition(':')[0]} ({task.status})" for task in found]


def test_officials_are_led_from_building_the_roll_to_freezing_it(session: Session, cycle: Cycle, olga: Person) -> None:
    election = individual(cycle)
    assert of_official(session, election) == {
        "Build the roll": "next",
        "Decide appeals": "later",
        "Freeze the roll": "waiting",
    }
    built(session, election, olga)
    assert of_official(session, election)["Freeze the roll"] == "next"
    ben = make_person(session)
    appealing.appeal(session, election.uuid, AppealKind.ADD_TO_ROLL, "Me.", person=ben, now=clock.now())
    assert of_official(session, election) == {
        "Build the roll": "done",
        "Decide appeals": "next",
        "Freeze the roll": "waiting",
    }
    session.rollback()
    frozen(session, election, olga)
    assert set(of_official(session, election).values()) == {"done"}


def test_an_appeal_is_on_the_lists_of_the_appellant_and_of_the_officials_who_can_decide(
    app: Flask, session: Session, cycle: Cycle, olga: Person
) -> None:
    election, ben = individual(cycle), make_person(session)
    built(session, election, olga)
    appeal = appealing.appeal(session, election.uuid, AppealKind.ADD_TO_ROLL, "Me.", person=ben, now=clock.now())
    session.commit()
    assert of_person(app, session, ben) == ["Your appeal (waiting)"]
    assert of_person(app, session, olga) == [f"Appeal {appeal.id} (todo)", "Commit to the lot (todo)"]
    appealing.decide(session, appeal.id, True, "So it is.", by=olga, now=clock.now())
    session.commit()
    assert of_person(app, session, olga) == ["Commit to the lot (todo)"]


def test_an_official_is_asked_to_commit_and_after_the_close_to_reveal(
    app: Flask, session: Session, cycle: Cycle, olga: Person
) -> None:
    election = individual(cycle)
    digest = protocol.commitment(election.uuid, olga.display_name, SECRET)
    lots.commit(session, election.uuid, digest, by=olga, now=clock.now())
    session.commit()
    assert of_person(app, session, olga) == []
    commits, _reveals = lot_tasks.official_tasks(session, election, clock.now())
    assert commits.state == "next"
    assert commits.hint.startswith("1 official's commitment is missing")
    closed(session, election)
    assert of_person(app, session, olga) == ["Reveal your secret (todo)"]
    assert lot_tasks.official_tasks(session, election, clock.now())[1].hint == f"Missing: {olga.display_name}"
    lots.reveal(session, election.uuid, SECRET.hex(), by=olga, now=clock.now())
    assert of_person(app, session, olga) == []
    assert lot_tasks.official_tasks(session, election, clock.now())[1].state == "done"


def test_officials_are_told_when_too_few_of_them_are_left_to_decide_or_to_commit(
    session: Session, cycle: Cycle, olga: Person
) -> None:
    election, ben = individual(cycle), make_person(session)
    built(session, election, olga)
    appeal = appealing.appeal(session, election.uuid, AppealKind.ADD_TO_ROLL, "Me.", person=ben, now=clock.now())
    session.commit()

    def told() -> tuple[str, str]:
        decide = roll_tasks.official_tasks(session, election, clock.now())[1]
        return decide.hint, lot_tasks.official_tasks(session, election, clock.now())[0].hint

    appoint = "too few can commit: have election officials appointed"
    few = f"1 appeal waits; too few officials can decide {appeal.id}: have others appointed"
    assert told() == (few, f"2 officials' commitments are missing; {appoint}")
    second = official(session, Office.ELECTION_OFFICIAL)
    assert told() == ("1 appeal waits", "2 officials' commitments are missing")
    for by, upheld in ((olga, True), (second, False)):
        appealing.decide(session, appeal.id, upheld, "So it is.", by=by, now=clock.now())
    assert told()[0] == few, "they disagree, and nobody else is there"


def test_a_poll_asks_for_none_of_this(session: Session) -> None:
    poll, _voters = draft(session)
    assert roll_tasks.official_tasks(session, poll, clock.now()) == []
    assert lot_tasks.official_tasks(session, poll, clock.now()) == []
