"""A company becomes a sponsor in Chromium, at 320 and 1280 pixels, and no page holds a barrier."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy.orm import Session

from tests.browser.conftest import Barriers
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.sponsorship_factories import Deal, make_company, make_deal, make_officers, picture

pytestmark = pytest.mark.browser

COMPANY = "Analytical Engines & Daughters GmbH"
Look = Callable[[str], None]


@dataclass(frozen=True)
class Cast:
    """The addresses of those who act."""

    signatory: str
    secretary: str
    treasurer: str


@pytest.fixture
def look(page: Page, barriers: Barriers, complaints: list[str]) -> Look:
    """Look at the page in the state named: no violation, nothing wider than the window, one heading."""

    def look(state: str) -> None:
        assert barriers(page) == [], state
        assert page.locator("h1").count() == 1, state
        # A form that is refused answers 400, which the console notes; any other complaint counts.
        complaints[:] = [complaint for complaint in complaints if "status of 4" not in complaint]

    return look


@dataclass(frozen=True)
class Stage:
    """One window in which each of the cast acts in turn."""

    server: LiveServer
    context: BrowserContext
    page: Page

    @contextmanager
    def acting(self, address: str, path: str) -> Iterator[Page]:
        self.context.clear_cookies()
        self.server.sign_in(self.context, address)
        self.page.goto(self.server.url + path)
        yield self.page

    def public(self, path: str) -> Page:
        self.context.clear_cookies()
        self.page.goto(self.server.url + path)
        return self.page


@pytest.fixture
def stage(live_server: LiveServer, context: BrowserContext, page: Page) -> Stage:  # noqa: F811
    return Stage(live_server, context, page)


def _cast(session: Session) -> Cast:
    officers, company = make_officers(session), make_company(session, COMPANY)
    return Cast(company.signatory.address, officers.secretary.address, officers.treasurer.address)


def _press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _success(page: Page) -> Locator:
    return page.get_by_role("alert")


def test_a_company_becomes_a_sponsor(stage: Stage, look: Look, tmp_path: Path) -> None:
    cast = stage.server.run(_cast)
    stage.public("/sponsors/")
    look("no sponsor")
    stage.page.get_by_role("link", name="Compare packages and become a sponsor").click()
    look("no package")
    _offer(stage, cast, look)
    _apply(stage, cast, look)
    _answer(stage, cast, look)
    _sign(stage, cast, look)
    _pay(stage, cast, look)
    _give(stage, cast, look, tmp_path)
    page = stage.public("/sponsors/")
    expect(page.get_by_role("link", name=COMPANY)).to_be_visible()
    drawn = page.locator("img.sponsors__logo")
    expect(drawn).to_have_js_property("complete", True)
    assert drawn.evaluate("image => image.naturalWidth") == 400
    look("the logo is shown")
    page.get_by_label("Search by company").fill("nobody of this name")
    _press(page, "Search")
    look("no sponsor found")


def _offer(stage: Stage, cast: Cast, look: Look) -> None:
    with stage.acting(cast.secretary, "/sponsors/office/packages") as page:
        look("no package yet")
        page.get_by_role("button", name="Draft a package").click()
        _press(page, "Save")
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        look("package in error")
        page.get_by_label("Name", exact=True).fill("Gold")
        page.get_by_label("Place on the sponsors' page").fill("1")
        page.get_by_label("Price of a year").fill("12,500.00")
        page.get_by_label("Number of places").fill("2")
        page.get_by_label("Benefits").fill("logo: Logo on the sponsors' page\ntext: Words in the newsletter\nBooth")
        _press(page, "Save")
        expect(_success(page)).to_contain_text("The package is drafted.")
        page.get_by_role("main").get_by_role("button", name="Offer Gold").click()
        expect(_success(page)).to_contain_text("Companies can apply for the package now.")
        look("packages")


def _apply(stage: Stage, cast: Cast, look: Look) -> None:
    with stage.acting(cast.signatory, "/sponsors/packages") as page:
        expect(page.get_by_text("2 of 2 left")).to_be_visible()
        look("packages compared")
        page.get_by_role("link", name="Apply for Gold").click()
        look("application")
        page.get_by_label("Website").fill("www.example.com")
        page.get_by_label("Postal address for the invoice").fill("1 Engine Street\nLondon")
        _press(page, "Apply")
        expect(page.get_by_role("link", name="Enter the whole address of the company's website")).to_be_visible()
        look("application in error")
        page.get_by_label("Website").fill("https://www.example.com")
        _press(page, "Apply")
        expect(_success(page)).to_contain_text("Your application is with the foundation.")
        look("applied")
        page.get_by_role("link", name="Change what the invoice will say").click()
        look("billing")
        page.get_by_role("link", name="Back to the sponsorship").click()
        page.get_by_role("link", name="Withdraw the application").click()
        look("withdraw?")


def _answer(stage: Stage, cast: Cast, look: Look) -> None:
    with stage.acting(cast.secretary, "/account/") as page:
        page.get_by_role("link", name="Answer applications to sponsor").click()
        look("list of sponsorships")
        page.get_by_role("link", name=COMPANY).click()
        look("to approve")
        page.get_by_role("link", name="Reject the application").click()
        _press(page, "Reject")
        look("rejection without a reason")
        page.get_by_role("link", name="Back to the sponsorship").click()
        _press(page, "Approve")
        expect(_success(page)).to_contain_text("The sponsorship is approved.")
        _press(page, "Send the contract")
        expect(_success(page)).to_contain_text("The contract is frozen")
        look("contract sent")


def _sign(stage: Stage, cast: Cast, look: Look) -> None:
    with stage.acting(cast.signatory, "/account/") as page:
        page.get_by_role("link", name=f"Sign the sponsorship contract of {COMPANY}").click()
        look("contract")
        _press(page, "Sign the contract")
        expect(page.get_by_role("alert")).to_contain_text("Write your full name to sign")
        look("contract not signed")
        page.get_by_label("Your full name").fill("Ada Lovelace")
        page.get_by_label("I have read the contract and sign it for the company").check()
        _press(page, "Sign the contract")
        expect(_success(page)).to_contain_text("The contract is signed and your invoice is ready.")
        expect(page.get_by_text("EUR 12,500.00 open of EUR 12,500.00")).to_be_visible()
        look("signed")
        with page.expect_download() as download:
            page.get_by_role("link", name="PDF").last.click()
        assert download.value.suggested_filename.startswith("invoice-")


def _pay(stage: Stage, cast: Cast, look: Look) -> None:
    with stage.acting(cast.treasurer, "/sponsors/invoices") as page:
        look("invoices")
        page.get_by_role("link", name="-0001").click()
        look("invoice")
        for amount, reference in (("20000", "TRF-1"), ("2500", "TRF-1"), ("10000", "TRF-2")):
            page.get_by_role("link", name="Record a payment").click()
            page.get_by_label("Amount").fill(amount)
            page.get_by_label("The bank's reference").fill(reference)
            _press(page, "Record the payment")
            if amount == "20000":
                expect(page.get_by_role("link", name="That is more than is owed.")).to_be_visible()
                look("too much paid")
                page.get_by_role("link", name="Back to the invoice").click()
            else:
                expect(_success(page)).to_contain_text("The payment is recorded.")
        expect(page.get_by_text("EUR 0.00")).to_be_visible()
        look("paid")
        page.get_by_role("link", name="Reverse").first.click()
        look("reverse?")
        page.get_by_role("link", name="Back to the invoice").click()
        page.get_by_role("link", name="Credit it in part or whole").click()
        look("credit?")


def _give(stage: Stage, cast: Cast, look: Look, tmp_path: Path) -> None:
    with stage.acting(cast.signatory, "/sponsors/mine") as page:
        look("own sponsorships")
        page.get_by_role("link", name=COMPANY).click()
        expect(page.get_by_text("Benefits are due now.")).to_be_visible()
        page.get_by_role("link", name=re.compile("Give it now.*Logo")).click()
        drawing = tmp_path / "logo.png"
        drawing.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>")
        page.locator("input[type=file]").set_input_files(drawing)
        _press(page, "Send")
        expect(page.get_by_role("link", name="SVG files are not accepted")).to_be_visible()
        look("a picture refused")
        drawing.write_bytes(picture((400, 200)))
        page.locator("input[type=file]").set_input_files(drawing)
        _press(page, "Send")
        expect(_success(page)).to_contain_text("Thank you, we have it.")
        look("a logo given")
    with stage.acting(cast.secretary, "/sponsors/office?state=active") as page:
        page.get_by_role("link", name=COMPANY).click()
        page.get_by_role("button", name=re.compile("Check off.*Logo")).click()
        expect(_success(page)).to_contain_text("Checked off: Logo on the sponsors' page.")
        look("checked off")
        page.get_by_role("link", name="Take it down").click()
        look("take down?")
        page.get_by_role("link", name="Back to the sponsorship").click()
        page.get_by_role("link", name="End this sponsorship before its time").click()
        look("end?")


def test_a_paid_sponsorship_that_is_broken_off_and_credited(stage: Stage, look: Look) -> None:
    def arrange(session: Session) -> tuple[Deal, str, int]:
        deal = make_deal(session, COMPANY).active()
        return deal, deal.officers.treasurer.address, deal.invoice.id

    _deal, treasurer, invoice = stage.server.run(arrange)
    with stage.acting(treasurer, f"/sponsors/invoices/{invoice}/credit") as page:
        page.get_by_label("Amount").fill("10,000.00")
        page.get_by_label("Reason").fill("The assembly was cancelled.")
        _press(page, "Issue the credit note")
        expect(_success(page)).to_contain_text("is issued.")
        expect(page.get_by_text("more was paid than is owed")).to_be_visible()
        look("credited")
        page.get_by_role("link", name="Record what was paid back").click()
        look("pay back")
        page.get_by_label("The bank's reference").fill("OUT-1")
        _press(page, "Record it")
        expect(_success(page)).to_contain_text("It is recorded as paid back.")
        look("paid back")
    page = stage.public("/sponsors/")
    expect(page.get_by_text("The foundation has no sponsor now.")).to_be_visible()
