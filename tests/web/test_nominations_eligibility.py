"""Withdrawing in every phase, and deciding who can be elected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from elections.lifecycle import BEFORE_KEYS, ORDER, Phase
from elections.models import Candidate
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import EligibilityDecision
from elections.nominations.services import ballot, eligibility, nominating
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden
from membership.models.affiliations import AffiliationKind
from membership.services import affiliating
from membership.services.affiliating import Declared
from tests.factories import letters, make_person, official
from tests.membership_factories import (
    let_membership_age,
    make_corporate_member,
    make_organization,
)
from tests.nomination_factories import (
    EASY,
    REASON,
    Nominating,
    acts,
    at_once,
    close_nominations,
    decided,
    endorsed,
    member,
    members,
    membership_of,
    open_nominations,
    propose,
    standing,
    take_to,
)

S = NominationState
DAY = timedelta(days=1)


@pytest.fixture
def made(session: Session) -> Nominating:
    """An election that is open for nominations."""
    return open_nominations(session)


# Withdrawing, in every phase


COURSE = [phase for phase in ORDER if phase not in {Phase.DRAFT, Phase.ANNOUNCED, Phase.CERTIFIED}]


@pytest.mark.parametrize("phase", COURSE, ids=str)
def test_a_candidate_can_withdraw_in_every_phase_before_the_certificate(session: Session, phase: Phase) -> None:
    made = open_nominations(session, rules=EASY)
    ada, grace = members(session, 2)
    nominations = [standing(session, made, each) for each in (ada, grace)]
    if phase is not Phase.NOMINATIONS:
        close_nominations(session, made)
        decided(session, made, nominations)
    if phase not in BEFORE_KEYS:
        ballot.put_on(session, made.election, now=clock.now())
        session.commit()
    if phase not in {Phase.NOMINATIONS, Phase.CAMPAIGN}:
        take_to(session, made, phase)
    nominating.withdraw(session, nominations[0].id, "I move away.", by=ada, now=clock.now())
    session.commit()
    session.expire_all()
    assert (nominations[0].state, nominations[0].withdrawn_why) == (S.WITHDRAWN, "I move away.")
    on_ballots = {each.person_id: each.withdrawn_at for each in session.execute(select(Candidate)).scalars()}
    assert (ada.id in on_ballots) == (phase not in BEFORE_KEYS)
    if phase not in BEFORE_KEYS:
        assert on_ballots[ada.id] is not None
        assert on_ballots[grace.id] is None
    assert acts(session)[-1][0] == "nomination.withdrawn"
    with pytest.raises(Conflict, match="withdrawn"):
        nominating.withdraw(session, nominations[0].id, "", by=ada, now=clock.now())


@pytest.mark.parametrize("phase", [Phase.CERTIFIED, Phase.ANNULLED], ids=str)
def test_nobody_withdraws_from_an_election_that_is_over(session: Session, made: Nominating, phase: Phase) -> None:
    ada = member(session)
    nomination = standing(session, made, ada)
    take_to(session, made, phase)
    with pytest.raises(Conflict, match="over"):
        nominating.withdraw(session, nomination.id, "", by=ada, now=clock.now())


# Eligibility


def test_eligibility_is_found_line_by_line_and_nothing_missing_is_granted(session: Session, made: Nominating) -> None:
    ada, grace, hedy = members(session, 3)
    nomination = endorsed(session, standing(session, made, ada), [grace])
    close_nominations(session, made)
    found = eligibility.finding(session, nomination, clock.now().date())
    assert [(line.clause, line.met) for line in found.lines] == [
        ("3.3", True),
        ("3.3", True),
        ("3.4", False),
        ("2.3", True),
    ]
    assert not found.met
    with pytest.raises(Conflict, match=r"3\.4"):
        eligibility.decide(session, nomination.id, True, REASON, by=made.official, now=clock.now())
    session.rollback()
    eligibility.decide(session, nomination.id, False, "One endorsement is missing.", by=made.official, now=clock.now())
    session.commit()
    assert "One endorsement is missing." in letters(session, ada.address)[-1].text
    assert "appeal" in letters(session, ada.address)[-1].text
    assert acts(session)[-1][2]["eligible"] is False
    assert hedy.id != ada.id


def test_days_of_membership_and_status_are_counted_as_of_the_close_of_nominations(session: Session) -> None:
    made = open_nominations(
        session,
        rules=EASY.replace(
            '[candidates]\nclause = "3.3"\nmembership_days = 0', '[candidates]\nclause = "3.3"\nmembership_days = 30'
        ),
    )
    new, old = members(session, 2)
    let_membership_age(session, membership_of(session, old), timedelta(days=30))
    nominations = [standing(session, made, each) for each in (new, old)]
    close_nominations(session, made)
    on = eligibility.judged_on(session, made.election, clock.now())
    found = [eligibility.finding(session, each, on) for each in nominations]
    assert [each.met for each in found] == [False, True]
    assert "0 days" in found[0].lines[1].found
    assert "30 days" in found[1].lines[1].found


def test_a_typed_employer_is_linked_before_somebody_can_be_elected(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    ada = member(session)
    declared = Declared(AffiliationKind.EMPLOYEE, clock.now().date(), typed_name="Acme")
    affiliation = affiliating.declare(session, declared, by=ada, now=clock.now())
    nomination = standing(session, made, ada)
    on = clock.now().date()
    assert eligibility.finding(session, nomination, on).lines[-1].found == "Not linked yet: Acme"
    acme = make_organization(session, "Acme", make_person(session))
    affiliating.link_claim(session, affiliation.id, acme, by=make_person(session), now=clock.now())
    assert eligibility.finding(session, nomination, on).met


def test_a_project_asks_for_contributions(session: Session) -> None:
    made = open_nominations(session, ["lead-example"])
    ada = member(session)
    found = eligibility.finding(session, standing(session, made, ada), clock.now().date())
    line = next(each for each in found.lines if each.clause == "2.4")
    assert (line.met, line.found) == (False, "0 count")
    assert "contributions to example since" in line.asks


def test_a_corporate_seat_is_for_those_who_speak_for_a_corporate_member(session: Session) -> None:
    made = open_nominations(session, ["corporate-director"], rules=EASY)
    speaker, ada = make_person(session, name="Speaker"), member(session)
    make_corporate_member(session, "Acme", speaker)
    with pytest.raises(Forbidden, match="corporate member"):
        nominating.propose(session, made.contest.id, ada, by=ada, now=clock.now())
    nomination = standing(session, made, speaker)
    assert eligibility.finding(session, nomination, clock.now().date()).met
    assert ballot.printed_affiliations(session, nomination, clock.now().date()) == ["Acme"]
    # Somebody whom a speaker nominates and who speaks for nobody can accept, and is found not to be eligible.
    other = propose(session, made, ada, by=speaker)
    nominating.accept(session, other.id, by=ada, now=clock.now())
    assert not eligibility.finding(session, other, clock.now().date()).met


def test_nothing_is_decided_while_nominations_are_open_nor_after_the_roll_is_frozen(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    nomination = standing(session, made, member(session))
    for phase, sentence in ((None, "when nominations have closed"), (Phase.ROLL_FROZEN, "before the roll")):
        if phase:
            session.rollback()
            session.execute(text("UPDATE election SET phase = 'roll_frozen'"))
            session.commit()
            session.expire_all()
        with pytest.raises(Conflict, match=sentence):
            eligibility.decide(session, nomination.id, True, REASON, by=made.official, now=clock.now())


def test_a_decision_is_taken_once_and_of_two_officials_at_once_the_second_is_refused(
    app: Flask, session: Session
) -> None:
    made = open_nominations(session, rules=EASY)
    nomination = standing(session, made, member(session))
    close_nominations(session, made)
    number, officials = nomination.id, [made.official.id, official(session, Office.ELECTION_OFFICIAL).id]

    def decide_by(who: int, eligible: bool) -> Callable[[], Any]:
        def do() -> None:
            by = db.session.get_one(Person, who)
            eligibility.decide(db.session, number, eligible, REASON, by=by, now=clock.now())

        return do

    results = at_once(app, decide_by(officials[0], True), decide_by(officials[1], False))
    assert results == ["decided-already", "done"]
    assert session.query(EligibilityDecision).count() == 1


def test_a_decision_cannot_be_edited_or_removed(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    nomination = standing(session, made, member(session))
    close_nominations(session, made)
    decided(session, made, [nomination])
    for statement in ("UPDATE eligibility_decision SET eligible = false", "DELETE FROM eligibility_decision"):
        with pytest.raises(Exception, match="eligibility_decision"):
            session.execute(text(statement))
        session.rollback()
