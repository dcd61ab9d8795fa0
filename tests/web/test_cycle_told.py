"""What voters and officials are told when a candidate withdraws and when dates come."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.services import closing, course
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
from tests.factories import Visitor, make_person, sign_in, visitor
from tests.web.test_cycle_unhappy import BOTH, told

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
        assert "Next: Commit to the lot (2 officials' commitments are missing; too few can commit" in said, page
        assert "have election officials appointed). Voting opens on" in said, page
        assert opens in said
    assert "seats to fill: 3, candidates who can be elected: 1." in words_of(
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
