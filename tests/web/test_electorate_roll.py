"""Rolls: built from the directory with a reason for each voter, one vote a person, built anew, frozen and hashed."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from elections.electorate import roll_lines
from elections.electorate.models import AppealKind
from elections.electorate.services import appealing, building, explaining, freezing
from elections.lifecycle import Phase
from elections.models import Election
from elections.services import roll
from elections.services.setup import subject
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.errors import Conflict, Forbidden, NotFound
from foundation.core.register import RegisterEntry
from membership.models.mandates import MandateRole
from membership.models.participation import Project, Source
from membership.models.parties import ControlKind
from membership.rules.standing import ContributionKind
from membership.rules.standing_status import EventKind
from membership.services import controlling, participating
from membership.services.admitting import Measure, act
from membership.services.controlling import NewEdge
from membership.sources.records import SourceRecord
from tests.cycle_factories import TRIAL
from tests.election_factories import draft
from tests.electorate_factories import (
    EVERYTHING,
    built,
    corporate,
    frozen,
    in_campaign,
    individual,
    on_roll,
    project,
    today,
)
from tests.factories import make_person
from tests.membership_factories import (
    committee,
    let_membership_age,
    make_corporate_member,
    make_member,
    mandated,
)
from tests.web.register_acts import acts

DAY = timedelta(days=1)


def member(session: Session, name: str) -> Person:
    person = make_person(session, name=name)
    make_member(session, person)
    return person


def test_each_member_in_good_standing_is_on_the_roll_once_and_with_a_reason(session: Session, olga: Person) -> None:
    ada, cycle = member(session, "Ada"), in_campaign(session, olga)
    stranger = make_person(session)
    assert built(session, individual(cycle), olga) == 1
    voter = on_roll(session, individual(cycle))[ada.id]
    assert (voter.address, voter.name, voter.member_class) == (ada.address, "Ada", "individual")
    assert voter.reason == f"individual member in good standing on {today()}"
    assert stranger.id not in on_roll(session, individual(cycle))


def test_an_organization_votes_through_its_representative(session: Session, olga: Person) -> None:
    rita = make_person(session, name="Rita")
    membership, _signatory = make_corporate_member(session, "Acme", rita)
    cycle = in_campaign(session, olga)
    built(session, individual(cycle), olga)
    voter = on_roll(session, corporate(cycle))[rita.id]
    assert (voter.organization, voter.membership_id, voter.member_class) == ("Acme", membership.id, "corporate")
    assert voter.reason == f"casts the vote of Acme, a corporate member in good standing on {today()}"


def test_a_representative_who_is_a_member_votes_as_a_member_and_the_alternate_for_the_organization(
    session: Session, olga: Person
) -> None:
    rita, alf = member(session, "Rita"), make_person(session, name="Alf")
    membership, signatory = make_corporate_member(session, "Acme", rita)
    mandated(session, membership.party.organization, MandateRole.ALTERNATE, alf, signatory)
    cycle = in_campaign(session, olga)
    built(session, corporate(cycle), olga)
    assert set(on_roll(session, individual(cycle))) == {rita.id}
    assert set(on_roll(session, corporate(cycle))) == {alf.id}


def test_a_representative_votes_for_the_organization_where_only_organizations_elect(
    session: Session, olga: Person
) -> None:
    rita = member(session, "Rita")
    make_corporate_member(session, "Acme", rita)
    cycle = in_campaign(session, olga, ["corporate-director"])
    built(session, corporate(cycle), olga)
    assert set(on_roll(session, corporate(cycle))) == {rita.id}


def test_the_database_refuses_a_second_vote_in_another_class(session: Session, olga: Person) -> None:
    ada, cycle = member(session, "Ada"), in_campaign(session, olga)
    built(session, individual(cycle), olga)
    second = text(
        "INSERT INTO voter (election_uuid, person_id, address, name, reason) VALUES (:of, :who, 'a@b.example', 'A', '')"
    )
    with pytest.raises(DatabaseError, match="votes once across the classes"):
        session.execute(second, {"of": corporate(cycle).uuid, "who": ada.id})


def test_organizations_of_one_control_group_have_one_vote(session: Session, olga: Person) -> None:
    rita, tina = make_person(session), make_person(session)
    officer = committee(session)
    parent, _signatory = make_corporate_member(session, "Acme", rita)
    child, _other = make_corporate_member(session, "Bravo", tina)
    edge = NewEdge(
        parent.party.organization_id, child.party.organization_id, ControlKind.SUBSIDIARY, today(), "Report."
    )
    controlling.record_control(session, edge, by=officer, now=clock.now())
    session.commit()
    cycle = in_campaign(session, olga)
    built(session, corporate(cycle), olga)
    assert set(on_roll(session, corporate(cycle))) == {rita.id}
    assert "casts the one vote of the control group" in explaining.why(session, corporate(cycle), tina)


def contributed(session: Session, person: Person, count: int, key: str = "example") -> None:
    wanted = select(Project).where(Project.key == key)
    found = session.execute(wanted).scalar_one_or_none()
    found = found or participating.make_project(session, key, "Example", by="operator", now=clock.now())
    given = [
        SourceRecord(person.address, ContributionKind.CODE, today() - 30 * DAY, f"{person.id}-{number}", "")
        for number in range(count)
    ]
    participating.record(session, found, Source.GIT, given, verifier="operator", now=clock.now())
    session.commit()


def test_a_project_is_led_by_whom_its_contributors_elect_and_they_vote_in_their_class_as_well(
    session: Session, olga: Person
) -> None:
    ada, ben, stranger = member(session, "Ada"), member(session, "Ben"), make_person(session)
    contributed(session, ada, 2)
    contributed(session, stranger, 5)
    contributed(session, ben, 1, key="elsewhere")
    cycle = in_campaign(session, olga, EVERYTHING)
    built(session, project(cycle), olga)
    built(session, individual(cycle), olga)
    rows = on_roll(session, project(cycle))
    assert set(rows) == {ada.id}
    assert rows[ada.id].reason.startswith("2 contributions to example from ")
    assert set(on_roll(session, individual(cycle))) == {ada.id, ben.id}
    assert "2.4 asks for 1 contribution to example" in explaining.why(session, project(cycle), ben)
    assert "not an individual member" in explaining.why(session, project(cycle), stranger)


def aged(session: Session, name: str, days: int) -> Person:
    """A member who was admitted so many days ago."""
    membership = make_member(session, make_person(session, name=name))
    session.execute(
        text("UPDATE membership SET admitted_on = admitted_on - :days WHERE id = :of"),
        {"days": days, "of": membership.id},
    )
    let_membership_age(session, membership, days * DAY)
    assert membership.party.person is not None
    return membership.party.person


def test_who_has_not_been_a_member_for_long_enough_is_told_so(session: Session, olga: Person) -> None:
    old, middle = aged(session, "Old", 30), aged(session, "Middle", 29)
    rules = TRIAL.replace("membership_days = 0", "membership_days = 30", 1)
    cycle = in_campaign(session, olga, rules=rules)
    built(session, individual(cycle), olga)
    assert set(on_roll(session, individual(cycle))) == {old.id}
    assert "3.1 asks for 30 days of membership" in explaining.why(session, individual(cycle), middle)


def test_who_is_suspended_on_the_record_date_is_not_on_the_roll_and_told_why(session: Session, olga: Person) -> None:
    ada = member(session, "Ada")
    membership = make_member(session, make_person(session, name="Sue"))
    act(session, membership, EventKind.SUSPENDED, Measure("Unpaid."), by=committee(session), now=clock.now())
    session.commit()
    cycle = in_campaign(session, olga)
    built(session, individual(cycle), olga)
    assert set(on_roll(session, individual(cycle))) == {ada.id}
    sue = membership.party.person
    assert sue is not None
    assert "your membership was “suspended”" in explaining.why(session, individual(cycle), sue)


def test_building_anew_changes_only_what_differs(session: Session, olga: Person) -> None:
    ada, cycle = member(session, "Ada"), in_campaign(session, olga)
    built(session, individual(cycle), olga)
    before = on_roll(session, individual(cycle))[ada.id].id
    ben = member(session, "Ben")
    ada.display_name = "Ada L."
    session.commit()
    found = building.differences(session, individual(cycle))
    assert (found.added, found.removed, found.changed) == (1, 0, 1)
    assert [(row.what, row.name) for row in found.rows] == [("added", "Ben"), ("changed", "Ada L.")]
    built(session, individual(cycle), olga)
    rows = on_roll(session, individual(cycle))
    assert (rows[ada.id].id, rows[ada.id].name) == (before, "Ada L.")
    assert ben.id in rows
    assert not building.differences(session, individual(cycle))


def test_the_register_says_how_many_were_added_and_names_nobody(session: Session, olga: Person) -> None:
    member(session, "Ada")
    cycle = in_campaign(session, olga)
    built(session, individual(cycle), olga)
    of = (RegisterEntry.act == "roll.built", RegisterEntry.subject == subject(individual(cycle)))
    entry = session.execute(select(RegisterEntry).where(*of)).scalar_one()
    facts = json.loads(entry.facts)
    assert (facts["voters"], facts["added"], facts["removed"], facts["record_date"]) == (1, 1, 0, str(today()))
    assert "Ada" not in entry.facts


def test_a_roll_is_not_built_before_its_record_date(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga, on=today() + DAY)
    with pytest.raises(Conflict, match=r"record date under 3\.1"):
        building.build(session, individual(cycle), by=olga, now=clock.now())


def test_a_roll_under_rules_is_no_file_and_a_poll_has_no_electorate(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga)
    with pytest.raises(Conflict, match="built from the directory"):
        roll.import_roll(session, individual(cycle), "address\nmallory@example.org\n", by="Olga", now=clock.now())
    poll, _voters = draft(session)
    with pytest.raises(NotFound, match="poll"):
        building.build(session, poll, by=olga, now=clock.now())


def test_whoever_stands_builds_and_freezes_nothing(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga)
    contest = individual(cycle).contests[0]
    nominated = text(
        "INSERT INTO nomination (contest_id, person_id, by_id, state, statement, proposed_at, answered_at)"
        " VALUES (:of, :who, :who, 'accepted', '', now(), now())"
    )
    session.execute(nominated, {"of": contest.id, "who": olga.id})
    session.commit()
    with pytest.raises(Forbidden, match="hold no office"):
        building.build(session, corporate(cycle), by=olga, now=clock.now())
    with pytest.raises(Forbidden, match="hold no office"):
        freezing.freeze(session, corporate(cycle).uuid, by=olga, now=clock.now())


# Freezing.


def test_freezing_publishes_the_count_and_the_hash_of_the_sorted_lines(session: Session, olga: Person) -> None:
    people = [member(session, name) for name in ("Ada", "Ben")]
    election = frozen(session, individual(in_campaign(session, olga)), olga)
    reason = f"individual member in good standing on {today()}"
    lines = [roll_lines.line(election.uuid, one.address, "individual", reason) for one in people]
    expected = sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()
    assert (election.phase, election.roll_sha256) == (Phase.ROLL_FROZEN, expected)
    assert acts(session, subject(election))[-1] == "electorate.frozen"


def test_a_roll_is_frozen_only_when_it_is_built_current_and_nothing_waits(session: Session, olga: Person) -> None:
    ada, cycle = member(session, "Ada"), in_campaign(session, olga)
    election = individual(cycle)
    with pytest.raises(Conflict, match="not been built yet"):
        freezing.freeze(session, election.uuid, by=olga, now=clock.now())
    built(session, election, olga)
    member(session, "Ben")
    with pytest.raises(Conflict, match="adds 1, removes 0 and changes 0"):
        freezing.freeze(session, election.uuid, by=olga, now=clock.now())
    built(session, election, olga)
    appealing.appeal(session, election.uuid, AppealKind.LEAVE_ROLL, "I vote elsewhere.", person=ada, now=clock.now())
    session.commit()
    with pytest.raises(Conflict, match="appeals are not decided"):
        freezing.freeze(session, election.uuid, by=olga, now=clock.now())


def test_an_empty_roll_is_not_frozen(session: Session, olga: Person) -> None:
    cycle = in_campaign(session, olga)
    built(session, individual(cycle), olga)
    with pytest.raises(Conflict, match="nobody could vote"):
        freezing.freeze(session, individual(cycle).uuid, by=olga, now=clock.now())


def test_a_record_date_before_the_vote_must_be_over(session: Session, olga: Person) -> None:
    member(session, "Ada")
    rules = TRIAL.replace("days_before_voting = 0", "days_before_voting = 1")
    cycle = in_campaign(session, olga, rules=rules)
    built(session, individual(cycle), olga)
    with pytest.raises(Conflict, match="is not over"):
        freezing.freeze(session, individual(cycle).uuid, by=olga, now=clock.now())


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM voter WHERE election_uuid = :of",
        "UPDATE voter SET address = 'mallory@example.org' WHERE election_uuid = :of",
        "UPDATE voter SET reason = 'because' WHERE election_uuid = :of",
        "UPDATE voter SET person_id = NULL WHERE election_uuid = :of",
        "UPDATE voter SET membership_id = NULL WHERE election_uuid = :of",
        "INSERT INTO voter (election_uuid, address, name, reason) VALUES (:of, 'm@example.org', 'M', '')",
        "UPDATE election SET roll_sha256 = repeat('0', 64) WHERE uuid = :of",
        "UPDATE election SET cycle_id = NULL, electorate = NULL WHERE uuid = :of",
    ],
)
def test_the_database_refuses_every_change_of_a_frozen_roll(session: Session, olga: Person, attack: str) -> None:
    member(session, "Ada")
    election = frozen(session, individual(in_campaign(session, olga)), olga)
    with pytest.raises(DatabaseError):
        session.execute(text(attack), {"of": election.uuid})


def test_a_frozen_roll_is_built_no_more_and_the_other_class_respects_it(session: Session, olga: Person) -> None:
    rita = make_person(session, name="Rita")
    make_corporate_member(session, "Acme", rita)
    cycle = in_campaign(session, olga)
    frozen(session, corporate(cycle), olga)
    make_member(session, rita)
    ada = member(session, "Ada")
    with pytest.raises(Conflict, match="frozen"):
        building.build(session, corporate(cycle), by=olga, now=clock.now())
    built(session, individual(cycle), olga)
    assert set(on_roll(session, individual(cycle))) == {ada.id}
    assert "you vote in “Board elections: corporate members”" in explaining.why(session, individual(cycle), rita)


def test_a_member_reads_why_they_are_on_the_roll(session: Session, olga: Person) -> None:
    ada, cycle = member(session, "Ada"), in_campaign(session, olga)
    election: Election = individual(cycle)
    assert "has not been built yet" in explaining.why(session, election, ada)
    built(session, election, olga)
    assert explaining.why(session, election, ada).startswith("You are on the roll, because: individual member in good")
