"""Checkpoints: signed heads of the board, at the opening, each minute, and at the close."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from elections import board
from elections.models import Checkpoint, Election
from elections.services import checkpoints, voting
from elections.verifier import checkpoint as notes
from elections.verifier.__main__ import main as verifier
from elections.verifier.manifest import Manifest
from foundation.core import clock
from tests.election_factories import OFFICIAL, Ready, draft, opened


@pytest.fixture
def ready(session: Session) -> Ready:
    return opened(session, voters=1)


def read(session: Session, election: Election) -> notes.Checkpoint:
    key = Manifest.from_json(election.manifest or b"").receipt_key
    return notes.read(checkpoints.latest(session, election).note, key)


def let_a_minute_pass(session: Session) -> None:
    session.execute(text("ALTER TABLE board_checkpoint DISABLE TRIGGER USER"))
    session.execute(text("UPDATE board_checkpoint SET at = at - interval '1 minute'"))
    session.execute(text("ALTER TABLE board_checkpoint ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()


def test_the_opening_publishes_where_the_board_begins_signed_with_the_manifests_key(
    session: Session, ready: Ready
) -> None:
    found = read(session, ready.election)
    head = board.head_of(session, ready.uuid)
    assert (found.uuid, found.height, found.event, found.position) == (ready.uuid, 0, head.hash, head.position)


def test_a_checkpoint_is_published_each_minute_and_not_twice(session: Session, ready: Ready) -> None:
    let_a_minute_pass(session)
    ready.cast(session, 0)
    assert checkpoints.due(session) == [ready.uuid]
    assert checkpoints.publish_if_due(session, ready.election, now=clock.now())
    session.commit()
    assert not checkpoints.publish_if_due(session, ready.election, now=clock.now())
    head = board.head_of(session, ready.uuid)
    assert (read(session, ready.election).height, read(session, ready.election).event) == (1, head.hash)


def test_the_close_publishes_the_last_one(session: Session, ready: Ready) -> None:
    ready.cast(session, 0)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    head = board.head_of(session, ready.uuid)
    assert (read(session, ready.election).height, read(session, ready.election).event) == (head.height, head.hash)
    let_a_minute_pass(session)
    assert checkpoints.due(session) == []
    assert not checkpoints.publish_if_due(session, ready.election, now=clock.now())


def test_the_newest_is_served_as_text_and_all_are_listed_page_by_page(
    session: Session, client: FlaskClient, ready: Ready
) -> None:
    let_a_minute_pass(session)
    checkpoints.publish_if_due(session, ready.election, now=clock.now())
    session.commit()
    newest = client.get(f"/api/elections/{ready.uuid}/checkpoint")
    assert (newest.mimetype, newest.text) == ("text/plain", checkpoints.latest(session, ready.election).note)
    first = client.get(f"/api/elections/{ready.uuid}/checkpoints?limit=1").get_json()
    rest = client.get(f"/api/elections/{ready.uuid}/checkpoints?limit=1&after={first['next']}").get_json()
    last = client.get(f"/api/elections/{ready.uuid}/checkpoints?after={rest['next']}").get_json()
    assert [len(page["checkpoints"]) for page in (first, rest, last)] == [1, 1, 0]
    assert rest["checkpoints"][0]["note"] == newest.text
    assert (last["next"], set(first["checkpoints"][0])) == (None, {"time", "height", "hash", "pos", "note"})


def test_a_stranger_holds_a_checkpoint_against_the_archive(
    session: Session, client: FlaskClient, ready: Ready, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("older", "newer"):
        for what, end in (("archive", ".bel"), ("manifest", ".manifest.json"), ("checkpoint", ".txt")):
            answer = client.get(f"/api/elections/{ready.uuid}/{what}")
            (tmp_path / f"{name}{end}").write_bytes(answer.data)
        ready.cast(session, 0)
        let_a_minute_pass(session)
        checkpoints.publish_if_due(session, ready.election, now=clock.now())
        session.commit()
    assert verifier(["--checkpoint", str(tmp_path / "older.txt"), str(tmp_path / "newer.bel")]) == 0
    capsys.readouterr()
    assert verifier(["--checkpoint", str(tmp_path / "newer.txt"), str(tmp_path / "older.bel")]) == 1
    assert "R2" in capsys.readouterr().out
    page = client.get(f"/elections/{ready.uuid}/board").text
    assert f"/api/elections/{ready.uuid}/checkpoint" in page


def test_before_the_vote_there_is_none(session: Session, client: FlaskClient) -> None:
    election, _voters = draft(session)
    assert client.get(f"/api/elections/{election.uuid}/checkpoint").status_code == 404
    assert client.get(f"/api/elections/{election.uuid}/checkpoints").get_json() == {"checkpoints": [], "next": None}


def test_checkpoints_stay(session: Session, ready: Ready) -> None:
    for attack in ("UPDATE board_checkpoint SET height = 9", "DELETE FROM board_checkpoint"):
        with pytest.raises(DatabaseError):
            session.execute(text(attack))
        session.rollback()
    assert session.query(Checkpoint).count() == 1


def test_an_election_that_opens_later_has_none_each_minute_before(session: Session, ready: Ready) -> None:
    session.execute(text("ALTER TABLE election DISABLE TRIGGER USER"))
    later = clock.now() + timedelta(hours=1)
    session.execute(text("UPDATE election SET opens_at = :later"), {"later": later})
    session.execute(text("ALTER TABLE election ENABLE TRIGGER USER"))
    let_a_minute_pass(session)
    assert checkpoints.due(session) == []
    assert not checkpoints.publish_if_due(session, ready.election, now=clock.now())
