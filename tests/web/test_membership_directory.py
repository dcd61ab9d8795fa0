"""The directory as a whole: every listed member on one page of it, names in any form, and what a new tie brings."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import EmailAddress, Person
from foundation.core import clock
from foundation.core.access import Office
from membership import directory
from membership.models.cases import Case
from membership.models.parties import Party
from membership.rules.standing import StandingRule
from tests.factories import appoint, make_person, visitor
from tests.membership_factories import affiliated, make_member, make_organization

DAY = timedelta(days=1)
LISTED = re.compile(r'href="/membership/members/(\d+)"')


@pytest.fixture
def ada(session: Session) -> Person:
    return make_person(session, "ada@example.org", name="Ádá Lovelace")


@pytest.mark.parametrize("kind", ["", "individual", "corporate"])
def test_every_listed_member_stands_on_one_page_of_the_directory(app: Flask, session: Session, kind: str) -> None:
    seeding = ["membership", "seed", "--members", "60", "--organizations", "40"]
    assert app.test_cli_runner().invoke(args=seeding).exit_code == 0
    stranger, found, pages = visitor(app), list[str](), 0
    total = 1
    while len(found) < total:
        pages += 1
        page = stranger.get(f"/membership/?class={kind}&page={pages}").text
        shown = re.search(r"(\d+) members? listed", page)
        assert shown is not None
        total = int(shown.group(1))
        found += LISTED.findall(page)
        assert len(LISTED.findall(page)) <= 25
    assert len(found) == len(set(found)) == total
    assert pages == -(-total // 25)
    assert LISTED.findall(stranger.get(f"/membership/?class={kind}&page=99").text) == found[25 * (pages - 1) :]
    rows = stranger.get(f"/membership/directory.csv?class={kind}").text.splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == found
    assert "Corporate members" in page
    good = len(directory.electorate(session, clock.now().date()).persons)
    counted = re.search(r"Individual members</dt>\s*<dd[^>]*>(\d+)", page)
    assert counted is not None
    assert int(counted.group(1)) == good


@pytest.mark.parametrize("typed", ["ádá", "ADA", "Ａｄａ", "A\u0301da\u0301", "love ada"])
def test_a_name_is_found_in_any_case_and_form(app: Flask, session: Session, ada: Person, typed: str) -> None:
    make_member(session, ada)
    assert "Ádá Lovelace" in visitor(app).get("/membership/", query_string={"q": typed}).text


@pytest.mark.parametrize("typed", ["%", "🙂", "- & |", "'", "\u0301"])
def test_a_search_without_a_word_finds_nobody(app: Flask, session: Session, ada: Person, typed: str) -> None:
    make_member(session, ada)
    for path, says in (("/membership/", "No member fits."), ("/membership/directory.csv", "number,name,class")):
        answer = visitor(app).get(path, query_string={"q": typed})
        assert (answer.status_code, says in answer.text, "Lovelace" in answer.text) == (200, True, False)
    assert directory.find_persons(session, typed, clock.now().date(), 9) == []


def test_one_human_with_two_addresses_is_one_member(app: Flask, session: Session, ada: Person, tmp_path: Path) -> None:
    make_member(session, ada)
    now = clock.now()
    second = {"address": "Ada@Work.example", "canonical": "ada@work.example", "confirmed_at": now}
    session.add(EmailAddress(person_id=ada.id, **second))
    session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["participation", "add-project", "engine", "Engine"]).exit_code == 0
    day = (now - 30 * DAY).date().isoformat()
    rows = [f"{address},code,{day},{address}" for address in ("ADA@example.org", "ada@work.example")]
    (tmp_path / "rows.csv").write_text("\n".join(["address,kind,date,reference", *rows]))
    taken = runner.invoke(args=["participation", "import-csv", str(tmp_path / "rows.csv"), "--project", "engine"])
    assert "2 records are new" in taken.output
    assert "Importing" in taken.output
    session.rollback()
    assert directory.standing(session, ada, StandingRule(2), now.date()).met
    assert [each.person for each in directory.electorate(session, now.date())] == [ada.id]
    assert len(session.execute(select(Party)).scalars().all()) == 1


def test_an_affiliation_that_breaches_a_cap_opens_a_case(session: Session) -> None:
    company = make_organization(session, "Orbit", make_person(session))
    officials = [make_person(session) for _seat in range(3)]
    for official in officials:
        appoint(session, official, Office.ELECTION_OFFICIAL)
    for official in officials[:2]:
        affiliated(session, official, company, DAY)
    assert session.execute(select(Case)).scalars().all() == []
    affiliated(session, officials[2], company, DAY)
    (case,) = session.execute(select(Case)).scalars()
    assert (case.kind.value, case.subject) == ("cap", f"election_official:{company.id}")
