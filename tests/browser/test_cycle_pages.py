"""The pages of cycles in Chromium: begun with the form, announced, extended, voted in; no barrier at either width."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.access import Office
from foundation.core.mail import OutboxMessage
from tests.browser.conftest import Barriers
from tests.cycle_factories import DEMONSTRATION, adopted, announced, opened, people
from tests.factories import make_person, official
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name

pytestmark = pytest.mark.browser


class Eyes:
    """Looks at the page it is on: no violation, nothing wider than the window, one heading."""

    def __init__(self, page: Page, barriers: Barriers, complaints: list[str]) -> None:
        self.page, self.barriers, self.complaints = page, barriers, complaints

    def look(self, state: str) -> None:
        assert self.barriers(self.page) == [], state
        assert self.page.locator("h1").count() == 1, state
        # A form that is refused answers 400, which the console notes; any other complaint counts.
        self.complaints[:] = [one for one in self.complaints if "status of 4" not in one]
        if folder := os.environ.get("FOOTING_PICTURES"):
            name = f"{state.replace(' ', '-')}-{self.page.viewport_size['width']}.png"  # type: ignore[index]
            self.page.screenshot(path=Path(folder) / name, full_page=True)


@pytest.fixture
def eyes(page: Page, barriers: Barriers, complaints: list[str]) -> Eyes:
    return Eyes(page, barriers, complaints)


def test_an_official_begins_announces_extends_and_annuls_elections(
    live_server: LiveServer,  # noqa: F811 — the fixture
    context: BrowserContext,
    page: Page,
    eyes: Eyes,
) -> None:
    def arrange(session: Session) -> str:
        olga = official(session, Office.ELECTION_OFFICIAL)
        return olga.address

    address = live_server.run(arrange)
    live_server.sign_in(context, address)
    page.goto(f"{live_server.url}/elections/start")
    eyes.look("start without rules")
    page.goto(f"{live_server.url}/elections/rules")
    eyes.look("no rules")
    live_server.run(adopt_two)
    page.goto(f"{live_server.url}/elections/")
    page.get_by_role("button", name="Start an election").click()
    eyes.look("start")
    page.get_by_role("button", name="Begin elections under the rules").click()
    page.get_by_label("Time zone of these dates").select_option("Europe/Berlin")
    page.get_by_role("button", name="Use this zone").click()
    eyes.look("new")
    page.get_by_role("button", name="Draft the elections").click()
    eyes.look("new with errors")
    page.get_by_label("Title of the elections").fill("Elections 2027")
    for box in ("Directors elected by individual members", "Lead of the project Example"):
        page.get_by_label(box).check()
    page.get_by_label("This server:").check()
    page.get_by_label("This is a demonstration").check()
    page.get_by_role("button", name="Draft the elections").click()
    expect(page.get_by_text("The elections are drafted.")).to_be_visible()
    eyes.look("manage a draft")
    act_on_the_draft(page, eyes)
    page.goto(f"{live_server.url}/elections/rules")
    eyes.look("rules")
    page.get_by_role("link", name="what changed").click()
    eyes.look("difference")
    page.goto(f"{live_server.url}/elections/cycles/1/annul")
    eyes.look("annul")


def act_on_the_draft(page: Page, eyes: Eyes) -> None:
    page.get_by_role("link", name="Change the dates").click()
    eyes.look("change the dates")
    closes = page.get_by_label("Voting closes")
    earlier = closes.input_value()
    closes.fill(page.get_by_label("Voting opens").input_value())
    page.get_by_role("button", name="Change the dates").click()
    eyes.look("change the dates with errors")
    closes.fill(shifted(earlier))
    page.get_by_role("button", name="Change the dates").click()
    expect(page.get_by_text("The dates are changed.")).to_be_visible()
    page.get_by_role("link", name="Announce the elections").click()
    eyes.look("announce")
    page.get_by_role("button", name="Announce the elections").click()
    expect(page.get_by_text("The elections are announced")).to_be_visible()
    eyes.look("manage")
    page.get_by_role("link", name="Read the mails").click()
    eyes.look("mails")
    page.go_back()
    page.get_by_role("link", name="Extend: Nominations").click()
    page.get_by_label("Reason").fill("x")
    page.get_by_role("button", name="Extend the period").click()
    eyes.look("extend with errors")
    page.goto(page.url)
    later = page.get_by_label("The period ends on")
    later.fill(shifted(later.input_value()))
    page.get_by_label("Reason").fill("Too few nominations so far.")
    page.get_by_role("button", name="Extend the period").click()
    expect(page.get_by_text("The period is extended")).to_be_visible()
    page.get_by_role("link", name="Back to the elections").click()
    eyes.look("show announced")


def adopt_two(session: Session) -> None:
    olga = official(session, Office.ELECTION_OFFICIAL)
    adopted(session, DEMONSTRATION, olga)
    adopted(session, DEMONSTRATION.replace('"2026-1"', '"2027-1"').replace("needed = 2", "needed = 3"), olga)


def shifted(value: str) -> str:
    """A week later on the calendar, as the field writes it."""
    return (datetime.fromisoformat(value) + timedelta(days=7)).isoformat(timespec="minutes")


def test_a_voter_sees_one_page_and_an_official_what_is_missing(
    live_server: LiveServer,  # noqa: F811 — the fixture
    context: BrowserContext,
    page: Page,
    eyes: Eyes,
) -> None:
    def arrange(session: Session) -> tuple[str, str, int, str]:
        olga, ada = official(session, Office.ELECTION_OFFICIAL), make_person(session)
        cycle = opened(session, olga, [ada, *people(session, 2)], contests=["individual-director", "lead-example"])
        for mail in session.query(OutboxMessage).filter_by(recipient=ada.address):
            mail.sent_at, mail.next_attempt_at, mail.last_error = None, None, "SMTPRecipientsRefused: 550 unknown"
        session.commit()
        announced(session, by=session.get_one(Person, olga.id), title="Elections anywhere", anywhere_on_earth=True)
        return olga.address, ada.address, cycle.id, cycle.elections[0].uuid

    olga, ada, cycle, uuid = live_server.run(arrange)
    live_server.sign_in(context, ada)
    page.goto(f"{live_server.url}/elections/")
    eyes.look("list")
    page.goto(f"{live_server.url}/elections/cycles/{cycle}")
    expect(page.get_by_role("heading", name="Vote in 2 elections")).to_be_visible()
    eyes.look("show voter")
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_role("link", name="Vote in 2 elections: Board elections")).to_be_visible()
    page.goto(f"{live_server.url}/elections/{uuid}")
    eyes.look("election")
    context.clear_cookies()
    live_server.sign_in(context, olga)
    page.goto(f"{live_server.url}/elections/cycles/{cycle}/mails")
    expect(page.get_by_text("550 unknown").first).to_be_visible()
    eyes.look("mails bounced")
    page.goto(f"{live_server.url}/elections/{uuid}/manage")
    eyes.look("steps")
    page.goto(f"{live_server.url}/elections/cycles/{cycle + 1}")
    eyes.look("show anywhere on earth")
