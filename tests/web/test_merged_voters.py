"""One human with two rows of a roll has one vote: what becomes of the rows when entries are merged, and who is told."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elections.crypto import credentials as protocol
from elections.cycles.services import mailing
from elections.electorate.services import freezing
from elections.lifecycle import Phase
from elections.models import Voter
from elections.services import casting, ceremony, credentials, twins
from elections.services.voting import move
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden
from foundation.core.register import RegisterEntry
from membership.models.parties import Party
from membership.services import merging
from tests.certification_factories import counted, voted
from tests.cycle_factories import DAY, on_roll
from tests.election_factories import Ready, draft, keyed, opened
from tests.electorate_factories import built, corporate, frozen, in_campaign, individual
from tests.factories import in_context, make_person, official, sign_in, visitor
from tests.membership_factories import committee, let_membership_age, make_corporate_member, make_member, person_party
from tests.program import Program, token_of

WHY = "Signed up twice."


def merge(session: Session, kept: Person, duplicate: Person) -> None:
    one, two = (person_party(session, person) for person in (kept, duplicate))
    merging.merge(session, one, two, WHY, by=committee(session), now=clock.now())
    session.commit()
    session.expire_all()


def row(session: Session, ready: Ready, voter: int) -> Voter:
    public = protocol.public_credential(ready.voters[voter].credential, ready.uuid).text
    return session.query(Voter).filter_by(election_uuid=ready.uuid, public_credential=public).one()


def cast_as(session: Session, ready: Ready, row_of: int, person: Person) -> casting.Receipt:
    """Cast a ballot signed with the credential of one row, as a person."""
    receipt = casting.cast(session, ready.uuid, ready.ballot(row_of), person=person)
    session.commit()
    return receipt


def test_of_two_rows_with_which_nobody_voted_the_kept_entrys_has_the_vote(session: Session) -> None:
    ready = opened(session, voters=2)
    ada, ada_again = (voter.person for voter in ready.voters)
    merge(session, ada, ada_again)
    assert (row(session, ready, 0).twin_of_id, row(session, ready, 1).twin_of_id) == (None, row(session, ready, 0).id)
    cast_as(session, ready, 0, ada)
    with pytest.raises(Conflict, match="You have one vote"):
        cast_as(session, ready, 1, ada_again)
    session.rollback()
    (twin,) = twins.of(session, ready.election)
    assert (twin.voted, twin.other_voted, twin.both_voted) == (False, True, False)


def test_with_the_kept_entry_nobody_votes_again_when_the_other_has_voted(app: Flask, session: Session) -> None:
    ready = opened(session, voters=2)
    ada, ada_again = (voter.person for voter in ready.voters)
    ready.cast(session, 1)
    merge(session, ada, ada_again)
    with pytest.raises(Conflict, match="You have one vote"):
        cast_as(session, ready, 0, ada)
    session.rollback()
    browser = visitor(app)
    sign_in(browser, ada.address)
    page = browser.get(f"/elections/{ready.uuid}/vote").text
    assert "two entries of yours in the directory were merged" in page
    assert "Start voting" not in page
    assert browser.get(f"/elections/{ready.uuid}/booth").status_code == 409
    assert "Vote: " not in browser.get("/account").text


def test_a_ballot_on_its_way_is_refused_when_the_merge_came_first(app: Flask, session: Session) -> None:
    ready = opened(session, voters=2)
    ada, ada_again = (voter.person for voter in ready.voters)
    ready.cast(session, 1)
    seen = row(session, ready, 0)
    numbers, officer = [person_party(session, person).id for person in (ada, ada_again)], committee(session).id
    assert row(session, ready, 0).twin_of_id is None

    def meanwhile() -> None:
        one, two = (db.session.get_one(Party, number) for number in numbers)
        merging.merge(db.session, one, two, WHY, by=db.session.get_one(Person, officer), now=clock.now())
        db.session.commit()

    in_context(app, meanwhile)
    assert seen.twin_of_id is None, "this session must not have seen the merge"
    with pytest.raises(Conflict, match="You have one vote"):
        casting.cast(session, ready.uuid, ready.ballot(0), person=ada)


def test_who_was_on_the_roll_only_under_the_other_entry_keeps_the_vote(session: Session) -> None:
    ready = opened(session, voters=1)
    ada, ada_again = make_person(session), ready.voters[0].person
    merge(session, ada, ada_again)
    assert row(session, ready, 0).person_id == ada.id
    assert twins.of(session, ready.election) == []
    cast_as(session, ready, 0, ada)
    with pytest.raises(Forbidden):
        cast_as(session, ready, 0, ada_again)


def test_a_third_entry_follows_the_vote_that_was_cast(session: Session) -> None:
    ready = opened(session, voters=3)
    first, second, third = (voter.person for voter in ready.voters)
    ready.cast(session, 0)
    merge(session, second, first)
    merge(session, third, second)
    cast = row(session, ready, 0)
    assert (cast.twin_of_id, row(session, ready, 1).twin_of_id, row(session, ready, 2).twin_of_id) == (
        None,
        cast.id,
        cast.id,
    )
    with pytest.raises(Conflict, match="You have one vote"):
        cast_as(session, ready, 2, third)


def test_the_database_moves_no_vote_without_a_merge_and_lets_no_row_vote_again(session: Session) -> None:
    ready = opened(session, voters=2)
    merge(session, ready.voters[0].person, ready.voters[1].person)
    with pytest.raises(IntegrityError, match="frozen"):
        session.execute(text("UPDATE voter SET twin_of_id = NULL"))
    session.rollback()
    stranger = make_person(session)
    session.execute(text("UPDATE voter SET person_id = :who WHERE twin_of_id IS NULL"), {"who": stranger.id})
    with pytest.raises(IntegrityError, match="frozen"):
        session.commit()
    session.rollback()


def test_a_poll_that_is_being_prepared_loses_the_second_row(session: Session) -> None:
    election, (ada, ada_again) = draft(session, voters=2)
    merge(session, ada, ada_again)
    (left,) = session.query(Voter).filter_by(election_uuid=election.uuid)
    assert left.person_id == ada.id
    credentials.issue_by_server(session, election, by="Olga", now=clock.now())
    ceremony.begin(session, election.uuid, by="Olga", now=clock.now())


def test_a_roll_under_rules_is_not_frozen_with_both_rows(session: Session) -> None:
    olga = official(session, Office.ELECTION_OFFICIAL)
    people = [make_person(session) for _number in range(3)]
    for person in people:
        let_membership_age(session, make_member(session, person), DAY)
    cycle = in_campaign(session, olga)
    election = individual(cycle)
    assert built(session, election, olga) == 3
    merge(session, people[0], people[1])
    with pytest.raises(Conflict, match="removes 1"):
        freezing.freeze(session, election.uuid, by=olga, now=clock.now())
    session.rollback()
    frozen(session, election, olga)
    on_it = {voter.person_id for voter in session.query(Voter).filter_by(election_uuid=election.uuid)}
    assert on_it == {people[0].id, people[2].id}


def test_one_human_on_the_rolls_of_both_classes_votes_as_a_member(session: Session) -> None:
    olga = official(session, Office.ELECTION_OFFICIAL)
    cycle = in_campaign(session, olga)
    ada, ada_again = make_person(session), make_person(session)
    for election, person in ((corporate(cycle), ada), (individual(cycle), ada_again)):
        on_roll(session, election, [person])
        move(election, Phase.ROLL_FROZEN, clock.now())
        election.roll_frozen_at, election.roll_sha256 = clock.now(), "0" * 64
    session.commit()
    merge(session, ada, ada_again)
    member = session.query(Voter).filter_by(election_uuid=individual(cycle).uuid).one()
    for_company = session.query(Voter).filter_by(election_uuid=corporate(cycle).uuid).one()
    assert (member.person_id, member.twin_of_id) == (ada.id, None)
    assert for_company.twin_of_id == member.id
    assert len(twins.of(session, individual(cycle))) == len(twins.of(session, corporate(cycle))) == 1


def test_officials_and_certifiers_are_told_by_name_and_the_register_how_many(app: Flask, session: Session) -> None:
    case = counted(session, voters=3, ballots=3)
    ada, ada_again = case.voters[0], case.voters[1]
    merge(session, ada, ada_again)
    address = f"/elections/{case.uuid}"
    names = {voter.name for voter in session.query(Voter).filter(Voter.person_id.in_((ada.id, ada_again.id)))}
    for office, paths in {
        Office.ELECTION_OFFICIAL: ("manage", "certificate/"),
        Office.CERTIFIER: ("certificate/",),
    }.items():
        browser = visitor(app)
        sign_in(browser, official(session, office).address)
        for path in paths:
            page = browser.get(f"{address}/{path}").text
            assert "both have voted" in page, (office, path)
            assert all(name in page for name in names), (office, path)
    assert "turned out to be one" not in visitor(app).get(f"{address}/certificate/").text
    case.prepared(session)
    (entry,) = session.query(RegisterEntry).filter_by(act="voters.merged")
    assert entry.facts == '{"both_voted":1,"voters":1}'
    assert not any(name in visitor(app).get("/register").text.split("voters.merged")[0][-400:] for name in names)


def test_who_turns_out_to_be_one_after_the_certificate_was_prepared_is_counted_when_it_is_signed(
    session: Session,
) -> None:
    case = counted(session, voters=4, ballots=4)
    merge(session, case.voters[0], case.voters[1])
    made = case.prepared(session)
    merge(session, case.voters[2], case.voters[3])
    for _number in range(2):
        case.signed(session, case.certifier(session), made)
    entries = session.query(RegisterEntry).filter_by(act="voters.merged").order_by(RegisterEntry.seq)
    assert [entry.facts for entry in entries] == ['{"both_voted":1,"voters":1}', '{"both_voted":2,"voters":2}']
    assert case.election.phase is Phase.CERTIFIED


def test_after_the_certificate_nothing_of_the_roll_is_touched(session: Session) -> None:
    case = counted(session, voters=2, ballots=2)
    case.certified(session)
    merge(session, case.voters[0], case.voters[1])
    assert twins.of(session, case.election) == []


def test_a_program_and_a_command_list_them(app: Flask, session: Session) -> None:
    case = voted(session, voters=2, ballots=1)
    merge(session, case.voters[1], case.voters[0])
    program = Program(app, token_of(session, case.official, Office.ELECTION_OFFICIAL))
    (told,) = program.get(f"/elections/{case.uuid}/merged-voters")
    assert (told["voted"], told["other_voted"]) == (False, True)
    said = app.test_cli_runner().invoke(args=["election", "roll", "merged", case.uuid]).output
    assert said.count("has not voted") == 1
    assert said.count(told["address"]) == said.count(told["other_address"]) == 1


def test_reminders_do_not_go_to_a_row_that_yields(session: Session) -> None:
    ready = keyed(session, voters=2)
    merge(session, ready.voters[0].person, ready.voters[1].person)
    (left,) = mailing.voters(session, [ready.uuid], without_ballot=True)
    assert left.address == row(session, ready, 0).address


def test_two_entries_of_one_company_have_one_vote(session: Session) -> None:
    olga = official(session, Office.ELECTION_OFFICIAL)
    members = [make_corporate_member(session, name, make_person(session))[0] for name in ("Orbit Ltd", "Orbit Limited")]
    for member in members:
        let_membership_age(session, member, DAY)
    cycle = in_campaign(session, olga)
    election = frozen(session, corporate(cycle), olga)
    kept, duplicate = (member.party for member in members)
    merging.merge(session, kept, duplicate, WHY, by=committee(session), now=clock.now())
    session.commit()
    session.expire_all()
    rows = {voter.membership_id: voter for voter in session.query(Voter).filter_by(election_uuid=election.uuid)}
    assert rows[members[0].id].twin_of_id is None
    assert rows[members[1].id].twin_of_id == rows[members[0].id].id
