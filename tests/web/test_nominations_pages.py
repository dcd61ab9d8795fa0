"""The pages of nominations, as everyone, members, nominees and officials see and use them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elections.certification.models import SeatTerm
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination, Question
from elections.nominations.services import nominating, questions
from elections.nominations.tasks import official_tasks, person_tasks
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from membership.models.parties import Visibility
from membership.services import parties, profiling
from tests.election_factories import opened
from tests.factories import As, Visitor, letters, make_person, official
from tests.membership_factories import affiliated, make_organization
from tests.nomination_factories import (
    EASY,
    Nominating,
    close_nominations,
    decided,
    endorsed,
    member,
    members,
    open_nominations,
    standing,
)

COMPLETE = {"complete": "y"}


@pytest.fixture
def made(session: Session) -> Nominating:
    return open_nominations(session, rules=EASY)


def path(made: Nominating, *rest: object) -> str:
    return "/".join(str(part) for part in ("/elections", made.uuid, *rest))


def text_of(response: TestResponse) -> str:
    main = response.text[response.text.index("<main") : response.text.index("</main>")]
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", main)).split())


def only_nomination(session: Session) -> Nomination:
    session.rollback()
    session.expire_all()
    return session.query(Nomination).one()


def test_a_member_stands_writes_a_statement_and_withdraws(session: Session, made: Nominating, browse_as: As) -> None:
    ada = member(session, "Ada")
    browser = browse_as(ada)
    assert "you have declared that you belong to none" in text_of(browser.get(path(made, "nominations", "stand")))
    refused = browser.post(path(made, "nominations", "stand"), data={"contest": made.contest.id})
    assert (refused.status_code, "complete" in text_of(refused)) == (400, True)
    sent = browser.post(path(made, "nominations", "stand"), data={"contest": made.contest.id, **COMPLETE})
    assert sent.status_code == 303
    nomination = only_nomination(session)
    own = path(made, "nominations", nomination.id)
    shown = browser.post(f"{own}/statement", data={"statement": "I *care*.", "preview": "y"})
    assert "<em>care</em>" in shown.text
    assert only_nomination(session).statement == ""
    assert browser.post(f"{own}/statement", data={"statement": "I *care*."}).status_code == 303
    assert "<em>care</em>" in browser.get(own).text
    assert browser.post(f"{own}/withdraw", data={"why": "No time."}).status_code == 303
    page = text_of(browser.get(own))
    assert "Withdrawn" in page
    assert "No time." in page
    assert browser.post(f"{own}/withdraw", data={"why": ""}).status_code == 409


def test_nobody_is_nominated_or_decided_on_by_fields_that_the_form_does_not_have(
    session: Session, made: Nominating, browse_as: As
) -> None:
    ada, grace = members(session, 2)
    sent = {"contest": made.contest.id, "person": grace.id, "person_id": grace.id, "by_id": grace.id} | COMPLETE
    sent |= {"state": "withdrawn", "eligible": "yes", "statement": "Theirs."}
    assert browse_as(ada).post(path(made, "nominations", "stand"), data=sent).status_code == 303
    nomination = only_nomination(session)
    assert (nomination.person_id, nomination.by_id, nomination.state) == (ada.id, ada.id, NominationState.ACCEPTED)
    assert (nomination.statement, nomination.decisions) == ("", [])


def test_standing_twice_is_told_at_the_form(session: Session, made: Nominating, browse_as: As) -> None:
    ada = member(session)
    standing(session, made, ada)
    again = browse_as(ada).post(path(made, "nominations", "stand"), data={"contest": made.contest.id, **COMPLETE})
    assert (again.status_code, "nominated for" in text_of(again)) == (409, True)


def test_after_the_close_the_form_is_refused_and_the_page_offers_none(
    session: Session, made: Nominating, browse_as: As
) -> None:
    ada = member(session)
    close_nominations(session, made)
    browser = browse_as(ada)
    assert "Nominations are not open" in text_of(browser.get(path(made, "nominations", "stand")))
    late = browser.post(path(made, "nominations", "stand"), data={"contest": made.contest.id, **COMPLETE})
    assert late.status_code == 409
    assert session.query(Nomination).count() == 0


@pytest.mark.parametrize("contest", ["", "x", "0", "999999", "٣", "-1"])
def test_a_contest_that_is_none_of_this_election_is_refused(
    session: Session, made: Nominating, browse_as: As, contest: str
) -> None:
    sent = {"contest": contest, **COMPLETE}
    assert browse_as(member(session)).post(path(made, "nominations", "stand"), data=sent).status_code == 400


def test_another_is_found_by_a_public_name_and_accepts_what_the_letter_asks(
    session: Session, made: Nominating, browse_as: As
) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace Hopper")
    browser = browse_as(ada)
    found = browser.get(path(made, "nominations", "new"), query_string={"q": "hopper"})
    assert "Grace Hopper" in text_of(found)
    sent = {"q": "hopper", "person": grace.id, "contest": made.contest.id}
    assert browser.post(path(made, "nominations", "new"), data=sent).status_code == 303
    nomination = only_nomination(session)
    for reader in (browser, browse_as(make_person(session)), browse_as(made.official)):
        assert reader.get(path(made, "nominations", nomination.id)).status_code == 404
        assert "Grace" not in text_of(reader.get(path(made, "nominations", "")))
    nominee = browse_as(grace)
    assert "Ada nominates you" in text_of(nominee.get(letters(session, grace.address)[-1].path))
    assert nominee.post(path(made, "nominations", nomination.id, "accept"), data=COMPLETE).status_code == 303
    assert "Grace Hopper" in text_of(browser.get(path(made, "nominations", "")))


def test_whoever_hides_their_name_is_not_found_and_their_number_is_no_way_round(
    session: Session, made: Nominating, browse_as: As
) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace Hopper")
    party = parties.party_of(session, grace, now=clock.now())
    profiling.change(session, party, Visibility.NOBODY, {}, by=grace, now=clock.now())
    session.commit()
    browser = browse_as(ada)
    found = browser.get(path(made, "nominations", "new"), query_string={"q": "hopper"})
    assert "Grace" not in text_of(found)
    for query in ("hopper", "ada", ""):
        sent = {"q": query, "person": grace.id, "contest": made.contest.id}
        assert browser.post(path(made, "nominations", "new"), data=sent).status_code == 400
    assert session.query(Nomination).count() == 0


def test_nominating_by_address_answers_the_same_whoever_it_is(
    session: Session, made: Nominating, browse_as: As
) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace Hopper")
    party = parties.party_of(session, grace, now=clock.now())
    profiling.change(session, party, Visibility.NOBODY, {}, by=grace, now=clock.now())
    session.commit()
    browser = browse_as(ada)

    def ask(address: str) -> tuple[int, str, str]:
        sent = {"to-address": address, "to-contest": made.contest.id}
        answer = browser.post(path(made, "nominations", "by-address"), data=sent)
        seen = text_of(browser.get(path(made, "nominations", ""))), text_of(browser.get("/elections/nominations/mine"))
        return answer.status_code, answer.headers["Location"], " ".join(seen)

    answers = {ask(address) for address in (grace.address, grace.address, "nobody@example.org")}
    assert len(answers) == 1
    assert [letter.to for letter in letters(session)].count(grace.address) >= 1
    bad = browser.post(path(made, "nominations", "by-address"), data={"to-address": "x", "to-contest": made.contest.id})
    assert (bad.status_code, "usual form" in text_of(bad)) == (400, True)


def test_nobody_accepts_declines_writes_or_withdraws_for_another(
    session: Session, made: Nominating, browse_as: As
) -> None:
    ada, grace = members(session, 2)
    nomination = nominating.propose(session, made.contest.id, grace, by=ada, now=clock.now())
    session.commit()
    for other in (browse_as(ada), browse_as(made.official)):
        for act, sent in (("accept", COMPLETE), ("decline", {}), ("statement", {"statement": "x"}), ("withdraw", {})):
            assert other.post(path(made, "nominations", nomination.id, act), data=sent).status_code == 404
    assert only_nomination(session).state is NominationState.PROPOSED


def test_declining_is_kept_between_those_concerned(session: Session, made: Nominating, browse_as: As) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace")
    nomination = nominating.propose(session, made.contest.id, grace, by=ada, now=clock.now())
    session.commit()
    assert browse_as(grace).post(path(made, "nominations", nomination.id, "decline")).status_code == 303
    assert browse_as(ada).get(path(made, "nominations", nomination.id)).status_code == 404
    assert "Declined" in text_of(browse_as(ada).get("/elections/nominations/mine"))


def test_a_nomination_of_another_election_is_not_found_under_this_one(
    session: Session, made: Nominating, anyone: Visitor
) -> None:
    other = open_nominations(session, rules=EASY)
    nomination = standing(session, other, member(session))
    assert anyone.get(path(made, "nominations", nomination.id)).status_code == 404
    assert anyone.get(path(other, "nominations", nomination.id)).status_code == 200


def test_endorsing_twice_says_so_and_taking_back_undoes_it(session: Session, made: Nominating, browse_as: As) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace")
    own = path(made, "nominations", standing(session, made, ada).id)
    browser = browse_as(grace)
    assert "Endorse this nomination" in text_of(browser.get(own))
    assert [browser.post(f"{own}/endorse").status_code for _time in range(2)] == [303, 409]
    assert "Grace" in text_of(browser.get(own))
    assert browser.post(f"{own}/take-back").status_code == 303
    assert "Nobody yet." in text_of(browser.get(own))
    assert browse_as(ada).post(f"{own}/endorse").status_code == 403


HARM = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_nothing_that_people_type_acts_in_a_reader_s_browser(
    session: Session, made: Nominating, browse_as: As, anyone: Visitor
) -> None:
    ada, grace = member(session, f"Ada {HARM}"), member(session, f"Grace {HARM}")
    nomination = standing(session, made, ada)
    own = path(made, "nominations", nomination.id)
    nominee, asker = browse_as(ada), browse_as(grace)
    preview = nominee.post(
        f"{own}/statement", data={"statement": f"{HARM}\n\n[x](javascript:alert(3))", "preview": "y"}
    )
    nominee.post(f"{own}/statement", data={"statement": f"{HARM}\n\n[x](javascript:alert(3))"})
    asker.post(path(made, "questions", ""), data={"contest": made.contest.id, "text": HARM})
    question = session.query(Question).one()
    nominee.post(path(made, "questions", question.id, "answer"), data={"text": HARM})
    nominee.post(f"{own}/withdraw", data={"why": HARM})
    pages = [
        preview,
        anyone.get(own),
        anyone.get(path(made, "questions", "")),
        anyone.get(path(made, "nominations", "")),
    ]
    pages += [
        nominee.get("/elections/nominations/mine"),
        browse_as(made.official).get(path(made, "nominations", "queue")),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert 'href="javascript' not in page.text


def test_long_lists_have_pages_and_a_search(session: Session, made: Nominating, anyone: Visitor) -> None:
    people = [
        make_person(session, password=None, name=f"Nominee {letter * 3}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd"
    ]
    now = clock.now()
    known: dict[str, Any] = {"contest": made.contest, "state": NominationState.ACCEPTED, "statement": ""}
    session.add_all(Nomination(person=each, by=each, proposed_at=now, answered_at=now, **known) for each in people)
    session.commit()
    here = path(made, "nominations", "")
    first, second = text_of(anyone.get(here)), text_of(anyone.get(here, query_string={"page": 2}))
    assert first.count("Nominee ") == 25
    assert second.count("Nominee ") == 5
    assert text_of(anyone.get(here, query_string={"q": "nominee zzz"})).count("Nominee ") == 1
    assert "No nominee has this name." in text_of(anyone.get(here, query_string={"q": "%"}))


def test_affiliations_stand_beside_the_name_and_a_spreadsheet_runs_nothing(
    session: Session, made: Nominating, anyone: Visitor
) -> None:
    acme = make_organization(session, "=Acme", make_person(session), domain="acme.example")
    ada = member(session, "=Ada")
    affiliated(session, ada, acme, timedelta(days=30))
    standing(session, made, ada)
    assert "=Ada Nominated =Acme" in text_of(anyone.get(path(made, "nominations", "")))
    rows = anyone.get(path(made, "nominations", "nominations.csv")).data.decode("utf-8-sig").splitlines()
    assert rows[1] == "Directors elected by individual members,'=Ada,'=Acme,Nominated"


def test_a_poll_has_no_nominations(session: Session, anyone: Visitor) -> None:
    uuid = opened(session).uuid
    for page in ("nominations/", "questions/"):
        assert anyone.get(f"/elections/{uuid}/{page}").status_code == 404


def test_tasks_tell_nominees_and_officials_what_waits(app: Flask, session: Session, made: Nominating) -> None:
    ada, grace, hedy = members(session, 3)
    nomination = standing(session, made, ada)
    nominating.propose(session, made.contest.id, grace, by=ada, now=clock.now())
    questions.ask(session, made.contest.id, "Why you?", by=hedy, now=clock.now())
    session.commit()

    def titles(person: Person) -> list[str]:
        with app.test_request_context():
            return [task.title.split(":")[0] for task in person_tasks(person, session, clock.now())]

    assert titles(ada) == ["Write your statement", "Answer questions"]
    assert titles(grace) == ["Accept or decline"]
    assert titles(hedy) == titles(made.official) == []
    close_nominations(session, made)
    assert titles(made.official) == ["Decide who can be elected"]
    assert titles(grace) == []
    steps = official_tasks(session, made.election, clock.now())
    assert [(step.state, step.endpoint) for step in steps] == [
        ("done", "nominations.index"),
        ("next", "nominations.queue"),
    ]
    decided(session, made, [nomination])
    assert official_tasks(session, made.election, clock.now())[1].state == "done"


def test_a_cap_that_is_full_warns_before_standing(session: Session, made: Nominating, browse_as: As) -> None:
    acme, today = make_organization(session, "Acme", make_person(session)), clock.now().date()
    ada, *sitting = members(session, 3)
    for each in (ada, *sitting):
        affiliated(session, each, acme, timedelta(days=30))
    until = today + timedelta(days=300)
    for each in sitting:
        seat = {"contest_id": made.contest.id, "seat": "Director", "from_on": today, "until_on": until}
        session.add(SeatTerm(person_id=each.id, body="Board of directors", **seat))
    session.commit()
    assert "already holds 2 of the 2 seats" in text_of(browse_as(ada).get(path(made, "nominations", "stand")))
    nomination = endorsed(session, standing(session, made, ada), [])
    assert "already holds 2 of the 2 seats" in text_of(browse_as(ada).get(path(made, "nominations", nomination.id)))


def test_officials_of_other_kinds_decide_nothing(session: Session, made: Nominating, browse_as: As) -> None:
    browser = browse_as(official(session, Office.CERTIFIER))
    assert browser.get(path(made, "nominations", "queue")).status_code == 403
