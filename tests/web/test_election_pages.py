"""The pages of an election, as everyone, a voter, an official, a registrar and a trustee see and use them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elections.models import CredentialSource, Election
from elections.services import ceremony, mixing, voting
from elections.services.setup import NewCandidate, NewContest, NewTrustee
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.election_factories import OFFICIAL, SERVER, Ready, draft, new_election, opened
from tests.factories import As, Visitor, appoint, make_person, official


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
    election, _voters = in_key_ceremony(session)
    page = text_of(anyone.get(f"/elections/{election.uuid}"))
    assert "1 of 3 trustees' keys have come. Missing: Tess Trustee and Tom Trustee." in page


def in_key_ceremony(session: Session, new: object = None) -> tuple[Election, list[Person]]:
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


# The trustee


@pytest.fixture
def trusted(session: Session) -> tuple[Election, Person, list[Person]]:
    """An election in its key ceremony whose second trustee is a person in office; the server is the first."""
    person = official(session, Office.TRUSTEE)
    new = new_election(demonstration=False, trustees=[SERVER, NewTrustee(person.display_name, person)])
    election, people = in_key_ceremony(session, new)
    return election, person, people


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
