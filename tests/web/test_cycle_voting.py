"""Voting in a cycle: opening by date and keys, mails and reminders, quorum, closing, and clocks that jump."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from elections import jobs
from elections.cycles.models import Cycle
from elections.cycles.rules import Period
from elections.cycles.services import closing, course, extending
from elections.lifecycle import Phase
from elections.models import Voter
from elections.services import ceremony, voting
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.errors import Conflict
from foundation.core.mail import OutboxMessage
from membership.services import privacy
from tests.certification_factories import counted
from tests.cycle_factories import (
    DAY,
    HOUR,
    TRIAL,
    adopted,
    advance,
    announced,
    keyed,
    let_pass,
    now_dates,
    opened,
    people,
    remind,
    voted,
)
from tests.web.register_acts import acts


def in_campaign(session: Session, olga: Person, rules: str = TRIAL, **lengths: timedelta) -> Cycle:
    adopted(session, rules, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, **lengths))
    let_pass(session, cycle, HOUR)
    advance(session)
    return cycle


def written(session: Session, kind: str) -> list[str]:
    rows = (
        session.query(OutboxMessage).filter(OutboxMessage.key.contains(f" {kind} ")).order_by(OutboxMessage.recipient)
    )
    return [row.recipient for row in rows]


def voter_of(session: Session, cycle: Cycle, person: Person) -> Voter:
    return session.query(Voter).filter_by(election_uuid=cycle.elections[0].uuid, person_id=person.id).one()


def close(session: Session, cycle: Cycle) -> Phase:
    closing.close_due(session, cycle.elections[0].uuid, now=clock.now())
    session.commit()
    return cycle.elections[0].phase


# Opening.


def test_voting_opens_by_itself_when_its_date_has_come_and_the_keys_are_there(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga, campaign=DAY, voting=3 * DAY)
    keyed(session, cycle, people(session, 2))
    assert advance(session) == 0
    let_pass(session, cycle, DAY)
    assert advance(session) == 1
    election = cycle.elections[0]
    assert (election.phase, election.closes_at) == (Phase.VOTING, cycle.voting_closes_at)
    assert acts(session, f"election {election.uuid}")[-1] == "election.opened"


def test_without_its_keys_the_vote_stays_shut(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga, voting=3 * DAY)
    assert advance(session) == 0
    assert cycle.elections[0].phase is Phase.CAMPAIGN


def test_a_vote_that_would_be_shorter_than_the_rules_ask_does_not_open_until_its_dates_are_moved(
    session: Session, olga: Person
) -> None:
    rules = TRIAL.replace('clause = "4.4"\ndays_min = 0', 'clause = "4.4"\ndays_min = 3')
    cycle = in_campaign(session, olga, rules, voting=3 * DAY)
    keyed(session, cycle, people(session, 2))
    let_pass(session, cycle, 5 * HOUR)
    assert advance(session) == 0
    assert course.is_too_late(cycle, clock.database_now(session))
    until = clock.now() + HOUR
    reason = "A trustee was ill."
    extending.extend(session, cycle.id, Period.CAMPAIGN, until, reason=reason, by=olga, now=clock.now())
    session.commit()
    let_pass(session, cycle, HOUR)
    assert advance(session) == 1
    assert cycle.elections[0].phase is Phase.VOTING


def test_nobody_opens_a_vote_under_rules_by_hand_or_until_another_date(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga, campaign=DAY, voting=DAY)
    keyed(session, cycle, people(session, 2))
    uuid = cycle.elections[0].uuid
    with pytest.raises(Conflict, match="at the dates that were announced"):
        voting.open_voting(session, uuid, by="Olga", now=clock.now(), closes_at=cycle.voting_closes_at)
    session.rollback()
    let_pass(session, cycle, DAY)
    for closes_at in (None, clock.now() + HOUR):
        with pytest.raises(Conflict, match="at the dates that were announced"):
            voting.open_voting(session, uuid, by="Olga", now=clock.now(), closes_at=closes_at)
        session.rollback()


# Mails.


def test_each_voter_gets_one_mail_when_voting_opens_however_often_the_job_runs(session: Session, olga: Person) -> None:
    ada, bob = people(session, 2)
    opened(session, olga, [ada, bob], contests=["individual-director", "lead-example"])
    assert advance(session) == 0
    assert written(session, "open") == sorted([ada.address, bob.address])


def test_reminders_go_only_to_those_who_have_not_voted_at_half_time_and_on_the_last_day(
    session: Session, olga: Person
) -> None:
    ada, bob, cleo = people(session, 3)
    cycle = opened(session, olga, [ada, bob, cleo])
    voted(session, voter_of(session, cycle, ada))
    assert remind(session) == 0
    let_pass(session, cycle, 2 * DAY)
    assert remind(session) == 2
    session.commit()
    assert remind(session) == 0
    voted(session, voter_of(session, cycle, bob))
    let_pass(session, cycle, DAY)
    assert remind(session) == 1
    session.commit()
    assert written(session, "half time") == sorted([bob.address, cleo.address])
    assert written(session, "last day") == [cleo.address]
    let_pass(session, cycle, 2 * DAY)
    assert remind(session) == 0


def test_no_letter_goes_to_a_voter_who_asked_to_be_erased(session: Session, olga: Person) -> None:
    ada, bob = people(session, 2)
    cycle, address = opened(session, olga, [ada, bob]), ada.address
    privacy.erase(session, ada, now=clock.now())
    session.commit()
    let_pass(session, cycle, 2 * DAY)
    assert remind(session) == 1
    session.commit()
    assert written(session, "half time") == [bob.address]
    assert address not in {letter.recipient for letter in session.query(OutboxMessage)}


def test_after_a_long_silence_only_the_latest_reminder_goes_out(session: Session, olga: Person) -> None:
    (ada,) = people(session, 1)
    cycle = opened(session, olga, [ada])
    let_pass(session, cycle, 3 * DAY + HOUR)
    assert remind(session) == 1
    session.commit()
    assert remind(session) == 0
    assert written(session, "half time") == []


# Closing.


def test_a_vote_is_not_closed_before_its_date_by_anybody(session: Session, olga: Person) -> None:
    cycle = opened(session, olga, people(session, 2))
    uuid, far = cycle.elections[0].uuid, clock.now() + 99 * DAY
    with pytest.raises(Conflict, match="To close it sooner would make it shorter"):
        voting.close_voting(session, uuid, by="Olga", now=far)
    session.rollback()
    with pytest.raises(Conflict, match="To close it sooner would make it shorter"):
        closing.close_due(session, uuid, now=far)


def test_a_quorum_that_is_missed_extends_the_vote_once(session: Session, olga: Person) -> None:
    voters = people(session, 3)
    cycle = opened(session, olga, voters)
    let_pass(session, cycle, 4 * DAY)
    assert close(session, cycle) is Phase.VOTING
    election = cycle.elections[0]
    assert election.closes_at is not None
    assert timedelta(days=6, hours=23) < election.closes_at - clock.now() < timedelta(days=7, minutes=1)
    assert acts(session, f"election {election.uuid}")[-1] == "election.extended"
    told = session.query(OutboxMessage).filter(OutboxMessage.subject.startswith("A date has changed"))
    assert {row.recipient for row in told} == {voter.address for voter in voters}
    let_pass(session, cycle, 7 * DAY + HOUR)
    assert close(session, cycle) is Phase.CLOSED


def test_a_quorum_that_is_reached_lets_the_vote_close(session: Session, olga: Person) -> None:
    (ada,) = people(session, 1)
    cycle = opened(session, olga, [ada])
    voted(session, voter_of(session, cycle, ada))
    let_pass(session, cycle, 4 * DAY)
    assert close(session, cycle) is Phase.CLOSED


def test_where_a_missed_quorum_makes_it_void_nothing_is_extended(session: Session, olga: Person) -> None:
    adopted(session, TRIAL.replace('missed = "extend"\nextend_days = 7', 'missed = "void"'), olga)
    cycle = opened(session, olga, people(session, 3))
    let_pass(session, cycle, 4 * DAY)
    assert close(session, cycle) is Phase.CLOSED


def test_extending_the_vote_makes_it_longer_for_those_who_vote_already(session: Session, olga: Person) -> None:
    cycle = opened(session, olga, people(session, 2))
    before = cycle.voting_closes_at
    args = {"reason": "The service was away.", "by": olga, "now": clock.now()}
    extending.extend(session, cycle.id, Period.VOTING, before + DAY, **args)  # type: ignore[arg-type]
    session.commit()
    assert cycle.elections[0].closes_at == cycle.voting_closes_at == before + DAY


def test_the_database_itself_refuses_a_shorter_vote(session: Session, olga: Person) -> None:
    cycle = opened(session, olga, people(session, 2))
    shorter = text("UPDATE election SET closes_at = closes_at - interval '1 hour' WHERE uuid = :uuid")
    with pytest.raises(Exception, match="does not change"):
        session.execute(shorter, {"uuid": cycle.elections[0].uuid})


def test_the_minutes_job_does_all_of_it(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga, campaign=DAY, voting=DAY)
    (ada,) = people(session, 1)
    keyed(session, cycle, [ada])
    let_pass(session, cycle, DAY)
    jobs.watch()
    session.expire_all()
    assert cycle.elections[0].phase is Phase.VOTING
    let_pass(session, cycle, 13 * HOUR)
    jobs.watch()
    session.expire_all()
    assert written(session, "half time") == [ada.address]


def test_keys_are_not_combined_twice_by_two_officials(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga, campaign=DAY, voting=DAY)
    keyed(session, cycle, people(session, 1))
    before = cycle.elections[0].election_json
    ceremony.finish(session, cycle.elections[0].uuid, by="another", now=clock.now())
    assert cycle.elections[0].election_json == before


# Complaints.


def test_complaints_can_be_taken_longer_as_the_rules_allow(session: Session, olga: Person) -> None:
    case = counted(session, complaint_days=3)
    assert case.election.cycle_id is not None
    before = case.election.complaints_until
    assert before is not None
    args = {"reason": "The archive was away.", "by": olga, "now": clock.now()}
    extending.extend(session, case.election.cycle_id, Period.COMPLAINTS, before + DAY, **args)  # type: ignore[arg-type]
    session.commit()
    session.expire_all()
    assert case.election.complaints_until == before + DAY
