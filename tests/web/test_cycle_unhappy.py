"""What goes wrong in elections under rules, and what officials, voters and programs are told and offered then."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.rules import Period
from elections.cycles.services import closing, course, extending, reminding
from elections.lifecycle import Phase
from elections.models import Voter
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.mail import OutboxMessage
from tests.certification_factories import counted
from tests.cycle_factories import (
    DAY,
    HOUR,
    TRIAL,
    adopted,
    advance,
    announced,
    drafted,
    keyed,
    let_pass,
    now_dates,
    opened,
    people,
    voted,
)
from tests.factories import Visitor, official, visitor
from tests.program import Program, token_of

BOTH = ["individual-director", "lead-example"]


@pytest.fixture
def program(app: Flask, session: Session, olga: Person) -> Program:
    return Program(app, token_of(session, olga, Office.ELECTION_OFFICIAL))


def extend(session: Session, cycle: Cycle, period: Period, until: Any, by: Person) -> None:
    reason = "The service was away."
    extending.extend(session, cycle.id, period, until, reason=reason, by=by, now=clock.now())
    session.commit()
    session.expire_all()


def told(session: Session, beginning: str) -> list[str]:
    rows = session.query(OutboxMessage).filter(OutboxMessage.subject.startswith(beginning))
    return sorted(row.recipient for row in rows)


# Opening and closing are the dates' alone.


def test_nobody_opens_or_closes_a_vote_under_rules_by_program_however_late_it_is(
    session: Session, program: Program, olga: Person
) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, voting=2 * DAY))
    let_pass(session, cycle, HOUR)
    advance(session)
    keyed(session, cycle, people(session, 2))
    let_pass(session, cycle, DAY)
    path, until = f"/elections/{cycle.elections[0].uuid}", cycle.voting_closes_at.isoformat()
    for answer in (program.send("POST", f"{path}/opening", closes_at=until), program.send("POST", f"{path}/closing")):
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "only-for-polls")
    assert told(session, "Vote now") == []


# Extending.


@pytest.mark.parametrize("period", list(Period))
def test_the_page_of_a_period_that_cannot_be_extended_now_says_so(
    session: Session, runner: Visitor, olga: Person, period: Period
) -> None:
    adopted(session, TRIAL, olga)
    cycle = drafted(session, olga, dates=now_dates(nominations=HOUR, voting=DAY))
    answer = runner.get(f"/elections/cycles/{cycle.id}/extend/{period}")
    assert answer.status_code == 409
    assert "there is nothing to extend yet" in answer.text


def test_what_cannot_be_extended_is_not_offered(session: Session, runner: Visitor, olga: Person) -> None:
    cycle = opened(session, olga, people(session, 3))
    let_pass(session, cycle, 4 * DAY)
    closing.close_due(session, cycle.elections[0].uuid, now=clock.now())
    session.commit()
    assert cycle.elections[0].phase is Phase.VOTING, "the rules made it longer"
    assert Period.VOTING not in extending.extensible(cycle, cycle.elections, clock.database_now(session))
    page = runner.get(f"/elections/cycles/{cycle.id}/manage")
    assert page.status_code == 200
    assert "extend/voting" not in page.text


def test_complaints_that_are_over_stay_so_when_those_about_another_election_are_taken_longer(
    session: Session, olga: Person
) -> None:
    case, other = counted(session, complaint_days=3), counted(session, complaint_days=3)
    session.execute(text("ALTER TABLE election DISABLE TRIGGER USER"))
    session.execute(
        text("UPDATE election SET cycle_id = :cycle, complaints_until = now() - interval '1 day' WHERE uuid = :uuid"),
        {"cycle": case.election.cycle_id, "uuid": other.uuid},
    )
    session.execute(text("ALTER TABLE election ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()
    over, running = other.election.complaints_until, case.election.complaints_until
    assert over is not None
    assert running is not None
    cycle = session.get_one(Cycle, case.election.cycle_id)
    extend(session, cycle, Period.COMPLAINTS, running + DAY, olga)
    assert case.election.complaints_until == running + DAY
    assert other.election.complaints_until == over


def test_an_extension_asked_for_with_the_end_that_a_program_saw_is_refused_when_that_has_changed(
    session: Session, program: Program, olga: Person
) -> None:
    adopted(session, TRIAL.replace("times = 1", "times = 9"), olga)
    cycle = announced(session, olga, dates=now_dates(nominations=DAY, voting=DAY))
    seen = cycle.nominations_close_at
    asked = {"period": "nominations", "reason": "Too few have come.", "expecting": seen.isoformat()}
    path = f"/cycles/{cycle.id}/extensions"
    program.post(path, until=(seen + HOUR).isoformat(), **asked)
    second = program.send("POST", path, until=(seen + 2 * HOUR).isoformat(), **asked)
    assert (second.status_code, second.json["error"]["code"]) == (409, "date-changed")


def test_the_record_date_stays_when_a_period_is_extended_and_the_page_says_so(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=DAY, campaign=DAY, voting=DAY))
    before = cycle.record_on
    assert "The record date stays" in runner.get(f"/elections/cycles/{cycle.id}/extend/campaign").text
    extend(session, cycle, Period.CAMPAIGN, cycle.voting_opens_at + DAY, olga)
    assert cycle.record_on == before


# Reminders follow the close of each election.


def test_who_can_vote_longer_and_has_not_voted_is_reminded_on_the_last_day_again(
    session: Session, olga: Person
) -> None:
    (ada,) = people(session, 1)
    cycle = opened(session, olga, [ada])
    let_pass(session, cycle, 3 * DAY + HOUR)
    assert reminding.remind(session, cycle.id, now=clock.now()) == 1
    session.commit()
    extend(session, cycle, Period.VOTING, cycle.voting_closes_at + 3 * DAY, olga)
    assert reminding.remind(session, cycle.id, now=clock.now()) == 0
    let_pass(session, cycle, 3 * DAY)
    assert reminding.remind(session, cycle.id, now=clock.now()) == 1
    session.commit()
    assert reminding.remind(session, cycle.id, now=clock.now()) == 0
    assert told(session, "Last day to vote") == [ada.address, ada.address]


def test_a_reminder_says_when_the_vote_that_the_rules_made_longer_closes(session: Session, olga: Person) -> None:
    (ada,) = people(session, 1)
    cycle = opened(session, olga, [ada])
    let_pass(session, cycle, 4 * DAY)
    closing.close_due(session, cycle.elections[0].uuid, now=clock.now())
    session.commit()
    let_pass(session, cycle, 6 * DAY + HOUR)
    assert reminding.remind(session, cycle.id, now=clock.now()) == 1
    session.commit()
    closes = cycle.elections[0].closes_at
    assert closes is not None
    row = session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
    assert row is not None
    assert f"{closes:%Y-%m-%d %H:%M} UTC" in row.text


# Annulling.


def test_voters_of_an_election_that_is_certified_are_not_told_that_it_was_annulled(
    session: Session, olga: Person
) -> None:
    ada, bob = people(session, 2)
    cycle = opened(session, olga, [ada], contests=BOTH)
    first, second = cycle.elections
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.query(Voter).filter_by(election_uuid=second.uuid).update({"address": bob.address, "person_id": bob.id})
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("UPDATE election SET phase = 'certified' WHERE uuid = :uuid"), {"uuid": first.uuid})
    session.commit()
    session.expire_all()
    course.annul(session, cycle.id, "A trustee lost the key.", by=olga, now=clock.now())
    session.commit()
    assert told(session, "Annulled") == [bob.address]


def test_a_draft_that_is_annulled_is_never_public(app: Flask, session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = drafted(session, olga, title="A secret plan", dates=now_dates(nominations=DAY, voting=DAY))
    uuid = cycle.elections[0].uuid
    course.annul(session, cycle.id, "Wrong dates.", by=olga, now=clock.now())
    session.commit()
    stranger = visitor(app)
    assert stranger.get(f"/elections/{uuid}").status_code == 404
    assert "A secret plan" not in stranger.get("/elections/").text
    assert "A secret plan" in runner.get("/elections/").text
    assert runner.get(f"/elections/{uuid}").status_code == 200


def test_a_reason_typed_in_two_lines_is_taken_as_one(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=DAY, voting=DAY))
    answer = runner.post(f"/elections/cycles/{cycle.id}/annul", data={"reason": "The roll is wrong.\r\nSorry."})
    assert answer.status_code == 303, answer.text
    assert "The roll is wrong. Sorry." in told_text(session)


def told_text(session: Session) -> str:
    facts = session.execute(text("SELECT string_agg(facts, ' ') FROM register_entry")).scalar_one()
    return str(facts)


# Programs.


def test_a_draft_is_known_to_officials_programs_alone(app: Flask, session: Session, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = drafted(session, olga, dates=now_dates(nominations=DAY, voting=DAY))
    uuid = cycle.elections[0].uuid
    seen: dict[Office, tuple[int, int]] = {}
    for office in Office:
        asks = Program(app, token_of(session, official(session, office), office))
        seen[office] = (len(asks.get("/elections")), asks.send("GET", f"/elections/{uuid}").status_code)
    assert seen.pop(Office.ELECTION_OFFICIAL) == (1, 200)
    assert set(seen.values()) == {(0, 404)}


def test_voters_of_each_election_of_a_cycle_are_reminded_in_one_mail(session: Session, olga: Person) -> None:
    ada, bob = people(session, 2)
    cycle = opened(session, olga, [ada, bob], contests=BOTH)
    first, second = cycle.elections
    assert first.opens_at != second.opens_at
    voted(session, session.query(Voter).filter_by(person_id=ada.id, election_uuid=first.uuid).one())
    let_pass(session, cycle, 2 * DAY)
    assert reminding.remind(session, cycle.id, now=clock.now()) == 2
    session.commit()
    mails = {
        row.recipient: row.text for row in session.query(OutboxMessage).filter(OutboxMessage.key.contains(" half "))
    }
    assert (first.title in mails[ada.address], second.title in mails[ada.address]) == (False, True)
    assert first.title in mails[bob.address]
    assert second.title in mails[bob.address]
    assert reminding.remind(session, cycle.id, now=clock.now()) == 0


def test_of_two_votes_that_the_rules_made_longer_each_reminds_its_own_voters(session: Session, olga: Person) -> None:
    ada, bob = people(session, 2)
    cycle = opened(session, olga, [ada, bob], contests=BOTH)
    first, second = cycle.elections
    let_pass(session, cycle, 4 * DAY)
    for election in (first, second):
        closing.close_due(session, election.uuid, now=clock.now())
        session.commit()
    voted(session, session.query(Voter).filter_by(person_id=ada.id, election_uuid=first.uuid).one())
    voted(session, session.query(Voter).filter_by(person_id=bob.id, election_uuid=second.uuid).one())
    let_pass(session, cycle, 6 * DAY + HOUR)
    assert reminding.remind(session, cycle.id, now=clock.now()) == 2
    session.commit()
    assert told(session, "Last day to vote") == sorted([ada.address, bob.address])
