"""An application in Chromium beyond the straight way: a question and its answer, a refusal, and an appeal."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.access import Office
from tests.browser.membership_walk import Walk, Who, server, someone, walk  # noqa: F401 — fixtures
from tests.factories import make_person
from tests.membership_factories import person_party, submitted

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def applicant(session: Session) -> tuple[Who, str]:
    """Somebody whose application waits for the committee, and its address."""
    person: Person = make_person(session)
    application = submitted(session, person_party(session, person), person)
    return Who(
        person.id, person.display_name, person.address
    ), f"/membership/parties/{application.party_id}/application"


def officer(session: Session) -> Who:
    return someone(session, Office.MEMBERSHIP_COMMITTEE)


def decide(walk: Walk, decision: str, text: str) -> None:  # noqa: F811
    walk.page.get_by_label(decision, exact=True).check()
    walk.page.get_by_label("Reason or question").fill(text)
    walk.press("Record this")
    walk.says("This is recorded, and the applicant is told.")


def take_up(walk: Walk, by: Who, ada: Who) -> Page:  # noqa: F811
    page = walk.acting(by, f"/membership/committee?q={ada.name.replace(' ', '+')}")
    page.get_by_role("link", name=ada.name, exact=True).click()
    walk.press("Take up the review")
    walk.says("You have taken up this application.")
    return page


def test_the_committee_asks_and_the_applicant_answers(walk: Walk) -> None:  # noqa: F811
    (ada, path), grace = walk.make(applicant), walk.make(officer)
    page = take_up(walk, grace, ada)
    walk.look()
    review = page.url.removeprefix(walk.server.url)
    decide(walk, "Ask for information", "Which parts of the handbook?\n\nA link is enough.")
    walk.look()
    walk.acting(grace, review)
    expect(walk.main()).to_contain_text("The applicant has been asked and has not answered yet.")
    walk.look()
    letter = walk.letter(ada.address)
    assert "Which parts of the handbook?" in letter
    page = walk.acting(ada, "/account/")
    page.get_by_role("link", name=f"Answer the membership committee: {ada.name}").click()
    expect(page).to_have_url(walk.server.url + path)
    walk.follow(letter)
    expect(walk.main()).to_contain_text("Which parts of the handbook?")
    walk.look()
    walk.press("Send the answer")
    walk.refuses("Enter your answer")
    page.get_by_label("Your answer").fill("The chapters on elections.")
    walk.press("Send the answer")
    walk.says("Your answer is sent.")
    walk.look()
    walk.acting(grace, review)
    expect(walk.main()).to_contain_text("The chapters on elections.")
    walk.look()
    decide(walk, "Approve", "That is a contribution.")
    walk.seat(ada)
    walk.follow(walk.letter(ada.address))
    expect(walk.main()).to_contain_text("That is a contribution.")
    page.get_by_role("link", name="Read and sign the agreement").click()
    walk.look()


@pytest.mark.parametrize("granted", [True, False], ids=["granted", "refused again"])
def test_a_refusal_is_appealed_and_somebody_else_decides(walk: Walk, granted: bool) -> None:  # noqa: F811
    (ada, path), grace, hedy = walk.make(applicant), walk.make(officer), walk.make(officer)
    page = take_up(walk, grace, ada)
    review = page.url.removeprefix(walk.server.url)
    page.get_by_label("Decline", exact=True).check()
    walk.press("Record this")
    walk.refuses("Give a reason or ask a question")
    decide(walk, "Decline", "Nobody of the committee knows what you did.")
    walk.seat(ada)
    walk.follow(walk.letter(ada.address))
    expect(walk.main()).to_contain_text("Nobody of the committee knows what you did.")
    walk.look()
    walk.press("Appeal")
    walk.refuses("Say why you appeal")
    page.get_by_label("Why you appeal").fill("The translations of the handbook are mine.")
    walk.press("Appeal")
    walk.says("Your appeal is sent. Somebody else will decide.")
    walk.look()
    walk.acting(grace, review)
    expect(walk.main()).to_contain_text("You declined this application. Somebody else must decide the appeal.")
    expect(page.get_by_role("button", name="Record this")).to_have_count(0)
    walk.look()
    walk.acting(hedy, review)
    expect(page.get_by_role("heading", name="Decide the appeal")).to_be_visible()
    expect(walk.main()).to_contain_text("The translations of the handbook are mine.")
    walk.look()
    decide(walk, "Approve" if granted else "Decline", "We have looked at them.")
    walk.acting(ada, path)
    shown = "Read and sign the agreement" if granted else "Declined, also on appeal"
    expect(walk.main()).to_contain_text(shown)
    expect(page.get_by_label("Why you appeal")).to_have_count(0)
    walk.look()
