"""What goes wrong in elections under rules, and what officials, voters and programs are told and offered then."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.rules import Period
from elections.cycles.services import closing, course, extending, reminding
from elections.lifecycle import Phase
from elections.models import Candidate, CastBallot, Voter
from elections.nominations.models import Nomination
from elections.nominations.services import nominating
from elections.services import voting
from elections.services.setup import NewTrustee
from foundation.accounts.models import Person
from foundation.accounts.services import appointments
from foundation.accounts.services.appointments import Term
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
    nominated,
    now_dates,
    opened,
    people,
    voted,
)
from tests.election_factories import SERVER
from tests.factories import Visitor, make_person, official, sign_in, visitor
from tests.program import Program, token_of

BOTH = ["individual-director", "lead-example"]


@pytest.fixture
def olga(session: Session) -> Person:
    return official(session, Office.ELECTION_OFFICIAL)


@pytest.fixture
def runner(app: Flask, olga: Person) -> Visitor:
    browser = visitor(app)
    sign_in(browser, olga.address)
    return browser


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


# A candidate withdraws.


def withdrawn(session: Session, cycle: Cycle, index: int = 0, why: str = "") -> Candidate:
    """A candidate of the cycle's first election who has withdrawn, committed."""
    candidate = cycle.elections[0].contests[0].candidates[index]
    person = session.get_one(Person, candidate.person_id)
    nomination = session.query(Nomination).filter_by(contest_id=candidate.contest_id, person_id=person.id).one()
    nominating.withdraw(session, nomination.id, why, by=person, now=clock.now())
    session.commit()
    return candidate


def test_voters_are_told_once_that_a_candidate_withdrew_while_they_can_vote_and_their_ballots_stay(
    session: Session, olga: Person
) -> None:
    ada, bob = people(session, 2)
    cycle = opened(session, olga, [ada, bob], contests=BOTH)
    voted(session, session.query(Voter).filter_by(person_id=ada.id, election_uuid=cycle.elections[0].uuid).one())
    ballots = session.query(CastBallot).count()
    candidate = withdrawn(session, cycle, why="I move abroad.")
    assert told(session, "A candidate has withdrawn") == sorted([ada.address, bob.address])
    mail = session.query(OutboxMessage).filter(OutboxMessage.subject.startswith("A candidate")).first()
    assert mail is not None
    for said in (candidate.name, "I move abroad.", "stays as it is", f"{cycle.elections[0].closes_at:%Y-%m-%d %H:%M}"):
        assert said in mail.text
    assert session.query(CastBallot).count() == ballots


def test_the_page_of_a_voter_and_the_booth_say_who_withdrew(app: Flask, session: Session, olga: Person) -> None:
    ada = make_person(session)
    cycle = opened(session, olga, [ada])
    browser, vote = visitor(app), f"/elections/{cycle.elections[0].uuid}"
    sign_in(browser, ada.address)
    assert "has withdrawn" not in browser.get(f"{vote}/vote").text
    name = withdrawn(session, cycle).name
    assert f"{name} has withdrawn" in browser.get(f"{vote}/vote").text
    booth = browser.get(f"{vote}/booth-data").get_json()
    assert [one["name"] for one in booth["contests"][0]["candidates"] if one["withdrawn"]] == [name]


def test_the_page_of_a_voter_says_until_when_they_can_vote(app: Flask, session: Session, olga: Person) -> None:
    ada = make_person(session)
    election = opened(session, olga, [ada]).elections[0]
    browser = visitor(app)
    sign_in(browser, ada.address)
    assert election.closes_at is not None
    closes = election.closes_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    page = browser.get(f"/elections/{election.uuid}/vote").text
    assert f'Voting closes on <time datetime="{closes}"' in page


def test_before_voting_opens_and_after_it_has_closed_no_voter_is_written_to(session: Session, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, campaign=DAY, voting=DAY))
    let_pass(session, cycle, HOUR)
    advance(session)
    keyed(session, cycle, people(session, 2))
    withdrawn(session, cycle)
    let_pass(session, cycle, DAY)
    advance(session)
    let_pass(session, cycle, DAY)
    voting.close_voting(session, cycle.elections[0].uuid, by="the server", now=clock.now())
    session.commit()
    withdrawn(session, cycle, 1)
    assert told(session, "A candidate has withdrawn") == []


# What officials are told.


def words_of(page: Any) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def test_officials_read_what_is_theirs_to_do_next_and_when_voting_opens(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, campaign=DAY, voting=DAY))
    let_pass(session, cycle, HOUR)
    advance(session)
    nominated(session, cycle.elections[0].contests[0], make_person(session), olga)
    session.commit()
    opens = f"{cycle.voting_opens_at:%H:%M} UTC"
    for page in (f"/elections/cycles/{cycle.id}/manage", "/account/"):
        said = words_of(runner.get(page))
        assert "Next: Commit to the lot (2 officials' commitments are missing). Voting opens on" in said, page
        assert opens in said
    assert "has 1 candidates who can be elected, for 3 seats" in words_of(
        runner.get(f"/elections/cycles/{cycle.id}/manage")
    )


def test_nobody_is_told_that_voting_opens_on_a_date_that_is_past(
    app: Flask, session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session, TRIAL.replace('clause = "4.4"\ndays_min = 0', 'clause = "4.4"\ndays_min = 1'), olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, campaign=HOUR, voting=DAY))
    pages = [f"/elections/cycles/{cycle.id}", f"/elections/{cycle.elections[0].uuid}"]
    let_pass(session, cycle, 2 * HOUR)
    advance(session)
    for page in pages:
        assert "It opens as soon as everything is ready." in words_of(visitor(app).get(page)), page
    let_pass(session, cycle, 2 * HOUR)
    for page in (*pages, f"{pages[0]}/manage", f"{pages[1]}/manage", "/account/"):
        assert "An official must move the date, or annul." in words_of(runner.get(page)), page


def test_no_period_of_elections_that_are_over_is_marked_as_going_on(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(announcement=HOUR, nominations=DAY, voting=DAY))
    assert "now from" in words_of(runner.get(f"/elections/cycles/{cycle.id}"))
    course.annul(session, cycle.id, "Wrong dates.", by=olga, now=clock.now())
    session.commit()
    assert "now from" not in words_of(runner.get(f"/elections/cycles/{cycle.id}"))


def test_officials_are_warned_of_seats_that_are_up_twice_and_of_trustees_who_leave(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session, TRIAL, olga)
    tom = make_person(session, name="Tom Trustee")
    term = Term(clock.now(), clock.now() + DAY)
    appointments.appoint(session, tom, Office.TRUSTEE, term=term, reason="", by="operator", now=clock.now())
    session.commit()
    seats = {"demonstration": False, "trustees": [SERVER, NewTrustee("Tom Trustee", tom)]}
    short = drafted(session, olga, title="By-election", dates=now_dates(nominations=HOUR, voting=HOUR), **seats)
    said = words_of(runner.get(f"/elections/cycles/{short.id}/manage"))
    assert "as well, which is not over" not in said
    assert "holds no office as a trustee" not in said
    long = drafted(session, olga, title="Elections 2027", dates=now_dates(nominations=DAY, voting=DAY), **seats)
    said = words_of(runner.get(f"/elections/cycles/{long.id}/manage"))
    assert "is up in “By-election” as well, which is not over." in said
    assert "Tom Trustee holds no office as a trustee when voting closes" in said


def test_officials_see_how_many_withdrew(session: Session, runner: Visitor, olga: Person) -> None:
    cycle = opened(session, olga, people(session, 2))
    withdrawn(session, cycle)
    said = words_of(runner.get(f"/elections/{cycle.elections[0].uuid}/manage"))
    assert "4 nominations, 1 of them withdrawn" in said


def test_the_page_and_the_calendar_follow_a_vote_that_the_rules_made_longer_and_an_annulment(
    app: Flask, session: Session, olga: Person
) -> None:
    cycle = opened(session, olga, people(session, 3))
    let_pass(session, cycle, 4 * DAY)
    closing.close_due(session, cycle.elections[0].uuid, now=clock.now())
    session.commit()
    closes, path = cycle.elections[0].closes_at, f"/elections/cycles/{cycle.id}"
    assert closes is not None
    assert f"Voting in it closes on {closes.day} {closes:%B %Y, %H:%M} UTC" in words_of(visitor(app).get(path))
    assert f"DTEND:{closes:%Y%m%dT%H%M%SZ}" in visitor(app).get(f"{path}/dates.ics").text
    assert "CANCELLED" not in visitor(app).get(f"{path}/dates.ics").text
    course.annul(session, cycle.id, "A trustee lost the key.", by=olga, now=clock.now())
    session.commit()
    assert visitor(app).get(f"{path}/dates.ics").text.count("STATUS:CANCELLED") == 4


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
