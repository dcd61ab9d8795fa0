"""What pages and lists say in states that are seldom reached: a count that waits, elections that were annulled."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from elections.certification.models import Complaint
from elections.cycles.services import course
from elections.electorate.models import Appeal, AppealKind
from elections.lifecycle import Phase
from elections.services import voting
from foundation.accounts.models import Person
from foundation.core import clock
from tests.certification_factories import counted
from tests.cycle_factories import TRIAL, adopted, drafted
from tests.factories import Visitor, visitor
from tests.web.test_outcome_under_rules import closed, opened, voted

TIE = [{"Ada": 1, "Barbara": 2, "Donald": 3}, {"Ada": 1, "Barbara": 2, "Edsger": 3}]
WHY = "A trustee lost the key."


def test_a_count_that_waits_for_a_secret_is_on_each_officials_list_and_offers_no_file_that_is_not_there(
    app: Flask, session: Session, olga: Person, runner: Visitor
) -> None:
    case = opened(session)
    voted(session, case, TIE)
    closed(session, case)
    assert case.election.phase is Phase.PROVISIONAL_RESULT
    account = " ".join(runner.get("/account", follow_redirects=True).text.split())
    assert f"Election: {case.election.title}" in account
    assert f"Missing: {case.officials[0].display_name}" in account
    anyone = visitor(app)
    for page in ("", "/outcome"):
        shown = anyone.get(f"/elections/{case.uuid}{page}").text
        for href in set(re.findall(rf'href="(/api/elections/{case.uuid}/[^"]+)"', shown)):
            assert anyone.get(href).status_code == 200, (page, href)


def test_of_an_annulled_election_nothing_is_still_to_come(app: Flask, session: Session) -> None:
    case = counted(session, complaint_days=3)
    voting.annul(session, case.uuid, by="Olga", now=clock.now(), reason=WHY)
    session.commit()
    anyone = visitor(app)
    result = anyone.get(f"/elections/{case.uuid}/outcome").text
    assert "There is no result." in result
    assert "no result yet" not in result
    complaints = anyone.get(f"/elections/{case.uuid}/complaints/").text
    assert "The time for complaints ended on" not in complaints
    assert "annulled: complaints about it are taken no more" in complaints


def test_of_a_draft_that_was_annulled_nobody_learns(app: Flask, session: Session, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = drafted(session, olga)
    course.annul(session, cycle.id, WHY, by=olga, now=clock.now())
    session.commit()
    for page in ("", "/certificate/", "/complaints/", "/certificate/certificate.json", "/lots", "/electorate"):
        assert visitor(app).get(f"/elections/{cycle.elections[0].uuid}{page}").status_code == 404, page


def test_complaints_and_appeals_come_a_page_at_a_time_and_keep_their_numbers(
    session: Session, olga: Person, runner: Visitor
) -> None:
    case = counted(session, complaint_days=3)
    made = {"election_uuid": case.uuid, "person_id": case.voters[0].id, "at": clock.now()}
    session.execute(insert(Complaint), [made | {"text": f"Said {number}."} for number in range(1, 27)])
    decided = {"kind": AppealKind.ADD_TO_ROLL, "decided_at": clock.now(), "upheld": False}
    session.execute(insert(Appeal), [made | decided | {"text": f"Said {number}."} for number in range(26)])
    session.commit()
    second = runner.get(f"/elections/{case.uuid}/complaints/?page=2").text
    assert ("Said 26." in second, "Said 25." in second) == (True, False)
    assert f"/elections/{case.uuid}/complaints/26" in second
    assert runner.get(f"/elections/{case.uuid}/complaints/26").status_code == 200
    for page, count in (("", 25), ("?page=2", 1)):
        shown = runner.get(f"/elections/{case.uuid}/appeals{page}").text
        assert shown.count(f'href="/elections/{case.uuid}/appeals/') == count
