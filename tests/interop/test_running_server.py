"""belenios-tool against a running server: verifying at every stage, voting, mixing and decrypting over its own paths.

Version 3.0 asks for the whole archive; from 3.2 on the tool walks the board object by object, and `archive pull` writes
the file itself. FOOTING_BELENIOS_NEWER (or .tools/belenios-newer) names such a version, where there is one.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.crypto.trustees import PrivateKey
from elections.lifecycle import Phase
from elections.services import ceremony, credentials, decrypting, mixing, outcome, voting, whole_proofs
from elections.services.audit import checksums
from elections.trustee.__main__ import main as trustee
from elections.verifier.__main__ import main as verify
from foundation.core import clock
from tests.election_factories import NAMES, OFFICIAL, Ready, TestVoter, draft, new_election, opened
from tests.factories import sign_in, visitor
from tests.server import served

pytestmark = pytest.mark.interop
ROOT = Path(__file__).resolve().parents[2]

Ask = Callable[..., bytes]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of a server that really listens."""
    with served(app) as url:
        yield f"{url}/"


@pytest.fixture(scope="session")
def newer_belenios() -> Path:
    """A belenios-tool of 3.2 or later, where the machine has one."""
    places = (os.environ.get("FOOTING_BELENIOS_NEWER"), str(ROOT / ".tools/belenios-newer/bin/belenios-tool"))
    for place in places:
        if place and Path(place).exists():
            return Path(place)
    missing = "No belenios-tool of 3.2 or later was found: its way of walking the board was NOT tested."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def asking(program: Path, address: str, uuid: str, folder: Path) -> Ask:
    """Run the tool on the running server's election; return what it prints, or fail with what it complains about."""

    def ask(*arguments: str, fails: bool = False) -> bytes:
        command = [str(program), *arguments, "--url", address, "--uuid", uuid]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
        assert (done.returncode != 0) is fails, done.stderr.decode()
        return done.stdout + (done.stderr if fails or "verify" in arguments else b"")

    return ask


def end(session: Session, ready: Ready) -> None:
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()


def test_verify_passes_at_every_stage_of_a_running_election(
    session: Session, address: str, belenios: Path, tmp_path: Path
) -> None:
    ready = opened(session, voters=3)
    ask = asking(belenios, address, ready.uuid, tmp_path)
    reached = []

    def verify_now() -> None:
        assert b"all checks passed" in ask("election", "verify")
        assert json.loads(ask("election", "compute-checksums")) == checksums(session, ready.election)
        reached.append(ready.election.phase)

    verify_now()
    ready.cast(session, 0, [1, 2, 3, 4, 5])
    ready.cast(session, 1, [2, 1, 0, 0, 0])
    ready.cast(session, 0, [5, 4, 3, 2, 1])
    verify_now()
    end(session, ready)
    verify_now()
    while jobs.step(session, ready.uuid, now=clock.now()):
        session.commit()
        verify_now()
    assert list(dict.fromkeys(reached)) == [
        Phase.VOTING,
        Phase.CLOSED,
        Phase.MIXING,
        Phase.DECRYPTION,
        Phase.PROVISIONAL_RESULT,
    ]


def test_a_ballot_made_by_belenios_tool_is_cast_like_any_other(
    app: Flask, session: Session, address: str, belenios: Path, tmp_path: Path
) -> None:
    ready = opened(session, voters=2)
    ask = asking(belenios, address, ready.uuid, tmp_path)
    (tmp_path / "credential").write_text(ready.voters[0].credential)
    (tmp_path / "choice").write_text("[[2,1,0,0,1]]")
    ballot = ask("election", "generate-ballot", "--privcred", "credential", "--choice", "choice")
    browser = visitor(app)
    sign_in(browser, ready.voters[0].person.address)
    path = f"/api/elections/{ready.uuid}/ballots"
    answer = browser.post(path, data=ballot, content_type="application/json")
    assert answer.status_code == 201, answer.get_json()
    assert b"all checks passed" in ask("election", "verify")
    end(session, ready)
    jobs.advance(ready.uuid)
    report = outcome.outcomes_of(session, ready.election)[0].report
    assert report["results"][0]["order"][0] == [NAMES[1], NAMES[4]]


def test_a_ballot_of_ours_passes_verify_ballot_and_a_broken_one_does_not(
    session: Session, address: str, belenios: Path, tmp_path: Path
) -> None:
    ready = opened(session, voters=1)
    ask = asking(belenios, address, ready.uuid, tmp_path)
    good = ready.ballot(0)
    (tmp_path / "good").write_bytes(good)
    ask("election", "verify-ballot", "--ballot", "good")
    value = json.loads(good)
    value["signature"]["proof"]["response"] = "1"
    (tmp_path / "bad").write_text(json.dumps(value, separators=(",", ":")))
    ask("election", "verify-ballot", "--ballot", "bad", fails=True)


def keyed_by_belenios(session: Session, belenios: Path, folder: Path) -> Ready:
    """An open election whose second and third trustees made their keys with belenios-tool."""
    now = clock.now()
    election, people = draft(session, 3, new_election(demonstration=False))
    credentials.issue_by_server(session, election, by=OFFICIAL, now=now)
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=now)
    private_keys = {}
    for owner in (2, 3):
        home = folder / str(owner)
        home.mkdir()
        command = [str(belenios), "setup", "generate-trustee-key", "--group", "Ed25519"]
        subprocess.run(command, cwd=home, capture_output=True, check=True, timeout=60)
        public = next(home.glob("*.pubkey")).read_bytes()
        ceremony.accept_trustee_key(session, election.uuid, owner, public, by=OFFICIAL, now=now)
        next(home.glob("*.privkey")).rename(folder / f"key{owner}")
        private_keys[owner] = PrivateKey.from_json((folder / f"key{owner}").read_bytes().strip())
    ceremony.finish(session, election.uuid, by=OFFICIAL, now=now)
    voting.open_voting(session, election.uuid, by=OFFICIAL, now=now, closes_at=None)
    voters = [TestVoter(person, credentials.pick_up(session, election, person, now=now)) for person in people]
    session.commit()
    return Ready(election, voters, private_keys)


def test_trustees_may_do_their_whole_part_with_belenios_tool(
    session: Session, address: str, belenios: Path, tmp_path: Path
) -> None:
    ready = keyed_by_belenios(session, belenios, tmp_path)
    ask = asking(belenios, address, ready.uuid, tmp_path)
    for voter in range(3):
        ready.cast(session, voter, [1, 2, 3, 0, 0])
    end(session, ready)
    jobs.advance(ready.uuid)
    for owner in (2, 3):
        data = ask("election", "shuffle", "--trustee-id", str(owner))
        mixing.accept_shuffle(session, ready.uuid, owner, data, by="a trustee", now=clock.now())
        session.commit()
    jobs.advance(ready.uuid)
    # One vouches for its file before it brings it, the other for what is on the board already.
    for owner in (3, 2):
        data = ask("election", "decrypt", "--privkey", f"key{owner}", "--trustee-id", str(owner))
        (tmp_path / f"decryption{owner}").write_bytes(data)
        early = vouched(address, ready, tmp_path, owner, "--decryption", f"{tmp_path}/decryption{owner}")
        decrypting.accept_partial_decryption(
            session, ready.uuid, owner, early if owner == 3 else data, by="a trustee", now=clock.now()
        )
        session.commit()
    jobs.advance(ready.uuid)
    late = vouched(address, ready, tmp_path, 2)
    decrypting.accept_partial_decryption(session, ready.uuid, 2, late, by="a trustee", now=clock.now())
    session.commit()
    assert b"all checks passed" in ask("election", "verify")
    session.expire_all()
    assert ready.election.phase is Phase.PROVISIONAL_RESULT
    assert sorted(whole_proofs.kept(session, ready.election)) == [1, 2, 3]
    assert verify([f"{address}api/elections/{ready.uuid}/", "--jobs", "1"]) == 0


def vouched(address: str, ready: Ready, folder: Path, owner: int, *more: str) -> bytes:
    """Return the file that our program makes of a trustee's decryption by belenios-tool."""
    key, out = folder / f"key{owner}", folder / "vouched"
    key.chmod(0o600)
    out.unlink(missing_ok=True)
    arguments = ["vouch", f"{address}api/elections/{ready.uuid}/", "--key", str(key), "--jobs", "1", "--out", str(out)]
    assert trustee([*arguments, *more]) == 0
    return out.read_bytes()


def test_a_newer_tool_walks_the_board_and_pulls_the_very_same_archive(
    session: Session, address: str, newer_belenios: Path, tmp_path: Path
) -> None:
    ready = opened(session, voters=2)
    ask = asking(newer_belenios, address, ready.uuid, tmp_path)
    ready.cast(session, 0)
    assert b"all checks passed" in ask("election", "verify")
    first = ask("archive", "pull")
    assert first == board.archive_bytes(session, ready.uuid)
    (tmp_path / "older.bel").write_bytes(first)
    ready.cast(session, 1)
    end(session, ready)
    jobs.advance(ready.uuid)
    assert b"all checks passed" in ask("election", "verify")
    whole = board.archive_bytes(session, ready.uuid)
    assert ask("archive", "pull") == whole
    assert ask("archive", "pull", "--base-archive", "older.bel") == whole


@pytest.mark.parametrize("version", ["belenios", "newer_belenios"])
def test_an_election_in_which_nobody_voted_verifies_too(
    session: Session, address: str, tmp_path: Path, request: pytest.FixtureRequest, version: str
) -> None:
    program: Path = request.getfixturevalue(version)
    ready = opened(session, voters=1)
    end(session, ready)
    jobs.advance(ready.uuid)
    assert b"all checks passed" in asking(program, address, ready.uuid, tmp_path)("election", "verify")
