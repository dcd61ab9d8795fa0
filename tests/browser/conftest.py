"""Chromium for the tests of pages: Debian's, driven by Playwright. Where it is missing they are skipped loudly."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.browser.stub import Stub, make_stub, stub_app
from tests.interop.conftest import belenios  # noqa: F401 - the fixture of that name, for a ballot made here
from tests.server import served

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "foundation/static/dist"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
FEW = ["Ada Lovelace", "Grace Hopper", "Hedy Lamarr", "Betty Holberton", "Konrad Zuse"]
MANY = [*FEW, "Kathleen Booth", "Maurice Wilkes", "Frances Allen", "Edsger Dijkstra", "Annie Easley"]
MANY += ["Alan Turing", "Katherine Johnson", "Dorothy Vaughan"]

# What a person who looks sees of a page: its content, what was filled in, and how wide the window is.
SIGHT = """JSON.stringify([innerWidth, document.documentElement.outerHTML,
  ...[...document.querySelectorAll('input, select, textarea')].map(each => [each.value, each.checked])])"""

# Only what is wrong is described and handed over: the rest, which is most of it, would take longer than the search.
AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"

# The machine may be busy with the rest of the tests.
expect.set_options(timeout=20_000)

# What makes the page wider than the window, if it is.
WIDER = """() => {
  const {clientWidth, scrollWidth} = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > clientWidth);
  return ["wider than the window", ...wide.map(e => `${e.tagName} ${e.id} ${e.className}`)];
}"""

Violations = Callable[[Page], list[str]]
Barriers = Callable[..., list[str]]


def _missing(what: str) -> None:
    message = f"{what} was not found: the tests in Chromium were NOT run."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, once for all tests."""
    path = os.environ.get("FOOTING_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        _missing("Chromium")
    if not (DIST / "booth.js").exists():
        _missing("The built front end (npm ci --ignore-scripts && npm run build)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained about; a test that causes a complaint on purpose clears it."""
    return []


@pytest.fixture
def viewport() -> dict[str, int]:
    """The size of the window; a test parametrises it to see the page on a phone."""
    return WIDE


@pytest.fixture
def context(chromium: Browser, viewport: dict[str, int]) -> Iterator[BrowserContext]:
    """A browser of one's own, in another time zone than UTC."""
    context = chromium.new_context(viewport=viewport, timezone_id="America/New_York", locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """A page; any error on its console, a policy violation for one, fails the test."""
    page = context.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.fixture
def contests() -> list[list[str]]:
    """The candidates of each contest of the stub's election."""
    return [FEW]


@pytest.fixture
def stub(contests: list[list[str]]) -> Iterator[Stub]:
    """A running stand-in for the server."""
    stub = make_stub(contests)
    with served(stub_app(stub)) as stub.url:
        yield stub


def _await_news(page: Page) -> None:
    """Wait for what was not looked at yet: a click returns before the page that it leads to has come."""
    # A page's policy forbids to compile a condition that the page itself would try again and again.
    for _ in range(400):
        try:
            if page.evaluate(f"document.readyState === 'complete' && window.lookedAt !== {SIGHT}"):
                return
        except Error as gone:  # The document went away at this moment, for the next one.
            if page.is_closed():
                raise AssertionError("The page was closed before it was looked at.") from gone
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url} was looked at twice and did not change in between.")


@pytest.fixture(scope="session")
def violations() -> Violations:
    """Return a function that runs axe-core in a page and lists what it finds."""
    axe = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    def find(page: Page) -> list[str]:
        _await_news(page)
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe)
        found = page.evaluate(AXE)
        page.evaluate(f"window.lookedAt = {SIGHT}")
        return [f"{each['id']}: {each['help']} {[node['html'] for node in each['nodes']]}" for each in found]

    return find


@pytest.fixture(scope="session")
def barriers(violations: Violations) -> Barriers:
    """Return a function that lists what axe-core and other scripts find in a page, and what is wider than the window.

    It looks as wide as the window is and then in the other width, which it leaves: a walk goes on now wide, now narrow.
    """

    def find(page: Page, *others: str) -> list[str]:
        here = page.viewport_size
        found = _barriers(page, violations, others)
        page.set_viewport_size(NARROW if here == WIDE else WIDE)  # type: ignore[arg-type]
        return [*found, *_barriers(page, violations, others)]

    return find


def _barriers(page: Page, violations: Violations, others: Sequence[str]) -> list[str]:
    found = violations(page)
    for script in (WIDER, *others):
        found.extend(page.evaluate(script))
    return [f"{page.viewport_size}: {each}" for each in found]
