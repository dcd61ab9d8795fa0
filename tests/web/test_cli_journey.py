"""The whole course of an election under rules from the command line: from `seed` to certified, with files between."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.lifecycle import Phase
from elections.models import Election
from foundation.core.register import RegisterEntry, verify_chain
from tests.journey import (
    ADA,
    ALAN,
    CERTIFIERS,
    GRACE,
    HEDY,
    MARY,
    OFFICIAL,
    SAM,
    SECOND,
    TRUSTEE,
    PollingBooth,
    hours,
)
from tests.time_machine import let_come, let_complaints_end, let_members_be_old
from tests.trustee_tool import trustee_tool

WALL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Terminal:
    """Types commands, and returns what they print."""

    runner: FlaskCliRunner

    def run(self, *words: str, by: str = "") -> str:
        done = self.runner.invoke(args=["election", *words, *(["--as", by] if by else [])])
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    def refused(self, *words: str, by: str = "") -> str:
        done = self.runner.invoke(args=["election", *words, *(["--as", by] if by else [])])
        assert done.exit_code == 2, (words, done.output)
        assert re.fullmatch(r"Error: [^\n]+\n", done.stderr)
        return done.stderr


@pytest.fixture
def terminal(app: Flask, session: Session) -> Terminal:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).exit_code == 0
    let_members_be_old(session)
    return Terminal(runner)


def draft(terminal: Terminal, *contests: str) -> tuple[int, list[str]]:
    """Draft a cycle whose periods are hours, and return its number and its elections."""
    names = ("--nominations-open", "--nominations-close", "--voting-opens", "--voting-closes")
    dates = [word for name, when in zip(names, hours().values(), strict=True) for word in (name, f"{when:{WALL}}")]
    chosen = [word for key in contests for word in ("--contest", key)]
    more = ["--trustee", TRUSTEE, "--credentials", "server", "--complaint-days", "1"]
    said = terminal.run("cycle", "draft", "Elections of the year", *chosen, *dates, *more, by=OFFICIAL)
    number = re.findall(r"Cycle (\d+):", said)
    return int(number[0]), re.findall(r"^(\w{22})  draft", said, re.MULTILINE)


@dataclass(frozen=True)
class Course:
    """One election on its way, and what its steps need."""

    terminal: Terminal
    app: Flask
    session: Session
    folder: Path
    cycle: int
    uuid: str

    @property
    def phase(self) -> Phase:
        return self.session.get_one(Election, self.uuid, populate_existing=True).phase

    def tick_at(self, date: str) -> None:
        """Let a date of the cycle come, and let the minute's job see it."""
        let_come(self.session, self.cycle, date)
        self.terminal.run("tick")

    def lot_of(self, official: str) -> str:
        return str(self.folder / f"{official}.lot")


@pytest.mark.slow
def test_an_election_is_run_from_the_draft_to_the_certificate(
    terminal: Terminal, app: Flask, session: Session, tmp_path: Path
) -> None:
    cycle, (uuid,) = draft(terminal, "lead-example")
    terminal.run("cycle", "announce", str(cycle), by=OFFICIAL)
    assert "not open" in terminal.refused("nominate", uuid, by=ADA)
    course = Course(terminal, app, session, tmp_path, cycle, uuid)
    _nominate(course)
    _settle_the_roll(course)
    _vote(course)
    _count(course)
    _hear(course)
    _sign(terminal, uuid, tmp_path)
    assert course.phase is Phase.CERTIFIED
    elected = session.execute(select(SeatTerm)).scalars().all()
    assert [term.person.address for term in elected] == [GRACE]
    assert verify_chain(session) > 0
    by_operator = session.execute(select(RegisterEntry).where(RegisterEntry.act == "command.run")).scalars().all()
    assert {entry.by for entry in by_operator} == {"operator"}
    assert '{"as":"Otto Official","command":"election appeal decide"}' in {entry.facts for entry in by_operator}


def _nominate(course: Course) -> None:
    run, refused, uuid = course.terminal.run, course.terminal.refused, course.uuid
    course.tick_at("nominations_open_at")
    first = re.findall(r"Nomination (\d+)", run("nominate", uuid, by=ADA))[0]
    second = re.findall(r"Nomination (\d+)", run("nominate", uuid, "--nominee", GRACE, by=ADA))[0]
    run("accept", second, by=GRACE)
    for endorser in (MARY, SAM):
        run("endorse", first, by=endorser)
        run("endorse", second, by=endorser)
    because = ("--eligible", "--reason", "All that the rules ask is there.")
    assert "endorses themselves" in refused("endorse", first, by=ADA)
    assert "do not include" in refused("decide", first, *because, by=MARY)
    assert "until then" in refused("decide", first, *because, by=OFFICIAL)
    course.tick_at("nominations_close_at")
    for nomination in (first, second):
        run("decide", nomination, *because, by=OFFICIAL)
    assert run("nominations", uuid).count("eligible") == 2


def _settle_the_roll(course: Course) -> None:
    run, refused, uuid = course.terminal.run, course.terminal.refused, course.uuid
    let_come(course.session, course.cycle, "voting_opens_at")
    assert run("roll", "build", uuid, by=OFFICIAL) == "5 voters are on the roll.\n"
    assert "You are not on the roll, because" in run("roll", "show", uuid, "--person", ALAN)
    appeal = re.findall(r"Appeal (\d+)", run("appeal", "make", uuid, "add_to_roll", "I translate it.", by=ALAN))[0]
    assert "not decided" in refused("roll", "freeze", uuid, by=OFFICIAL)
    verdict = ("appeal", "decide", appeal, "--uphold", "--reason", "True.")
    run(*verdict, by=OFFICIAL)
    assert "given your verdict" in refused(*verdict, by=OFFICIAL)
    assert "is decided" in run(*verdict, by=SECOND)
    for official in (OFFICIAL, SECOND):
        run("lots", "commit", uuid, course.lot_of(official), by=official)
    run("roll", "freeze", uuid, by=OFFICIAL)
    assert run("credentials", "issue", uuid, by=OFFICIAL) == "6 credentials are made.\n"


def _vote(course: Course) -> None:
    run, uuid = course.terminal.run, course.uuid
    run("ceremony", "begin", uuid, by=OFFICIAL)
    key = trustee_tool(course.app, uuid, course.folder / "trustee").key()
    run("ceremony", "bring", uuid, "key", str(key), by=TRUSTEE)
    run("ceremony", "finish", uuid, by=OFFICIAL)
    run("tick")
    assert course.phase is Phase.VOTING
    booth = PollingBooth(course.app, course.session, uuid)
    for voter, ranking in ((MARY, (1, 2)), (SAM, (2, 1)), (HEDY, (1, 2)), (ALAN, (2, 1)), (MARY, (2, 1))):
        booth.cast(voter, *ranking)
    assert "missing" in course.terminal.refused("annul", uuid, "--reason", " ", by=OFFICIAL)


def _count(course: Course) -> None:
    run, uuid = course.terminal.run, course.uuid
    course.tick_at("voting_closes_at")
    tool = trustee_tool(course.app, uuid, course.folder / "trustee")
    for step in ("shuffle", "decryption"):
        assert "Waits for the" in run("status", uuid)
        run("ceremony", "bring", uuid, step, str(tool.make(step)), by=TRUSTEE)
    for official in (OFFICIAL, SECOND):
        run("lots", "reveal", uuid, course.lot_of(official), by=official)
    run("tick")
    assert course.phase is Phase.COMPLAINTS


def _hear(course: Course) -> None:
    run, refused, uuid = course.terminal.run, course.terminal.refused, course.uuid
    run("complain", uuid, "The page was slow.", by=SAM)
    assert "be made" in refused("certificate", "prepare", uuid, by=OFFICIAL)
    let_complaints_end(course.session, uuid)
    run("dispose", uuid, "1", "noted", "--reason", "It was; nobody was kept from voting.", by=SECOND)
    run("recount", uuid, by=OFFICIAL)
    run("certificate", "prepare", uuid, by=OFFICIAL)


def _register(terminal: Terminal, key: Path, certifier: str) -> None:
    """Register a key as the refusal without a proof says: the first with ssh-keygen, the other with its file."""
    if certifier != CERTIFIERS[0]:
        terminal.run("certifier-key", f"{key}.pub", "--key", str(key), by=certifier)
        return
    line = re.findall("printf.*", terminal.refused("certifier-key", f"{key}.pub", by=certifier))[0]
    proof = key.with_suffix(".proof")
    with proof.open("wb") as file:
        subprocess.run(["sh", "-e", "-c", line], check=True, stdout=file, stderr=subprocess.DEVNULL)
    terminal.run("certifier-key", f"{key}.pub", "--proof", str(proof), by=certifier)


def _sign(terminal: Terminal, uuid: str, folder: Path) -> None:
    """One certifier signs with ssh-keygen, the other lets the command sign with the key file."""
    for certifier in CERTIFIERS:
        key = folder / certifier
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        _register(terminal, key, certifier)
    body = folder / "certificate.json"
    said = terminal.run("certificate", "show", uuid, "--out", str(body))
    namespace = re.findall(r"-n (\S+)", said)[0]
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(folder / CERTIFIERS[0]), str(body)]
    subprocess.run(command, check=True, capture_output=True)
    made = terminal.run("certificate", "sign", uuid, "--signature", f"{body}.sig", by=CERTIFIERS[0])
    assert made == "Signed. The election is complaints.\n"
    made = terminal.run("certificate", "sign", uuid, "--key", str(folder / CERTIFIERS[1]), by=CERTIFIERS[1])
    assert made == "Signed. The election is certified.\n"
