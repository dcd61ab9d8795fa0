"""The pages of accounts in Chromium: no barrier that axe-core finds at 320 and 1280 pixels, empty, filled, in error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from foundation.accounts.services import appointments, joining
from foundation.accounts.services.appointments import Term
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.context import Task
from tests.browser.conftest import Barriers
from tests.factories import PASSWORD, letters, make_person
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name

pytestmark = pytest.mark.browser

ADA = "ada@example.org"
SMALL_TARGETS = """() => [...document.querySelectorAll('main button, main input')]
  .filter(each => each.checkVisibility()).map(each => [each.outerHTML, each.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.9).map(([html, height]) => `${height} ${html}`)"""

Look = Callable[[str], None]


@pytest.fixture
def look(page: Page, barriers: Barriers, complaints: list[str]) -> Look:
    """Look at the page in the state named: no violation, nothing wider than the window, no target too small."""

    def look(state: str) -> None:
        assert barriers(page) == [], state
        assert page.evaluate(SMALL_TARGETS) == [], state
        # A form that is refused answers 400, which the console notes; any other complaint counts.
        complaints[:] = [complaint for complaint in complaints if "status of 4" not in complaint]

    return look


def _press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _in_error(page: Page, message: str) -> None:
    """Expect the error summary, its focus, its link to the field, and the word in the title."""
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text(message)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title("Error: " + page.locator("h1").inner_text() + " – Footing")
    link = summary.get_by_role("link").first
    field = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f"#{field}")).to_be_focused()


def test_joining(page: Page, live_server: LiveServer, look: Look) -> None:  # noqa: F811
    page.goto(live_server.url + "/account/sign-up")
    look("sign-up, empty")
    _press(page, "Send me a link")
    _in_error(page, "Enter your e-mail address.")
    look("sign-up, in error")
    page.get_by_label("E-mail address").fill(ADA)
    look("sign-up, filled")
    _press(page, "Send me a link")
    expect(page.locator("h1")).to_have_text("Check your e-mail")
    look("check your mail")
    link = live_server.run(_link)
    page.goto(live_server.url + link)
    look("confirm, empty")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Password", exact=True).fill("password1234")
    _press(page, "Confirm and create my account")
    _in_error(page, "among the first that somebody would try")
    look("confirm, in error")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    _press(page, "Confirm and create my account")
    expect(page.get_by_role("alert")).to_contain_text("Your address is confirmed and you are signed in.")
    look("joined")
    page.goto(live_server.url + link)
    expect(page.locator("h1")).to_have_text("This link does not work any more")
    look("dead link")


def test_signing_in_with_the_keyboard_alone(page: Page, live_server: LiveServer, look: Look) -> None:  # noqa: F811
    live_server.run(_make_ada)
    page.goto(live_server.url + "/account/security")
    expect(page.locator("h1")).to_have_text("Sign in")
    look("sign-in, empty")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(ADA)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    _in_error(page, "The address or the password is not right")
    look("sign-in, in error")
    expect(page.get_by_label("E-mail address")).to_have_value(ADA)
    page.get_by_label("Password", exact=True).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show password")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    look("sign-in, password shown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your account")


def test_a_forgotten_password(page: Page, live_server: LiveServer, look: Look) -> None:  # noqa: F811
    live_server.run(_make_ada)
    page.goto(live_server.url + "/account/reset")
    look("reset, empty")
    _press(page, "Send me a link")
    _in_error(page, "Enter your e-mail address.")
    look("reset, in error")
    page.get_by_label("E-mail address").fill(ADA)
    _press(page, "Send me a link")
    expect(page.locator("h1")).to_have_text("Check your e-mail")
    link = live_server.run(_link)
    page.goto(live_server.url + link)
    look("choose a password, empty")
    page.get_by_label("Password", exact=True).fill("short")
    _press(page, "Use this password")
    _in_error(page, "Use at least 12 characters.")
    look("choose a password, in error")
    page.get_by_label("Password", exact=True).fill("a quite different sentence")
    _press(page, "Use this password")
    expect(page.get_by_role("alert")).to_contain_text("Your password is changed")
    look("sign-in, after a reset")


def test_one_s_account(page: Page, context: BrowserContext, live_server: LiveServer, look: Look) -> None:  # noqa: F811
    _inhabit(live_server)
    live_server.sign_in(context, ADA)
    live_server.sign_in(context, ADA)
    page.goto(live_server.url + "/account/")
    expect(page.get_by_role("link", name="Confirm your affiliation")).to_be_visible()
    look("tasks")
    page.goto(live_server.url + "/account/security")
    look("security, signed in elsewhere")
    _press(page, "Sign out everywhere else")
    expect(page.get_by_role("alert")).to_contain_text("You are signed out everywhere else.")
    look("security, signed in here alone")
    page.get_by_role("link", name="Change your password").click()
    look("change password, empty")
    page.get_by_label("Present password", exact=True).fill("not it")
    page.get_by_label("New password", exact=True).fill("a quite different sentence")
    _press(page, "Change my password")
    _in_error(page, "This is not your present password.")
    look("change password, in error")
    page.get_by_label("Present password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("a quite different sentence")
    _press(page, "Change my password")
    expect(page.get_by_role("alert")).to_contain_text("Your password is changed")
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("region", name="Important")).to_contain_text("You are signed out.")
    look("signed out")


def _inhabit(live_server: LiveServer) -> None:  # noqa: F811
    """Give Ada an office with an end, and tasks of each kind."""
    tasks = [
        Task("Confirm your affiliation", "/account/security", "Before 1 December 2026, 12:00 UTC"),
        Task("Election of the board", "", "Waiting for two trustees", "waiting"),
        Task("Sign the agreement", "/account/security", "", "done"),
    ]
    live_server.app.extensions["footing"].task_providers[:] = [lambda _person, _session, _now: tasks]
    live_server.run(_make_ada)
    live_server.run(_appoint_ada)


def _make_ada(session: Session) -> None:
    make_person(session, ADA, name="Ada Lovelace")


def _appoint_ada(session: Session) -> None:
    ada, now = joining.person_of(session, ADA), clock.now()
    term = Term(now, now + timedelta(days=365))
    appointments.appoint(session, ada, Office.REGISTRAR, term=term, reason="Motion 7.", by="operator", now=now)
    appointments.appoint(session, ada, Office.TRUSTEE, term=Term(now), reason="Motion 8.", by="operator", now=now)
    session.commit()


def _link(session: Session) -> str:
    return letters(session, ADA)[-1].path


def test_too_many_attempts_and_a_page_that_is_refused(page: Page, live_server: LiveServer, look: Look) -> None:  # noqa: F811
    page.goto(live_server.url + "/account/sign-in")
    for _ in range(6):
        page.get_by_label("E-mail address").fill(ADA)
        page.get_by_label("Password", exact=True).fill("a guess")
        _press(page, "Sign in")
    _in_error(page, "Too many attempts failed. Try again in 1 minute")
    look("sign-in, too many attempts")
    page.goto(live_server.url + "/account/sign-out-elsewhere")
    look("refusal page")
