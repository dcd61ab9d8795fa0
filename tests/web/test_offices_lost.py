"""Who stands has lost the office for the election, and with it what only that office sees."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from foundation.core.access import Office
from tests.factories import appoint, sign_in, visitor
from tests.membership_factories import make_member
from tests.nomination_factories import EASY, Nominating, close_nominations, member, open_nominations, standing
from tests.program import Program, token_of

OFFICES = (Office.REGISTRAR, Office.CERTIFIER)
PAGES = (
    "{uuid}/manage",
    "{uuid}/credentials",
    "{uuid}/begin",
    "{uuid}/finish",
    "{uuid}/annul",
    "{uuid}/replace",
    "{uuid}/registrar",
    "{uuid}/registrar/roll.csv",
    "{uuid}/electorate/manage",
    "{uuid}/electorate/roll.csv",
    "{uuid}/electorate/differences",
    "{uuid}/electorate/freeze",
    "{uuid}/appeals",
    "{uuid}/nominations/{rival}/eligibility",
    "{uuid}/certificate/sign",
    "cycles/{cycle}/manage",
    "cycles/{cycle}/mails",
    "cycles/{cycle}/annul",
    "cycles/{cycle}/extend/campaign",
)
READ = {
    Office.ELECTION_OFFICIAL: (
        "/elections/{uuid}/appeals",
        "/elections/{uuid}/merged-voters",
        "/nominations/{rival}/finding",
    ),
    Office.REGISTRAR: ("/elections/{uuid}/roll",),
}


@pytest.fixture
def made(session: Session) -> Nominating:
    """An election in whose nominations an official, who is registrar and certifier as well, stands against another."""
    made = open_nominations(session, rules=EASY)
    appoint(session, made.official, *OFFICES)
    make_member(session, made.official)
    return made


def test_a_candidate_sees_nothing_that_only_an_office_sees(app: Flask, session: Session, made: Nominating) -> None:
    rival = standing(session, made, member(session))
    standing(session, made, made.official)
    close_nominations(session, made)
    named = {"uuid": made.uuid, "cycle": made.cycle.id, "rival": rival.id}
    browser = visitor(app)
    sign_in(browser, made.official.address)
    for page in PAGES:
        answer = browser.get(f"/elections/{page.format(**named)}")
        assert (answer.status_code, "You stand in this election" in answer.text) == (403, True), page
    for office, paths in READ.items():
        program = Program(app, token_of(session, made.official, office))
        for path in paths:
            answer = program.send("GET", path.format(**named))
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "official-stands"), path
    for page in (f"/elections/{made.uuid}", f"/elections/cycles/{made.cycle.id}", f"/elections/{made.uuid}/electorate"):
        assert "/manage" not in browser.get(page).text, page
    assert (
        "only the nominee and officials see this"
        not in browser.get(f"/elections/{made.uuid}/nominations/{rival.id}").text
    )
    account = browser.get("/account", follow_redirects=True).text
    assert "Election: " not in account
    assert "Decide who can be elected" not in account
