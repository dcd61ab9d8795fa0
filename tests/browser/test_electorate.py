"""The roll, an appeal and the lot in Chromium, at 320 and 1280 pixels, and no page holds a barrier."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from elections.lots import services as lots
from elections.models import Candidate, Election
from elections.services import catalogue
from elections.verifier import lots as protocol
from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.access import Office
from tests.browser.conftest import Barriers
from tests.cycle_factories import TRIAL
from tests.electorate_factories import closed, in_campaign, individual
from tests.factories import make_person, official
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.membership_factories import make_corporate_member, make_member

pytestmark = pytest.mark.browser

Look = Callable[[str], None]
PICTURES = os.environ.get("FOOTING_PICTURES")
"""A folder in which to keep a picture of every page that is looked at."""


@dataclass(frozen=True)
class Cast:
    """The election's address on the server, and the addresses of those who act."""

    uuid: str
    official: str
    second: str
    member: str
    stranger: str


@pytest.fixture
def cast(live_server: LiveServer) -> Cast:  # noqa: F811
    def make(session: Session) -> Cast:
        first, second = (official(session, Office.ELECTION_OFFICIAL) for _number in range(2))
        member = make_person(session, name="Ada Lovelace")
        make_member(session, member)
        for number in range(30):
            make_member(session, make_person(session, name=f"Member {number:02}", password=None))
        make_corporate_member(session, "Analytical Engines & Daughters GmbH")
        cycle = in_campaign(session, first, rules=TRIAL.replace('published = "count"', 'published = "names"'))
        stranger = make_person(session, name="Ben Babbage")
        addresses = (first.address, second.address, member.address, stranger.address)
        return Cast(individual(cycle).uuid, *addresses)

    return live_server.run(make)


@pytest.fixture
def look(page: Page, barriers: Barriers, complaints: list[str]) -> Look:
    """Look at the page in the state named: no violation, nothing wider than the window, one heading."""

    def look(state: str) -> None:
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{state.replace(' ', '-')}.png", full_page=True)
        assert barriers(page) == [], state
        assert page.locator("h1").count() == 1, state
        # A form that is refused answers 400, which the console notes; any other complaint counts.
        complaints[:] = [complaint for complaint in complaints if "status of 4" not in complaint]

    return look


@dataclass(frozen=True)
class Walk:
    """One window in which each of the cast acts in turn."""

    server: LiveServer
    context: BrowserContext
    page: Page
    cast: Cast
    look: Look

    def go(self, address: str, rest: str) -> None:
        """Open a page of the election as somebody."""
        self.context.clear_cookies()
        self.server.sign_in(self.context, address)
        self.page.goto(f"{self.server.url}/elections/{self.cast.uuid}/{rest}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words)).to_be_visible()

    def is_told(self, words: str) -> None:
        expect(self.page.get_by_role("alert")).to_contain_text(words)


@pytest.fixture
def walk(live_server: LiveServer, context: BrowserContext, page: Page, cast: Cast, look: Look) -> Walk:  # noqa: F811
    return Walk(live_server, context, page, cast, look)


def test_a_roll_is_built_appealed_and_frozen(walk: Walk) -> None:
    build(walk)
    appeal(walk)
    for number, address in enumerate((walk.cast.official, walk.cast.second)):
        decide(walk, address, f"verdict {number + 1}")
    walk.sees("The appeal is decided.")
    walk.page.get_by_role("link", name=re.compile("To be added to the roll")).click()
    walk.look("appeal decided")
    walk.go(walk.cast.official, "electorate/freeze")
    walk.look("freeze")
    walk.press("Freeze the roll")
    walk.sees("The roll is frozen, and its hash is published.")
    walk.look("roll frozen")
    walk.go(walk.cast.stranger, "electorate/mine")
    walk.sees("You are on the roll, because: added on appeal")
    walk.look("mine frozen")


def build(walk: Walk) -> None:
    walk.go(walk.cast.official, "electorate/manage")
    walk.look("roll not built")
    walk.press("Build the roll")
    walk.sees("The roll is built: 31 voters.")
    walk.look("roll built")
    walk.page.get_by_label("Search names").fill("lovelace")
    walk.press("Search")
    expect(walk.page.get_by_role("row", name=re.compile("Ada Lovelace"))).to_be_visible()
    walk.look("roll searched")
    walk.go(walk.cast.official, "electorate/differences")
    walk.look("no differences")
    walk.go(walk.cast.official, "appeals")
    walk.look("no appeals")


def appeal(walk: Walk) -> None:
    walk.go(walk.cast.stranger, "electorate")
    walk.sees("You are not on the roll, because you were not an individual member")
    walk.look("published roll")
    walk.page.get_by_role("link", name="Your place on the roll, and appeals").click()
    walk.look("mine not on the roll")
    walk.press("Appeal: add me to the roll")
    walk.press("Appeal")
    walk.is_told("Say why it is wrong")
    walk.look("appeal in error")
    walk.page.get_by_label("Why is it wrong?").fill("My agreement was signed in May.")
    walk.press("Appeal")
    walk.sees("Two officials decide it before the roll is frozen.")
    walk.look("mine with an appeal")


def decide(walk: Walk, address: str, state: str) -> None:
    walk.go(address, "electorate/freeze")
    walk.sees("These appeals are not decided")
    walk.look(f"{state} freeze refused")
    walk.go(address, "appeals")
    walk.look(f"{state} queue")
    walk.page.get_by_role("link", name=re.compile("To be added to the roll")).click()
    walk.press("Give this verdict")
    walk.is_told("Choose your verdict")
    walk.look(f"{state} in error")
    walk.page.get_by_label("Grant the appeal").check()
    walk.page.get_by_label("Reason").fill("The signature is in the archive.")
    walk.press("Give this verdict")
    walk.look(f"{state} given")


def test_an_official_makes_a_secret_in_the_browser_which_never_leaves_it(
    live_server: LiveServer,  # noqa: F811
    context: BrowserContext,
    page: Page,
    cast: Cast,
    look: Look,
    tmp_path: Path,
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.goto(f"{live_server.url}/elections/{cast.uuid}/lots")
    look("lot without commitments")
    live_server.sign_in(context, cast.official)
    page.reload()
    page.get_by_role("button", name="Commit to a secret").click()
    look("commit")
    page.get_by_role("button", name="Publish the commitment").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the commitment")
    look("commit in error")
    page.get_by_role("button", name="Make a secret").click()
    expect(page.get_by_role("status").filter(has_text="The secret is made")).to_be_visible()
    look("secret made")
    secret = page.locator("#lot-secret").inner_text()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save it as a file").click()
    saving.value.save_as(tmp_path / "secret.txt")
    assert (tmp_path / "secret.txt").read_text() == f"{secret}\n"
    name = page.locator("#lot-maker").get_attribute("data-name") or ""
    expected = protocol.commitment(cast.uuid, name, protocol.read_secret(secret))
    assert page.get_by_label("Commitment", exact=True).input_value() == expected
    page.get_by_role("button", name="Publish the commitment").click()
    expect(page.get_by_text("Your commitment is published.")).to_be_visible()
    expect(page.get_by_text(expected)).to_be_visible()
    look("committed")
    assert not [each for each in sent if secret in each]
    live_server.run(lambda session: closed(session, with_candidates(session, cast.uuid)))
    page.goto(f"{live_server.url}/elections/{cast.uuid}/lots/secret")
    look("reveal")
    page.get_by_label("Secret").fill("00" * 32)
    page.get_by_role("button", name="Publish the secret").click()
    expect(page.get_by_role("alert")).to_contain_text("its hash is another one")
    look("reveal in error")
    live_server.run(lambda session: revealed(session, cast, secret))
    page.goto(f"{live_server.url}/elections/{cast.uuid}/lots")
    expect(page.get_by_text("What the lot draws")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Candidate")).to_have_count(4)
    look("lot drawn")


def with_candidates(session: Session, uuid: str) -> Election:
    election = catalogue.find(session, uuid)
    election.contests[0].candidates = [
        Candidate(position=place, name=f"Candidate {place}", affiliations=[], statement="", groups=[])
        for place in range(4)
    ]
    session.commit()
    return election


def revealed(session: Session, cast: Cast, secret: str) -> None:
    """Reveal through the service: the page's button would have the count go on, and there is none here."""
    lots.reveal(session, cast.uuid, secret, by=joining.person_of(session, cast.official), now=clock.now())
    session.commit()
