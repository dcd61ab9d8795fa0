"""The pages of an election, as everyone, a voter, an official, a registrar and a trustee see and use them."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elections import board
from elections.crypto.ballot import tracker
from elections.crypto.trustees import PrivateKey, generate_key
from elections.lifecycle import Phase
from elections.models import CastBallot, CredentialSource, Election, Voter
from elections.registrar.__main__ import main as registrar
from elections.services import catalogue, ceremony, mixing, voting
from elections.services.setup import NewCandidate, NewContest, NewTrustee
from elections.trustee.acts import decrypt, mix
from elections.trustee.board import read_board
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.election_factories import OFFICIAL, SERVER, Ready, draft, keyed, new_election, opened
from tests.factories import Visitor, appoint, make_person, official, sign_in, visitor

As = Callable[[Person], Visitor]


@pytest.fixture
def anyone(app: Flask) -> Visitor:
    return visitor(app)


@pytest.fixture
def browse_as(app: Flask) -> As:
    def browse(person: Person) -> Visitor:
        browser = visitor(app)
        sign_in(browser, person.address)
        return browser

    return browse


@pytest.fixture
def runner(session: Session, browse_as: As) -> Visitor:
    """The browser of an election official."""
    return browse_as(official(session, Office.ELECTION_OFFICIAL))


def upload(content: bytes, name: str = "file") -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO(content), name)}


def fresh(session: Session, uuid: str) -> Election:
    session.expire_all()
    return catalogue.find(session, uuid)


def text_of(response: TestResponse) -> str:
    """The words of a page's main part, without markup."""
    main = response.text[response.text.index("<main") : response.text.index("</main>")]
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", main)).split())


# Everyone


def test_the_list_is_empty_at_first_and_says_so(anyone: Visitor) -> None:
    assert "There has been no election yet." in anyone.get("/elections/").text


def test_the_list_finds_by_title_and_state(session: Session, anyone: Visitor) -> None:
    ready = opened(session)
    page = anyone.get("/elections/").text
    assert ready.election.title in page
    assert "No election fits" in anyone.get("/elections/?q=nothing").text
    assert ready.election.title in anyone.get("/elections/?q=BOARD&state=voting").text
    assert ready.election.title not in text_of(anyone.get("/elections/?state=finished"))


def test_a_draft_is_listed_for_officials_alone(session: Session, anyone: Visitor, runner: Visitor) -> None:
    election, _people = draft(session)
    assert election.uuid not in anyone.get("/elections/").text
    assert election.uuid in runner.get("/elections/").text


def test_a_search_for_a_percent_sign_finds_only_titles_with_one(session: Session, anyone: Visitor) -> None:
    opened(session)
    assert "No election fits" in anyone.get("/elections/?q=%25").text


def test_a_page_far_beyond_the_last_shows_the_last(session: Session, anyone: Visitor) -> None:
    ready = opened(session)
    for page in ("999999", "-3", "x"):
        assert ready.uuid in anyone.get(f"/elections/?page={page}").text


def test_a_draft_is_as_unknown_to_strangers_as_an_election_that_does_not_exist(
    session: Session, anyone: Visitor, runner: Visitor
) -> None:
    election, _people = draft(session)
    for page in ("", "/board", "/outcome", "/progress"):
        unknown = anyone.get(f"/elections/nosuchelection{page}")
        drafted = anyone.get(f"/elections/{election.uuid}{page}")
        assert (unknown.status_code, unknown.text) == (404, drafted.text)
        assert drafted.status_code == 404
        assert runner.get(f"/elections/{election.uuid}{page}").status_code == 200


def test_the_page_of_an_open_election_says_what_is_public_and_how_to_check_it(
    session: Session, anyone: Visitor
) -> None:
    ready = opened(session)
    page = text_of(anyone.get(f"/elections/{ready.uuid}"))
    assert "This is a demonstration. The server holds every key" in page
    assert "Voting credentials made by this server, which keeps them: this is a demonstration" in page
    assert str(ready.election.manifest_sha256) in page
    assert f"python -m elections.verifier {ready.uuid}.bel" in page
    assert "To vote, sign in first." in page
    assert "belenios-tool" in page


def test_the_page_says_which_trustees_keys_are_missing(session: Session, anyone: Visitor) -> None:
    election, _voters = _in_key_ceremony(session)
    page = text_of(anyone.get(f"/elections/{election.uuid}"))
    assert "1 of 3 trustees' keys have come. Missing: Tess Trustee and Tom Trustee." in page


def _in_key_ceremony(session: Session, new: object = None) -> tuple[Election, list[Person]]:
    from elections.services import credentials

    election, people = draft(session, new=new_election(demonstration=False) if new is None else new)  # type: ignore[arg-type]
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    return election, people


def test_what_candidates_are_called_cannot_become_markup(session: Session, anyone: Visitor, browse_as: As) -> None:
    evil = "<script>alert(1)</script>"
    contest = NewContest(f"Seat {evil}", [NewCandidate(evil, [evil], statement=evil), NewCandidate("Grace")])
    ready = opened(session, new=new_election(contests=[contest]))
    voter = browse_as(ready.voters[0].person)
    for page in ("", "/outcome", "/board"):
        assert evil not in anyone.get(f"/elections/{ready.uuid}{page}").text
    data = voter.get(f"/elections/{ready.uuid}/booth-data").get_json()
    statement = data["contests"][0]["candidates"][0]["statement_html"]
    assert statement == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_the_board_lists_ballots_newest_first_and_says_which_count(session: Session, anyone: Visitor) -> None:
    ready = opened(session)
    first, other, second = (ready.cast(session, voter).tracker for voter in (0, 1, 0))
    page = text_of(anyone.get(f"/elections/{ready.uuid}/board"))
    places = [page.index(one) for one in (second, other, first)]
    assert places == sorted(places)
    assert page[page.index(first) :].split("State")[0].count("replaced by a later one") == 1
    assert f"{second} 3 counts" in page


def test_a_tracker_is_found_by_its_beginning_and_with_the_spaces_of_a_receipt(
    session: Session, anyone: Visitor
) -> None:
    ready = opened(session)
    own, other = ready.cast(session, 0).tracker, ready.cast(session, 1).tracker
    spaced = " ".join(own[place : place + 4] for place in range(0, len(own), 4))
    for query in (own, spaced, own[:12]):
        page = text_of(anyone.get(f"/elections/{ready.uuid}/board", query_string={"q": query}))
        assert own in page
        assert other not in page
    none = text_of(anyone.get(f"/elections/{ready.uuid}/board", query_string={"q": "nothing"}))
    assert "No ballot with this tracker is on the board" in none


def test_progress_is_told_to_programs(session: Session, anyone: Visitor) -> None:
    ready = opened(session, new=new_election(demonstration=False))
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    mixing.server_mix(session, ready.uuid, now=clock.now())
    session.commit()
    told = anyone.get(f"/elections/{ready.uuid}/progress").get_json()
    assert (told["phase"], told["done"], told["total"]) == ("mixing", 1, 3)
    assert "It is the turn of Tess Trustee." in told["sentence"]


# The voter


def test_a_stranger_who_wants_to_vote_signs_in_first_and_comes_back(session: Session, anyone: Visitor) -> None:
    ready = opened(session)
    answer = anyone.get(f"/elections/{ready.uuid}/vote")
    assert answer.status_code == 303
    assert f"next=/elections/{ready.uuid}/vote" in answer.location.replace("%2F", "/")


def test_a_member_who_is_not_on_the_roll_is_told_so(session: Session, browse_as: As) -> None:
    ready = opened(session)
    other = browse_as(make_person(session))
    assert "You are not on the roll of this election." in other.get(f"/elections/{ready.uuid}").text
    for page in ("vote", "booth", "booth-data", "receipts/1"):
        assert other.get(f"/elections/{ready.uuid}/{page}").status_code == 403
    assert other.post(f"/elections/{ready.uuid}/credential").status_code == 403


def test_a_voters_page_goes_from_not_voted_to_recorded(session: Session, browse_as: As) -> None:
    ready = opened(session)
    browser = browse_as(ready.voters[0].person)
    assert "You have not voted in this election." in browser.get(f"/elections/{ready.uuid}/vote").text
    first, second = ready.cast(session, 0), ready.cast(session, 0)
    page = text_of(browser.get(f"/elections/{ready.uuid}/vote"))
    assert "Your vote is recorded." in page
    assert page.index("The ballot that counts") < page.index(second.tracker)
    assert page.index("Replaced by a later ballot") < page.index(first.tracker)


def test_the_voters_page_never_shows_a_choice(session: Session, browse_as: As) -> None:
    ready = opened(session)
    ready.cast(session, 0, [1, 2, 3, 4, 5])
    page = text_of(browse_as(ready.voters[0].person).get(f"/elections/{ready.uuid}/vote"))
    for candidate in ready.protocol.questions[0].answers:
        assert candidate not in page


def test_a_receipt_is_downloaded_by_its_owner_alone(session: Session, browse_as: As) -> None:
    ready = opened(session)
    receipt = ready.cast(session, 0)
    own = browse_as(ready.voters[0].person).get(f"/elections/{ready.uuid}/receipts/{receipt.height}")
    assert own.text == receipt.note
    assert "attachment" in own.headers["Content-Disposition"]
    other = browse_as(ready.voters[1].person)
    assert other.get(f"/elections/{ready.uuid}/receipts/{receipt.height}").status_code == 404


def _credential_waits(session: Session) -> tuple[Election, list[Person]]:
    """An open election, not a demonstration, whose voters have not picked up their credentials."""
    election, people = _in_key_ceremony(session)
    for trustee in ceremony.missing_keys(session, election):
        key = generate_key()[1].to_json()
        ceremony.accept_trustee_key(session, election.uuid, trustee.owner, key, by=trustee.name, now=clock.now())
    ceremony.finish(session, election.uuid, by=OFFICIAL, now=clock.now())
    voting.open_voting(session, election.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    session.commit()
    return election, people


def test_the_server_shows_a_credential_once_and_never_again(session: Session, browse_as: As) -> None:
    election, people = _credential_waits(session)
    browser = browse_as(people[0])
    assert "Show my credential" in browser.get(f"/elections/{election.uuid}/vote").text
    shown = browser.post(f"/elections/{election.uuid}/credential")
    assert shown.status_code == 200
    assert re.search(r"[1-9A-Za-z]{5}-[1-9A-Za-z]{6}-[1-9A-Za-z]{5}-[1-9A-Za-z]{6}", shown.text)
    assert shown.headers["Cache-Control"] == "no-store"
    again = browser.post(f"/elections/{election.uuid}/credential")
    assert again.status_code == 409
    assert "picked up your credential already" in again.text
    assert browser.get(f"/elections/{election.uuid}/booth-data").get_json()["credential"] is None


def test_reading_the_voters_page_hands_out_no_credential(session: Session, browse_as: As) -> None:
    election, people = _credential_waits(session)
    browser = browse_as(people[0])
    assert browser.get(f"/elections/{election.uuid}/credential").status_code == 405
    assert browser.get(f"/elections/{election.uuid}/booth-data").get_json()["credential"] is None


def test_a_demonstration_fills_the_credential_in_after_it_was_picked_up(session: Session, browse_as: As) -> None:
    ready = opened(session)
    browser = browse_as(ready.voters[0].person)
    answer = browser.post(f"/elections/{ready.uuid}/credential")
    assert (answer.status_code, answer.location) == (303, f"/elections/{ready.uuid}/booth")
    assert browser.get(f"/elections/{ready.uuid}/booth-data").get_json()["credential"] == ready.voters[0].credential


def test_the_booth_is_closed_before_and_after_the_vote(session: Session, browse_as: As) -> None:
    ready = keyed(session)
    browser = browse_as(ready.voters[0].person)
    assert browser.get(f"/elections/{ready.uuid}/booth").status_code == 409
    voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    session.commit()
    assert browser.get(f"/elections/{ready.uuid}/booth").status_code == 200
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    assert browser.get(f"/elections/{ready.uuid}/booth").status_code == 409


def test_the_booths_data_are_the_published_bytes_and_lead_to_a_ballot_that_is_accepted(
    session: Session, browse_as: As
) -> None:
    ready = opened(session)
    receipt = ready.cast(session, 0)
    browser = browse_as(ready.voters[0].person)
    data = browser.get(f"/elections/{ready.uuid}/booth-data").get_json()
    assert data["election"].encode() == ready.election.election_json
    assert data["fingerprint"] == ready.protocol.fingerprint
    assert sorted(data["contests"][0]["order"]) == list(range(5))
    assert [receipt["tracker"] for receipt in data["receipts"]] == [receipt.tracker]
    cast = browser.post(data["cast_url"], data=ready.ballot(0), content_type="application/json")
    assert cast.status_code == 201
    assert cast.get_json()["replaces"] == receipt.tracker


def test_a_ballot_made_elsewhere_is_handed_in_as_a_file(session: Session, browse_as: As) -> None:
    ready = opened(session)
    browser = browse_as(ready.voters[0].person)
    data = ready.ballot(0)
    page = browser.post(f"/elections/{ready.uuid}/ballots", data=upload(data + b"\n"), follow_redirects=True)
    assert "Your ballot is on the board." in page.text
    assert tracker(data) in page.text


def test_a_file_that_is_no_ballot_of_the_voter_is_refused_on_the_page(session: Session, browse_as: As) -> None:
    ready = opened(session)
    browser = browse_as(ready.voters[0].person)
    for content, status, sentence in [
        (b"{}", 400, "missing key"),
        (b"x" * 100_000, 413, "too large to be a ballot"),
        (ready.ballot(1), 403, "not signed with your credential"),
    ]:
        answer = browser.post(f"/elections/{ready.uuid}/ballots", data=upload(content))
        assert answer.status_code == status
        assert answer.text.count(sentence) >= 2
    assert session.query(CastBallot).count() == 0


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
    election, people = _in_key_ceremony(session, new)
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


# The task list


def test_everyone_lands_on_what_they_have_to_do(
    session: Session, browse_as: As, trusted: tuple[Election, Person, list[Person]]
) -> None:
    election, person, _people = trusted
    assert f"/elections/{election.uuid}/trustee" in browse_as(person).get("/account/").text
    assert (
        f"/elections/{election.uuid}/manage"
        in browse_as(official(session, Office.ELECTION_OFFICIAL)).get("/account/").text
    )


def test_a_voters_task_is_done_once_the_vote_is_recorded(session: Session, browse_as: As) -> None:
    ready = opened(session)
    browser = browse_as(ready.voters[0].person)
    before = text_of(browser.get("/account/"))
    assert "Vote: Board election" in before
    assert "Your vote is recorded." not in before
    ready.cast(session, 0)
    assert "Your vote is recorded." in text_of(browser.get("/account/"))


def test_the_registrars_task_stands_while_credentials_are_missing(session: Session, browse_as: As) -> None:
    election, _people = draft(session, new=new_election(source=CredentialSource.REGISTRAR))
    page = browse_as(official(session, Office.REGISTRAR)).get("/account/").text
    assert f"/elections/{election.uuid}/registrar" in page
    assert "3 voters wait for a credential" in page


# The outcome


def decided(session: Session, runner: Visitor, ballots: list[list[int]]) -> Ready:
    ready = opened(session, voters=len(ballots))
    for voter, ranks in enumerate(ballots):
        ready.cast(session, voter, ranks)
    assert runner.post(f"/elections/{ready.uuid}/close").status_code == 303
    return ready


def test_the_result_says_who_is_elected_the_counts_the_turnout_and_warns_when_few_voted(
    session: Session, runner: Visitor, anyone: Visitor
) -> None:
    ready = decided(session, runner, [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [0, 0, 0, 0, 0]])
    page = text_of(anyone.get(f"/elections/{ready.uuid}/outcome"))
    assert "Elected: Ada Lovelace and Grace Hopper" in page
    assert "Blank ballots 1" in page
    assert "Turnout 3 of 3 on the roll" in page
    assert "Fewer than 20 ballots were cast" in page
    assert "2 win" in page
    assert "the result of a poll: it binds nobody" in page


def test_a_tie_is_shown_as_one_and_nobody_is_called_condorcet_winner(
    session: Session, runner: Visitor, anyone: Visitor
) -> None:
    ready = decided(session, runner, [[1, 1, 1, 2, 2], [1, 1, 1, 2, 2]])
    page = text_of(anyone.get(f"/elections/{ready.uuid}/outcome"))
    assert "Tied and not resolved: Ada Lovelace, Grace Hopper and Betty Holberton." in page
    assert "nobody: there is no Condorcet winner" in page
    assert "Elected:" not in page


def test_a_tie_that_leaves_no_seat_open_needs_no_lot(session: Session, runner: Visitor, anyone: Visitor) -> None:
    ready = decided(session, runner, [[1, 2, 3, 4, 4], [1, 2, 3, 4, 4]])
    page = text_of(anyone.get(f"/elections/{ready.uuid}/outcome"))
    assert "Elected: Ada Lovelace and Grace Hopper" in page
    assert "Konrad Zuse and Hedy Lamarr (tied)" in page
    assert "Tied and not resolved" not in page


def test_the_matrix_is_a_table_with_headers_in_the_final_order(
    session: Session, runner: Visitor, anyone: Visitor
) -> None:
    ready = decided(session, runner, [[5, 4, 3, 2, 1], [5, 4, 3, 2, 1]])
    page = anyone.get(f"/elections/{ready.uuid}/outcome").text
    heads = re.findall(r'<th scope="(col|row)">([^<]+)</th>', page)
    order = ["Hedy Lamarr", "Konrad Zuse", "Betty Holberton", "Grace Hopper", "Ada Lovelace"]
    assert [name for kind, name in heads if kind == "col"][1:] == order
    assert [name for kind, name in heads if kind == "row"] == order


def test_the_steps_of_a_method_are_told_in_its_own_terms(session: Session, runner: Visitor, anyone: Visitor) -> None:
    candidates = [NewCandidate(name) for name in ("Ada", "Grace", "Hedy")]
    contests = [
        NewContest(f"Seat by {method}", candidates, method=method) for method in ("schulze", "ranked-pairs", "nanson")
    ]
    ready = opened(session, voters=3, new=new_election(contests=contests))
    for voter, ranks in enumerate(([1, 2, 3], [1, 2, 3], [3, 1, 2])):
        ready.cast(session, voter, ranks, ranks, ranks)
    runner.post(f"/elections/{ready.uuid}/close")
    page = text_of(anyone.get(f"/elections/{ready.uuid}/outcome"))
    assert "Ada → Grace: strength 2" in page
    assert "Locked: Ada over Grace (2)" in page
    assert "Round 1: Ada 2, Grace 2, Hedy -4. Excluded: Hedy." in page
    assert page.count("Elected: Ada") >= 3


def test_an_election_without_ballots_has_a_result_that_says_so(
    session: Session, runner: Visitor, anyone: Visitor
) -> None:
    ready = opened(session)
    runner.post(f"/elections/{ready.uuid}/close")
    page = text_of(anyone.get(f"/elections/{ready.uuid}/outcome"))
    assert "Ballots counted 0" in page
    assert "Turnout 0 of 3 on the roll" in page


def test_before_there_is_a_result_the_page_says_what_it_waits_for(session: Session, anyone: Visitor) -> None:
    ready = opened(session, new=new_election(demonstration=False))
    assert "There is no result yet." in anyone.get(f"/elections/{ready.uuid}/outcome").text
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    page = anyone.get(f"/elections/{ready.uuid}/outcome").text
    assert "0 of 3 trustees" in page
    assert f'data-progress="/elections/{ready.uuid}/progress"' in page
    assert "Look again" in page


def test_appointing_is_what_lets_somebody_run_elections(session: Session, browse_as: As) -> None:
    person = make_person(session)
    browser = browse_as(person)
    assert browser.get("/elections/new").status_code == 403
    appoint(session, person, Office.ELECTION_OFFICIAL)
    assert browser.get("/elections/new").status_code == 200
