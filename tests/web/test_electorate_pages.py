"""The pages of rolls, appeals and lots: what officials and members do there, and what a frozen roll refuses."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.electorate.models import Appeal, AppealKind
from elections.electorate.services import appealing
from elections.lots import services as lots
from elections.models import Election, Voter
from elections.services import credentials
from elections.verifier import lots as protocol
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.register import RegisterEntry
from tests.cycle_factories import TRIAL
from tests.election_factories import draft
from tests.electorate_factories import built, closed, frozen, in_campaign, individual, on_roll
from tests.factories import Visitor, make_person, official, sign_in, visitor
from tests.membership_factories import make_corporate_member, make_member

SECRET = bytes(range(32))


@pytest.fixture
def ada(session: Session) -> Person:
    person = make_person(session, name="Ada Lovelace")
    make_member(session, person)
    return person


@pytest.fixture
def cycle(session: Session, olga: Person, ada: Person) -> Cycle:
    return in_campaign(session, olga)


def browser_of(app: Flask, person: Person) -> Visitor:
    client = visitor(app)
    sign_in(client, person.address)
    return client


def path(election: Election, rest: str) -> str:
    return f"/elections/{election.uuid}/{rest}"


def test_whoever_wants_to_vote_and_is_not_on_the_roll_is_led_to_why_not(
    app: Flask, session: Session, cycle: Cycle
) -> None:
    election, client = individual(cycle), browser_of(app, make_person(session))
    answer = client.get(path(election, "vote"))
    assert answer.status_code == 303
    assert answer.location == path(election, "electorate/mine")


def test_an_official_builds_finds_and_freezes(app: Flask, session: Session, cycle: Cycle, olga: Person) -> None:
    election, client = individual(cycle), browser_of(app, olga)
    assert "Not built yet" in client.get(path(election, "electorate/manage")).text
    assert client.post(path(election, "electorate/build")).status_code == 303
    page = client.get(path(election, "electorate/manage?q=lovelace")).text
    assert "Ada Lovelace" in page
    assert "individual member in good standing" in page
    assert "Nobody on the roll matches" in client.get(path(election, "electorate/manage?q=%25")).text
    assert "Nothing: the roll is what" in client.get(path(election, "electorate/differences")).text
    assert "1 voter is on the roll." in client.get(path(election, "electorate/freeze")).text
    assert client.post(path(election, "electorate/freeze")).status_code == 303
    session.expire_all()
    assert election.roll_sha256 is not None
    assert election.roll_sha256 in client.get(path(election, "electorate")).text


def test_two_officials_who_freeze_at_once_freeze_once(app: Flask, session: Session, cycle: Cycle, olga: Person) -> None:
    election = individual(cycle)
    built(session, election, olga)
    answers = [browser_of(app, olga).post(path(election, "electorate/freeze")) for _number in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    wanted = select(RegisterEntry).where(RegisterEntry.act == "electorate.frozen")
    assert len(session.execute(wanted).all()) == 1


def test_the_differences_name_members_without_a_vote_and_why(
    app: Flask, session: Session, cycle: Cycle, olga: Person
) -> None:
    make_corporate_member(session, "Acme & Sons")
    election = next(each for each in cycle.elections if each.electorate == "corporate")
    page = browser_of(app, olga).get(path(election, "electorate/differences")).text
    assert "Acme &amp; Sons: no representative or alternate has accepted" in page


def test_the_csv_neutralises_what_a_spreadsheet_would_run(
    app: Flask, session: Session, cycle: Cycle, olga: Person
) -> None:
    names = ["=1+1", "+Plus", "-Minus", "@at"]
    for name in names:
        person = make_person(session)
        make_member(session, person)
        # No form takes such a name; an import or an older row may hold one.
        person.display_name = name
    session.commit()
    built(session, individual(cycle), olga)
    answer = browser_of(app, olga).get(path(individual(cycle), "electorate/roll.csv"))
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {f"'{name}" for name in names} <= {row["name"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_the_lines_for_auditors_hold_no_name_and_no_address(
    app: Flask, session: Session, cycle: Cycle, olga: Person, ada: Person
) -> None:
    built(session, individual(cycle), olga)
    lines = browser_of(app, olga).get(path(individual(cycle), "electorate/roll.txt")).text
    assert lines.count("\n") == 1
    assert ada.address not in lines
    assert "Ada" not in lines


def test_names_are_published_only_where_the_rules_say_so(
    app: Flask, session: Session, olga: Person, ada: Person
) -> None:
    stranger = visitor(app)
    counted = individual(in_campaign(session, olga, ["individual-director"]))
    named = individual(
        in_campaign(
            session, olga, ["individual-director"], rules=TRIAL.replace('published = "count"', 'published = "names"')
        )
    )
    for election in (counted, named):
        built(session, election, olga)
    assert ada.display_name not in stranger.get(path(counted, "electorate")).text
    page = stranger.get(path(named, "electorate")).text
    assert ada.display_name in page
    assert ada.address not in page
    assert "Nobody on the roll matches" in stranger.get(path(named, f"electorate?q={ada.address}")).text


def test_a_member_reads_why_appeals_and_reads_the_verdict(
    app: Flask, session: Session, cycle: Cycle, olga: Person
) -> None:
    election, ben = individual(cycle), make_person(session, name="Ben")
    built(session, election, olga)
    client = browser_of(app, ben)
    assert (
        "You are not on the roll, because you were not an individual member"
        in client.get(path(election, "electorate/mine")).text
    )
    assert client.post(path(election, "appeals/new?kind=add_to_roll"), data={"text": ""}).status_code == 400
    answer = client.post(path(election, "appeals/new?kind=add_to_roll"), data={"text": "I joined in <b>May</b>."})
    assert answer.status_code == 303
    again = client.post(path(election, "appeals/new?kind=add_to_roll"), data={"text": "Again."})
    assert (again.status_code, "You have appealed already" in again.text) == (409, True)
    number = session.execute(select(Appeal.id)).scalar_one()
    verdict = {"upheld": "yes", "reason": "The letter is there."}
    for person in (olga, official(session, Office.ELECTION_OFFICIAL)):
        office = browser_of(app, person)
        assert "I joined in &lt;b&gt;May&lt;/b&gt;." in office.get(path(election, f"appeals/{number}")).text
        assert office.post(path(election, f"appeals/{number}"), data=verdict).status_code == 303
    assert ben.id in on_roll(session, election)
    page = client.get(path(election, "electorate/mine")).text
    assert "added on appeal" in page
    assert "The letter is there." in page


def test_an_official_reads_why_they_cannot_decide(app: Flask, session: Session, cycle: Cycle, olga: Person) -> None:
    election = individual(cycle)
    built(session, election, olga)
    appeal = appealing.appeal(session, election.uuid, AppealKind.ADD_TO_ROLL, "Me.", person=olga, now=clock.now())
    session.commit()
    client = browser_of(app, olga)
    assert "Nobody decides about themselves" in client.get(path(election, f"appeals/{appeal.id}")).text
    answer = client.post(path(election, f"appeals/{appeal.id}"), data={"upheld": "yes", "reason": "I am right."})
    assert (answer.status_code, appeal.verdicts) == (403, [])


def test_another_elections_appeal_is_not_found(app: Flask, session: Session, cycle: Cycle, olga: Person) -> None:
    election = individual(cycle)
    built(session, election, olga)
    appeal = appealing.appeal(
        session, election.uuid, AppealKind.ADD_TO_ROLL, "Me.", person=make_person(session), now=clock.now()
    )
    session.commit()
    other = next(each for each in cycle.elections if each.uuid != election.uuid)
    client = browser_of(app, olga)
    assert client.get(path(other, f"appeals/{appeal.id}")).status_code == 404
    assert client.get(path(election, "appeals/new?kind=eligibility&nomination=1")).status_code == 404
    assert client.get(path(election, "appeals/new?kind=nonsense")).status_code == 404


def test_an_official_who_stands_neither_sees_the_addresses_nor_acts(
    app: Flask, session: Session, cycle: Cycle, olga: Person, ada: Person
) -> None:
    election = frozen(session, individual(cycle), olga)
    nominated = (
        "INSERT INTO nomination (contest_id, person_id, by_id, state, statement, proposed_at, answered_at)"
        " VALUES (:of, :who, :who, 'accepted', '', now(), now())"
    )
    session.execute(text(nominated), {"of": election.contests[0].id, "who": olga.id})
    session.commit()
    client, number = browser_of(app, olga), on_roll(session, election)[ada.id].id
    for rest in (
        "electorate/manage",
        "electorate/roll.csv",
        "electorate/roll.txt",
        "electorate/differences",
        "appeals",
    ):
        assert client.get(path(election, rest)).status_code == 403, rest
    for rest in ("electorate/build", "electorate/freeze", f"electorate/voters/{number}/credential", "lots/commitment"):
        sent = {"name": olga.display_name, "commitment": "0" * 64}
        assert client.post(path(election, rest), data=sent).status_code == 403, rest


def test_a_poll_has_neither_electorate_nor_lot(app: Flask, session: Session, olga: Person) -> None:
    poll, _voters = draft(session)
    client = browser_of(app, olga)
    for rest in ("electorate", "electorate/manage", "electorate/mine", "appeals", "lots", "lots/commitment"):
        assert client.get(path(poll, rest)).status_code == 404, rest


# Lost credentials.


def issued(session: Session, cycle: Cycle, olga: Person) -> Election:
    election = frozen(session, individual(cycle), olga)
    credentials.issue_by_server(session, election, by="Olga", now=clock.now())
    session.commit()
    return election


def test_a_voter_replaces_a_lost_credential_before_the_key_ceremony(
    app: Flask, session: Session, cycle: Cycle, olga: Person, ada: Person
) -> None:
    election = issued(session, cycle, olga)
    before = on_roll(session, election)[ada.id].public_credential
    first = credentials.pick_up(session, election, ada, now=clock.now())
    session.commit()
    client = browser_of(app, ada)
    assert "Replace my credential" in client.get(path(election, "electorate/mine")).text
    assert client.post(path(election, "electorate/credential")).status_code == 303
    voter = on_roll(session, election)[ada.id]
    assert voter.public_credential not in {before, None}
    assert voter.picked_up_at is None
    assert credentials.pick_up(session, election, ada, now=clock.now()) != first
    entry = session.execute(select(RegisterEntry).where(RegisterEntry.act == "credential.reissued")).scalar_one()
    assert (entry.by, str(before) in entry.facts) == ("a voter", True)
    assert str(voter.public_credential) not in entry.facts


def test_an_official_replaces_it_as_well_and_nobody_before_it_is_made(
    app: Flask, session: Session, cycle: Cycle, olga: Person, ada: Person
) -> None:
    client = browser_of(app, olga)
    election = frozen(session, individual(cycle), olga)
    voter = on_roll(session, election)[ada.id]
    assert client.post(path(election, f"electorate/voters/{voter.id}/credential")).status_code == 409
    credentials.issue_by_server(session, election, by="Olga", now=clock.now())
    session.commit()
    before = on_roll(session, election)[ada.id].public_credential
    assert "Replace for Ada Lovelace" in client.get(path(election, "electorate/manage")).text
    assert client.post(path(election, f"electorate/voters/{voter.id}/credential")).status_code == 303
    assert on_roll(session, election)[ada.id].public_credential != before
    assert client.post(path(election, "electorate/voters/999999/credential")).status_code == 404


def test_after_the_key_ceremony_began_none_is_replaced(
    app: Flask, session: Session, cycle: Cycle, olga: Person, ada: Person
) -> None:
    election = issued(session, cycle, olga)
    session.execute(text("ALTER TABLE election DISABLE TRIGGER USER"))
    session.execute(text("UPDATE election SET phase = 'key_ceremony', manifest = '{}', manifest_sha256 = 'x'"))
    session.execute(text("ALTER TABLE election ENABLE TRIGGER USER"))
    session.commit()
    client = browser_of(app, ada)
    assert client.post(path(election, "electorate/credential")).status_code == 409
    assert "can no longer be replaced" in client.get(path(election, "electorate/mine")).text


# A frozen roll.


def test_no_request_changes_a_frozen_roll(
    app: Flask, session: Session, cycle: Cycle, olga: Person, ada: Person
) -> None:
    """As the official and as the voter, every form of the application that has this election in its address."""
    election = frozen(session, individual(cycle), olga)
    before = _facts(session, election)
    voter = on_roll(session, election)[ada.id]
    sent = {"text": "x", "upheld": "yes", "reason": "Because it is so.", "confirm": "y"}
    asked = 0
    for rule in app.url_map.iter_rules():
        if "uuid" not in rule.arguments or "POST" not in (rule.methods or ()):
            continue
        values = {name: voter.id if name != "uuid" else election.uuid for name in rule.arguments}
        address = app.url_map.bind("127.0.0.1").build(rule.endpoint, values, method="POST")
        for person in (olga, ada):
            file = {"file": (io.BytesIO(b"address,name\nmallory@example.org,Mallory\n"), "roll.csv")}
            answer = browser_of(app, person).post(address, data=sent | file, content_type="multipart/form-data")
            assert answer.status_code < 500, address
            asked += 1
    assert asked > 20
    assert _facts(session, election) == before


def _facts(session: Session, election: Election) -> list[tuple[object, ...]]:
    """All that freezing fixes of each voter; credentials are issued after it."""
    session.rollback()
    session.expire_all()
    columns = (
        Voter.id,
        Voter.person_id,
        Voter.address,
        Voter.name,
        Voter.member_class,
        Voter.reason,
        Voter.organization,
    )
    rows = session.execute(select(*columns).where(Voter.election_uuid == election.uuid).order_by(Voter.id))
    return [tuple(row) for row in rows] + [(election.roll_sha256, election.roll_frozen_at)]


# The lot.


def test_an_official_commits_and_reveals_on_the_pages(app: Flask, session: Session, cycle: Cycle, olga: Person) -> None:
    election, client = individual(cycle), browser_of(app, olga)
    digest = protocol.commitment(election.uuid, olga.display_name, SECRET)
    page = client.get(path(election, "lots/commitment")).text
    assert f"--commit {election.uuid} " in page
    given = {"name": olga.display_name, "commitment": "abc"}
    assert client.post(path(election, "lots/commitment"), data=given).status_code == 400
    renamed = {"name": "Olga Before", "commitment": digest}
    answer = client.post(path(election, "lots/commitment"), data=renamed)
    assert (answer.status_code, "Your name has changed" in answer.text) == (409, True)
    assert client.post(path(election, "lots/commitment"), data=given | {"commitment": digest}).status_code == 303
    assert digest in visitor(app).get(path(election, "lots")).text
    early = client.post(path(election, "lots/secret"), data={"secret": SECRET.hex()})
    assert early.status_code == 409
    closed(session, election)
    wrong = client.post(path(election, "lots/secret"), data={"secret": "00" * 32})
    assert (wrong.status_code, "its hash is another one" in wrong.text) == (400, True)
    assert SECRET.hex() not in visitor(app).get(path(election, "lots")).text
    session.expire_all()
    lots.reveal(session, election.uuid, SECRET.hex(), by=olga, now=clock.now())
    session.commit()
    assert SECRET.hex() in visitor(app).get(path(election, "lots")).text
