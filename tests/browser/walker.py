"""Browsers for the whole course of an election: somebody who goes to pages and finds no barrier on any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from elections import demo
from tests.browser.conftest import WIDE, Barriers
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name


@dataclass
class Walker:
    """Somebody's browser: goes to pages, and finds no barrier on any of them at either width."""

    page: Page
    server: LiveServer
    barriers: Barriers
    complaints: list[str]

    def go(self, path: str, state: str = "") -> None:
        """Go to a page, and look at it unless it was looked at before."""
        self.page.goto(self.server.url + path)
        if state:
            self.look(state)

    def look(self, state: str) -> None:
        """Find no violation, nothing wider than the window, and one heading, wide and narrow."""
        assert self.barriers(self.page) == [], state
        assert self.page.locator("h1").count() == 1, state
        assert self.complaints == [], state

    def press(self, name: str, state: str = "") -> None:
        """Press a button of the page's own, and look at what follows."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
        if state:
            self.look(state)

    def told(self, text: str) -> None:
        """Expect the page to say what was done."""
        expect(self.page.get_by_role("alert")).to_contain_text(text)

    def sign_in(self, address: str) -> None:
        """Sign in through the page, as whoever has the address."""
        self.page.context.clear_cookies()
        self.go("/account/sign-in")
        self.page.get_by_label("E-mail address").fill(address)
        self.page.get_by_label("Password", exact=True).fill(demo.PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def upload(self, field: Any, path: Path) -> None:
        """Choose a file in a field."""
        self.page.locator(field).set_input_files(path)


@pytest.fixture
def walkers(chromium: Browser, live_server: LiveServer, barriers: Barriers) -> Iterator[list[Walker]]:  # noqa: F811
    """Three browsers: the official's, the member's, the certifier's."""
    contexts = [chromium.new_context(viewport=WIDE, timezone_id="America/New_York", locale="en-GB") for _ in range(3)]
    yield [_walker(context.new_page(), live_server, barriers) for context in contexts]
    for context in contexts:
        context.close()


def _walker(page: Page, server: LiveServer, barriers: Barriers) -> Walker:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A form that is refused is answered with 400, which Chromium reports; the page in error is looked at itself.
        if message.type in ("error", "warning") and "status of 400" not in message.text:
            complaints.append(message.text)

    page.set_default_timeout(30_000)
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Walker(page, server, barriers, complaints)
