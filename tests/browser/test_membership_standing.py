"""Standing in Chromium: a lead attests, a member reads why it counts and appeals, and an officer answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from foundation.core import clock
from foundation.core.access import Office
from tests.browser.membership_walk import Walk, Who, day, server, someone, walk, who  # noqa: F401 — fixtures
from tests.factories import make_person
from tests.membership_factories import make_member

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def member(session: Session) -> Who:
    person = make_person(session)
    make_member(session, person)
    return who(person)


def named_lead(walk: Walk, officer: Who, lead: Who, key: str) -> None:  # noqa: F811
    """The committee enters a project and names its lead."""
    page = walk.acting(officer, "/membership/committee/projects")
    page.get_by_label("Key", exact=True).fill(key)
    walk.press("Enter it")
    walk.refuses("Enter the name")
    page.get_by_label("Name", exact=True).fill(f"Handbook {key}")
    walk.press("Enter it")
    walk.says("The project is entered.")
    for address in ("nobody@example.org", lead.address):
        page.get_by_label("Key of the project").fill(key)
        page.get_by_label("E-mail address of their account").fill(address)
        walk.press("Name them")
        if address != lead.address:
            walk.refuses("account")
    walk.says("The lead is named.")
    expect(walk.main()).to_contain_text(f"Led by {lead.name}")
    walk.look()


def test_a_lead_attests_and_a_member_reads_why_it_counts_and_appeals(walk: Walk) -> None:  # noqa: F811
    ada, lead = walk.make(member), walk.make(member)
    officer = walk.make(lambda session: someone(session, Office.MEMBERSHIP_COMMITTEE))
    named_lead(walk, officer, lead, f"handbook-{ada.number}")
    page = walk.acting(lead, "/membership/mine")
    page.get_by_role("link", name=f"Attest participation in Handbook handbook-{ada.number}").click()
    walk.look()
    days = [(clock.now() - timedelta(days=ago)).date() for ago in (30, 500)]
    for address, on in ((lead.address, days[0]), (ada.address, days[0]), (ada.address, days[1])):
        page.get_by_label("E-mail address of their account").fill(address)
        page.get_by_label("Kind of contribution").select_option(label="Translation")
        page.get_by_label("Day", exact=True).fill(on.isoformat())
        page.get_by_label("What was done").fill("The chapters on elections, into Portuguese.")
        walk.press("Attest it")
        if address == lead.address:
            walk.refuses("Nobody attests their own participation. Another lead must do it.")
        else:
            expect(page.get_by_label("E-mail address of their account")).to_have_value("")
    walk.says("The participation is attested.")
    walk.look()
    walk.acting(ada, "/membership/participation")
    expect(walk.row(day(days[0]))).to_contain_text("counts")
    expect(walk.row(day(days[1]))).to_contain_text("before the window")
    expect(walk.main()).to_contain_text("you have it")
    walk.look()
    page = walk.acting(lead, f"/membership/projects/handbook-{ada.number}")
    row = walk.row(day(days[0]))
    row.get_by_role("button", name="Withdraw").click()
    walk.refuses("Enter the reason")
    row.get_by_label("Reason").fill("It was somebody of the same name.")
    row.get_by_role("button", name="Withdraw").click()
    walk.says("The record is withdrawn.")
    expect(row).to_contain_text("withdrawn: It was somebody of the same name.")
    walk.look()
    appeals_and_is_answered(walk, ada, officer, day(days[0]))


def appeals_and_is_answered(walk: Walk, ada: Who, officer: Who, shown: str) -> None:  # noqa: F811
    page = walk.acting(ada, "/membership/participation")
    expect(walk.row(shown)).to_contain_text("withdrawn")
    expect(walk.main()).to_contain_text("you do not have it")
    walk.press("Appeal")
    walk.refuses("Say why it is wrong")
    for _time in range(2):
        page.get_by_label("Why the finding is wrong").fill("It was me; the change carries my address.")
        walk.press("Appeal")
    walk.refuses("Your appeal is open already.")
    page = walk.acting(officer, "/membership/committee/cases")
    expect(page.get_by_role("heading", name=f"Appeal about standing: {ada.name}")).to_be_visible()
    expect(walk.main()).to_contain_text("It was me; the change carries my address.")
    walk.look()
    page.get_by_label("Outcome").fill("The record is entered again.")
    walk.press("Close the case")
    walk.says("The case is closed.")
