"""The pages of whoever runs an election without rules: the official, the registrar, the trustee."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import board
from elections.crypto.trustees import PrivateKey, generate_key
from elections.lifecycle import Phase
from elections.models import CredentialSource, Election, Voter
from elections.registrar.__main__ import main as registrar
from elections.services import catalogue, mixing, voting
from elections.services.setup import NewTrustee
from elections.trustee.acts import decrypt, mix
from elections.trustee.board import read_board
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.election_factories import OFFICIAL, SERVER, draft, keyed, new_election, opened
from tests.factories import As, Visitor, make_person, official, sign_in, visitor
from tests.web.test_election_pages import in_key_ceremony, text_of
from tests.web.test_election_voting_pages import upload


def fresh(session: Session, uuid: str) -> Election:
    session.expire_all()
    return catalogue.find(session, uuid)


# The official


FORM = {
    "title": "Board election 2027",
    "contests-0-title": "Board of directors",
    "contests-0-seats": "2",
    "contests-0-method": "schulze",
    "contests-0-candidates": "Ada Lovelace; Analytical Engines, Royal Society\nGrace Hopper\nHedy Lamarr\n",
    "credential_source": "server",
    "demonstration": "y",
}


def test_an_official_makes_an_election_from_lines_of_candidates(session: Session, runner: Visitor) -> None:
    answer = runner.post("/elections/new", data=FORM)
    assert answer.status_code == 303
    election = fresh(session, answer.location.split("/")[2])
    contest = election.contests[0]
    assert (election.title, contest.seats) == ("Board election 2027", 2)
    assert [candidate.name for candidate in contest.candidates] == ["Ada Lovelace", "Grace Hopper", "Hedy Lamarr"]
    assert contest.candidates[0].affiliations == ["Analytical Engines", "Royal Society"]
    assert election.phase is Phase.DRAFT


def test_trustees_are_chosen_from_those_in_office(session: Session, runner: Visitor) -> None:
    trustee, other = official(session, Office.TRUSTEE), make_person(session)
    assert trustee.display_name in runner.get("/elections/new").text
    answer = runner.post("/elections/new", data={**FORM, "trustees": [trustee.id]})
    election = fresh(session, answer.location.split("/")[2])
    assert [seat.person_id for seat in election.trustees] == [None, trustee.id]
    refused = runner.post("/elections/new", data={**FORM, "trustees": [other.id]})
    assert refused.status_code == 400


def test_adding_and_removing_contests_keeps_what_was_typed_and_makes_nothing(session: Session, runner: Visitor) -> None:
    more = runner.post("/elections/new", data={**FORM, "add_contest": "1"})
    assert more.status_code == 200
    assert 'name="contests-1-title"' in more.text
    assert "Board election 2027" in more.text
    less = runner.post("/elections/new", data={**FORM, "contests-1-title": "Second", "remove_contest": "1"})
    assert 'name="contests-1-title"' not in less.text
    assert session.query(Election).count() == 0


WRONG = [
    ({"title": ""}, "Enter a title"),
    ({"contests-0-title": ""}, "Enter what is to be filled"),
    ({"contests-0-seats": "0"}, "Enter 1 or more seats"),
    ({"contests-0-seats": "x"}, "Enter a whole number"),
    ({"contests-0-candidates": ""}, "Enter the candidates"),
    ({"contests-0-method": "dictatorship"}, "Not a valid choice"),
    ({"credential_source": ""}, "Choose who makes the voting credentials"),
]


def test_a_form_with_an_error_says_it_beside_the_field_and_in_the_summary(runner: Visitor) -> None:
    for change, sentence in WRONG:
        answer = runner.post("/elections/new", data={**FORM, **change})
        assert answer.status_code == 400, sentence
        assert answer.text.count(sentence) >= 2, sentence
        assert "<title>Error: " in answer.text
        anchor = re.search(r'error-summary.*?href="#([^"]+)"', answer.text, re.DOTALL)
        assert anchor
        assert f'id="{anchor[1]}"' in answer.text


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"contests-0-candidates": "Ada Lovelace"}, "needs between 2 and 30 candidates"),
    (
        {"contests-0-candidates": "\n".join(f"Candidate {n}" for n in range(31))},
        "needs between 2 and 30 candidates",
    ),
    ({"contests-0-candidates": "Ada\nada"}, "voters must tell them apart"),
    ({"contests-0-seats": "9"}, "more seats than candidates"),
    ({"demonstration": ""}, "at least one trustee besides the server"),
]


def test_what_the_service_refuses_is_said_on_the_form_and_keeps_what_was_typed(
    session: Session, runner: Visitor
) -> None:
    for change, sentence in REFUSED:
        form = {name: value for name, value in {**FORM, **change}.items() if value or name != "demonstration"}
        answer = runner.post("/elections/new", data=form)
        assert answer.status_code == 400, sentence
        assert sentence in answer.text
        assert 'value="Board election 2027"' in answer.text
    assert session.query(Election).count() == 0


def test_the_roll_is_uploaded_and_shown(session: Session, runner: Visitor) -> None:
    uuid = runner.post("/elections/new", data=FORM).location.split("/")[2]
    roll = b"address,name\nada@example.org,Ada\ngrace@example.org,Grace\n"
    answer = runner.post(f"/elections/{uuid}/roll", data=upload(roll), follow_redirects=True)
    page = text_of(answer)
    assert "2 voters added to the roll." in page
    assert "ada@example.org Ada not yet none yet" in page


def test_every_bad_row_of_a_roll_is_named_and_nobody_is_added(session: Session, runner: Visitor) -> None:
    uuid = runner.post("/elections/new", data=FORM).location.split("/")[2]
    answer = runner.post(f"/elections/{uuid}/roll", data=upload(b"address\nada\ngrace@example.org\n=x@y.org\n"))
    assert answer.status_code == 400
    assert "Row 2: “ada” is not an address." in answer.text
    assert "Row 4: a cell begins with" in answer.text
    assert "The roll is empty." in answer.text


def test_a_file_that_is_no_roll_is_refused_on_the_page(runner: Visitor) -> None:
    uuid = runner.post("/elections/new", data=FORM).location.split("/")[2]
    for roll in (b"\xff\xfe", b"", b"x" * 100):
        answer = runner.post(f"/elections/{uuid}/roll", data=upload(roll))
        assert answer.status_code == 400
        assert "There is a problem" in answer.text


def test_an_upload_without_a_file_is_told_so(runner: Visitor) -> None:
    uuid = runner.post("/elections/new", data=FORM).location.split("/")[2]
    answer = runner.post(f"/elections/{uuid}/roll", data={})
    assert answer.status_code == 400
    assert "Choose a file" in answer.text


def test_the_steps_lead_an_official_from_the_draft_to_the_result(
    session: Session, runner: Visitor, browse_as: As
) -> None:
    voter = make_person(session, "ada@example.org")
    uuid = runner.post("/elections/new", data=FORM).location.split("/")[2]
    assert next_step(runner, uuid) == "roll"
    runner.post(f"/elections/{uuid}/roll", data=upload(b"address\nada@example.org\n"))
    assert next_step(runner, uuid) == "credentials"
    assert "1 credential made." in runner.post(f"/elections/{uuid}/credentials", follow_redirects=True).text
    for step in ("begin", "finish", "open"):
        assert next_step(runner, uuid) == step
        assert runner.get(f"/elections/{uuid}/{step}").status_code == 200
        assert runner.post(f"/elections/{uuid}/{step}").status_code == 303
    assert next_step(runner, uuid) == "close"
    assert browse_as(voter).post(f"/elections/{uuid}/credential").status_code == 303
    assert runner.post(f"/elections/{uuid}/close").status_code == 303
    assert fresh(session, uuid).phase is Phase.PROVISIONAL_RESULT
    assert "There is no result" not in runner.get(f"/elections/{uuid}/outcome").text


def next_step(runner: Visitor, uuid: str) -> str | None:
    """The page that the task list links as the next step."""
    page = runner.get(f"/elections/{uuid}/manage").text
    items = re.findall(r"<li class=\"govuk-task-list__item.*?</li>", page, re.DOTALL)
    links = [
        re.search(rf'href="/elections/{uuid}/([^"]+)"', item)
        for item in items
        if ">\n        Next" in item or "Next" in item
    ]
    return next((link[1] for link in links if link), None)


def test_a_closing_time_is_taken_in_utc_and_nonsense_is_told(session: Session, runner: Visitor) -> None:
    ready = keyed(session)
    bad = runner.post(f"/elections/{ready.uuid}/open", data={"closes_at": "tomorrow"})
    assert bad.status_code == 400
    assert "Enter a date and a time" in bad.text
    past = runner.post(f"/elections/{ready.uuid}/open", data={"closes_at": "2001-01-01T00:00"})
    assert past.status_code == 400
    assert "Voting must close after it opens" in past.text
    assert runner.post(f"/elections/{ready.uuid}/open", data={"closes_at": "2099-05-01T12:30"}).status_code == 303
    election = fresh(session, ready.uuid)
    assert election.closes_at is not None
    assert election.closes_at.isoformat() == "2099-05-01T12:30:00+00:00"


def test_closing_twice_is_harmless_and_opening_again_is_refused(session: Session, runner: Visitor) -> None:
    ready = opened(session)
    assert runner.post(f"/elections/{ready.uuid}/close").status_code == 303
    height = board.head_of(session, ready.uuid).height
    assert runner.post(f"/elections/{ready.uuid}/close").status_code == 303
    session.expire_all()
    assert board.head_of(session, ready.uuid).height == height
    assert runner.post(f"/elections/{ready.uuid}/open").status_code == 409


def test_an_annulled_election_says_so_and_gives_its_reason_to_the_register(
    session: Session, runner: Visitor, anyone: Visitor
) -> None:
    ready = opened(session)
    short = runner.post(f"/elections/{ready.uuid}/annul", data={"reason": "no"})
    assert short.status_code == 400
    assert runner.post(f"/elections/{ready.uuid}/annul", data={"reason": "The roll was wrong."}).status_code == 303
    assert "This election was annulled" in anyone.get(f"/elections/{ready.uuid}").text
    assert "The roll was wrong." in anyone.get("/register").text


def test_forms_without_their_token_change_nothing(app: Flask, session: Session) -> None:
    ready = opened(session)
    browser = visitor(app, forgery_protection=True)
    sign_in(browser, official(session, Office.ELECTION_OFFICIAL).address)
    for path in ("close", "annul", "roll", "credentials", "begin"):
        assert browser.post(f"/elections/{ready.uuid}/{path}").status_code == 400
    assert browser.post("/elections/new", data=FORM).status_code == 400
    assert fresh(session, ready.uuid).phase is Phase.VOTING


def test_fields_that_no_form_has_are_ignored(session: Session, runner: Visitor) -> None:
    extra = {"phase": "voting", "created_by": "somebody else", "uuid": "1" * 22, "contests-0-position": "7"}
    uuid = runner.post("/elections/new", data={**FORM, **extra}).location.split("/")[2]
    election = fresh(session, uuid)
    assert (election.phase, election.contests[0].position) == (Phase.DRAFT, 0)
    assert uuid != "1" * 22
    assert election.created_by != "somebody else"


# The registrar


def test_the_registrar_takes_the_roll_away_and_brings_the_public_credentials_back(
    session: Session, browse_as: As, tmp_path: Path
) -> None:
    election, _people = draft(session, new=new_election(source=CredentialSource.REGISTRAR))
    # A name like a formula must neither run in the registrar's spreadsheet nor make their tool refuse the whole roll.
    odd = session.query(Voter).filter_by(election_uuid=election.uuid).order_by(Voter.id).first()
    odd.name, odd.address = "=Ada", "+ada@example.org"
    session.commit()
    browser = browse_as(official(session, Office.REGISTRAR))
    assert "1. Take the roll away" in browser.get(f"/elections/{election.uuid}/registrar").text
    roll = tmp_path / "roll.csv"
    roll.write_bytes(browser.get(f"/elections/{election.uuid}/registrar/roll.csv").data)
    assert registrar(["issue", str(roll), "--uuid", election.uuid, "--out", str(tmp_path / "out")]) == 0
    mapping = (tmp_path / "out" / "mapping.json").read_bytes()
    answer = browser.post(f"/elections/{election.uuid}/registrar", data=upload(mapping), follow_redirects=True)
    assert "3 public credentials put on the roll." in answer.text
    private = (tmp_path / "out" / "private_credentials.csv").read_bytes()
    refused = browser.post(f"/elections/{election.uuid}/registrar", data=upload(private))
    assert refused.status_code == 400
    assert "not the registrar" in refused.text


def test_credentials_for_another_election_are_refused(session: Session, browse_as: As) -> None:
    election, _people = draft(session, new=new_election(source=CredentialSource.REGISTRAR))
    browser = browse_as(official(session, Office.REGISTRAR))
    other = json.dumps({"uuid": "1" * 22, "credentials": {}}).encode()
    answer = browser.post(f"/elections/{election.uuid}/registrar", data=upload(other))
    assert answer.status_code == 400
    assert "issued for another election" in answer.text


# The trustee


@pytest.fixture
def trusted(session: Session) -> tuple[Election, Person, list[Person]]:
    """An election in its key ceremony whose second trustee is a person in office; the server is the first."""
    person = official(session, Office.TRUSTEE)
    new = new_election(demonstration=False, trustees=[SERVER, NewTrustee(person.display_name, person)])
    election, people = in_key_ceremony(session, new)
    return election, person, people


def test_a_trustee_brings_key_shuffle_and_decryption_and_the_result_appears(
    session: Session, browse_as: As, runner: Visitor, trusted: tuple[Election, Person, list[Person]]
) -> None:
    election, person, _people = trusted
    browser, uuid = browse_as(person), election.uuid
    private, public = generate_key()
    assert "Make your key" in browser.get(f"/elections/{uuid}/trustee").text
    accepted = browser.post(f"/elections/{uuid}/trustee", data=upload(public.to_json()), follow_redirects=True)
    assert "Your file was checked and accepted." in accepted.text
    for step in ("finish", "open", "close"):
        assert runner.post(f"/elections/{uuid}/{step}").status_code == 303
    assert "Mix the ballots" in browser.get(f"/elections/{uuid}/trustee").text
    assert browser.post(f"/elections/{uuid}/trustee", data=upload(made(session, uuid))).status_code == 303
    assert "belenios-tool election decrypt" in browser.get(f"/elections/{uuid}/trustee").text
    assert browser.post(f"/elections/{uuid}/trustee", data=upload(made(session, uuid, private))).status_code == 303
    assert fresh(session, uuid).phase is Phase.PROVISIONAL_RESULT
    assert "Nothing is asked of you now." in browser.get(f"/elections/{uuid}/trustee").text


def made(session: Session, uuid: str, key: PrivateKey | None = None) -> bytes:
    """The file the second trustee makes from the public board: a shuffle, or with the key a decryption."""
    published = read_board(b"".join(board.stream(session, board.head_of(session, uuid))))
    return decrypt(published, key) if key else mix(published, 2)


def test_a_file_that_is_not_what_is_asked_is_refused_on_the_page(
    browse_as: As, trusted: tuple[Election, Person, list[Person]]
) -> None:
    election, person, _people = trusted
    browser = browse_as(person)
    for content in (b"", b"{}", b"\xff", b'{"pok":{"challenge":"1","response":"1"}}', b"x" * 10_000):
        answer = browser.post(f"/elections/{election.uuid}/trustee", data=upload(content))
        assert answer.status_code in {400, 413}
        assert "There is a problem" in answer.text


def test_a_trustee_out_of_turn_is_told_to_come_back(
    session: Session, browse_as: As, trusted: tuple[Election, Person, list[Person]]
) -> None:
    election, person, _people = trusted
    browser = browse_as(person)
    browser.post(f"/elections/{election.uuid}/trustee", data=upload(generate_key()[1].to_json()))
    again = browser.post(f"/elections/{election.uuid}/trustee", data=upload(generate_key()[1].to_json()))
    assert again.status_code == 409
    assert "Nothing is asked of you now" in again.text


def test_another_elections_trustee_sees_and_brings_nothing(
    session: Session, browse_as: As, trusted: tuple[Election, Person, list[Person]]
) -> None:
    election, _person, _people = trusted
    browser = browse_as(official(session, Office.TRUSTEE))
    assert browser.get(f"/elections/{election.uuid}/trustee").status_code == 403
    answer = browser.post(f"/elections/{election.uuid}/trustee", data=upload(generate_key()[1].to_json()))
    assert answer.status_code == 403


def test_a_demonstrations_trustee_is_told_that_the_server_does_it(session: Session, browse_as: As) -> None:
    person = official(session, Office.TRUSTEE)
    ready = opened(session, new=new_election(trustees=[SERVER, NewTrustee(person.display_name, person)]))
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    mixing.server_mix(session, ready.uuid, now=clock.now())
    session.commit()
    page = text_of(browse_as(person).get(f"/elections/{ready.uuid}/trustee"))
    assert "the server holds your key and does your part" in page
    assert "Bring the file" not in page
