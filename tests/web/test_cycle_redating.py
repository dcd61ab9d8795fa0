"""Changing the dates of a draft: on its page, by program and by command; and never once it is announced."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from elections.cycles.dates import ANYWHERE_ON_EARTH
from elections.cycles.models import Cycle
from elections.cycles.services import course, mailing
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.register import RegisterEntry
from tests.cycle_factories import DAY, HOUR, TRIAL, adopted, announced, drafted, let_pass, now_dates
from tests.factories import Visitor
from tests.program import Program, token_of
from tests.web.register_acts import acts

NAMES = ("nominations_open", "nominations_close", "voting_opens", "voting_closes")
WALL = "%Y-%m-%dT%H:%M"


def form_of(runner: Visitor, cycle: Cycle, **changes: str) -> dict[str, str]:
    page = runner.get(f"/elections/cycles/{cycle.id}/redate").text
    found = dict(re.findall(r'name="([a-z_]+)"[^>]*? value="([^"]*)"', page))
    assert set(NAMES) | {"expecting"} <= found.keys(), page
    return found | {"zone": cycle.zone} | changes


def test_a_draft_gets_other_dates_and_with_them_another_record_date(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    before, record = cycle.voting_closes_at, cycle.record_on
    assert "Change the dates" in runner.get(f"/elections/cycles/{cycle.id}/manage").text
    later = {name: (getattr(cycle, f"{name}_at") + 5 * DAY).strftime(WALL) for name in NAMES}
    answer = runner.post(f"/elections/cycles/{cycle.id}/redate", data=form_of(runner, cycle, **later))
    assert answer.status_code == 303, answer.text
    session.expire_all()
    assert (cycle.voting_closes_at, cycle.record_on) == (before + 5 * DAY, record + 5 * DAY)
    assert acts(session, f"cycle {cycle.id}") == ["cycle.drafted", "cycle.redrafted"]


def test_dates_that_the_rules_do_not_allow_are_told_at_their_field(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    short = (cycle.voting_closes_at - 3 * DAY).strftime(WALL)
    answer = runner.post(f"/elections/cycles/{cycle.id}/redate", data=form_of(runner, cycle, voting_closes=short))
    assert answer.status_code == 400
    assert 'href="#voting_closes"' in answer.text
    assert "4.4 asks for at least 7 days of voting; these are 4 days." in answer.text


def test_a_draft_that_has_waited_too_long_is_announced_after_its_dates_are_changed(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    let_pass(session, cycle, 5 * DAY)
    path = f"/elections/cycles/{cycle.id}"
    refused = runner.post(f"{path}/announce", data={})
    assert refused.status_code == 400
    assert f"{path}/redate" in refused.text
    later = {name: (getattr(cycle, f"{name}_at") + 6 * DAY).strftime(WALL) for name in NAMES}
    assert runner.post(f"{path}/redate", data=form_of(runner, cycle, **later)).status_code == 303
    assert runner.post(f"{path}/announce", data={}).status_code == 303


def test_of_two_officials_who_change_the_dates_the_second_is_told(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    stale = form_of(runner, cycle)
    later = (cycle.voting_closes_at + DAY).strftime(WALL)
    assert runner.post(f"/elections/cycles/{cycle.id}/redate", data=stale | {"voting_closes": later}).status_code == 303
    answer = runner.post(f"/elections/cycles/{cycle.id}/redate", data=stale)
    assert answer.status_code == 400
    assert "Somebody has changed these dates meanwhile." in answer.text


def test_once_announced_the_dates_are_only_extended(app: Flask, session: Session, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=DAY, voting=DAY))
    program = Program(app, token_of(session, olga, Office.ELECTION_OFFICIAL))
    dates = {f"{name}_at": getattr(cycle, f"{name}_at").isoformat() for name in NAMES}
    answer = program.send("PUT", f"/cycles/{cycle.id}/dates", **dates)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "announced-already")


def test_programs_change_them_too(app: Flask, session: Session, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = drafted(session, olga, dates=now_dates(nominations=DAY, voting=DAY))
    program, begin = Program(app, token_of(session, olga, Office.ELECTION_OFFICIAL)), clock.now() + DAY
    dates = {f"{name}_at": (begin + number * HOUR).isoformat() for number, name in enumerate(NAMES)}
    made = program.put(f"/cycles/{cycle.id}/dates", **dates, complaint_days=2)
    assert (made["voting_closes_at"], made["complaint_days"]) == (dates["voting_closes_at"], 2)


def test_anywhere_on_earth_at_the_turn_of_the_year_is_the_next_year_in_utc(
    app: Flask, session: Session, olga: Person
) -> None:
    adopted(session, TRIAL, olga)
    cycle, year = drafted(session, olga, dates=now_dates(nominations=DAY, voting=DAY)), clock.now().year + 1
    words = [w for n, name in enumerate(NAMES) for w in (_option(name), f"{year}-12-31T{10 + n}:00")]
    whole = ["election", "cycle", "redate", str(cycle.id), *words, "--anywhere-on-earth", "--as", olga.address]
    done = app.test_cli_runner().invoke(args=whole)
    assert done.exit_code == 0, done.output
    session.expire_all()
    assert (cycle.zone, cycle.anywhere_on_earth) == (ANYWHERE_ON_EARTH, True)
    assert f"Voting: {year + 1}-01-01 00:00 UTC to {year + 1}-01-01 01:00 UTC" in done.output
    assert cycle.record_on == date(year + 1, 1, 1)
    course.announce(session, cycle.id, by=olga, now=clock.now())
    letter = mailing.letter_of(mailing.Kind.ANNOUNCED, cycle).text(cycle, mailing.Recipient("", "Ada"))
    assert f"{year + 1}-01-01 00:00 UTC ({year}-12-31 12:00 Anywhere on Earth)" in letter


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def test_what_a_draft_says_is_not_in_the_public_register(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = drafted(session, olga, title="A secret plan", dates=now_dates(nominations=DAY, voting=DAY))
    assert "A secret plan" not in "".join(entry.facts for entry in session.query(RegisterEntry))
    course.announce(session, cycle.id, by=olga, now=clock.now())
    session.commit()
    assert "A secret plan" in "".join(entry.facts for entry in session.query(RegisterEntry))
