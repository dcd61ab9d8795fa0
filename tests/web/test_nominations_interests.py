"""Who has lost an office, what a cap leaves, and questions to those who stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.lifecycle import Phase
from elections.nominations import groups, interests
from elections.nominations.lifecycle import NominationState
from elections.nominations.pages.nominee import warnings
from elections.nominations.services import ballot, eligibility, nominating, questions
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden
from membership.models.affiliations import AffiliationKind
from membership.services import affiliating
from membership.services.affiliating import Declared
from tests.factories import make_person, official
from tests.membership_factories import (
    affiliated,
    make_member,
    make_organization,
)
from tests.nomination_factories import (
    EASY,
    REASON,
    Nominating,
    acts,
    close_nominations,
    member,
    members,
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


# Who may not


def test_an_official_who_stands_has_lost_the_office_for_every_election_of_the_cycle(session: Session) -> None:
    made = open_nominations(session, ["individual-director", "lead-example"], rules=EASY)
    make_member(session, made.official)
    ada = member(session)
    other = next(each for each in made.cycle.elections if each is not made.election)
    interests.require_office(session, made.election, made.official)
    own = standing(session, made, made.official)
    nomination = standing(session, made, ada, other.contests[0])
    close_nominations(session, made)
    for election in made.cycle.elections:
        with pytest.raises(Forbidden, match="stand"):
            interests.require_office(session, election, made.official)
    with pytest.raises(Forbidden, match="stand"):
        eligibility.decide(session, nomination.id, True, REASON, by=made.official, now=clock.now())
    nominating.withdraw(session, own.id, "", by=made.official, now=clock.now())
    interests.require_office(session, made.election, made.official)


def test_an_official_who_is_only_proposed_by_another_keeps_the_office(session: Session, made: Nominating) -> None:
    propose(session, made, made.official, by=member(session))
    interests.require_office(session, made.election, made.official)


def test_whoever_is_on_a_ballot_has_no_office_even_after_withdrawing(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    make_member(session, made.official)
    nominations = [standing(session, made, made.official), standing(session, made, member(session))]
    close_nominations(session, made)
    second = official(session, Office.ELECTION_OFFICIAL)
    for each in nominations:
        eligibility.decide(session, each.id, True, REASON, by=second, now=clock.now())
    ballot.put_on(session, made.election, now=clock.now())
    take_to(session, made, Phase.VOTING)
    nominating.withdraw(session, nominations[0].id, "", by=made.official, now=clock.now())
    with pytest.raises(Forbidden):
        interests.require_office(session, made.election, made.official)


def test_nobody_decides_about_their_own_control_group(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    ada = member(session)
    acme = make_organization(session, "Acme", make_person(session))
    for each in (ada, made.official):
        affiliated(session, each, acme, timedelta(days=30))
    nomination = standing(session, made, ada)
    close_nominations(session, made)
    with pytest.raises(Forbidden, match="control group"):
        eligibility.decide(session, nomination.id, True, REASON, by=made.official, now=clock.now())


def test_two_who_typed_the_same_employer_are_taken_to_share_it(session: Session) -> None:
    ada, grace = make_person(session), make_person(session)
    for each, name in ((ada, "Acme  Ltd"), (grace, "ACME Ltd")):
        declared = Declared(AffiliationKind.EMPLOYEE, clock.now().date(), typed_name=name)
        affiliating.declare(session, declared, by=each, now=clock.now())
    assert interests.shares_control_group(session, ada, grace, on=clock.now().date())
    assert not interests.shares_control_group(session, ada, make_person(session), on=clock.now().date())


# Caps


def seated(session: Session, made: Nominating, person: Person) -> None:
    today = clock.now().date()
    session.add(
        SeatTerm(
            contest_id=made.contest.id,
            person_id=person.id,
            body="Board of directors",
            seat=made.contest.title,
            from_on=today - 30 * DAY,
            until_on=today + 300 * DAY,
        )
    )
    session.commit()


def test_a_cap_that_sitting_directors_fill_is_said_at_nomination(session: Session, made: Nominating) -> None:
    acme = make_organization(session, "Acme", make_person(session))
    ada, *sitting = members(session, 3)
    for each in (ada, *sitting):
        affiliated(session, each, acme, timedelta(days=30))
    on, body = clock.now().date(), "Board of directors"
    label = f"Acme (no. {acme.id})"
    seated(session, made, sitting[0])
    assert groups.sitting(session, body, on) == {label: 1}
    assert warnings(session, made.contest, ada, on) == []
    seated(session, made, sitting[1])
    (warning,) = warnings(session, made.contest, ada, on)
    assert warning.startswith(f"{label} already holds 2 of the 2 seats")


# Questions


def test_members_ask_and_those_who_stand_answer_once(session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    standing(session, made, ada)
    question = questions.ask(session, made.contest.id, "Why you?", by=grace, now=clock.now())
    with pytest.raises(Forbidden):
        questions.answer(session, question.id, "Because.", by=grace, now=clock.now())
    questions.answer(session, question.id, "Because.", by=ada, now=clock.now())
    session.commit()
    session.refresh(question)
    with pytest.raises(Conflict, match="have answered"):
        questions.answer(session, question.id, "Because.", by=ada, now=clock.now())
    with pytest.raises(Forbidden, match="members"):
        questions.ask(session, made.contest.id, "And I?", by=make_person(session), now=clock.now())


def test_nobody_asks_without_end_and_nothing_is_asked_after_the_vote(session: Session, made: Nominating) -> None:
    ada = member(session)
    for number in range(questions.MOST_QUESTIONS):
        questions.ask(session, made.contest.id, f"Question {number}?", by=ada, now=clock.now())
    with pytest.raises(Conflict, match="can ask no more"):
        questions.ask(session, made.contest.id, "One more?", by=ada, now=clock.now())
    session.commit()
    take_to(session, made, Phase.CLOSED)
    with pytest.raises(Conflict, match="until voting closes"):
        questions.ask(session, made.contest.id, "Late?", by=member(session), now=clock.now())


def test_an_abusive_question_is_hidden_for_a_public_reason_and_stays(session: Session, made: Nominating) -> None:
    ada = member(session)
    stands = member(session)
    standing(session, made, stands)
    question = questions.ask(session, made.contest.id, "Rude words.", by=ada, now=clock.now())
    with pytest.raises(Forbidden):
        questions.hide(session, question.id, "It insults.", by=ada, now=clock.now())
    questions.hide(session, question.id, "It insults.", by=made.official, now=clock.now())
    session.commit()
    assert (question.text, acts(session)[-1][2]["reason"]) == ("Rude words.", "It insults.")
    with pytest.raises(Conflict, match="hidden"):
        questions.answer(session, question.id, "Thanks.", by=stands, now=clock.now())
    with pytest.raises(Conflict, match="already"):
        questions.hide(session, question.id, "Again.", by=made.official, now=clock.now())
