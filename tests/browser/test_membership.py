"""Membership in Chromium: each role walks through its part, at 320 and 1280 pixels, and axe-core finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from foundation.core.access import Office
from foundation.core.limits import limiter
from tests.browser.conftest import Barriers
from tests.factories import appoint, letters, make_person, sign_in, visitor
from tests.membership_factories import code_in, committee, make_member, make_organization, publish_agreements
from tests.server import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
As = Callable[[str], None]
ADA, GRACE, SIGNE = "ada@example.org", "grace@example.org", "signs@orbit.example"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, served over HTTP with its forgery protection on."""
    app.config["WTF_CSRF_ENABLED"] = True
    limiter.enabled = False
    with served(app) as url:
        yield url
    limiter.enabled = True


@pytest.fixture
def browse_as(app: Flask, address: str, context: BrowserContext) -> As:
    """Let the browser be signed in as whoever has the address."""

    def change(email: str) -> None:
        token = sign_in(visitor(app, forgery_protection=True), email)
        context.clear_cookies()
        context.add_cookies([{"name": "session", "value": token, "url": address}])

    return change


@pytest.fixture
def sound(page: Page, barriers: Barriers) -> Callable[[], None]:
    """Check the page at hand: nothing for axe-core, nothing wider than the window."""

    def check() -> None:
        assert barriers(page) == [], page.url

    return check


@dataclass
class Walk:
    """A browser, and what a walk through the pages needs."""

    session: Session
    address: str
    page: Page
    browse_as: As
    sound: Callable[[], None]
    officer: str


def applies_as_a_person(walk: Walk) -> None:
    walk.browse_as(ADA)
    walk.page.goto(f"{walk.address}/membership/mine")
    walk.sound()
    walk.page.get_by_role("button", name="Apply for membership").click()
    walk.page.get_by_role("button", name="Save the draft").click()
    expect(walk.page.get_by_role("alert")).to_contain_text("Say what you do in the community")
    walk.sound()
    walk.page.get_by_label("What you do in the community").fill("I write the first programs, and notes on them.")
    walk.page.get_by_role("button", name="Save the draft").click()
    walk.page.get_by_role("button", name="Submit the application").click()
    expect(walk.page.get_by_text("Your application is submitted.")).to_be_visible()
    walk.sound()
    walk.page.goto(f"{walk.address}/membership/affiliations")
    walk.sound()
    walk.page.get_by_label("Its name, if it is not listed").fill("Analytical Engines")
    walk.page.get_by_label("Since").fill("2026-01-01")
    walk.page.get_by_role("button", name="Declare it").click()
    expect(walk.page.get_by_text("to be linked")).to_be_visible()
    walk.sound()


def registers_a_company_and_applies(walk: Walk) -> str:
    walk.browse_as(SIGNE)
    walk.page.goto(f"{walk.address}/membership/organizations/new")
    walk.sound()
    walk.page.get_by_label("Legal name").fill("Orbit Research")
    walk.page.get_by_label("Jurisdiction").fill("DE")
    walk.page.get_by_label("Registry number").fill("HRB 1")
    walk.page.get_by_role("button", name="Register it").click()
    expect(walk.page).to_have_url(re.compile(r"/organizations/\d+$"))
    company = walk.page.url
    walk.sound()
    walk.page.get_by_label("An e-mail address at the organization's domain").fill("post@orbit.example")
    walk.page.get_by_role("button", name="Send a code").click()
    walk.page.get_by_label("The code from the letter").fill(
        code_in(letters(walk.session, "post@orbit.example")[-1].text)
    )
    walk.page.get_by_role("button", name="Prove the domain").click()
    expect(walk.page.get_by_text("The mail domain is proved.")).to_be_visible()
    walk.page.get_by_label("E-mail address of their account").fill(GRACE)
    walk.page.get_by_label("What for").select_option("representative")
    walk.page.get_by_role("button", name="Invite").click()
    expect(walk.page.get_by_text("invited, not answered yet")).to_be_visible()
    walk.sound()
    walk.page.get_by_role("link", name="The organization's application").click()
    walk.page.get_by_label("What you do in the community").fill("We release our compilers and pay nobody to vote.")
    walk.page.get_by_role("button", name="Save the draft").click()
    walk.page.get_by_role("button", name="Submit the application").click()
    expect(walk.page.get_by_role("button", name="Submit the application")).to_have_count(0)
    return company.rsplit("/", 1)[1]


def accepts_the_mandate(walk: Walk) -> None:
    walk.browse_as(GRACE)
    walk.page.goto(f"{walk.address}/membership/mine")
    walk.sound()
    walk.page.get_by_role("button", name="Accept").click()
    expect(walk.page.get_by_text("You act for Orbit Research")).to_be_visible()


def decides(walk: Walk, company: str) -> None:
    walk.browse_as(walk.officer)
    for name in ("Ada Lovelace", "Orbit Research"):
        walk.page.goto(f"{walk.address}/membership/committee")
        walk.sound()
        walk.page.get_by_role("link", name=name).click()
        walk.page.get_by_role("button", name="Take up the review").click()
        walk.sound()
        walk.page.get_by_role("button", name="Record this").click()
        expect(walk.page.get_by_role("alert")).to_contain_text("Choose what to do")
        walk.sound()
        walk.page.get_by_label("Approve").check()
        walk.page.get_by_label("Reason or question").fill("Known for years.")
        walk.page.get_by_role("button", name="Record this").click()
        expect(walk.page.get_by_text("This is recorded")).to_be_visible()
    walk.page.goto(f"{walk.address}/membership/committee/affiliations")
    walk.sound()
    walk.page.get_by_label(re.compile("Number of the organization")).fill(company)
    walk.page.get_by_role("button", name="Link").click()
    expect(walk.page.get_by_text("The affiliation is linked.")).to_be_visible()


def looks_around(walk: Walk) -> None:
    for path in ("members", "members/1", "control", "merge", "cases", "projects"):
        walk.page.goto(f"{walk.address}/membership/committee/{path}")
        walk.sound()
    walk.page.goto(f"{walk.address}/membership/agreements")
    walk.sound()


def sign_and_are_listed(walk: Walk) -> None:
    for who, name in ((ADA, "Ada Lovelace"), (SIGNE, "Signe Signatory")):
        walk.browse_as(who)
        walk.page.goto(f"{walk.address}/account/")
        walk.page.get_by_role("link", name=re.compile("Sign the agreement")).click()
        walk.sound()
        walk.page.get_by_label("Your name, to sign").fill(name)
        walk.page.get_by_role("button", name="Sign the agreement").click()
        expect(walk.page.get_by_text("You have signed the agreement.")).to_be_visible()
        walk.sound()
    walk.browse_as(ADA)
    walk.page.goto(f"{walk.address}/membership/mine")
    walk.page.get_by_role("link", name=re.compile("Choose what the directory shows")).click()
    walk.sound()
    walk.page.get_by_label("Place", exact=True).fill("Marylebone")
    walk.page.get_by_label("Who sees the place").select_option("nobody")
    walk.page.get_by_role("button", name="Save").click()
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.page.context.clear_cookies()
    walk.page.goto(f"{walk.address}/membership/")
    expect(walk.page.get_by_role("table")).to_contain_text("Orbit Research")
    walk.sound()
    walk.page.get_by_role("link", name="Ada Lovelace").click()
    expect(walk.page.get_by_role("main")).not_to_contain_text("Marylebone")
    expect(walk.page.get_by_role("main")).to_contain_text("Orbit Research")
    walk.sound()


def test_a_person_and_a_company_become_members(
    session: Session, address: str, page: Page, browse_as: As, sound: Callable[[], None], complaints: list[str]
) -> None:
    publish_agreements(session)
    officer = committee(session)
    appoint(session, officer, Office.SECRETARY)
    for email, name in ((ADA, "Ada Lovelace"), (GRACE, "Grace Hopper"), (SIGNE, "Signe Signatory")):
        make_person(session, email, name=name)
    walk = Walk(session, address, page, browse_as, sound, officer.address)
    applies_as_a_person(walk)
    company = registers_a_company_and_applies(walk)
    accepts_the_mandate(walk)
    decides(walk, company)
    looks_around(walk)
    sign_and_are_listed(walk)
    # The forms that were sent empty on purpose, which the browser notes.
    assert len(complaints) == 3
    assert all("400 (BAD REQUEST)" in complaint for complaint in complaints)
    complaints.clear()


def test_a_member_renews_sees_their_standing_exports_and_leaves(
    session: Session, address: str, page: Page, browse_as: As, sound: Callable[[], None]
) -> None:
    ada = make_person(session, "ada@example.org", name="Ada Lovelace")
    number = make_member(session, ada).party_id
    make_organization(session, "Orbit Research", make_person(session))
    browse_as(ada.address)
    page.goto(f"{address}/membership/affiliations?q=orb")
    expect(page.get_by_role("table")).to_contain_text("Orbit Research")
    sound()
    for path in (f"parties/{number}/renew", f"parties/{number}/agreement", f"parties/{number}/application"):
        page.goto(f"{address}/membership/{path}")
        sound()
    page.goto(f"{address}/membership/participation")
    sound()
    page.get_by_label("Why the finding is wrong").fill("I translated the handbook last spring.")
    page.get_by_role("button", name="Appeal").click()
    expect(page.get_by_text("Your appeal is sent.")).to_be_visible()
    page.goto(f"{address}/membership/privacy")
    sound()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything about me").click()
    assert download.value.suggested_filename == "everything-about-me.json"
    page.goto(f"{address}/membership/mine")
    page.get_by_role("link", name=re.compile("Resign")).click()
    sound()
    page.get_by_role("button", name="Resign now").click()
    expect(page.get_by_text("The membership has ended.")).to_be_visible()
    page.goto(f"{address}/membership/privacy")
    page.get_by_label("I am sure").check()
    page.get_by_role("button", name="Erase me").click()
    expect(page.get_by_label("I am sure")).to_have_count(0)
    page.goto(f"{address}/membership/mine")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
