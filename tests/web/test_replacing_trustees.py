"""A trustee who falls away is replaced until the key ceremony begins: on the page, by program and by command."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.models import Election, Trustee
from elections.services import ceremony, credentials, notices, replacing, setup, standing_trustees, voting
from elections.services.acts import Act, Asked, perform
from elections.services.replacing import Swap
from elections.services.setup import NewTrustee
from foundation.accounts.models import Person
from foundation.accounts.services import appointments
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from foundation.core.mail import OutboxMessage
from foundation.core.register import RegisterEntry
from tests.cycle_factories import HOUR, TRIAL, adopted, advance, announced, let_pass, nominated, now_dates
from tests.election_factories import SERVER, draft, new_election
from tests.factories import appoint, letters, make_person, sign_in, visitor
from tests.program import Program, token_of
from tests.web.register_acts import acts

WHY = "Tess has retired."


@pytest.fixture
def tess(session: Session) -> Person:
    return _trustee(session, "Tess Trustee")


@pytest.fixture
def tom(session: Session) -> Person:
    return _trustee(session, "Tom Trustee")


def _trustee(session: Session, name: str) -> Person:
    person = make_person(session, name=name)
    appoint(session, person, Office.TRUSTEE)
    return person


def retired(session: Session, person: Person) -> None:
    appointments.dismiss(session, person, Office.TRUSTEE, reason="Retired.", by="operator", now=clock.now())
    session.commit()


def poll(session: Session, *people: Person) -> Election:
    """A draft with a roll, whose trustees are the server and these people."""
    seats = [SERVER, *(NewTrustee(one.display_name, one) for one in people)]
    election, _voters = draft(session, 1, new_election(trustees=seats, demonstration=False))
    credentials.issue_by_server(session, election, by="Olga", now=clock.now())
    session.commit()
    return election


def cycle_of(session: Session, olga: Person, *people: Person) -> Cycle:
    """Two announced elections that share their trustees, in which nominations are over."""
    adopted(session, TRIAL, olga)
    seats = [SERVER, *(NewTrustee(one.display_name, one) for one in people)]
    said = {"contests": ["individual-director", "corporate-director"], "dates": now_dates(nominations=HOUR)}
    cycle = announced(session, olga, trustees=seats, demonstration=False, **said)
    let_pass(session, cycle, HOUR)
    advance(session)
    return cycle


def swapped(session: Session, election: Election, successor: Person, by: Person, owner: int = 2) -> Election:
    asked = Asked(by, clock.now(), swap=Swap(owner, successor, WHY))
    done = perform(session, election.uuid, Act.REPLACE, asked)
    session.commit()
    return done


def names(election: Election) -> list[str]:
    return [trustee.name for trustee in election.trustees]


def test_the_ceremony_waits_until_a_trustee_without_an_office_is_replaced(
    app: Flask, session: Session, olga: Person, tess: Person, tom: Person
) -> None:
    election, browser = poll(session, tess), visitor(app)
    sign_in(browser, olga.address)
    begin = f'href="/elections/{election.uuid}/begin"'
    assert begin in browser.get(f"/elections/{election.uuid}/manage").text
    retired(session, tess)
    steps = browser.get(f"/elections/{election.uuid}/manage").text
    assert "Tess Trustee holds no office as a trustee any more, and could bring no key" in steps
    assert begin not in steps
    assert browser.post(f"/elections/{election.uuid}/begin").status_code == 409
    page = browser.get(f"/elections/{election.uuid}/replace").text
    assert page.count("Tess Trustee") == page.count("Tom Trustee") == 1
    sent = {"leaving": "2", "successor": str(tom.id), "reason": WHY}
    assert browser.post(f"/elections/{election.uuid}/replace", data=sent).status_code == 303
    session.expire_all()
    assert names(election) == ["The server", "Tom Trustee"]
    assert browser.post(f"/elections/{election.uuid}/begin").status_code == 303


def test_both_are_written_to_and_the_register_names_both_and_the_reason(
    session: Session, olga: Person, tess: Person, tom: Person
) -> None:
    election = poll(session, tess)
    swapped(session, election, tom, olga)
    entry = session.query(RegisterEntry).filter_by(act="trustee.replaced").one()
    assert (entry.by, entry.subject) == (olga.display_name, f"election {election.uuid}")
    assert '"reason":"Tess has retired.","successor":"Tom Trustee","trustee":"Tess Trustee"' in entry.facts
    for person, said in ((tess, "no longer a trustee"), (tom, "now a trustee")):
        (letter,) = letters(session, person.address)
        assert said in letter.text
        assert WHY in letter.text
        assert letter.path == f"/elections/{election.uuid}"


def test_one_act_replaces_a_trustee_in_every_election_of_the_cycle_that_has_no_keys(
    session: Session, olga: Person, tess: Person, tom: Person
) -> None:
    cycle = cycle_of(session, olga, tess)
    first, second = cycle.elections
    swapped(session, first, tom, olga)
    assert names(first) == names(second) == ["The server", "Tom Trustee"]
    assert [acts(session, setup.subject(one)).count("trustee.replaced") for one in (first, second)] == [1, 1]
    (letter,) = letters(session, tom.address)
    assert first.title in letter.text
    assert second.title in letter.text


def test_an_election_that_is_over_keeps_its_trustees_and_one_without_an_account_can_be_replaced(
    session: Session, olga: Person, tess: Person, tom: Person
) -> None:
    cycle = cycle_of(session, olga, tess)
    over, goes_on = cycle.elections
    voting.annul(session, over.uuid, by="Olga", now=clock.now(), reason="Nobody stands.")
    swapped(session, goes_on, tom, olga)
    assert (names(over)[1], names(goes_on)[1]) == ("Tess Trustee", "Tom Trustee")
    election, _voters = draft(session, 1)
    assert names(election)[1:] == ["Tess Trustee", "Tom Trustee"]
    assert election.trustees[1].person is None
    swapped(session, election, tess, olga)
    assert election.trustees[1].person == tess


@pytest.mark.parametrize("what", ["no office", "stands", "twice", "the server", "nobody", "oneself", "empty"])
def test_what_is_refused_changes_nothing(session: Session, olga: Person, tess: Person, tom: Person, what: str) -> None:
    cycle = cycle_of(session, olga, tess)
    election, owner, successor, by = cycle.elections[0], 2, tom, olga
    refusal: type[Exception] = Invalid
    if what == "no office":
        successor = make_person(session)
    elif what == "stands":
        nominated(session, election.contests[0], tom, olga)
    elif what == "twice":
        successor = tess
    elif what == "the server":
        owner, refusal = 1, Conflict
    elif what == "nobody":
        owner, refusal = 9, NotFound
    elif what == "oneself":
        appoint(session, olga, Office.TRUSTEE)
        successor, refusal = olga, Forbidden
    reason = "  " if what == "empty" else WHY
    with pytest.raises(refusal):
        replacing.replace(session, election.uuid, Swap(owner, successor, reason), by=by, now=clock.now())
    session.rollback()
    assert names(election) == ["The server", "Tess Trustee"]


def test_an_official_who_stands_replaces_nobody(session: Session, olga: Person, tess: Person, tom: Person) -> None:
    cycle = cycle_of(session, olga, tess)
    nominated(session, cycle.elections[0].contests[0], olga, tess)
    with pytest.raises(Forbidden, match="You stand in this election"):
        swapped(session, cycle.elections[1], tom, olga)


def test_after_the_ceremony_began_neither_an_official_nor_a_statement_replaces_a_trustee(
    session: Session, olga: Person, tess: Person, tom: Person
) -> None:
    election = poll(session, tess)
    ceremony.begin(session, election.uuid, by=olga, now=clock.now())
    session.commit()
    with pytest.raises(Conflict, match="key ceremony has begun"):
        swapped(session, election, tom, olga)
    session.rollback()
    for change in ("name = 'Tom'", f"person_id = {tom.id}", "person_id = NULL"):
        with pytest.raises(IntegrityError, match="trustees of election"):
            session.execute(
                text(f"UPDATE trustee SET {change} WHERE election_uuid = :of AND owner = 2"),  # noqa: S608 — our own
                {"of": election.uuid},
            )
        session.rollback()
    assert names(election) == ["The server", "Tess Trustee"]


def test_a_trustee_is_told_until_when_the_key_is_wanted_and_where_it_goes(
    session: Session, olga: Person, tess: Person
) -> None:
    """What leads to the ceremony is walked elsewhere; here the phase alone is put to it."""
    cycle = cycle_of(session, olga, tess)
    election = cycle.elections[0]
    session.execute(text("SET LOCAL session_replication_role = replica"))
    forced = "UPDATE election SET phase = 'key_ceremony', manifest = '{}', manifest_sha256 = 'x' WHERE uuid = :of"
    session.execute(text(forced), {"of": election.uuid})
    session.expire_all()
    notices.tell_trustees(session, election, now=clock.now())
    session.commit()
    (mail,) = session.query(OutboxMessage).filter(OutboxMessage.subject.startswith("Your key is needed"))
    assert f"/elections/{election.uuid}/trustee\n" in mail.text
    assert f"Voting is to open on {cycle.voting_opens_at:%Y-%m-%d %H:%M} UTC, and cannot before" in mail.text


def test_the_ceremony_does_not_begin_when_only_the_server_would_hold_a_key(
    session: Session, olga: Person, tess: Person
) -> None:
    cycle = cycle_of(session, olga, tess)
    election = cycle.elections[0]
    nominated(session, election.contests[0], tess, olga)
    (falling,) = standing_trustees.falling(session, election, clock.now())
    assert (falling.trustee.name, falling.blocks) == ("Tess Trustee", False)
    with pytest.raises(Conflict, match="replace one of them first"):
        standing_trustees.dismiss(session, election, by="Olga", now=clock.now())


def test_who_holds_the_office_no_more_when_voting_closes_is_named_in_time(
    app: Flask, session: Session, olga: Person, tess: Person
) -> None:
    cycle, browser = cycle_of(session, olga, tess), visitor(app)
    tess.appointments[0].until_at = cycle.voting_closes_at
    session.commit()
    sign_in(browser, olga.address)
    steps = browser.get(f"/elections/{cycle.elections[0].uuid}/manage").text
    assert "Tess Trustee holds no office as a trustee when voting closes" in steps


def test_a_program_and_a_command_replace_as_the_page_does(
    app: Flask, session: Session, olga: Person, tess: Person, tom: Person
) -> None:
    election = poll(session, tess)
    path = f"/elections/{election.uuid}/trustees"
    program = Program(app, token_of(session, olga, Office.ELECTION_OFFICIAL))
    facts = program.put(f"{path}/2", successor=tom.address, reason=WHY)
    assert [one["name"] for one in facts["trustees"]] == ["The server", "Tom Trustee"]
    assert program.send("PUT", f"{path}/2", successor="nobody@example.org", reason=WHY).status_code == 404
    assert program.send("PUT", f"{path}/3", successor=tess.address, reason=WHY).status_code == 404
    words = ["election", "ceremony", "replace", election.uuid, "2", tess.address, "--reason", "Tom fell ill."]
    done = app.test_cli_runner().invoke(args=[*words, "--as", olga.address])
    assert (done.exit_code, done.output) == (0, "Tess Trustee is trustee 2 now.\n")
    session.expire_all()
    assert session.query(Trustee).filter_by(election_uuid=election.uuid, owner=2).one().person == tess


def test_the_page_says_when_nobody_could_take_the_place(
    app: Flask, session: Session, olga: Person, tess: Person
) -> None:
    election, browser = poll(session, tess), visitor(app)
    sign_in(browser, olga.address)
    assert "Nobody else holds the office" in browser.get(f"/elections/{election.uuid}/replace").text
    answer = browser.post(f"/elections/{election.uuid}/replace", data={"leaving": "2", "reason": WHY})
    assert answer.status_code == 400
    assert "Choose who takes the place" in answer.text
