"""A member's years in Chromium: confirming and renewing, signing anew, reading everything about oneself, leaving."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.core import clock
from foundation.core.access import Office
from tests.browser.membership_walk import Walk, Who, server, someone, walk, who  # noqa: F401 — fixtures
from tests.factories import PASSWORD, make_person
from tests.membership_factories import affiliated, let_membership_age, make_member, make_organization

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = timedelta(days=1)


def member(session: Session, age: timedelta = timedelta()) -> tuple[Who, int, str]:
    """A member since so long, with an employer they named a year and a day ago; the party's number and the employer."""
    person = make_person(session)
    membership = make_member(session, person)
    let_membership_age(session, membership, age)
    organization = make_organization(session, f"Yearly {person.id}", make_person(session))
    affiliation = affiliated(session, person, organization, 366 * DAY)
    affiliation.confirmed_on = affiliation.from_on
    session.commit()
    return who(person), membership.party_id, organization.legal_name


def test_a_member_is_reminded_confirms_their_affiliations_and_renews(walk: Walk) -> None:  # noqa: F811
    ada, _party, employer = walk.make(lambda session: member(session, 340 * DAY))
    walk.run("membership.daily")
    letter = walk.letter(ada.address)
    assert "Renew it for another year." in letter
    page = walk.acting(ada, "/account/")
    walk.look()
    page.get_by_role("link", name=f"Renew the membership: {ada.name}").click()
    expect(page.get_by_role("link", name="Confirm your affiliations first")).to_be_visible()
    renewal = page.url
    walk.follow(letter)
    assert page.url == renewal
    walk.look()
    page.get_by_role("link", name="Confirm your affiliations first").click()
    expect(walk.row(employer).filter(has_text="Employee")).to_be_visible()
    walk.look()
    walk.press("Confirm that they are right")
    walk.says("Your affiliations are confirmed.")
    walk.look()
    page.goto(renewal)
    walk.look()
    walk.press("Renew for another year")
    walk.says("The membership is renewed.")
    ends = (clock.now() + 390 * DAY).year
    expect(walk.main().get_by_text("Term ends").locator("xpath=..")).to_contain_text(str(ends))
    walk.look()
    page.goto(renewal)
    expect(walk.main()).to_contain_text("There is nothing to renew now.")
    walk.run("membership.daily")
    assert walk.letter(ada.address) == letter


def test_a_material_version_of_the_agreement_is_signed_anew(walk: Walk) -> None:  # noqa: F811
    ada, _party, _employer = walk.make(member)
    secretary = walk.make(lambda session: someone(session, Office.SECRETARY))
    page = walk.acting(secretary, "/membership/agreements")
    walk.look()
    walk.press("Publish")
    walk.refuses("Enter the title")
    page.get_by_label("For", exact=True).select_option(label="Individual members")
    page.get_by_label("Title").fill("Agreement of individual members")
    page.get_by_label("Text").fill(f"We stand on equal footing.\n\nNobody has more than one vote. ({ada.number})")
    page.get_by_label("It changes what members agree to").check()
    walk.press("Publish")
    walk.says("The version is published.")
    walk.run("membership.daily")
    walk.seat(ada)
    walk.follow(walk.letter(ada.address))
    expect(walk.main()).to_contain_text(f"Nobody has more than one vote. ({ada.number})")
    walk.look()
    page.get_by_label("Your name, to sign").fill("Somebody Else")
    walk.press("Sign the agreement")
    walk.refuses(f"To sign, type your name as it stands in your account: {ada.name}.")
    page.get_by_label("Your name, to sign").fill(ada.name.upper())
    walk.press("Sign the agreement")
    walk.says("You have signed the agreement.")
    walk.look()
    page.goto(page.url)
    expect(page.get_by_role("link", name="Sign the agreement")).to_have_count(0)


def test_a_member_reads_everything_about_them_resigns_and_is_erased(walk: Walk, tmp_path: Path) -> None:  # noqa: F811
    ada, party, _employer = walk.make(member)
    page = walk.acting(ada, "/membership/mine")
    page.get_by_role("link", name="Your data: download or erase").click()
    walk.look()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything about me").click()
    download.value.save_as(tmp_path / "me.json")
    found = json.loads((tmp_path / "me.json").read_text(encoding="utf-8"))
    about = found["about"]
    assert (about["person"][0]["display_name"], about["email_address"][0]["address"]) == (ada.name, ada.address)
    assert {"application", "application_event", "membership_term", "signature", "affiliation"} <= set(about)
    assert any("approved" in letter["subject"] for letter in found["letters"])
    page.goto(f"{walk.server.url}/membership/parties/{party}/resign")
    walk.look()
    walk.press("Resign now")
    walk.says("The membership has ended.")
    expect(walk.main()).to_contain_text("Resigned")
    walk.look()
    page.get_by_role("link", name="Your data: download or erase").click()
    page.get_by_label("I am sure").check()
    walk.press("Erase me")
    page.get_by_role("heading", level=1).wait_for()
    walk.look()
    page = walk.open("/account/sign-in")
    page.get_by_label("E-mail address").fill(ada.address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    walk.press("Sign in")
    expect(page).to_have_url(f"{walk.server.url}/account/sign-in")
    walk.public(f"/membership/?q={ada.name.replace(' ', '+')}")
    expect(page.get_by_role("link", name=ada.name, exact=True)).to_have_count(0)
    walk.look()
    kept = "SELECT count(*) FROM signature JOIN person ON person.id = signatory_id WHERE person.id = :number"
    assert walk.make(lambda session: session.execute(text(kept), {"number": ada.number}).scalar_one()) >= 1
