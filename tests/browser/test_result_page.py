"""The result in Chromium: no barrier on its pages at any width, and all of it there without script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from elections.services.setup import NewCandidate, NewContest
from tests.browser.conftest import NARROW, WIDE, Barriers
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.result_factories import decided
from tests.web import test_outcome_under_rules as under_rules
from tests.web.test_result_page import CYCLE, crowd

pytestmark = pytest.mark.browser

NAMES = ("Ada Lovelace", "Grace Hopper", "Hedy Lamarr", "Betty Holberton", "Konrad Zuse", "Katherine Johnson")
SHOTS = os.environ.get("FOOTING_SHOTS")


def make(session: Session) -> str:
    """A result with a cycle, one with a tie that stays open, and one of a method that counts in rounds."""
    few = [NewCandidate(name, ("Compiler Works",)) for name in NAMES[:3]]
    contests = [
        NewContest("Board of directors", few),
        NewContest("Committee", [NewCandidate(name) for name in NAMES], seats=3, method="ranked-pairs"),
        NewContest("Tied", few, method="nanson"),
    ]
    return decided(session, contests, [CYCLE, crowd(6, 9), [[1, 1, 1]] * 9]).uuid


def make_under_rules(session: Session) -> tuple[str, str]:
    """An election under rules whose lot waits for one official, and one whose lot was drawn and where one withdrew."""
    tied = [{"Ada": 1, "Barbara": 2, "Donald": 3, "Edsger": 3}] * 3
    waiting, drawn = under_rules.opened(session), under_rules.opened(session)
    for case in (waiting, drawn):
        under_rules.voted(session, case, tied)
    under_rules.withdraw(session, drawn, "Frances")
    for case in (waiting, drawn):
        under_rules.closed(session, case)
        under_rules.reveal(session, case, 0)
    under_rules.reveal(session, drawn, 1)
    return waiting.uuid, drawn.uuid


def photograph(page: Page, name: str) -> None:
    """Keep a picture where a person asked for pictures."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]


def test_the_result_and_the_other_methods_have_no_barrier(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
) -> None:
    uuid = live_server.run(make)
    for path in ("outcome", "outcome/methods"):
        page.goto(f"{live_server.url}/elections/{uuid}/{path}")
        for each in page.locator("details").all():
            each.locator("summary").click()
        assert barriers(page) == [], path
        photograph(page, path.replace("/", "-"))
    page.get_by_role("link", name="Back to the result").click()
    graph = page.get_by_role("img", name="Board of directors: who beat whom")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(graph).to_be_visible()
        box = graph.bounding_box()
        assert box is not None
        assert box["width"] >= 230, "the graph is too small to read"
    page.get_by_role("link", name="What if?").click()
    expect(page.get_by_role("table").first).to_be_visible()


def test_lots_that_wait_and_lots_that_decided_have_no_barrier(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
) -> None:
    waiting, drawn = live_server.run(make_under_rules)
    for uuid, words in ((waiting, "waits for the secret of"), (drawn, "The lot was needed.")):
        page.goto(f"{live_server.url}/elections/{uuid}/outcome")
        expect(page.get_by_text(words).first).to_be_visible()
        assert barriers(page) == [], words
        photograph(page, words[:9].replace(" ", "-"))


def test_the_result_is_whole_without_script(
    chromium: Browser,
    live_server: LiveServer,  # noqa: F811
) -> None:
    uuid = live_server.run(make)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{live_server.url}/elections/{uuid}/outcome")
        expect(page.get_by_text("Elected: Ada Lovelace")).to_be_visible()
        expect(page.get_by_role("img", name="Committee: who beat whom")).to_be_visible()
        expect(page.get_by_text("python -m elections.verifier").first).to_be_visible()
    context.close()
