"""How fast ballots are cast: all checks, proofs, the board's append, the signed receipt and the durable commit.

`make bench-casting`, or `python tests/bench/bench_casting.py [SIZE …] [--workers N]`. A PostgreSQL of its own with
durability on, a database of its own; both are gone afterwards. Ballots are sealed beforehand and not timed.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402  (the project's root must be on the path first)
from sqlalchemy import insert, select, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from elections.crypto import ballot as protocol  # noqa: E402
from elections.crypto.election import Election as ProtocolElection  # noqa: E402
from elections.services import casting, ceremony, credentials, roll, setup, voting  # noqa: E402
from foundation.accounts.models import EmailAddress, Person  # noqa: E402
from foundation.app import create_app  # noqa: E402
from foundation.config import load_settings  # noqa: E402
from foundation.core import clock, migrate, postgres  # noqa: E402
from foundation.core.db import db  # noqa: E402
from tests.election_factories import new_election  # noqa: E402

BY = "the benchmark"
CANDIDATES = 10
WORKER: dict[str, Flask] = {}


@dataclass(frozen=True)
class Cost:
    """What a run took: wall seconds, this side's CPU seconds, and the database's."""

    ballots: int
    wall: float
    cpu: float
    database_cpu: float


def application(url: str, home: Path) -> Flask:
    settings = load_settings({"FOOTING_ENV": "test"}, home / "instance")
    return create_app(replace(settings, database_url=url))


def make_voters(session: Session, count: int) -> None:
    now = clock.now()
    session.execute(insert(Person), [{"display_name": "Vera Voter", "created_at": now}] * count)
    people = session.execute(select(Person.id).order_by(Person.id)).scalars().all()
    addresses = [f"voter{number}@example.org" for number in range(count)]
    rows = [
        {"person_id": person, "address": address, "canonical": address, "confirmed_at": now}
        for person, address in zip(people, addresses, strict=True)
    ]
    session.execute(insert(EmailAddress), rows)


def make_election(session: Session, voters: int) -> tuple[str, list[tuple[int, str]]]:
    """Make an open election; return its identifier and each voter's person and secret credential."""
    now = clock.now()
    contest = setup.NewContest("Board", [setup.NewCandidate(f"Candidate {chr(65 + n)}") for n in range(CANDIDATES)])
    election = setup.create(session, new_election(contests=[contest]), by=BY, now=now)
    make_voters(session, voters)
    lines = "\n".join(f"voter{number}@example.org" for number in range(voters))
    roll.import_roll(session, election, f"address\n{lines}\n", by=BY, now=now)
    credentials.issue_by_server(session, election, by=BY, now=now)
    ceremony.begin(session, election.uuid, by=BY, now=now)
    ceremony.finish(session, election.uuid, by=BY, now=now)
    voting.open_voting(session, election.uuid, by=BY, now=now, closes_at=None)
    people = session.execute(select(Person).order_by(Person.id)).scalars().all()
    found = [(person.id, credentials.pick_up(session, election, person, now=now)) for person in people]
    session.commit()
    return election.uuid, found


def seal_one(work: tuple[bytes, str, int]) -> bytes:
    data, credential, number = work
    election = ProtocolElection.from_json(data)
    ranking = [1 + (number + candidate) % CANDIDATES for candidate in range(CANDIDATES)]
    return protocol.seal(election, credential, [ranking]).to_json()


def cast_all(app: Flask, uuid: str, ballots: Sequence[tuple[int, bytes]]) -> float:
    """Cast and commit each ballot as a request would; return the CPU seconds of this process."""
    before = time.process_time()
    for person_id, data in ballots:
        with app.app_context():
            person = db.session.get(Person, person_id)
            assert person is not None
            casting.cast(db.session, uuid, data, person=person)
            db.session.commit()
    return time.process_time() - before


def start_worker(url: str, home: str) -> None:
    WORKER["app"] = application(url, Path(home))


def cast_in_worker(uuid: str, ballots: Sequence[tuple[int, bytes]]) -> float:
    return cast_all(WORKER["app"], uuid, ballots)


def postgres_seconds(postmaster: int) -> float:
    """Return the CPU seconds of the server and of its children, living and gone, from /proc."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            own = int(entry.name) == postmaster
            if own or int(fields[1]) == postmaster:
                ticks += int(fields[11]) + int(fields[12])
            if own:
                ticks += int(fields[13]) + int(fields[14])
    return ticks / os.sysconf("SC_CLK_TCK")


def run(size: int, workers: int, home: Path) -> Cost:
    """Cast `size` ballots of as many voters in a fresh database with that many processes."""
    url = postgres.start(home / "postgres", f"bench_{size}_{workers}")
    migrate.upgrade(url)
    app = application(url, home)
    with app.app_context():
        uuid, voters = make_election(db.session, size)
        structure = db.session.execute(text("SELECT election_json FROM election")).scalar_one()
    spawn = get_context("spawn")
    with ProcessPoolExecutor(mp_context=spawn) as pool:
        work = [(structure, credential, number) for number, (_, credential) in enumerate(voters)]
        sealed = list(pool.map(seal_one, work, chunksize=50))
    ballots = [(person, data) for (person, _), data in zip(voters, sealed, strict=True)]
    postmaster = int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=start_worker, initargs=(url, str(home))) as pool:
        [each.result() for each in [pool.submit(cast_in_worker, uuid, []) for _ in range(workers)]]
        database, wall = postgres_seconds(postmaster), time.perf_counter()
        parts = [pool.submit(cast_in_worker, uuid, ballots[start::workers]) for start in range(workers)]
        cpu = sum(part.result() for part in parts)
        cost = Cost(size, time.perf_counter() - wall, cpu, postgres_seconds(postmaster) - database)
    with app.app_context():
        stored = db.session.execute(text("SELECT count(*) FROM cast_ballot")).scalar_one()
        for engine in db.engines.values():
            engine.dispose()
    if stored != size:
        raise SystemExit(f"{size} ballots were cast and {stored} are stored.")
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure casting.")
    parser.add_argument("sizes", metavar="SIZE", type=int, nargs="*", default=[500, 2000, 8000])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="footing-bench-"))
    home.chmod(0o755)
    print(f"Casting, one contest of {CANDIDATES} candidates; proofs, receipt and durable commit included.")
    print(" ballots  workers   ballots/s  ballots/s a core   ms wall   ms CPU   ms CPU of PostgreSQL   (a ballot)")
    try:
        for workers in options.workers:
            for size in options.sizes:
                cost = run(size, workers, home)
                each = 1000 / cost.ballots
                per_core = cost.ballots / (cost.cpu + cost.database_cpu)
                row = f"{size:8}  {workers:7}  {cost.ballots / cost.wall:10.0f}  {per_core:16.0f}"
                row += f"  {cost.wall * each:8.2f}  {cost.cpu * each:7.2f}  {cost.database_cpu * each:20.2f}"
                print(row, flush=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"Largest process: {peak:.0f} MB. A core: CPU of the service and of PostgreSQL together.")
    finally:
        postgres.stop(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
