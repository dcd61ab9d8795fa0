"""The pages about programs in Chromium: making a token, revoking it, and the interface's description."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from foundation.core.access import Office
from tests.browser.conftest import Barriers
from tests.factories import appoint, make_person
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name

pytestmark = pytest.mark.browser

ADA, BOB = "ada@example.org", "bob@example.org"


def _people(session: Session) -> None:
    make_person(session, BOB)
    appoint(session, make_person(session, ADA), Office.ELECTION_OFFICIAL, Office.CERTIFIER)


def test_a_token_is_made_shown_once_and_revoked(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
    complaints: list[str],
) -> None:
    def look(state: str) -> None:
        assert barriers(page) == [], state
        assert page.locator("h1").count() == 1, state

    def press(name: str) -> None:
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    live_server.run(_people)
    live_server.sign_in(context, BOB)
    page.goto(live_server.url + "/account/programs")
    look("no office")
    live_server.sign_in(context, ADA)
    page.goto(live_server.url + "/account/")
    page.get_by_role("link", name="Programs that act for you").click()
    look("no token")
    press("Make a token")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    look("in error")
    complaints.clear()
    page.get_by_label("What is the token for?").fill("Reminders from the office's server")
    page.get_by_label("Office it acts in").select_option(label="Certifier")
    page.get_by_label("How long it lasts").select_option(label="A week")
    press("Make a token")
    expect(page.get_by_text("footing_")).to_be_visible()
    look("made")
    page.get_by_role("main").get_by_role("link", name="Programs that act for you").click()
    expect(page.get_by_text("footing_")).to_have_count(0)
    look("one token")
    press("Revoke Reminders from the office's server")
    expect(page.get_by_role("alert")).to_contain_text("It opens nothing any more.")
    page.goto(live_server.url + "/programs")
    expect(page.get_by_text("POST /api/v1/cycles", exact=True)).to_be_visible()
    look("interface")
