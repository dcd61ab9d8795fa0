"""The demonstration foundation: made once, complete, and never in production."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import demo
from elections.cycles.services import rules_in_force
from elections.lifecycle import Phase
from elections.models import CastBallot, Election
from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.config import Environment
from foundation.core import clock
from foundation.core.context import footing
from foundation.core.errors import Forbidden
from foundation.core.register import verify_chain
from membership import directory
from tests.factories import visitor


def seeded(session: Session) -> list[demo.Account]:
    accounts = demo.seed(session, now=clock.now())
    session.commit()
    return accounts


def test_there_is_an_open_election_and_a_decided_one_and_the_register_holds(session: Session) -> None:
    seeded(session)
    phases = {election.title.rpartition(" ")[0]: election.phase for election in session.query(Election)}
    assert phases == {demo.OPEN_ELECTION: Phase.VOTING, demo.DECIDED_ELECTION: Phase.PROVISIONAL_RESULT}
    assert session.query(CastBallot).count() == 2 * demo.VOTED
    assert verify_chain(session) > 0


def test_everybody_listed_can_sign_in_and_the_member_finds_the_vote(app: Flask, session: Session) -> None:
    for account in seeded(session):
        browser = visitor(app)
        browser.get("/account/sign-in")
        form = {"address": account.address, "email": account.address, "password": account.password}
        assert browser.post("/account/sign-in", data=form).status_code == 303, account.what
        tasks = browser.get("/account/").text
        assert ("Vote: " in tasks) is ("member" in account.what)


def test_seeding_again_changes_nothing(session: Session) -> None:
    first = seeded(session)
    people, ballots = session.query(Person).count(), session.query(CastBallot).count()
    assert seeded(session) == first
    assert (session.query(Person).count(), session.query(CastBallot).count()) == (people, ballots)


def test_the_command_prints_the_accounts(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["seed"])
    assert done.exit_code == 0
    assert f"member@{demo.DOMAIN}  {demo.PASSWORD}  a member who has not voted yet" in done.output
    assert f"charles@{demo.DOMAIN}  {demo.PASSWORD}  who speaks for Analytical Engines Ltd" in done.output


def test_an_election_under_rules_can_begin_at_once(app: Flask, session: Session) -> None:
    assert app.test_cli_runner().invoke(args=["seed"]).exit_code == 0
    assert rules_in_force.rules_in_force(session).version == "trial-1"
    grace = joining.person_of(session, f"grace@{demo.DOMAIN}")
    charles = joining.person_of(session, f"charles@{demo.DOMAIN}")
    held = {
        person.display_name: [(one.member_class, one.is_good) for one in directory.backings(session, person, today)]
        for today in [clock.now().date()]
        for person in (grace, charles)
    }
    assert held == {"Grace Hopper": [("individual", True)], "Charles Babbage": [("corporate", True)]}
    rule = directory.standing_rule(1, 12, (), "example")
    assert len(directory.contributors(session, rule, clock.now().date())) == 5


def test_production_is_never_seeded(session: Session) -> None:
    context = footing()
    context.settings = replace(context.settings, environment=Environment.PRODUCTION)
    with pytest.raises(Forbidden, match="never made in production"):
        demo.seed(session, now=clock.now())
    assert session.query(Person).count() == 0
