"""Nominating, accepting, endorsing and writing a statement, through the services."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Endorsement, Nomination
from elections.nominations.services import endorsements, nominating
from elections.services.setup import LONGEST_STATEMENT
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from membership.services import affiliating
from tests.factories import in_context, letters, make_person
from tests.membership_factories import (
    affiliated,
    let_membership_age,
    make_organization,
)
from tests.nomination_factories import (
    HOUR,
    Nominating,
    acts,
    at_once,
    close_nominations,
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


# Proposing and accepting


def test_whoever_nominates_themselves_stands_at_once_and_in_the_register(session: Session, made: Nominating) -> None:
    ada = member(session, "Ada")
    nomination = standing(session, made, ada)
    assert nomination.state is S.ACCEPTED
    act, by, facts = acts(session)[-1]
    assert (act, by, facts["nominee"], facts["proposed_by"]) == ("nomination.accepted", "Ada", "Ada", "Ada")


def test_whoever_is_nominated_is_asked_by_mail_and_named_nowhere_until_they_accept(
    session: Session, made: Nominating
) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace")
    nomination = propose(session, made, grace, by=ada)
    letter = letters(session, grace.address)[-1]
    assert letter.path == f"/elections/{made.uuid}/nominations/{nomination.id}"
    assert "Ada nominates you" in letter.text
    assert "UTC" in letter.text
    assert "Grace" not in json.dumps(acts(session)[-1])
    nominating.accept(session, nomination.id, by=grace, now=clock.now())
    assert acts(session)[-1][2]["nominee"] == "Grace"


def test_accepting_twice_finds_it_done_and_enters_it_once(session: Session, made: Nominating) -> None:
    ada = member(session)
    nomination = standing(session, made, ada)
    before = len(acts(session))
    assert nominating.accept(session, nomination.id, by=ada, now=clock.now()).state is S.ACCEPTED
    assert len(acts(session)) == before


def test_nobody_accepts_or_declines_for_another_nor_writes_or_withdraws(session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    nomination = propose(session, made, grace, by=ada)
    for act in (nominating.accept, nominating.decline):
        with pytest.raises(NotFound):
            act(session, nomination.id, by=ada, now=clock.now())
    with pytest.raises(NotFound):
        nominating.withdraw(session, nomination.id, "", by=ada, now=clock.now())
    with pytest.raises(NotFound):
        nominating.write_statement(session, nomination.id, "I am not me.", by=ada, now=clock.now())
    assert nomination.state is S.PROPOSED


def test_nobody_is_nominated_twice_for_one_contest(session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    standing(session, made, ada)
    for by in (ada, grace):
        with pytest.raises(Conflict, match="already"):
            nominating.propose(session, made.contest.id, ada, by=by, now=clock.now())


def test_whoever_declined_is_not_asked_again_by_others_but_may_stand(session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    nomination = propose(session, made, grace, by=ada)
    nominating.decline(session, nomination.id, by=grace, now=clock.now())
    assert acts(session)[-1][1] == "the nominee"
    with pytest.raises(Conflict, match="does not want"):
        nominating.propose(session, made.contest.id, grace, by=ada, now=clock.now())
    with pytest.raises(Conflict, match="declined"):
        nominating.accept(session, nomination.id, by=grace, now=clock.now())
    assert standing(session, made, grace).state is S.ACCEPTED


def test_only_members_in_good_standing_nominate(session: Session, made: Nominating) -> None:
    stranger, ada = make_person(session), member(session)
    with pytest.raises(Forbidden, match="individual members"):
        nominating.propose(session, made.contest.id, stranger, by=stranger, now=clock.now())
    let_membership_age(session, membership_of(session, ada), timedelta(days=800))
    with pytest.raises(Forbidden):
        nominating.propose(session, made.contest.id, stranger, by=ada, now=clock.now())


def test_nobody_asks_more_than_ten_people_who_have_not_answered(session: Session, made: Nominating) -> None:
    ada = member(session)
    others = [make_person(session, password=None) for _number in range(nominating.MOST_PROPOSED + 1)]
    for each in others[:-1]:
        propose(session, made, each, by=ada)
    with pytest.raises(Conflict, match="have not answered"):
        nominating.propose(session, made.contest.id, others[-1], by=ada, now=clock.now())


def test_an_address_gives_nothing_away(session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    here = {"by": ada, "now": clock.now()}
    before = len(letters(session))
    nominating.propose_by_address(session, made.contest.id, grace.address.upper(), **here)
    assert len(letters(session, grace.address)) > 0
    session.commit()
    for address in (grace.address, "nobody@example.org"):
        nominating.propose_by_address(session, made.contest.id, address, **here)
    session.commit()
    assert len(letters(session)) == before + 1
    with pytest.raises(Invalid):
        nominating.propose_by_address(session, made.contest.id, "no address", **here)
    with pytest.raises(Invalid, match="own"):
        nominating.propose_by_address(session, made.contest.id, ada.address, **here)


def test_affiliations_that_nobody_confirmed_for_a_year_are_confirmed_before_standing(
    session: Session, made: Nominating
) -> None:
    ada = member(session)
    acme = make_organization(session, "Acme", make_person(session))
    affiliation = affiliated(session, ada, acme, timedelta(days=900))
    affiliation.confirmed_on = clock.now().date() - timedelta(days=500)
    session.commit()
    with pytest.raises(Conflict, match="Acme"):
        nominating.propose(session, made.contest.id, ada, by=ada, now=clock.now())
    session.rollback()
    affiliating.confirm_all(session, by=ada, now=clock.now())
    assert standing(session, made, ada).state is S.ACCEPTED
    assert acts(session)[-1][2]["affiliations"] == ["Acme"]


# Deadlines


def _act(name: str) -> Callable[[Session, Nominating, Nomination, Person], Any]:
    def act(session: Session, made: Nominating, nomination: Nomination, by: Person) -> Any:
        if name == "propose":
            return nominating.propose(session, made.contest.id, by, by=by, now=clock.now())
        return getattr(nominating, name)(session, nomination.id, by=by, now=clock.now())

    return act


@pytest.mark.parametrize("name", ["propose", "accept", "endorse", "take_back"])
def test_after_the_close_by_the_database_s_clock_nothing_is_in_time(
    session: Session, made: Nominating, name: str
) -> None:
    ada, grace, hedy = members(session, 3)
    stands = standing(session, made, ada)
    proposed = propose(session, made, grace, by=ada)
    endorsed(session, stands, [grace])
    # The phase still says that nominations are open: the job that moves it has not run.
    session.execute(
        text("UPDATE election_cycle SET nominations_close_at = now(), nominations_open_at = now() - :h"), {"h": HOUR}
    )
    session.commit()
    nomination, by = (proposed, grace) if name == "accept" else (stands, grace if name == "take_back" else hedy)
    with pytest.raises(Conflict, match="not open"):
        _act(name)(session, made, nomination, by)


def test_an_extension_that_another_session_entered_counts(app: Flask, session: Session, made: Nominating) -> None:
    ada = member(session)
    close = "UPDATE election_cycle SET nominations_close_at = now() + :time"
    session.execute(text("UPDATE election_cycle SET nominations_open_at = now() - interval '2 hours'"))
    session.execute(text(close), {"time": -timedelta(minutes=1)})
    session.commit()
    session.refresh(made.cycle)
    in_context(app, lambda: (db.session.execute(text(close), {"time": HOUR}), db.session.commit()))
    assert standing(session, made, ada).state is S.ACCEPTED


def test_before_nominations_open_nobody_can_be_nominated(session: Session, made: Nominating) -> None:
    ada = member(session)
    session.execute(text("UPDATE election_cycle SET nominations_open_at = now() + interval '1 minute'"))
    session.commit()
    with pytest.raises(Conflict, match="not open"):
        nominating.propose(session, made.contest.id, ada, by=ada, now=clock.now())


# Endorsing


def test_endorsements_count_only_while_their_givers_are_members_and_not_too_many_of_a_group(
    session: Session, made: Nominating
) -> None:
    ada, free, one, two, gone = members(session, 5)
    acme = make_organization(session, "Acme", make_person(session))
    for employee in (one, two):
        affiliated(session, employee, acme, timedelta(days=30))
    nomination = endorsed(session, standing(session, made, ada), [gone, one, two])
    let_membership_age(session, membership_of(session, gone), timedelta(days=800))
    tally = endorsements.tally(session, nomination, clock.now().date())
    assert [line.weight.value for line in tally.lines] == ["no_member", "counts", "group_full"]
    assert (tally.counted, tally.missing) == (1, 1)
    endorsed(session, nomination, [free])
    assert endorsements.tally(session, nomination, clock.now().date()).missing == 0


def test_nobody_endorses_themselves_nor_twice_nor_somebody_who_has_not_accepted(
    session: Session, made: Nominating
) -> None:
    ada, grace, hedy = members(session, 3)
    nomination = standing(session, made, ada)
    with pytest.raises(Forbidden, match="themselves"):
        nominating.endorse(session, nomination.id, by=ada, now=clock.now())
    with pytest.raises(Forbidden):
        nominating.endorse(session, nomination.id, by=make_person(session), now=clock.now())
    endorsed(session, nomination, [grace])
    with pytest.raises(Conflict, match="already"):
        nominating.endorse(session, nomination.id, by=grace, now=clock.now())
    proposed = propose(session, made, hedy, by=ada)
    with pytest.raises(Conflict, match="not been accepted"):
        nominating.endorse(session, proposed.id, by=grace, now=clock.now())


def test_an_endorsement_can_be_taken_back_and_given_again(session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    nomination = endorsed(session, standing(session, made, ada), [grace])
    nominating.take_back(session, nomination.id, by=grace, now=clock.now())
    assert endorsements.tally(session, nomination, clock.now().date()).lines == ()
    with pytest.raises(Conflict, match="do not endorse"):
        nominating.take_back(session, nomination.id, by=grace, now=clock.now())
    endorsed(session, nomination, [grace])
    assert len(endorsements.tally(session, nomination, clock.now().date()).lines) == 1
    assert session.query(Endorsement).count() == 2


def test_endorsing_twice_at_once_counts_once(app: Flask, session: Session, made: Nominating) -> None:
    ada, grace = members(session, 2)
    number, who = standing(session, made, ada).id, grace.id

    def endorse() -> None:
        nominating.endorse(db.session, number, by=db.session.get_one(Person, who), now=clock.now())

    assert at_once(app, endorse, endorse) == ["done", "endorsed"]
    assert session.query(Endorsement).count() == 1


def test_two_who_nominate_the_same_person_at_once_make_one_nomination(
    app: Flask, session: Session, made: Nominating
) -> None:
    ada, grace = members(session, 2)
    hedy, contest = member(session).id, made.contest.id

    def propose_by(number: int) -> Callable[[], Any]:
        def do() -> None:
            by, nominee = db.session.get_one(Person, number), db.session.get_one(Person, hedy)
            nominating.propose(db.session, contest, nominee, by=by, now=clock.now())

        return do

    assert at_once(app, propose_by(ada.id), propose_by(grace.id)) == ["done", "nominated"]


# Statements


def test_a_statement_is_the_nominee_s_until_the_campaign_ends_and_each_form_is_in_the_register(
    session: Session, made: Nominating
) -> None:
    ada = member(session)
    nomination = standing(session, made, ada)
    nominating.write_statement(session, nomination.id, "First.", by=ada, now=clock.now())
    close_nominations(session, made)
    nominating.write_statement(session, nomination.id, "Second.\r\n\r\nMore.", by=ada, now=clock.now())
    session.commit()
    assert nomination.statement == "Second.\n\nMore."
    assert len({facts["sha256"] for act, _by, facts in acts(session) if act == "statement.written"}) == 2
    take_to(session, made, Phase.VOTING)
    with pytest.raises(Conflict, match="until the campaign ends"):
        nominating.write_statement(session, nomination.id, "Third.", by=ada, now=clock.now())


def test_a_statement_that_is_too_long_or_deceives_is_refused(session: Session, made: Nominating) -> None:
    ada = member(session)
    nomination = standing(session, made, ada)
    for bad in ("x" * (LONGEST_STATEMENT + 1), "a\u202eb", "a\x00b"):
        with pytest.raises(Invalid):
            nominating.write_statement(session, nomination.id, bad, by=ada, now=clock.now())
