"""A sponsor's year in Chromium: the logo is shown while it is due, the end is told of, and it renews or lapses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from foundation.core import clock
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import benefits, course
from tests.browser.membership_walk import Walk, Who, server, walk, who  # noqa: F401 — fixtures
from tests.factories import letters
from tests.sponsorship_factories import Deal, make_deal, offer, picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A sponsorship as the pages know it, and who acts in it."""

    number: int
    invoice: int
    company: str
    package: str
    ends: date
    signatory: Who
    treasurer: Who


def sponsor(session: Session, stage: Callable[[Deal], Deal]) -> Sponsor:
    """A company that has come so far, with a logo given."""
    deal = make_deal(session)
    deal.company.organization.legal_name = f"Sponsor {deal.company.id} GmbH"
    offer(session, deal.officers.secretary, name=f"Silver {deal.company.id}", price=Money(400_000, "EUR"), places=3)
    sponsored, signatory = stage(deal).sponsored, deal.company.signatory
    benefits.give_logo(session, sponsored.benefits[0].id, picture((400, 200)), by=signatory, now=clock.now())
    session.commit()
    assert sponsored.ends_on is not None
    name, package = deal.company.organization.legal_name, deal.package.name
    people = who(signatory), who(deal.officers.treasurer)
    return Sponsor(sponsored.id, deal.invoice.id, name, package, sponsored.ends_on, *people)


def follow(walk: Walk, found: Sponsor, on: date) -> None:  # noqa: F811
    """Do what the server does by itself on a day."""

    def work(session: Session) -> None:
        course.follow(session, found.number, now=datetime.combine(on, time(3), clock.now().tzinfo))
        session.commit()

    walk.make(work)


def is_shown(walk: Walk, found: Sponsor) -> bool:  # noqa: F811
    page = walk.public(f"/sponsors/?q={found.company.replace(' ', '+')}")
    walk.look()
    return page.get_by_role("link", name=found.company).count() == 1


def pay(walk: Walk, found: Sponsor, amount: str, reference: str) -> None:  # noqa: F811
    page = walk.acting(found.treasurer, f"/sponsors/invoices/{found.invoice}/payments")
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("The bank's reference").fill(reference)
    walk.press("Record the payment")
    walk.says("The payment is recorded.")
    walk.look()


def test_a_logo_is_shown_while_it_is_due_and_not_a_day_longer(walk: Walk) -> None:  # noqa: F811
    found = walk.make(lambda session: sponsor(session, Deal.signed))
    assert not is_shown(walk, found)
    pay(walk, found, "4,000.00", "TRF-1")
    assert not is_shown(walk, found)
    pay(walk, found, "6,000.00", "TRF-2")
    assert is_shown(walk, found)
    page, logo = walk.page, walk.page.locator("img.sponsors__logo")
    expect(logo).to_have_js_property("complete", True)
    assert logo.evaluate("image => image.naturalWidth") == 400
    address = logo.get_attribute("src")
    assert address is not None
    page = walk.acting(found.treasurer, f"/sponsors/invoices/{found.invoice}")
    page.get_by_role("link", name="Reverse").last.click()
    page.get_by_label("Reason").fill("The bank took it back.")
    walk.press("Reverse the entry")
    expect(walk.main()).to_contain_text("The entry is reversed; both stay in the ledger.")
    walk.look()
    assert not is_shown(walk, found)
    # A browser may keep a picture for five minutes; the server no longer gives it to anybody.
    assert walk.context.request.get(walk.server.url + address).status == 404
    pay(walk, found, "6,000.00", "TRF-3")
    assert is_shown(walk, found)
    follow(walk, found, found.ends)
    assert not is_shown(walk, found)


def test_a_sponsor_is_reminded_and_renews(walk: Walk) -> None:  # noqa: F811
    found = walk.make(lambda session: sponsor(session, Deal.active))
    follow(walk, found, found.ends - 29 * DAY)
    letter = walk.letter(found.signatory.address)
    assert "in 29 days" in letter
    walk.seat(found.signatory)
    page = walk.follow(letter)
    walk.look()
    page.get_by_role("link", name="Renew: choose a package for the next year").click()
    expect(walk.row("Price of a year")).to_be_visible()
    columns = page.get_by_role("columnheader").all_inner_texts()
    assert {f"{found.package} 2027", f"Silver {found.company.split()[1]} 2027"} <= {text.strip() for text in columns}
    expect(walk.row("Price of a year")).to_contain_text("EUR 4,000.00")
    expect(walk.row("Places")).to_contain_text("3 of 3 left")
    walk.look()
    page.get_by_role("link", name=f"Apply for Silver {found.company.split()[1]}").click()
    page.get_by_label("Website").fill("https://www.example.com")
    page.get_by_label("Postal address for the invoice").fill("1 Engine Street\nLondon")
    walk.press("Apply")
    walk.says("Your application is with the foundation.")
    walk.look()
    follow(walk, found, found.ends - 6 * DAY)
    assert walk.make(lambda session: told(session, found.signatory)).count("Your sponsorship ends soon") == 1


def test_a_sponsorship_that_is_not_renewed_lapses_and_says_so(walk: Walk) -> None:  # noqa: F811
    found = walk.make(lambda session: sponsor(session, Deal.active))
    assert is_shown(walk, found)
    follow(walk, found, found.ends - 7 * DAY)
    follow(walk, found, found.ends)
    assert not is_shown(walk, found)
    walk.seat(found.signatory)
    page = walk.follow(walk.letter(found.signatory.address))
    expect(walk.main()).to_contain_text("The term is over. Thank you.")
    expect(walk.main()).to_contain_text("Benefits are not due now.")
    walk.look()
    expect(page.get_by_role("link", name="Renew: choose a package for the next year")).to_be_visible()
    assert walk.make(lambda session: told(session, found.signatory))[-2:] == [
        "Your sponsorship ends soon",
        "Your sponsorship has lapsed",
    ]
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").last.click()
    assert download.value.suggested_filename.startswith("invoice-")


def told(session: Session, person: Who) -> list[str]:
    return [letter.subject.split(": ")[1] for letter in letters(session, person.address)]
