"""The pages of a voter: from the credential to the vote that is recorded."""

from __future__ import annotations

import io
import re

from sqlalchemy.orm import Session

from elections.crypto.ballot import tracker
from elections.crypto.trustees import generate_key
from elections.models import CastBallot, Election
from elections.services import ceremony, voting
from foundation.accounts.models import Person
from foundation.core import clock
from tests.election_factories import OFFICIAL, keyed, opened
from tests.factories import As
from tests.web.test_election_pages import in_key_ceremony, text_of


def upload(content: bytes, name: str = "file") -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO(content), name)}


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
    election, people = in_key_ceremony(session)
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
