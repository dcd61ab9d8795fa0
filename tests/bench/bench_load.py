"""A crowd that votes: steadily, in a burst with forged ballots among it, and while others poll the board.

`make bench-load`, or `python tests/bench/bench_load.py [--minutes 10] [--voters 10000] [--burst 10] [--polled 30]`;
short: `--minutes 0.5 --voters 2000`. Real gunicorn with two workers and its own gunicorn.conf.py, the job process, a
PostgreSQL of its own with durability on. Traffic goes to 127.0.0.1 only, and ends by itself: at most 30 minutes of
casting. Ballots are sealed beforehand; the client obeys Retry-After, and shares the machine with the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import psutil
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from elections.crypto.ballot import Ballot
from elections.crypto.credentials import secret_exponent
from elections.crypto.election import Election as ProtocolElection
from elections.crypto.election import fingerprint
from elections.crypto.proofs import prove, signature_challenge
from foundation.accounts.models import WebSession
from foundation.core import clock, migrate, postgres
from foundation.core.db import db
from tests.bench.bench_casting import ROOT, application, make_election, postgres_seconds, seal_one
from tests.bench.load_client import HOST, Answer, Record, ask, at_pace, poll, post_head

LONGEST_MINUTES, MOST_VOTERS = 30, 20_000
STEADY, BURST, POLLS = 30, 300, 500
LONGEST_SECONDS = 600
FORGED_EVERY = 10
Send = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True)
class Form:
    """What a page of ours gives a browser, so that it may send anything."""

    cookie: str
    token: str


@dataclass(frozen=True)
class HowLong:
    """The lengths of the stages: minutes of steady casting, seconds of the burst and of the polling."""

    minutes: float
    burst: float
    polled: float


@dataclass(frozen=True)
class House:
    """The running service, one election in it, and who votes with what."""

    port: int
    postmaster: int
    uuid: str
    structure: bytes
    voters: Sequence[tuple[int, str]]
    tokens: Sequence[str]
    form: Form

    def cast(self, voter: int, ballot: bytes) -> Send:
        cookies = f"session={self.tokens[voter]}; form={self.form.cookie}"
        head = post_head(f"/api/elections/{self.uuid}/ballots", self.port, cookies, self.form.token)
        return partial(ask, self.port, head, ballot)


def forge_one(work: tuple[bytes, str, int]) -> bytes:
    """A ballot with a false proof and a right signature: nothing shows it but the dearest check."""
    data, credential, number = work
    election, ballot = ProtocolElection.from_json(data), Ballot.from_json(seal_one((data, credential, number)))
    first, *others = ballot.answers
    false = replace(first.proof, response=first.proof.response ^ 1)
    unsigned = replace(ballot, answers=(replace(first, proof=false), *others))
    digest = fingerprint(unsigned.signed_bytes)
    signature = prove(secret_exponent(credential, election.uuid), lambda a: signature_challenge(digest, a))
    return replace(unsigned, signature_hash=digest, signature=signature).to_json()


def sessions_of(people: Sequence[int]) -> list[str]:
    """Sign everybody in without ten thousand passwords."""
    tokens, now = [secrets.token_urlsafe(32) for _ in people], clock.now()
    rows = [
        {
            "person_id": person,
            "token_sha256": sha256(token.encode()).digest(),
            "user_agent": "bench",
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + timedelta(hours=12),
        }
        for person, token in zip(people, tokens, strict=True)
    ]
    db.session.execute(insert(WebSession), rows)
    db.session.commit()
    return tokens


def form_of(app: Flask) -> Form:
    """Return the cookie and the token of a page, as any page has them."""
    with app.test_request_context():
        token, serializer = generate_csrf(), SecureCookieSessionInterface().get_signing_serializer(app)
        if serializer is None:
            raise SystemExit("The application has no secret key.")
        return Form(str(serializer.dumps(dict(session))), str(token))


@contextmanager
def serving(home: Path, url: str, port: int) -> Iterator[None]:
    """Run gunicorn with two workers and the job process over the database, and end both."""
    where = {"BASE_URL": f"http://{HOST}:{port}", "DATABASE_URL": url.replace("postgresql+psycopg", "postgresql")}
    environ = os.environ | where | {"FOOTING_ENV": "demonstration", "FOOTING_INSTANCE": str(home / "instance")}
    bind = ["--bind", f"{HOST}:{port}", "--workers", "2", "--log-level", "warning"]
    commands = (["gunicorn", "wsgi:app", *bind, "--no-control-socket"], ["flask", "--app", "wsgi", "worker"])
    with (home / "log").open("w") as log:
        running = [
            subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=log, stderr=log)
            for command in commands
        ]
        try:
            _wait(port)
            yield
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                process.wait(30)
            faults = [line for line in (home / "log").read_text().splitlines() if "[info" not in line and line.strip()]
            print("\n".join(["The server's warnings and errors:", *faults[-20:]]) if faults else "No warnings.")


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not answer within a minute.")


def sealed(
    house: House, count: int, make: Callable[[tuple[bytes, str, int]], bytes], start: int
) -> list[tuple[int, bytes]]:
    """Seal so many ballots, voter by voter from `start` on."""
    who = [(start + number) % len(house.voters) for number in range(count)]
    work = [(house.structure, house.voters[voter][1], number) for number, voter in enumerate(who)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(zip(who, pool.map(make, work, chunksize=50), strict=True))


def used(house: House) -> tuple[float, float]:
    """CPU seconds of the server's processes, and of PostgreSQL's."""
    everything = psutil.process_iter(["cmdline", "cpu_times"])
    ours = [process.info for process in everything if f"{HOST}:{house.port}" in (process.info["cmdline"] or [])]
    return sum(info["cpu_times"].user + info["cpu_times"].system for info in ours), postgres_seconds(house.postmaster)


def quantiles(times: Sequence[float]) -> str:
    """The median, the 99th of a hundred and the longest, in milliseconds."""
    ordered = sorted(times)
    if not ordered:
        return "–"
    p50, p99 = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99))
    return f"p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f}, longest {1000 * ordered[-1]:.0f}"


def show(record: Record, start: float) -> None:
    """Print what became of the casts of a stage."""
    others = {status: times for status, times in record.ends.items() if status not in (0, 201, 429, 503)}
    given_up = sum(record.ends[status] for status in (0, 429, 503))
    print(f"  offered {record.sent}, served {record.ends[201]}, refused as bad {sum(others.values())} {others or ''}")
    print(f"  sent away: {record.count(503)} (503), {record.count(429)} (429); no answer: {record.count(0)}")
    print(f"  given up: {given_up}; most tries of one: {record.most_tries}")
    print(f"  a request that was accepted: {quantiles(record.answered[201])}")
    print(f"  from the first try to the receipt: {quantiles(record.recorded)}")
    if record.count(429, 503):
        print(f"  being sent away: {quantiles(record.answered[503] + record.answered[429])}")
    print(f"  the last honest ballot was recorded {record.last_recorded - start:.1f} s after the first was sent")


async def steadily(house: House, ballots: Sequence[tuple[int, bytes]], *, polled: bool) -> tuple[Record, Record]:
    """Cast at the steady pace, and let others poll the board meanwhile."""
    casts, polls, done = Record(), Record(), asyncio.Event()
    path = f"/api/elections/{house.uuid}/last-event"
    followers = asyncio.create_task(poll(house.port, path, rate=POLLS, until=done, record=polls)) if polled else None
    await at_pace([house.cast(*one) for one in ballots], STEADY, casts)
    done.set()
    if followers:
        await followers
    return casts, polls


async def in_a_burst(
    house: House, honest: Sequence[tuple[int, bytes]], forged: Sequence[tuple[int, bytes]]
) -> tuple[Record, Record]:
    """Let everybody come at once, with forged ballots among them."""
    record, sends = Record(), [house.cast(*one) for one in honest]
    for number, one in enumerate(forged):
        sends.insert(number * FORGED_EVERY, house.cast(*one))
    await at_pace(sends, BURST, record)
    return record, Record()


def lost(house: House, records: Sequence[Record]) -> int:
    """Count the receipts whose ballot is not on the board at the place they name."""
    found: dict[int, str] = {}
    after: int | None = 0
    while after is not None:
        url = f"http://{HOST}:{house.port}/api/elections/{house.uuid}/ballots?limit=5000&after={after}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            page = json.load(answer)
        found |= {row["height"]: row["tracker"] for row in page["ballots"]}
        after = page["next"]
    receipts = [json.loads(body) for record in records for body in record.bodies]
    return sum(found.get(receipt["height"]) != receipt["tracker"] for receipt in receipts)


def memory(port: int) -> float:
    """The memory of the server's processes, in MB."""
    everything = psutil.process_iter(["cmdline", "memory_info"])
    ours = [process.info for process in everything if f"{HOST}:{port}" in (process.info["cmdline"] or [])]
    return sum(info["memory_info"].rss for info in ours) / 1e6


def size_of(app_url: str) -> int:
    import psycopg

    with psycopg.connect(app_url.replace("postgresql+psycopg", "postgresql")) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def stage(name: str, house: House, work: Coroutine[None, None, tuple[Record, Record]]) -> Record:
    """Run one stage, print what was seen of it, and return the record of its casts."""
    start, server, database = time.monotonic(), *used(house)
    casts, polls = asyncio.run(work)
    seconds, (server_after, database_after) = time.monotonic() - start, used(house)
    print(f"\n{name}, {seconds:.0f} s")
    show(casts, start)
    if polls.sent:
        times = [each for many in polls.answered.values() for each in many]
        statuses = {status: len(many) for status, many in polls.answered.items()}
        print(f"  polls: {polls.sent / seconds:.0f} a second, answers {statuses}, {quantiles(times)}")
    requests = sum(len(many) for record in (casts, polls) for many in record.answered.values())
    spent = (server_after - server) * 1000 / requests, (database_after - database) * 1000 / requests
    print(f"  CPU a request: {spent[0]:.2f} ms of the server, {spent[1]:.2f} ms of PostgreSQL", flush=True)
    return casts


def measure(house: House, url: str, how_long: HowLong) -> None:
    """Run the three stages and print what grew and what was lost."""
    steady, polled = int(STEADY * 60 * how_long.minutes), int(STEADY * how_long.polled)
    bad = int(BURST * how_long.burst) // FORGED_EVERY
    good = int(BURST * how_long.burst) - bad
    ballots = sealed(house, steady + good + polled, seal_one, 0)
    forged = sealed(house, bad, forge_one, steady)
    print(f"{len(ballots)} ballots and {len(forged)} forged ones are sealed; {len(house.voters)} voters.")
    bytes_before, memory_before = size_of(url), memory(house.port)
    parts = ballots[:steady], ballots[steady : steady + good], ballots[steady + good :]
    burst = f"A burst of {BURST} casts a second, one in {FORGED_EVERY} forged"
    records = [
        stage(f"{STEADY} casts a second", house, steadily(house, parts[0], polled=False)),
        stage(burst, house, in_a_burst(house, parts[1], forged)),
        stage(f"{STEADY} casts a second, and {POLLS} polls", house, steadily(house, parts[2], polled=True)),
    ]
    stored = sum(len(record.bodies) for record in records)
    grown = (size_of(url) - bytes_before) / max(1, stored)
    gone = lost(house, records)
    print(f"\nLost: {gone} of {stored} receipts.")
    print(f"The database grew by {grown / 1000:.1f} kB a ballot.")
    print(f"The server's memory went from {memory_before:.0f} to {memory(house.port):.0f} MB.")
    if gone:
        raise SystemExit("A receipt was given for a ballot that is not on the board.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Let a crowd vote.")
    parser.add_argument("--minutes", type=float, default=10, help=f"of steady casting; at most {LONGEST_MINUTES}")
    parser.add_argument("--voters", type=int, default=10_000, help=f"at most {MOST_VOTERS}")
    parser.add_argument("--burst", type=float, default=10, help=f"seconds of the burst; at most {LONGEST_SECONDS}")
    parser.add_argument("--polled", type=float, default=30, help=f"seconds of polling; at most {LONGEST_SECONDS}")
    options = parser.parse_args()
    seconds = [min(each, LONGEST_SECONDS) for each in (options.burst, options.polled)]
    how_long, voters = HowLong(min(options.minutes, LONGEST_MINUTES), *seconds), min(options.voters, MOST_VOTERS)
    home = Path(tempfile.mkdtemp(prefix="footing-load-"))
    home.chmod(0o755)
    try:
        url = postgres.start(home / "postgres", "load")
        migrate.upgrade(url)
        with socket.create_server((HOST, 0)) as probe:
            port = probe.getsockname()[1]
        app = application(url, home)
        with app.app_context():
            uuid, people = make_election(db.session, voters)
            structure = db.session.execute(text("SELECT election_json FROM election")).scalar_one()
            tokens, form = sessions_of([person for person, _ in people]), form_of(app)
            db.session.close()
            db.engine.dispose()
        postmaster = int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        house = House(port, postmaster, uuid, bytes(structure), people, tokens, form)
        with serving(home, url, port):
            measure(house, url, how_long)
    finally:
        postgres.stop(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
