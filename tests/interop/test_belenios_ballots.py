"""Ballots, credentials and keys in both directions between our code and belenios-tool."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from elections.crypto import credentials
from elections.crypto.archive import Chain, EventType, SetupData
from elections.crypto.ballot import Ballot, check, tracker
from elections.crypto.credentials import PublicCredentials
from elections.crypto.election import Election, fingerprint
from elections.crypto.exact_json import dumps
from elections.crypto.trustees import PrivateKey, Single, TrusteePublicKey, Trustees, publish
from tests.unit.crypto.small_election import TIMESTAMP, UUID, SmallElection
from tests.vectors import generate

pytestmark = pytest.mark.interop

Tool = Callable[..., "CompletedProcess[bytes]"]

BALLOTS: list[dict[str, Any]] = json.loads((generate.FOLDER / "ballots.json").read_text())
GROUP: dict[str, Any] = json.loads((generate.FOLDER / "group.json").read_text())


def open_board(vector: dict[str, Any]) -> bytes:
    """Return an archive in which the vector's election is open, and its voter on the roll."""
    election = Election.from_json(vector["election"].encode())
    key = publish(PrivateKey(generate.number(f"{vector['name']}|key")))
    roll = PublicCredentials.of([credentials.public_credential(vector["credential"], election.uuid)])
    parts = election.to_json(), Trustees((Single(key),)).to_json(), roll.to_json()
    _, added = Chain(TIMESTAMP).append(EventType.SETUP, *parts, SetupData.of(*parts).to_json())
    return Chain(TIMESTAMP).begin() + added


@pytest.mark.parametrize("vector", BALLOTS, ids=lambda vector: vector["name"])
def test_golden_ballots_pass_verify_ballot(vector: dict[str, Any], tool: Tool, tmp_path: Path):
    (tmp_path / f"{json.loads(vector['election'])['uuid']}.bel").write_bytes(open_board(vector))
    (tmp_path / "ballot.json").write_text(vector["ballot"])
    assert b"ballot is valid" in tool("election", "verify-ballot", "--ballot=ballot.json").stderr


def test_a_forged_ballot_does_not_pass_verify_ballot(tool: Tool, tmp_path: Path):
    small = SmallElection()
    (tmp_path / f"{UUID}.bel").write_bytes(small.board)
    value = json.loads(small.seal(0, [[1, 2, 3], [2, 1]]).to_json())
    value["signature"]["proof"]["response"] = "1"
    (tmp_path / "ballot.json").write_bytes(dumps(value))
    assert tool("election", "verify-ballot", "--ballot=ballot.json", check=False).returncode != 0


@pytest.mark.parametrize(
    "choice", [[[1, 2, 3], [2, 1]], [[0, 0, 0], [0, 0]], [[1, 1, 2], [0, 1]], [[255, 0, 7], [3, 3]]]
)
def test_their_ballots_are_accepted_and_counted(choice: list[list[int]], tool: Tool, tmp_path: Path):
    small = SmallElection(voters=1)
    (tmp_path / f"{UUID}.bel").write_bytes(small.board)
    (tmp_path / "credential").write_text(small.credentials[0])
    (tmp_path / "choice.json").write_text(json.dumps(choice))
    output = tool("election", "generate-ballot", "--privcred=credential", "--choice=choice.json").stdout
    ballot = Ballot.from_json(output.rstrip(b"\n"))
    check(ballot, small.election)
    small.roll.check_contains(ballot.credential)
    small.ballots.append(ballot)
    small.add(EventType.BALLOT, ballot.to_json())
    assert [list(contest[0]) for contest in small.finish().contests] == choice


def test_their_sha256_b64_is_our_tracker(tool: Tool):
    data = SmallElection().seal(0, [[1, 2, 3], [2, 1]]).to_json()
    assert tool("sha256-b64", stdin=data).stdout.decode().strip() == tracker(data)


@pytest.mark.parametrize("vector", GROUP["credentials"])
def test_credentials_derive_alike(vector: dict[str, str], tool: Tool):
    arguments = ("--group=Ed25519", f"--uuid={vector['uuid']}", f"--derive={vector['credential']}")
    assert tool("setup", "generate-credentials", *arguments).stdout.decode().strip() == vector["public"]


@pytest.mark.parametrize("credential", [credential for credential in GROUP["refused_credentials"] if credential])
def test_mistyped_credentials_are_refused_alike(credential: str, tool: Tool):
    arguments = ("--group=Ed25519", f"--uuid={UUID}", f"--derive={credential}")
    assert tool("setup", "generate-credentials", *arguments, check=False).returncode != 0


def test_their_trustee_keys_are_read_and_verified(tool: Tool, tmp_path: Path):
    tool("setup", "generate-trustee-key", "--group=Ed25519")
    (public,), (private,) = tmp_path.glob("*.pubkey"), tmp_path.glob("*.privkey")
    key = TrusteePublicKey.from_json(public.read_bytes().rstrip(b"\n"))
    key.verify()
    secret = PrivateKey.from_json(private.read_bytes().rstrip(b"\n"))
    assert secret.public_key == key.public_key
    assert (key.to_json(), secret.to_json()) == (public.read_bytes().strip(), private.read_bytes().strip())


def test_their_elections_are_read_whatever_the_text(tool: Tool, tmp_path: Path):
    small = SmallElection()
    keys = [owner.to_json() for owner in small.trustees.owners]
    (tmp_path / "public_keys.jsons").write_bytes(b"\n".join(keys) + b"\n")
    tool("setup", "make-trustees")
    assert (tmp_path / "trustees.json").read_bytes().strip() == small.trustees.to_json()
    text = "".join(map(chr, range(0x300))) + "\u2028\ufeff\U0001f600" + generate.ODD_TEXT
    question = {
        "type": "NonHomomorphic",
        "value": {"answers": [text], "question": text},
        "extra": {"b": 1, "a": [None]},
    }
    template = {"description": text, "name": text, "questions": [question]}
    (tmp_path / "template.json").write_text(json.dumps(template))
    tool("setup", "make-election", "--group=Ed25519", f"--uuid={UUID}", "--template=template.json")
    data = (tmp_path / "election.json").read_bytes().removesuffix(b"\n")
    election = Election.from_json(data)
    assert (election.to_json(), election.description) == (data, text)
    assert election.public_key == small.election.public_key
    assert election.fingerprint == fingerprint(data)
