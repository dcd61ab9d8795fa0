"""Pages about people who change, in Chromium: a trustee is replaced, two voters are one, a name becomes another."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from elections.services import credentials
from elections.services.setup import NewTrustee
from foundation.accounts.services import appointments
from foundation.core import clock
from foundation.core.access import Office
from membership.services import merging
from tests.browser.conftest import Barriers
from tests.certification_factories import counted
from tests.election_factories import SERVER, draft, new_election, opened
from tests.factories import PASSWORD, appoint, make_person, official
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.membership_factories import committee, person_party

pytestmark = pytest.mark.browser


def _without_a_trustee(session: Session) -> tuple[str, str]:
    """A poll whose trustee holds no office any more, and its official's address."""
    people = [make_person(session, name=name) for name in ("Tess Trustee", "Tom Trustee")]
    for person in people:
        appoint(session, person, Office.TRUSTEE)
    seats = [SERVER, NewTrustee("Tess Trustee", people[0])]
    election, _voters = draft(session, 1, new_election(trustees=seats, demonstration=False))
    credentials.issue_by_server(session, election, by="Olga", now=clock.now())
    appointments.dismiss(session, people[0], Office.TRUSTEE, reason="Retired.", by="operator", now=clock.now())
    session.commit()
    return election.uuid, official(session, Office.ELECTION_OFFICIAL).address


def test_an_official_replaces_a_trustee(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
    complaints: list[str],
) -> None:
    uuid, olga = live_server.run(_without_a_trustee)
    live_server.sign_in(context, olga)
    page.goto(f"{live_server.url}/elections/{uuid}/manage")
    assert barriers(page) == []
    page.get_by_role("link", name="Replace a trustee").first.click()
    expect(page.locator("h1")).to_have_text("Replace a trustee")
    assert barriers(page) == []
    page.get_by_role("button", name="Replace the trustee").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose who takes the place")
    assert barriers(page) == []
    complaints.clear()
    page.get_by_label("Tom Trustee").check()
    page.get_by_label("Reason").fill("Tess has retired.")
    page.get_by_role("button", name="Replace the trustee").click()
    expect(page.get_by_role("alert")).to_contain_text("The trustee is replaced")


def _merged(session: Session) -> dict[str, str]:
    """Two certified or open elections with voters who turned out to be one, and the addresses of who looks."""
    case, ready = counted(session, voters=2, ballots=2), opened(session, voters=2)
    ready.cast(session, 1)
    officer = committee(session)
    for kept, duplicate in (case.voters, [voter.person for voter in ready.voters]):
        one, two = person_party(session, kept), person_party(session, duplicate)
        merging.merge(session, one, two, "Signed up twice.", by=officer, now=clock.now())
        session.commit()
    certifier = official(session, Office.CERTIFIER)
    return {"counted": case.uuid, "open": ready.uuid, "certifier": certifier.address} | {
        "official": case.official.address,
        "voter": ready.voters[0].person.address,
    }


def test_voters_who_are_one_are_told_of_and_told(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
) -> None:
    made = live_server.run(_merged)
    for who, path, says in (
        ("official", f"/elections/{made['counted']}/manage", "both have voted"),
        ("certifier", f"/elections/{made['counted']}/certificate/", "both have voted"),
        ("voter", f"/elections/{made['open']}/vote", "two entries of yours in the directory were merged"),
    ):
        live_server.sign_in(context, made[who])
        page.goto(live_server.url + path)
        expect(page.get_by_role("main")).to_contain_text(says)
        assert barriers(page) == [], path


def test_somebody_takes_another_name(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
    complaints: list[str],
) -> None:
    live_server.run(lambda session: make_person(session, "ada@example.org", name="Ada Lovelace").id)
    live_server.sign_in(context, "ada@example.org")
    page.goto(f"{live_server.url}/account/security")
    page.get_by_role("link", name="Change your name").click()
    expect(page.locator("h1")).to_have_text("Your name")
    assert barriers(page) == []
    page.get_by_role("button", name="Change my name").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your name.")
    assert barriers(page) == []
    complaints.clear()
    page.get_by_label("New name").fill("Augusta Ada King, Countess of Lovelace, of Ockham Park and Ashley Combe")
    page.get_by_label("Present password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Change my name").click()
    expect(page.get_by_role("alert")).to_contain_text("Your name is Augusta Ada King")
    expect(page.get_by_role("main")).to_contain_text("Ada Lovelace, until")
    assert barriers(page) == []
