"""A disk that is full: no ballot is taken, none is half there, and voting goes on when there is room again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import ballot as protocol
from elections.services import trackers
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.verification import verify
from foundation.config import Settings, load_settings
from foundation.core import migrate, postgres
from foundation.core.db import db
from foundation.core.errors import Unavailable
from tests.election_factories import Ready, opened
from tests.factories import another_app, sign_in, visitor

ROOT = Path(__file__).resolve().parents[2]
MEBIBYTE = 1024 * 1024
SMALL = "max_connections = 20\nmin_wal_size = 32MB\nmax_wal_size = 48MB\nsynchronous_commit = on\n"
VOTERS = 4
START = """
import sys
from pathlib import Path
from foundation.core import postgres
postgres.start(Path(sys.argv[1]), "small")
"""


@contextmanager
def small_disk(where: Path, mebibytes: int) -> Iterator[Path]:
    """A file system of that size, in memory; where nobody may mount one, the trial says that it was not run."""
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0755", "tmpfs", str(where)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("NOT RUN: the trial of the full disk must mount a small file system, which this machine refuses.")
    try:
        yield where
    finally:
        subprocess.run(["umount", "--lazy", str(where)], check=True, capture_output=True)


def fill(disk: Path) -> Path:
    """Leave no room at all; removing the file that is returned gives it back."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(MEBIBYTE)) == MEBIBYTE:
            pass
        while file.write(bytes(512)):
            pass
    return filler


def end_server(directory: Path) -> None:
    """End the server, and whatever was started anew in its place."""
    with suppress(OSError, psutil.NoSuchProcess):
        process = psutil.Process(int((directory / "postmaster.pid").read_text().splitlines()[0]))
        process.send_signal(signal.SIGINT)
        with suppress(psutil.TimeoutExpired):
            process.wait(20)


@dataclass(frozen=True)
class Polls:
    """An open election on a disk, and the session of each of its voters."""

    app: Flask
    disk: Path
    ready: Ready
    tokens: Sequence[str]

    def cast(self, voter: int, ballot: bytes) -> tuple[int, str]:
        """Cast as a browser does; return the status, and the sentence of a refusal."""
        client = visitor(self.app)
        client.set_cookie("session", self.tokens[voter])
        path = f"/api/elections/{self.ready.uuid}/ballots"
        answer = client.post(path, data=ballot, content_type="application/json")
        return answer.status_code, (answer.json or {}).get("error", {}).get("message", "")

    def cast_until_refused(self, most: int) -> tuple[list[str], bytes]:
        """Cast until a ballot is refused; return the trackers with a receipt, and the ballot that was refused."""
        given = []
        for number in range(most):
            ballot = self.ready.ballot(number % VOTERS)
            status, message = self.cast(number % VOTERS, ballot)
            assert status in {201, 503}, message
            if status == 503:
                assert "again" in message
                return given, ballot
            given.append(protocol.tracker(ballot))
        raise AssertionError("The disk is full, and all ballots were taken.")

    def on_board(self) -> list[str]:
        """The trackers on the board, which the verifier has read."""
        with self.app.app_context():
            db.session.rollback()
            read = Board.read(board.archive_bytes(db.session, self.ready.uuid))
            report = verify(Materials(read, self.ready.election.manifest, None, None, None), jobs=1)
            assert report.ok, report.to_text()
            return [row.tracker for row in trackers.listed(db.session, self.ready.election, after=0, limit=1000)]


@pytest.fixture
def polls(server_home: Path, tmp_path: Path) -> Iterator[Polls]:
    """An open election over a durable PostgreSQL whose whole disk is small."""
    with small_disk(server_home / "disk", 320) as disk:
        postgres.initialise(disk / "data", SMALL)
        url = postgres.start(disk / "data", "small")
        migrate.upgrade(url)
        settings = replace(load_settings({"FOOTING_ENV": "test"}, tmp_path / "instance"), database_url=url)
        with another_app(settings) as app:
            with app.app_context():
                ready = opened(db.session, voters=VOTERS)
            tokens = [sign_in(visitor(app), f"voter{voter}@example.org") for voter in range(VOTERS)]
            yield Polls(app, disk, ready, tokens)
        end_server(disk / "data")


@pytest.mark.slow
def test_on_a_full_disk_ballots_are_refused_whole_and_taken_again_when_there_is_room(polls: Polls) -> None:
    filler = fill(polls.disk)
    given, refused = polls.cast_until_refused(200)
    for voter in range(VOTERS):
        assert polls.cast(voter, polls.ready.ballot(voter))[0] in {201, 503}
    reader = visitor(polls.app)
    assert reader.get(f"/api/elections/{polls.ready.uuid}/last-event").status_code == 200, "reading needs no room"
    before = polls.on_board()
    assert before[: len(given)] == given
    assert protocol.tracker(refused) not in before
    filler.unlink()
    assert polls.cast(len(given) % VOTERS, refused)[0] == 201
    assert polls.on_board() == [*before, protocol.tracker(refused)]


@pytest.mark.slow
def test_a_database_that_stopped_for_want_of_room_comes_back_with_every_ballot_that_has_a_receipt(
    polls: Polls,
) -> None:
    given = polls.ready.ballot(0)
    assert polls.cast(0, given)[0] == 201
    filler = fill(polls.disk)
    with polls.app.app_context():
        dsn = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        db.engine.dispose()
    with pytest.raises(psycopg.OperationalError):
        write_until_it_stops(dsn)
    refused = polls.ready.ballot(1)
    assert polls.cast(1, refused)[0] == 503
    filler.unlink()
    wait_for_server(polls.disk / "data", dsn)
    assert polls.on_board() == [protocol.tracker(given)]
    assert polls.cast(1, refused)[0] == 201
    assert polls.on_board() == [protocol.tracker(given), protocol.tracker(refused)]


def write_until_it_stops(dsn: str) -> None:
    """Fill the database's log: where that has no room, PostgreSQL stops at once, as it must."""
    with psycopg.connect(dsn, autocommit=True) as writer:
        for _ in range(200):
            writer.execute("SELECT pg_logical_emit_message(true, 'trial', repeat('x', 1000000))")


def wait_for_server(directory: Path, dsn: str) -> None:
    """Return once the server answers, which somebody starts anew if it has gone."""
    for _ in range(60):
        with suppress(psycopg.OperationalError), psycopg.connect(dsn):
            return
        pid = directory / "postmaster.pid"
        if not pid.exists() or not psutil.pid_exists(int(pid.read_text().splitlines()[0])):
            subprocess.run([sys.executable, "-c", START, str(directory)], cwd=ROOT, check=False, timeout=60)
        time.sleep(0.5)
    raise AssertionError("The server did not come back.")


def test_without_room_for_the_witness_no_ballot_is_taken(
    settings: Settings, app: Flask, session: Session, tmp_path: Path
) -> None:
    del app, session
    with (
        small_disk(tmp_path / "disk", 1) as disk,
        another_app(replace(settings, witness_directory=disk / "witness")) as other,
        other.app_context(),
    ):
        ready = opened(db.session, voters=1)
        filler = fill(disk)
        # What the file's last block still holds is room; a block is filled by some fifty ballots.
        page = os.sysconf("SC_PAGESIZE")
        path = disk / "witness" / f"{ready.uuid}.heads"
        casts = 0
        with suppress(Unavailable):
            while casts < page:
                ready.cast(db.session, 0)
                casts += 1
        db.session.rollback()
        assert trackers.total(db.session, ready.election) == casts < page
        assert path.stat().st_size <= page
        filler.unlink()
        ready.cast(db.session, 0)
        assert trackers.total(db.session, ready.election) == casts + 1
