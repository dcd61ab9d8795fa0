"""Nominations in Chromium, from the empty list to who can be elected: both widths, with axe-core at each step."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from elections.models import Election
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from foundation.core import clock
from tests.browser.membership_walk import Walk, Who, server, walk, who  # noqa: F401 — fixtures
from tests.factories import make_person
from tests.nomination_factories import EASY, Nominating, close_nominations, member, open_nominations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATEMENT = "# Why I stand\n\nI have kept the **release** going since 2019.\n\n- openness\n- [our plan](https://example.org/plan)\n"


@dataclass(frozen=True)
class Scene:
    """An election whose nominations are open, and who acts in it."""

    uuid: str
    official: Who
    ada: Who
    grace: Who


def scene(session: Session) -> Scene:
    made = open_nominations(session, rules=EASY.replace("needed = 0", "needed = 1"))
    ada, grace = member(session), member(session)
    return Scene(made.uuid, who(made.official), who(ada), who(grace))


def close(session: Session, uuid: str) -> None:
    election = session.get_one(Election, uuid)
    from elections.cycles.models import Cycle

    cycle = session.get_one(Cycle, election.cycle_id)
    close_nominations(session, Nominating(cycle, election, election))  # type: ignore[arg-type]


def test_from_an_empty_list_to_who_can_be_elected(walk: Walk) -> None:  # noqa: F811
    here = walk.make(scene)
    start = f"/elections/{here.uuid}/nominations/"
    page = walk.public(start)
    expect(walk.main()).to_contain_text("Nobody stands yet.")
    walk.look()
    walk.acting(here.ada, start)
    walk.main().get_by_role("button", name="Stand yourself").click()
    walk.look()
    walk.press("Stand for election")
    walk.refuses("Confirm that your affiliations are complete")
    page.get_by_label("These are all organizations I belong to").check()
    walk.press("Stand for election")
    walk.says("You stand.")
    walk.look()
    page.get_by_role("link", name="Write your statement").click()
    page.get_by_label("Statement").fill(STATEMENT)
    walk.press("Preview")
    expect(page.get_by_role("link", name="our plan")).to_have_attribute("rel", "nofollow noopener")
    walk.look()
    walk.press("Publish")
    walk.says("Your statement is published.")
    own = page.url.removeprefix(walk.server.url)
    _nominate_another(walk, here, start)
    walk.acting(here.grace, own)
    walk.press("Endorse this nomination")
    walk.says("You endorse this nomination.")
    walk.look()
    _ask_and_answer(walk, here)
    walk.make(lambda session: close(session, here.uuid))
    _decide(walk, here)
    walk.public(own)
    expect(walk.main()).to_contain_text("Can be elected")
    walk.look()


def _nominate_another(walk: Walk, here: Scene, start: str) -> None:  # noqa: F811
    page = walk.acting(here.ada, start)
    walk.main().get_by_role("button", name="Nominate another").click()
    walk.look()
    page.get_by_label("Search by name").fill(here.grace.name.split()[-1])
    walk.press("Search")
    walk.look()
    walk.press("Nominate this member")
    walk.refuses("Choose a member")
    page.get_by_label(here.grace.name, exact=True).check()
    walk.press("Nominate this member")
    walk.says("They are asked by mail")
    page.goto(f"{walk.server.url}{start}new")
    page.get_by_label("E-mail address").fill("nobody")
    walk.press("Nominate by address")
    walk.refuses("usual form")
    walk.seat(here.grace)
    walk.follow(walk.letter(here.grace.address))
    walk.look()
    walk.main().get_by_role("button", name="Accept or decline").click()
    walk.look()
    walk.press("Accept and stand")
    walk.refuses("Confirm that your affiliations are complete")
    walk.press("Decline")
    walk.says("You have declined.")
    walk.look()


def _ask_and_answer(walk: Walk, here: Scene) -> None:  # noqa: F811
    page = walk.acting(here.grace, f"/elections/{here.uuid}/questions/")
    walk.look()
    walk.press("Ask in public")
    walk.refuses("Enter your question")
    page.get_by_label("Your question").fill("What will you do first?\n\nAnd then?")
    walk.press("Ask in public")
    walk.says("Your question is published.")
    page = walk.acting(here.ada, f"/elections/{here.uuid}/questions/")
    walk.look()
    page.get_by_role("link", name="Answer question").click()
    walk.press("Answer in public")
    walk.refuses("Enter your answer")
    page.get_by_label("Your answer").fill("I will **listen**.")
    walk.press("Answer in public")
    walk.says("Your answer is published.")
    walk.look()
    page = walk.acting(here.official, f"/elections/{here.uuid}/questions/")
    page.get_by_role("link", name="Hide question").click()
    walk.press("Hide the question")
    walk.refuses("Enter the reason")
    page.get_by_label("Reason").fill("For a test of how it is hidden.")
    walk.press("Hide the question")
    walk.says("The question is hidden.")
    walk.look()


def _decide(walk: Walk, here: Scene) -> None:  # noqa: F811
    page = walk.acting(here.official, f"/elections/{here.uuid}/nominations/queue")
    walk.look()
    page.get_by_role("link", name=here.ada.name, exact=True).click()
    walk.look()
    walk.press("Publish the decision")
    walk.refuses("Choose yes or no")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Reason").fill("A member in good standing, endorsed as the rules ask.")
    walk.press("Publish the decision")
    walk.says("The decision is published.")
    walk.look()


def test_withdrawing_and_a_long_list_with_pages(walk: Walk) -> None:  # noqa: F811
    here = walk.make(scene)

    def many(session: Session) -> None:
        election, now = session.get_one(Election, here.uuid), clock.now()
        people = [
            make_person(session, password=None, name=f"Wilhelmina Featherstonehaugh {c}")
            for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        ]
        people.append(session.get_one(type(people[0]), here.ada.number))
        known = {"contest": election.contests[0], "state": NominationState.ACCEPTED, "statement": ""}
        session.add_all(Nomination(person=each, by=each, proposed_at=now, answered_at=now, **known) for each in people)
        session.commit()

    walk.make(many)
    page = walk.acting(here.ada, f"/elections/{here.uuid}/nominations/")
    walk.look()
    page.get_by_role("link", name="Next page").click()
    walk.look()
    page = walk.acting(here.official, f"/elections/{here.uuid}/nominations/queue")
    walk.look()
    page = walk.acting(here.ada, "/elections/nominations/mine")
    page.get_by_role("link", name="Directors elected by individual members").first.click()
    page.get_by_role("link", name="Withdraw", exact=True).click()
    walk.look()
    page.get_by_label("Reason (optional)").fill("x" * 501)
    walk.press("Withdraw")
    walk.refuses("500")
    page.get_by_label("Reason (optional)").fill("I move away.")
    walk.press("Withdraw")
    walk.says("You have withdrawn.")
    expect(walk.main()).to_contain_text("I move away.")
    walk.look()
