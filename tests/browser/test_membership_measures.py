"""Measures of the committee in Chromium: suspending, expelling by a carried motion, merging two entries of a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from foundation.core import clock
from foundation.core.access import Office
from tests.browser.membership_walk import Walk, Who, day, server, someone, walk, who  # noqa: F401 — fixtures
from tests.factories import make_person
from tests.membership_factories import affiliated, make_member, make_organization, person_party, submitted

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = timedelta(days=1)


def member(session: Session) -> tuple[Who, int]:
    """A member and the number of the membership."""
    person = make_person(session)
    return who(person), make_member(session, person).id


def officer(session: Session) -> Who:
    return someone(session, Office.MEMBERSHIP_COMMITTEE)


def listed(walk: Walk, person: Who) -> bool:  # noqa: F811
    page = walk.public(f"/membership/?q={person.name.replace(' ', '+')}")
    return page.get_by_role("link", name=person.name, exact=True).count() == 1


def test_a_member_is_suspended_until_a_day_and_reinstated(walk: Walk) -> None:  # noqa: F811
    (ada, number), grace = walk.make(member), walk.make(officer)
    assert listed(walk, ada)
    page = walk.acting(grace, f"/membership/committee/members?q={ada.name.replace(' ', '+')}")
    walk.look()
    page.get_by_role("link", name=ada.name, exact=True).click()
    page.get_by_label("Suspend", exact=True).check()
    page.get_by_label("Reason").fill("Threats on the list; it is looked into.")
    page.get_by_label("Suspended until").fill((clock.now() - DAY).date().isoformat())
    walk.press("Record it")
    walk.refuses("A suspension must end after today.")
    until = (clock.now() + 14 * DAY).date()
    page.get_by_label("Suspended until").fill(until.isoformat())
    walk.press("Record it")
    walk.says("This is recorded.")
    expect(walk.main()).to_contain_text(f"Suspended until {day(until)} – Threats on the list; it is looked into.")
    walk.look()
    assert not listed(walk, ada)
    walk.acting(ada, "/membership/mine")
    expect(walk.main()).to_contain_text("Suspended")
    walk.look()
    page = walk.acting(grace, f"/membership/committee/members/{number}")
    page.get_by_label("Reinstate").check()
    page.get_by_label("Reason").fill("They were somebody else's.")
    walk.press("Record it")
    walk.says("This is recorded.")
    assert listed(walk, ada)


def test_a_member_is_expelled_by_reference_to_a_carried_motion(walk: Walk) -> None:  # noqa: F811
    (ada, number), grace = walk.make(member), walk.make(officer)
    page = walk.acting(grace, f"/membership/committee/members/{number}")
    walk.press("Record it")
    walk.refuses("Choose a measure")
    page.get_by_label("Expel, as a carried motion says").check()
    page.get_by_label("Reason").fill("They sold the list of our members.")
    walk.press("Record it")
    walk.refuses("Name the carried motion that expels the member.")
    page.get_by_label("Reference").fill("Motion 2026-14, carried on 2 November")
    walk.press("Record it")
    walk.says("This is recorded.")
    expect(walk.main()).to_contain_text("Expelled (Motion 2026-14, carried on 2 November)")
    expect(page.get_by_role("heading", name="Take a measure")).to_have_count(0)
    walk.look()
    assert not listed(walk, ada)
    walk.acting(ada, "/membership/mine")
    expect(walk.main()).to_contain_text("Expelled")
    expect(page.get_by_role("link", name="Apply for membership")).to_have_count(0)
    walk.look()


def twice(session: Session) -> tuple[Who, int, int, int, str]:
    """A member who applied once more under another address, where their employer is known."""
    once = make_person(session)
    again = make_person(session, name=once.display_name)
    membership = make_member(session, once)
    organization = make_organization(session, f"Double {once.id}", make_person(session))
    affiliated(session, again, organization, 30 * DAY)
    application = submitted(session, person_party(session, again), again)
    return who(once), membership.id, membership.party_id, application.id, organization.legal_name


def test_two_entries_of_one_person_become_one_and_nothing_is_lost(walk: Walk) -> None:  # noqa: F811
    (ada, number, kept, application, employer), grace = walk.make(twice), walk.make(officer)
    page = walk.acting(grace, f"/membership/committee/applications/{application}")
    expect(walk.main()).to_contain_text(f"the same party entered twice: party {kept}.")
    duplicate = walk.main().get_by_text("Party number").locator("xpath=..").inner_text().split()[-1]
    page.get_by_role("link", name="Merge duplicates").click()
    walk.press("Merge")
    walk.refuses("Enter the entry to keep")
    for other in (str(kept), "999999", duplicate):
        page.get_by_label("Number of the entry to keep").fill(str(kept))
        page.get_by_label("Number of the duplicate").fill(other)
        page.get_by_label("Reason").fill("She lost the password of her first account.")
        walk.press("Merge")
        if other == str(kept):
            walk.refuses("Choose two different entries, both of persons or both of organizations.")
        elif other != duplicate:
            walk.refuses("There is no such person or organization.")
    walk.says("The two entries are one.")
    walk.look()
    walk.open(f"/membership/committee/members/{number}")
    expect(walk.main()).to_contain_text(employer)
    walk.look()
    walk.acting(ada, "/membership/affiliations")
    expect(walk.main()).to_contain_text(employer)
    assert listed(walk, ada)
