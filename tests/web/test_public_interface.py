"""The public interface over HTTP: what it serves, how it may be kept, and casting through it."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.crypto import archive
from elections.services import voting
from elections.verifier import receipt as receipts
from elections.verifier.manifest import Manifest
from foundation.core import clock, postgres
from tests.election_factories import OFFICIAL, Ready, draft, keyed, opened
from tests.factories import Visitor, sign_in, visitor


@pytest.fixture
def reader(app: Flask) -> Visitor:
    """A stranger without an account."""
    return visitor(app)


def url(ready: Ready, path: str) -> str:
    return f"/api/elections/{ready.uuid}/{path}"


def voters_browser(app: Flask, ready: Ready, voter: int, *, forgery_protection: bool = False) -> Visitor:
    browser = visitor(app, forgery_protection=forgery_protection)
    sign_in(browser, ready.voters[voter].person.address)
    return browser


def post(browser: FlaskClient, ready: Ready, data: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    response = browser.post(url(ready, "ballots"), data=data, content_type="application/json", headers=headers)
    return response.status_code, response.get_json()


def test_the_archive_is_served_whole_and_its_parts_one_by_one(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    ready.cast(session, 0)
    data = board.archive_bytes(session, ready.uuid)
    answer = reader.get(url(ready, "archive"))
    assert answer.data == data
    assert answer.content_length == len(data)
    files = list(archive.records(data))
    assert reader.get(url(ready, "archive-header")).data == files[0].content
    for file in files[1:]:
        found = reader.get(url(ready, f"objects/{file.hash}"))
        assert found.data == file.content
        assert found.mimetype == "application/json"
    last = reader.get(url(ready, "last-event")).get_json()
    assert last == {"height": 1, "hash": files[-1].hash, "pos": len(data)}


def test_election_and_manifest_are_the_exact_frozen_bytes(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    assert reader.get(url(ready, "election")).data == ready.election.election_json
    manifest = reader.get(url(ready, "manifest")).data
    assert sha256(manifest).hexdigest() == ready.election.manifest_sha256


def test_the_outcome_is_bound_to_the_archive(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    ready.cast(session, 0)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    assert reader.get(url(ready, "outcome")).status_code == 404
    jobs.advance(ready.uuid)
    document = reader.get(url(ready, "outcome")).get_json()
    assert document["format"] == "footing-outcome/2"
    assert document["archive"] == sha256(reader.get(url(ready, "archive")).data).hexdigest()
    assert list(document["contests"][0])[:2] == ["candidates", "ballots"]


def test_the_ballots_are_listed_by_tracker_and_place_with_those_that_count_marked(
    session: Session, reader: Visitor
) -> None:
    ready = opened(session)
    cast = [ready.cast(session, voter) for voter in (0, 1, 0)]
    listed = reader.get(url(ready, "ballots")).get_json()
    assert listed == {
        "total": 3,
        "ballots": [
            {"tracker": receipt.tracker, "height": receipt.height, "counts": counts}
            for receipt, counts in zip(cast, (False, True, True), strict=True)
        ],
        "next": None,
    }
    page = reader.get(url(ready, "ballots?limit=2")).get_json()
    assert [row["height"] for row in page["ballots"]] == [1, 2]
    rest = reader.get(url(ready, f"ballots?limit=2&after={page['next']}")).get_json()
    assert [row["height"] for row in rest["ballots"]] == [3]
    assert rest["next"] is None


def test_what_can_be_kept_says_how_long_and_whoever_has_it_is_told_so(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    ready.cast(session, 0)
    files = list(archive.records(board.archive_bytes(session, ready.uuid)))
    for path in (f"objects/{files[1].hash}", "election", "manifest", "archive-header"):
        first = reader.get(url(ready, path))
        assert "immutable" in first.headers["Cache-Control"]
        again = reader.get(url(ready, path), headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    for path in ("archive", "last-event", "ballots", "audit-cache"):
        first = reader.get(url(ready, path))
        assert "no-cache" in first.headers["Cache-Control"]
        etag = {"If-None-Match": first.headers["ETag"]}
        assert reader.get(url(ready, path), headers=etag).status_code == 304
        ready.cast(session, 1)
        assert reader.get(url(ready, path), headers=etag).status_code == 200


def test_reading_needs_no_account_sets_no_cookie_and_is_open_to_pages_of_other_sites(
    session: Session, reader: Visitor
) -> None:
    ready = opened(session)
    for path in ("archive", "last-event", "election", "manifest", "ballots", "audit-cache", "archive-header"):
        answer = reader.get(url(ready, path))
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_follower_asks_for_the_archive_from_where_its_copy_ends(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    old = reader.get(url(ready, "archive")).data
    ready.cast(session, 0)
    data = board.archive_bytes(session, ready.uuid)
    for start in (len(old), 1, 511, 512, 700, len(data) - 1):
        more = reader.get(url(ready, "archive"), headers={"Range": f"bytes={start}-"})
        assert more.status_code == 206
        assert more.data == data[start:]
        assert more.headers["Content-Range"] == f"bytes {start}-{len(data) - 1}/{len(data)}"
    for other in (f"bytes={len(data)}-", "bytes=0-5", "bytes=-5", "lines=1-", "bytes=1-,3-"):
        whole = reader.get(url(ready, "archive"), headers={"Range": other})
        assert (whole.status_code, whole.data) == (200, data)


def test_what_does_not_exist_is_404_with_a_code(session: Session, reader: Visitor) -> None:
    ready = keyed(session)
    paths = {
        "/api/elections/nobody/archive": "no-board-yet",
        "/api/elections/nobody/election": "no-such-election",
        "/api/elections/nobody/ballots": "no-board-yet",
        f"/api/elections/{ready.uuid}/objects/{'0' * 64}": "no-such-object",
        f"/api/elections/{ready.uuid}/objects/ABC": "no-such-object",
        f"/api/elections/{ready.uuid}/outcome": "no-outcome-yet",
    }
    for path, code in paths.items():
        answer = reader.get(path)
        assert answer.status_code == 404, path
        assert answer.get_json()["error"]["code"] == code
        assert answer.get_json()["error"]["message"]


def test_a_draft_shows_nothing(app: Flask, session: Session, reader: Visitor) -> None:
    election, _ = draft(session)
    for path in (
        "archive",
        "last-event",
        "election",
        "manifest",
        "ballots",
        "audit-cache",
        "archive-header",
        "outcome",
    ):
        assert reader.get(f"/api/elections/{election.uuid}/{path}").status_code == 404, path


def test_the_audit_cache_holds_the_roll_and_the_checksums(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    cache = reader.get(url(ready, "audit-cache")).get_json()
    manifest = Manifest.from_json(ready.election.manifest or b"")
    assert cache["voters_hash"] == manifest.roll.sha256
    assert cache["checksums"]["election"] == sha256(ready.election.election_json or b"").hexdigest()
    assert cache["checksums"]["num_voters"] == 3


def test_a_signed_in_voter_casts_and_gets_a_receipt(app: Flask, session: Session) -> None:
    ready = opened(session)
    browser = voters_browser(app, ready, 0)
    status, receipt = post(browser, ready, ready.ballot(0))
    assert status == 201
    assert set(receipt) == {"tracker", "height", "event", "time", "receipt", "replaces"}
    key = Manifest.from_json(ready.election.manifest or b"").receipt_key
    assert receipts.read(str(receipt["receipt"]), key).tracker == receipt["tracker"]
    session.expire_all()
    assert board.head_of(session, ready.uuid).hash == receipt["event"]
    data = ready.ballot(0)
    first = post(browser, ready, data)
    assert first[1]["replaces"] == receipt["tracker"]
    assert post(browser, ready, data + b"\n") == first


def test_whoever_is_not_signed_in_is_told_so(session: Session, reader: Visitor) -> None:
    ready = opened(session)
    status, answer = post(reader, ready, ready.ballot(0))
    assert (status, answer["error"]["code"]) == (401, "not-signed-in")  # type: ignore[index]


def test_every_refusal_is_a_4xx_with_a_sentence_and_a_code(app: Flask, session: Session) -> None:
    ready = opened(session)
    browser = voters_browser(app, ready, 0)
    for data, status, code in (
        (b"", 400, "malformed"),
        (b"{}", 400, "malformed"),
        (ready.ballot(1), 403, "not-your-credential"),
        (ready.ballot(0).replace(b",", b", ", 1), 400, "not-canonical"),
        (b" " * (64 * 1024 + 2), 413, "http-413"),
        (b'"' + b"x" * 10_000_000 + b'"', 413, "http-413"),
        (b"[" * 65_000, 413, "too-large"),
    ):
        answered, answer = post(browser, ready, data)
        assert (answered, answer["error"]["code"]) == (status, code)  # type: ignore[index]
        assert answer["error"]["message"]  # type: ignore[index]
    assert board.head_of(session, ready.uuid).height == 0


def test_a_ballot_comes_as_json_and_not_as_a_form(app: Flask, session: Session) -> None:
    ready = opened(session)
    browser = voters_browser(app, ready, 0)
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        answer = browser.post(url(ready, "ballots"), data=ready.ballot(0), content_type=kind)
        assert answer.status_code == 415, kind


def test_casting_without_the_forgery_token_is_refused(app: Flask, session: Session) -> None:
    ready = opened(session)
    browser = voters_browser(app, ready, 0, forgery_protection=True)
    status, answer = post(browser, ready, ready.ballot(0))
    assert (status, answer["error"]["code"]) == (400, "form-expired")  # type: ignore[index]
    assert board.head_of(session, ready.uuid).height == 0


def test_one_person_cannot_cast_without_end(app: Flask, session: Session) -> None:
    ready = opened(session)
    browser = voters_browser(app, ready, 0)
    answers = [post(browser, ready, b"{}")[0] for _ in range(62)]
    assert answers[:60] == [400] * 60
    assert answers[-1] == 429


def test_a_ballot_for_an_election_that_is_over_is_a_conflict(app: Flask, session: Session) -> None:
    ready = opened(session)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    status, answer = post(voters_browser(app, ready, 0), ready, ready.ballot(0))
    assert (status, answer["error"]["code"]) == (409, "voting-closed")  # type: ignore[index]


def test_while_the_database_is_away_every_answer_is_503_and_trying_again_is_safe(
    app: Flask, session: Session, reader: Visitor, database_url: str
) -> None:
    ready = opened(session)
    voter = voters_browser(app, ready, 0)
    session.close()
    where = make_url(database_url)
    postgres.drop_database(where.set(database="postgres"), where.database or "")
    answers = [reader.get(url(ready, "last-event")), reader.get(url(ready, "archive"))]
    answers.append(voter.post(url(ready, "ballots"), data=b"{}", content_type="application/json"))
    for answer in answers:
        assert answer.status_code == 503
        assert answer.get_json()["error"]["code"] == "unavailable"
        assert "try again" in answer.get_json()["error"]["message"]


def test_nothing_secret_is_logged_when_ballots_are_cast_or_refused(
    app: Flask, session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    ready = opened(session)
    browser = voters_browser(app, ready, 0)
    ballot = ready.ballot(0)
    post(browser, ready, ballot)
    post(browser, ready, ballot.replace(b"0", b"1"))
    post(browser, ready, ready.ballot(1))
    said = "".join(capfd.readouterr())
    assert "refused" in said
    for secret in (ready.voters[0].credential, ballot.decode(), json.loads(ballot)["credential"]):
        assert secret not in said
