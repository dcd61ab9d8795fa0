"""Another display name: who may take it, who is told, and what keeps the former one."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from elections.models import Voter
from foundation.accounts.models import FormerName, Person
from foundation.accounts.services import renaming
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict
from foundation.core.register import RegisterEntry
from membership.models.memberships import DirectoryEntry
from membership.services import exporting, privacy
from tests.certification_factories import counted
from tests.cycle_factories import opened, people
from tests.factories import PASSWORD, Visitor, appoint, letters, make_person, sign_in, visitor
from tests.membership_factories import make_member
from tests.nomination_factories import close_nominations, open_nominations, standing

NEW = "Augusta Ada King"


def rename(session: Session, person: Person, name: str = NEW) -> None:
    renaming.rename(session, person, name, now=clock.now())
    session.commit()
    session.expire_all()


def test_a_name_is_changed_with_the_password_and_every_address_is_told(
    session: Session, ada: Person, browser: Visitor
) -> None:
    session.execute(
        text("INSERT INTO email_address (person_id, address, canonical, confirmed_at) VALUES (:who, :at, :at, now())"),
        {"who": ada.id, "at": "ada@work.example"},
    )
    session.commit()
    assert 'href="/account/name"' in browser.get("/account/security").text
    sent = {"display_name": "  Augusta   Ada King ", "password": PASSWORD}
    page = browser.post("/account/name", data=sent, follow_redirects=True).text
    assert f"You are called {NEW}." in page
    assert "Ada Lovelace, until" in page
    session.expire_all()
    assert ada.display_name == NEW
    for address in ("ada@example.org", "ada@work.example"):
        (letter,) = letters(session, address)
        assert "from “Ada Lovelace” to “Augusta Ada King”" in letter.text
        assert letter.path == "/account/name"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter your name."),
        ("Ada\nLovelace", "line breaks or invisible characters"),
        ("Ada\u202eLovelace", "line breaks or invisible characters"),
        ("Аda Lovelace", "mixes letters of alphabets"),
        ("the server", "uses this name for somebody else"),
        ("Ada Lovelace", "This is your name already."),
        ("x" * 101, "at most 100 characters"),
    ],
)
def test_what_is_no_new_name_is_refused(session: Session, ada: Person, browser: Visitor, typed: str, says: str) -> None:
    answer = browser.post("/account/name", data={"display_name": typed, "password": PASSWORD})
    assert answer.status_code in {400, 409}
    assert says in answer.text
    session.expire_all()
    assert (ada.display_name, session.query(FormerName).count()) == ("Ada Lovelace", 0)


def test_letters_are_kept_as_one_form_of_unicode(session: Session, ada: Person) -> None:
    rename(session, ada, "Zoe\u0308 King")
    assert ada.display_name == "Zo\u00eb King"
    with pytest.raises(Conflict, match="already"):
        renaming.rename(session, ada, "Zo\u00eb  King", now=clock.now())


def test_nobody_is_renamed_without_the_password_and_guesses_are_counted(
    session: Session, ada: Person, browser: Visitor
) -> None:
    wrong = {"display_name": NEW, "password": "four unrelated garden elves"}
    answers = [browser.post("/account/name", data=wrong) for _guess in range(7)]
    assert answers[0].status_code == 400
    assert "not your present password" in answers[0].text
    assert answers[-1].status_code == 429
    session.expire_all()
    assert ada.display_name == "Ada Lovelace"


def test_the_directory_follows_and_the_register_names_no_private_person(session: Session, ada: Person) -> None:
    membership, entries = make_member(session, ada), session.query(RegisterEntry).count()
    rename(session, ada)
    listed = session.get_one(DirectoryEntry, membership.id)
    assert (listed.name, "augusta" in listed.public_words, "lovelace" in listed.public_words) == (NEW, True, False)
    assert session.query(RegisterEntry).count() == entries


def test_of_who_holds_an_office_or_a_seat_the_register_says_both_names(session: Session, ada: Person) -> None:
    appoint(session, ada, Office.REGISTRAR)
    rename(session, ada)
    case = counted(session)
    case.certified(session)
    seated = session.execute(text("SELECT person_id FROM seat_term ORDER BY id LIMIT 1")).scalar_one()
    director = session.get_one(Person, seated)
    before = director.display_name
    rename(session, director, "A Director")
    found = session.query(RegisterEntry).filter_by(act="person.renamed").order_by(RegisterEntry.seq).all()
    assert [(entry.subject, entry.by, json.loads(entry.facts)) for entry in found] == [
        (f"person:{ada.id}", "Ada Lovelace", {"was": "Ada Lovelace", "is": NEW}),
        (f"person:{director.id}", before, {"was": before, "is": "A Director"}),
    ]


def test_who_stands_keeps_their_name_from_the_end_of_nominations_until_the_election_is_over(
    app: Flask, session: Session
) -> None:
    made = open_nominations(session)
    nominee = make_member(session, make_person(session, name="Nora Nominee")).party.person
    assert nominee is not None
    standing(session, made, nominee)
    session.commit()
    rename(session, nominee, "Nora King")
    close_nominations(session, made)
    client = visitor(app)
    sign_in(client, nominee.address)
    answer = client.post("/account/name", data={"display_name": "Nora Queen", "password": PASSWORD})
    assert answer.status_code == 409
    assert "Voters know you by your name in" in answer.text
    session.expire_all()
    assert nominee.display_name == "Nora King"
    assert [one.name for one in renaming.former_names(session, nominee)] == ["Nora Nominee"]


def test_a_frozen_roll_and_a_ballot_keep_the_names_they_have(session: Session) -> None:
    by = make_person(session)
    appoint(session, by, Office.ELECTION_OFFICIAL)
    voters = people(session, 2)
    cycle = opened(session, by, voters)
    before = session.query(Voter).filter_by(person_id=voters[0].id).one().name
    rename(session, voters[0])
    assert session.query(Voter).filter_by(person_id=voters[0].id).one().name == before
    on_ballot = cycle.elections[0].contests[0].candidates[0]
    candidate = session.get_one(Person, on_ballot.person_id)
    assert cycle.elections[0].phase is Phase.VOTING
    with pytest.raises(Conflict, match="Voters know you"):
        renaming.rename(session, candidate, NEW, now=clock.now())


def test_former_names_are_in_ones_own_file_and_go_with_the_erasure(session: Session, ada: Person) -> None:
    rename(session, ada)
    told = exporting.export(session, ada)["about"]["former_name"]
    assert [(row["name"], row["person_id"]) for row in told] == [("Ada Lovelace", ada.id)]
    with pytest.raises(IntegrityError, match=r"only|change"):
        session.execute(text("UPDATE former_name SET name = 'Nobody'"))
    session.rollback()
    privacy.erase(session, ada, now=clock.now())
    session.commit()
    assert session.query(FormerName).count() == 0
