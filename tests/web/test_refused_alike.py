"""What a page refuses, a program and a command refuse as well, for the same reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.services import drafting
from elections.lots import services as lots
from elections.models import Election
from elections.nominations.models import Nomination
from foundation.accounts.models import Person
from foundation.accounts.services import appointments
from foundation.config import Environment, Settings
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.mail import OutboxMessage
from tests.cycle_factories import DAY, HOUR, TRIAL, adopted, announced, committed, now_dates
from tests.electorate_factories import closed
from tests.factories import Visitor, appoint, make_person
from tests.nomination_factories import EASY, member, open_nominations
from tests.program import Program, token_of
from tests.web.test_cycle_pages import filled

SAID = {"title": "Board elections", "contests": ["individual-director"], "credential_source": "server"}


@pytest.fixture
def program(app: Flask, session: Session, olga: Person) -> Program:
    return Program(app, token_of(session, olga, Office.ELECTION_OFFICIAL))


def moments() -> dict[str, datetime]:
    """The dates of a cycle by the names that forms, bodies and options give them."""
    dates = now_dates(nominations=HOUR, voting=2 * DAY)
    return {
        "nominations_open": dates.nominations_open_at,
        "nominations_close": dates.nominations_close_at,
        "voting_opens": dates.voting_opens_at,
        "voting_closes": dates.voting_closes_at,
    }


def command(app: Flask, *words: str, by: Person) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["election", *words, "--as", by.address])
    return done.exit_code, done.output


def test_nobody_is_drafted_as_a_trustee_without_the_office_and_no_official_drafts_themselves(
    app: Flask, session: Session, olga: Person, runner: Visitor, program: Program
) -> None:
    adopted(session, TRIAL, olga)
    appoint(session, olga, Office.TRUSTEE)
    body = SAID | {f"{name}_at": when.isoformat() for name, when in moments().items()}
    words = [f"--{name.replace('_', '-')}={when + HOUR:%Y-%m-%dT%H:%M}" for name, when in moments().items()]
    for trustee, status, says in (
        (make_person(session), 400, "does not hold the office of a trustee"),
        (olga, 403, "Nobody decides about themselves"),
    ):
        answer = program.send("POST", "/cycles", **body, trustees=[trustee.address])
        assert (answer.status_code, says in answer.json["error"]["message"]) == (status, True)
        drafted = ("cycle", "draft", "Board elections", "--contest", "individual-director", *words)
        assert says in command(app, *drafted, "--trustee", trustee.address, by=olga)[1]
    answer = runner.post("/elections/cycles/new", data=filled(runner, trustees=[str(olga.id)]))
    assert answer.status_code == 400
    assert "Nobody decides about themselves." in answer.text
    assert session.query(Cycle).count() == 0


def test_no_program_drafts_a_demonstration_in_production(
    session: Session, olga: Person, program: Program, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page does not offer it there; an application that serves in production is too much to start for one line."""
    adopted(session, TRIAL, olga)
    body = SAID | {f"{name}_at": when.isoformat() for name, when in moments().items()}
    monkeypatch.setattr(drafting, "settings", lambda: replace(settings, environment=Environment.PRODUCTION))
    answer = program.send("POST", "/cycles", **body, demonstration=True)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "no-demonstration")
    monkeypatch.undo()
    assert program.post("/cycles", **body, demonstration=True)["title"] == "Board elections"


def test_a_public_reason_is_a_sentence_wherever_it_is_given(
    app: Flask, session: Session, olga: Person, runner: Visitor, program: Program
) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, voting=2 * DAY))
    uuid, number = cycle.elections[0].uuid, str(cycle.id)
    assert runner.post(f"/elections/{uuid}/annul", data={"reason": "no"}).status_code == 400
    for path in (f"/elections/{uuid}/annulment", f"/cycles/{number}/annulment"):
        assert program.send("POST", path, reason="no").status_code == 422, path
    for words in (("annul", uuid), ("cycle", "annul", number)):
        assert command(app, *words, "--reason", "no", by=olga) == (2, "Error: Give the reason in a sentence.\n")


def test_a_program_learns_nothing_of_whose_address_it_nominates(app: Flask, session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    tess, ada = member(session, "Tess"), member(session, "Ada")
    appoint(session, tess, Office.TRUSTEE)
    program, path = Program(app, token_of(session, tess, Office.TRUSTEE)), f"/contests/{made.contest.id}/nominations"
    answers = [program.send("POST", path, address=address) for address in (ada.address, "nobody@example.org")]
    assert {(answer.status_code, answer.data) for answer in answers} == {(202, b"")}
    assert (
        session.query(OutboxMessage)
        .filter_by(recipient=ada.address, subject=f"You are nominated: {made.contest.title}")
        .count()
        == 1
    )
    assert program.post(path, address=tess.address)["nominee"] == "Tess"
    assert {one.person_id for one in session.query(Nomination)} == {tess.id, ada.id}


def test_who_committed_reveals_by_command_although_the_office_has_ended(
    app: Flask, session: Session, olga: Person, tmp_path: Path
) -> None:
    adopted(session, TRIAL, olga)
    election: Election = announced(session, olga, dates=now_dates(nominations=HOUR, voting=2 * DAY)).elections[0]
    file = tmp_path / "secret"
    file.write_text(committed(session, election, olga).hex())
    session.commit()
    closed(session, election)
    appointments.dismiss(session, olga, Office.ELECTION_OFFICIAL, reason="Over.", by="operator", now=clock.now())
    session.commit()
    status, said = command(app, "lots", "reveal", election.uuid, str(file), by=olga)
    assert (status, said) == (0, f"The secret of {olga.display_name} is revealed.\n")
    session.expire_all()
    assert lots.waits_for(session, election) == []
    stranger = make_person(session)
    assert "not committed" in command(app, "lots", "reveal", election.uuid, str(file), by=stranger)[1]


def test_a_date_at_the_end_of_the_calendar_is_refused_and_no_fault(
    app: Flask, session: Session, olga: Person, runner: Visitor, program: Program
) -> None:
    adopted(session, TRIAL, olga)
    body = SAID | {f"{name}_at": when.isoformat() for name, when in moments().items()} | {"demonstration": True}
    last, beyond = "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-12:00"
    for until, zone, status in ((beyond, "UTC", 422), (last, "Pacific/Auckland", 400)):
        assert program.send("POST", "/cycles", **body | {"voting_closes_at": until, "zone": zone}).status_code == status
    answer = runner.post(
        "/elections/cycles/new?zone=Etc/GMT%2B12",
        data=filled(runner, zone="Etc/GMT+12", voting_closes="9999-12-31T23:59"),
    )
    assert (answer.status_code, "This date is too far away." in answer.text) == (400, True)
    cycle = program.post("/cycles", **body | {"zone": "Pacific/Auckland"})
    program.post(f"/cycles/{cycle['id']}/announcement")
    asked = {"period": "voting", "reason": "Too few have come.", "until": last}
    assert program.send("POST", f"/cycles/{cycle['id']}/extensions", **asked).status_code == 400
    words = ("cycle", "extend", str(cycle["id"]), "voting", "9999-12-31T23:59", "--zone", "Etc/GMT+12")
    assert command(app, *words, "--reason", "Too few have come.", by=olga) == (2, "Error: This date is too far away.\n")
