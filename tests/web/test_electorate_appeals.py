"""Appeals: two impartial officials agree, and the roll or the eligibility is what they say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.electorate.models import Appeal, AppealKind
from elections.electorate.services import appealing, building, explaining
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.services import eligibility, records
from elections.services.setup import subject
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from foundation.core.register import RegisterEntry
from membership.models.mandates import MandateRole
from membership.rules.standing_status import EventKind
from membership.services.admitting import Measure, act
from tests.electorate_factories import BOTH_CLASSES, built, corporate, frozen, in_campaign, individual, on_roll
from tests.factories import in_context, letters, make_person, official
from tests.membership_factories import (
    affiliated,
    committee,
    make_corporate_member,
    make_member,
    make_organization,
    mandated,
)
from tests.web.register_acts import acts

ADD, LEAVE, ELIGIBILITY = AppealKind.ADD_TO_ROLL, AppealKind.LEAVE_ROLL, AppealKind.ELIGIBILITY


@pytest.fixture
def officials(session: Session) -> list[Person]:
    return [official(session, Office.ELECTION_OFFICIAL) for _number in range(3)]


def member(session: Session, name: str) -> Person:
    person = make_person(session, name=name)
    make_member(session, person)
    return person


@pytest.fixture
def ada(session: Session) -> Person:
    return member(session, "Ada")


@pytest.fixture
def cycle(session: Session, officials: list[Person], ada: Person) -> Cycle:
    cycle = in_campaign(session, officials[0], BOTH_CLASSES)
    built(session, individual(cycle), officials[0])
    return cycle


def appealed(session: Session, cycle: Cycle, kind: AppealKind, person: Person) -> Appeal:
    made = appealing.appeal(session, individual(cycle).uuid, kind, "The records err.", person=person, now=clock.now())
    session.commit()
    return made


def verdict(session: Session, appeal: Appeal, by: Person, *, upheld: bool = True) -> None:
    appealing.decide(session, appeal.id, upheld, "The records say so.", by=by, now=clock.now())
    session.commit()


def test_two_officials_put_somebody_on_the_roll_and_building_anew_keeps_them(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    ben = make_person(session, name="Ben")
    appeal = appealed(session, cycle, ADD, ben)
    verdict(session, appeal, officials[0])
    assert ben.id not in on_roll(session, individual(cycle))
    verdict(session, appeal, officials[1])
    assert on_roll(session, individual(cycle))[ben.id].reason == f"added on appeal {appeal.id}"
    assert not building.differences(session, individual(cycle))
    built(session, individual(cycle), officials[0])
    assert ben.id in on_roll(session, individual(cycle))
    assert acts(session, subject(individual(cycle)))[-2:] == ["appeal.upheld", "roll.built"]


def test_two_officials_leave_somebody_out_who_then_votes_for_their_organization(
    session: Session, cycle: Cycle, ada: Person, officials: list[Person]
) -> None:
    make_corporate_member(session, "Acme", ada)
    built(session, corporate(cycle), officials[0])
    assert ada.id not in on_roll(session, corporate(cycle))
    appeal = appealed(session, cycle, LEAVE, ada)
    for each in officials[:2]:
        verdict(session, appeal, each)
    assert ada.id not in on_roll(session, individual(cycle))
    built(session, individual(cycle), officials[0])
    assert ada.id in on_roll(session, corporate(cycle))
    assert f"appeal {appeal.id}, by which you were left out" in explaining.why(session, individual(cycle), ada)


def test_officials_who_differ_wait_for_a_third(session: Session, cycle: Cycle, officials: list[Person]) -> None:
    ben = make_person(session)
    appeal = appealed(session, cycle, ADD, ben)
    verdict(session, appeal, officials[0])
    verdict(session, appeal, officials[1], upheld=False)
    assert appeal.decided_at is None
    verdict(session, appeal, officials[2], upheld=False)
    assert (appeal.upheld, ben.id in on_roll(session, individual(cycle))) == (False, False)
    with pytest.raises(Conflict, match="decided already"):
        appealing.decide(
            session, appeal.id, True, "Late.", by=official(session, Office.ELECTION_OFFICIAL), now=clock.now()
        )


def test_verdicts_given_at_once_decide_once(
    app: Flask, session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    ben = make_person(session)
    number, people = appealed(session, cycle, ADD, ben).id, [each.id for each in officials]
    session.rollback()

    def give(person: int) -> str:
        def work() -> str:
            by = db.session.get_one(Person, person)
            try:
                appealing.decide(db.session, number, True, "So it is.", by=by, now=clock.now())
                db.session.commit()
            except Conflict as refusal:
                return refusal.code
            return "given"

        return in_context(app, work)

    with ThreadPoolExecutor(len(people)) as threads:
        answers = sorted(threads.map(give, people))
    assert answers == ["decided-already", "given", "given"]
    assert on_roll(session, individual(cycle))[ben.id].reason == f"added on appeal {number}"
    assert acts(session, subject(individual(cycle))).count("appeal.upheld") == 1


def test_one_official_is_not_two(session: Session, cycle: Cycle, officials: list[Person]) -> None:
    appeal = appealed(session, cycle, ADD, make_person(session))
    verdict(session, appeal, officials[0])
    with pytest.raises(Conflict, match="given your verdict"):
        verdict(session, appeal, officials[0])


def test_nobody_decides_about_themselves_or_a_colleague(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    own = appealed(session, cycle, ADD, officials[0])
    with pytest.raises(Forbidden, match="about themselves"):
        verdict(session, own, officials[0])
    session.rollback()
    acme = make_organization(session, "Acme", make_person(session))
    ben = make_person(session)
    for person in (ben, officials[1]):
        affiliated(session, person, acme, timedelta(days=10))
    appeal = appealed(session, cycle, ADD, ben)
    with pytest.raises(Forbidden, match="one control group"):
        verdict(session, appeal, officials[1])


def test_nobody_who_votes_in_one_class_is_added_to_the_other(
    session: Session, cycle: Cycle, ada: Person, officials: list[Person]
) -> None:
    make_corporate_member(session, "Acme", ada)
    appeal = appealing.appeal(session, corporate(cycle).uuid, ADD, "I speak for it.", person=ada, now=clock.now())
    session.commit()
    verdict(session, appeal, officials[0])
    with pytest.raises(Conflict, match="nobody votes in two classes"):
        verdict(session, appeal, officials[1])


def test_whoever_represents_nobody_is_not_added_for_an_organization(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    uuid, ben = corporate(cycle).uuid, make_person(session)
    appeal = appealing.appeal(session, uuid, ADD, "I want to.", person=ben, now=clock.now())
    session.commit()
    verdict(session, appeal, officials[0])
    with pytest.raises(Conflict, match="represented no corporate member"):
        verdict(session, appeal, officials[1])


def test_who_was_added_for_an_organization_that_is_found_to_have_left_is_on_no_roll_built_anew(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    rita = make_person(session)
    membership, _signatory = make_corporate_member(session, "Acme", rita)
    uuid = corporate(cycle).uuid
    appeal = appealing.appeal(session, uuid, ADD, "I speak for it.", person=rita, now=clock.now())
    session.commit()
    for each in officials[:2]:
        verdict(session, appeal, each)
    assert on_roll(session, corporate(cycle))[rita.id].organization == "Acme"
    act(session, membership, EventKind.SUSPENDED, Measure("Unpaid."), by=committee(session), now=clock.now())
    session.commit()
    built(session, corporate(cycle), officials[0])
    assert on_roll(session, corporate(cycle)) == {}


def test_a_control_group_gets_no_second_vote_by_appeal(session: Session, cycle: Cycle, officials: list[Person]) -> None:
    rita, alternate = make_person(session, name="Rita"), make_person(session)
    membership, signatory = make_corporate_member(session, "Acme", rita)
    built(session, corporate(cycle), officials[0])
    mandated(session, membership.party.organization, MandateRole.ALTERNATE, alternate, signatory)
    appeal = appealing.appeal(session, corporate(cycle).uuid, ADD, "I as well.", person=alternate, now=clock.now())
    session.commit()
    verdict(session, appeal, officials[0])
    with pytest.raises(Conflict, match="Rita casts the vote"):
        verdict(session, appeal, officials[1])


def test_an_appeal_says_something_is_made_once_and_about_what_is_so(
    session: Session, cycle: Cycle, ada: Person
) -> None:
    uuid, ben = individual(cycle).uuid, make_person(session)
    with pytest.raises(Invalid, match="missing"):
        appealing.appeal(session, uuid, ADD, "  ", person=ben, now=clock.now())
    with pytest.raises(Conflict, match="on the roll already"):
        appealing.appeal(session, uuid, ADD, "Twice is better.", person=ada, now=clock.now())
    with pytest.raises(Conflict, match="not on the roll"):
        appealing.appeal(session, uuid, LEAVE, "Leave me out.", person=ben, now=clock.now())
    appealed(session, cycle, ADD, ben)
    with pytest.raises(Conflict, match="appealed already"):
        appealing.appeal(session, uuid, ADD, "Once more.", person=ben, now=clock.now())


def test_after_freezing_nobody_appeals(session: Session, cycle: Cycle, ada: Person, officials: list[Person]) -> None:
    election = frozen(session, individual(cycle), officials[0])
    with pytest.raises(Conflict, match="frozen"):
        appealing.appeal(session, election.uuid, LEAVE, "Too late.", person=ada, now=clock.now())


def test_the_register_gives_reasons_and_deciders_but_not_the_appellant(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    ben = make_person(session, name="Benjamin Secret")
    appeal = appealed(session, cycle, ADD, ben)
    for each in officials[:2]:
        verdict(session, appeal, each)
    entries = session.execute(select(RegisterEntry).where(RegisterEntry.act.startswith("appeal."))).scalars().all()
    assert [entry.act for entry in entries] == ["appeal.made", "appeal.upheld"]
    assert all("Secret" not in entry.facts + entry.by for entry in entries)
    assert "The records say so." in entries[-1].facts
    assert officials[1].display_name in entries[-1].by
    (letter,) = letters(session, ben.address)
    assert "granted" in letter.text


def test_verdicts_and_decided_appeals_stay(session: Session, cycle: Cycle, officials: list[Person]) -> None:
    appeal = appealed(session, cycle, ADD, make_person(session))
    for each in officials[:2]:
        verdict(session, appeal, each)
    for attack in (
        "DELETE FROM election_appeal_verdict",
        "UPDATE election_appeal_verdict SET upheld = false",
        "UPDATE election_appeal SET upheld = false",
        "DELETE FROM election_appeal",
    ):
        with pytest.raises(DatabaseError):
            session.execute(text(attack))
        session.rollback()


# Eligibility.


def refused(session: Session, cycle: Cycle, nominee: Person, by: Person) -> Nomination:
    now = clock.now()
    nomination = Nomination(
        contest=individual(cycle).contests[0], person=nominee, by=nominee, state=NominationState.ACCEPTED
    )
    nomination.statement, nomination.proposed_at, nomination.answered_at = "", now, now
    session.add(nomination)
    session.flush()
    eligibility.record(session, nomination, False, "Endorsements are missing.", by=by, now=now)
    session.commit()
    return nomination


def about(session: Session, cycle: Cycle, nomination: Nomination, person: Person) -> Appeal:
    uuid = individual(cycle).uuid
    made = appealing.appeal(
        session, uuid, ELIGIBILITY, "Look again.", person=person, now=clock.now(), nomination_id=nomination.id
    )
    session.commit()
    return made


def test_two_other_officials_find_a_refused_nominee_eligible(
    session: Session, cycle: Cycle, ada: Person, officials: list[Person]
) -> None:
    nomination = refused(session, cycle, ada, officials[0])
    appeal = about(session, cycle, nomination, ada)
    with pytest.raises(Forbidden, match="took the decision"):
        verdict(session, appeal, officials[0])
    session.rollback()
    for each in officials[1:]:
        verdict(session, appeal, each)
    session.refresh(nomination)
    decided = records.decision(nomination)
    assert decided is not None
    assert (decided.eligible, decided.by_id) == (True, officials[2].id)


def test_only_the_nominee_appeals_and_only_a_refusal(
    session: Session, cycle: Cycle, ada: Person, officials: list[Person]
) -> None:
    nomination = refused(session, cycle, ada, officials[0])
    with pytest.raises(NotFound):
        about(session, cycle, nomination, make_person(session))
    session.rollback()
    eligibility.record(session, nomination, True, "Found after all.", by=officials[0], now=clock.now())
    session.commit()
    with pytest.raises(Conflict, match="No official has decided"):
        about(session, cycle, nomination, ada)
