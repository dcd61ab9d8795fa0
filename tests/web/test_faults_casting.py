"""Processes that die, hurry and collide while casting, closing, mixing and counting: nothing is lost or done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import archive
from elections.crypto import ballot as protocol
from elections.crypto.archive import Event, EventType
from elections.lifecycle import Phase
from elections.models import Election
from elections.services import outcome
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.verification import verify
from foundation.config import Settings
from foundation.core import migrate, postgres
from tests.election_factories import Ready, new_election, opened
from tests.factories import sign_in, visitor
from tests.faulty_process import ROOT, Mortal, mortal_process


@pytest.fixture
def mortal(database_url: str, settings: Settings) -> Iterator[Mortal]:
    """A process that can be killed, over the test's database."""
    with mortal_process(database_url, settings.instance) as process:
        yield process


def verified(session: Session, ready: Ready) -> None:
    """Let the verifier read the board: one chain, the right grammar, no ballot twice, all proofs."""
    session.rollback()
    data = board.archive_bytes(session, ready.uuid)
    report = verify(Materials(Board.read(data), ready.election.manifest, None, None, None), jobs=1)
    assert report.ok, report.to_text()


def trackers(session: Session, ready: Ready) -> list[str]:
    """The trackers of the ballots on the board, from the published bytes."""
    session.rollback()
    files = list(archive.records(board.archive_bytes(session, ready.uuid)))
    contents = {file.hash: file.content for file in files if not file.is_event}
    events = [Event.from_json(file.content) for file in files if file.is_event]
    return [protocol.tracker(contents[event.payload or ""]) for event in events if event.type is EventType.BALLOT]


def types(session: Session, uuid: str) -> list[EventType]:
    session.rollback()
    files = archive.records(board.archive_bytes(session, uuid))
    return [Event.from_json(file.content).type for file in files if file.is_event]


def token_of(app: Flask, ready: Ready, voter: int) -> str:
    return sign_in(visitor(app), ready.voters[voter].person.address)


@pytest.mark.slow
def test_a_process_killed_at_any_statement_of_casting_leaves_no_ballot_or_one(
    app: Flask, session: Session, mortal: Mortal
) -> None:
    ready = opened(session, voters=1)
    order = {"act": "post_ballot", "uuid": ready.uuid, "token": token_of(app, ready, 0), "every_statement": True}
    stored_by_the_dead = []
    for after in (False, True):
        for number in range(1, 100):
            ballot = ready.ballot(0).decode()
            death = mortal.together([{**order, "ballot": ballot, "kill": number, "after": after}])[0]
            times = trackers(session, ready).count(protocol.tracker(ballot.encode()))
            assert times <= 1
            stored_by_the_dead.append(times)
            if not death["killed"]:
                assert death["said"]["status"] == 201
                assert times == 1
                break
            # The voter, who got no receipt, sends the same ballot again: it is there once, whatever was there before.
            retry = mortal.together([{**order, "ballot": ballot}])[0]
            assert retry["said"]["status"] == 201, retry
            assert trackers(session, ready).count(retry["said"]["body"]["tracker"]) == 1
        assert number > 10, "casting sends more statements than this: the test did not reach them"
    # A kill after the commit and before the answer is the case in which the ballot is stored without a receipt.
    assert set(stored_by_the_dead) == {0, 1}
    verified(session, ready)


def test_two_workers_casting_fifty_re_votes_of_one_voter_make_one_linear_chain(
    session: Session, mortal: Mortal
) -> None:
    ready = opened(session, voters=2)
    person = ready.voters[0].person.id
    orders = [
        {
            "act": "cast_many",
            "uuid": ready.uuid,
            "person": person,
            "ballots": [ready.ballot(0).decode() for _ in range(25)],
        }
        for _ in range(2)
    ]
    answers = [answer["said"] for answer in mortal.together(orders)]
    receipts = [tuple(receipt) for answer in answers for receipt in answer["receipts"]]
    assert [answer["refusals"] for answer in answers] == [[], []]
    assert sorted(height for _, height, _ in receipts) == list(range(1, 51))
    by_height = [tracker for tracker, _, _ in sorted(receipts, key=lambda receipt: receipt[1])]
    assert trackers(session, ready) == by_height
    verified(session, ready)


def test_a_double_submit_at_the_same_time_gets_one_event_and_the_same_receipt(
    app: Flask, session: Session, mortal: Mortal
) -> None:
    ready = opened(session, voters=1)
    token = token_of(app, ready, 0)
    for _ in range(5):
        ballot = ready.ballot(0).decode()
        order = {"act": "post_ballot", "uuid": ready.uuid, "token": token, "ballot": ballot}
        answers = [answer["said"] for answer in mortal.together([order, order, order])]
        assert [answer["status"] for answer in answers] == [201, 201, 201]
        assert answers[0]["body"] == answers[1]["body"] == answers[2]["body"]
        assert trackers(session, ready).count(protocol.tracker(ballot.encode())) == 1


def test_ballots_racing_with_the_close_are_before_it_with_a_receipt_or_refused(
    session: Session, mortal: Mortal
) -> None:
    ready = opened(session, voters=3)
    casting: list[dict[str, Any]] = [
        {
            "act": "cast_many",
            "uuid": ready.uuid,
            "person": ready.voters[voter].person.id,
            "ballots": [ready.ballot(voter).decode() for _ in range(15)],
        }
        for voter in range(3)
    ]
    closing = {"act": "close", "uuid": ready.uuid}
    answers = [answer["said"] for answer in mortal.together([*casting, closing, closing])]
    assert all(answer is not None for answer in answers)
    receipts = [receipt for answer in answers[:3] for receipt in answer["receipts"]]
    refusals = [code for answer in answers[:3] for code in answer["refusals"]]
    assert len(receipts) + len(refusals) == 45
    assert set(refusals) <= {"voting-closed"}
    assert sorted(trackers(session, ready)) == sorted(tracker for tracker, _, _ in receipts)
    counted = Counter(types(session, ready.uuid))
    assert (counted[EventType.END_BALLOTS], counted[EventType.ENCRYPTED_TALLY]) == (1, 1)
    verified(session, ready)


def test_two_workers_that_mix_decrypt_and_count_at_the_same_time_do_it_once(session: Session, mortal: Mortal) -> None:
    ready = opened(session, voters=3)
    for voter in range(3):
        ready.cast(session, voter)
    mortal.order("close", uuid=ready.uuid)
    order = {"act": "advance", "uuid": ready.uuid}
    for _ in range(4):
        assert not any(answer["failed"] for answer in mortal.together([order, order]))
    counted = Counter(types(session, ready.uuid))
    assert counted[EventType.SHUFFLE] == counted[EventType.PARTIAL_DECRYPTION] == 3
    assert counted[EventType.END_SHUFFLES] == counted[EventType.RESULT] == 1
    assert len(outcome.outcomes_of(session, ready.election)) == 1
    verified(session, ready)


@pytest.mark.slow
def test_a_process_killed_at_any_write_of_closing_mixing_and_the_result_is_resumed_by_the_next(
    session: Session, mortal: Mortal
) -> None:
    trustees = new_election().trustees[:2]
    ready = opened(session, voters=2, new=new_election(trustees=trustees))
    for voter in range(2):
        ready.cast(session, voter)
    deaths = _deaths_until(session, mortal, ready, "close", Phase.CLOSED)
    deaths += _deaths_until(session, mortal, ready, "advance", Phase.PROVISIONAL_RESULT)
    # Once the result is published, what is left is counting it.
    while not outcome.outcomes_of(session, ready.election):
        mortal.order("advance", uuid=ready.uuid)
        session.rollback()
    assert deaths > 50
    counted = Counter(types(session, ready.uuid))
    assert set(counted.values()) == {1, 2}
    once = [kind for kind in EventType if counted[kind] == 1]
    assert once == [
        EventType.SETUP,
        EventType.END_BALLOTS,
        EventType.ENCRYPTED_TALLY,
        EventType.END_SHUFFLES,
        EventType.RESULT,
    ]
    verified(session, ready)


def _deaths_until(session: Session, mortal: Mortal, ready: Ready, act: str, phase: Phase) -> int:
    """Kill the act before and after each of its writes until the election reaches the phase; count the deaths.

    As soon as a step was committed, the count of writes begins anew, so that every write of every step is met.
    """
    deaths, number, length = 0, 1, -1
    while _phase(session, ready) is not phase:
        for after in (False, True):
            answer = mortal.order(act, uuid=ready.uuid, kill=number, after=after)
            assert not answer["failed"]
            deaths += answer["killed"]
            verified(session, ready)
        grown = len(types(session, ready.uuid))
        number, length = (1 if grown != length else number + 1), grown
    return deaths


def _phase(session: Session, ready: Ready) -> Phase:
    session.rollback()
    return session.execute(select(Election.phase).where(Election.uuid == ready.uuid)).scalar_one()


KILLED_SERVER = """
import json, sys, time
from pathlib import Path
from sqlalchemy.orm import Session
from sqlalchemy import create_engine
from elections import board
from foundation.core import postgres

for attempt in range(60):
    # The dead server's processes need a moment to notice; until then the new one refuses to start.
    try:
        url = postgres.start(Path(sys.argv[1]), "durable")
        break
    except Exception as error:
        print(error, file=sys.stderr)
        time.sleep(0.5)
with Session(create_engine(url)) as session:
    print(json.dumps({"last": board.head_of(session, sys.argv[2]).hash}))
"""


def postmaster(directory: Path) -> int:
    return int((directory / "postmaster.pid").read_text().splitlines()[0])


def kill_and_wait(pid: int) -> None:
    """Kill the process and return once it is gone, or dead with nobody to collect it."""
    process = psutil.Process(pid)
    process.kill()
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.05)
    # Its children need a moment to notice; a server started before that believes the dead one alive.
    time.sleep(2)


@pytest.mark.slow
def test_a_receipt_means_the_ballot_survives_the_databases_own_death(server_home: Path, tmp_path: Path) -> None:
    # A server of its own, with durability on, unlike the one the other tests share.
    from dataclasses import replace

    from foundation.app import create_app
    from foundation.config import load_settings
    from foundation.core.db import db

    directory = server_home / "durable"
    url = postgres.start(directory, "durable")
    migrate.upgrade(url)
    settings = replace(load_settings({"FOOTING_ENV": "test"}, tmp_path / "instance"), database_url=url)
    app = create_app(settings)
    with app.app_context():
        ready = opened(db.session, voters=1)
        receipt = ready.cast(db.session, 0)
        kill_and_wait(postmaster(directory))
        db.session.close()
        db.engine.dispose()
    command = [sys.executable, "-c", KILLED_SERVER, str(directory), ready.uuid]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    # The server that was started anew still counts this process among its users, and would outlive it.
    os.kill(postmaster(directory), signal.SIGINT)
    assert json.loads(done.stdout.splitlines()[-1])["last"] == receipt.event
    assert make_url(url).database == "durable"
