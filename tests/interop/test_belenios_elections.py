"""Whole elections: ours before belenios-tool at every stage, one made by belenios-tool before us, and mixed ones."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from elections.crypto import ballot as ballots
from elections.crypto import decryption, shuffle
from elections.crypto.archive import EventType, records
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption
from elections.crypto.group import Element, power_of_generator, random_scalar
from elections.crypto.result import Result
from elections.crypto.shuffle import OwnedShuffle, Shuffle
from elections.crypto.tally import EncryptedTally, SizedEncryptedTally, encrypted_tally
from tests.unit.crypto.recorded import read
from tests.unit.crypto.small_election import UUID, SmallElection
from tests.vectors import record_belenios

pytestmark = pytest.mark.interop

Tool = Callable[..., "CompletedProcess[bytes]"]


class Judge:
    """belenios-tool looking at a small election's board as it stands."""

    def __init__(self, tool: Tool, folder: Path, small: SmallElection) -> None:
        self.tool = tool
        self.file = folder / f"{UUID}.bel"
        self.small = small

    def run(self, *arguments: str) -> list[bytes]:
        """Run a command on the board, and return the lines it prints."""
        self.file.write_bytes(self.small.board)
        return self.tool("election", *arguments).stdout.splitlines()

    def verifies(self) -> None:
        """Assert that `election verify` passes."""
        self.file.write_bytes(self.small.board)
        assert b"all checks passed" in self.tool("election", "verify").stderr


@pytest.mark.parametrize("voters", [0, 1, 2, 5])
def test_our_election_verifies_at_every_stage(voters: int, tool: Tool, tmp_path: Path):
    small = SmallElection((3, 30), voters=max(voters, 1), trustees=2)
    judge = Judge(tool, tmp_path, small)
    judge.verifies()
    for voter in range(voters):
        small.cast(voter, [[1, 0, 2], [30] * 15 + [0] * 15])
    if voters:
        small.cast(0, [[0, 0, 0], [0] * 30])
    judge.verifies()
    small.close()
    judge.verifies()
    small.mix(1)
    small.mix(2)
    judge.verifies()
    small.end_mixing()
    small.decrypt(1)
    small.decrypt(2)
    judge.verifies()
    assert judge.run("compute-result") == [small.publish().to_json()]
    judge.verifies()
    read(small.board).verify()


def test_an_election_made_by_belenios_tool_alone_is_read_and_verified(belenios: Path, tmp_path: Path):
    archive, _ = record_belenios.make(belenios, tmp_path)
    read(archive).verify()


def test_encrypted_tallies_agree_and_another_order_does_not_pass(tool: Tool, tmp_path: Path):
    small = SmallElection((2,), voters=12)
    judge = Judge(tool, tmp_path, small)
    for voter in [*range(12), 3, 1]:
        small.cast(voter, [[1, 2]])
    small.add(EventType.END_BALLOTS)
    ours = encrypted_tally(small.ballots, small.election)
    assert judge.run("compute-encrypted-tally") == [ours.to_json(), SizedEncryptedTally.of(ours).to_json()]
    # Sorted by text, that is as numbers, the tally is refused as soon as it has been shuffled.
    (contest,) = ours.ciphertexts
    other = EncryptedTally((tuple(sorted(contest, key=lambda ciphertext: ciphertext.text)),))
    small.add(EventType.ENCRYPTED_TALLY, other.to_json(), SizedEncryptedTally.of(other).to_json())
    small.ciphertexts = other.ciphertexts
    small.mix(1)
    with pytest.raises(AssertionError, match="shuffle #0 failed"):
        judge.verifies()


@pytest.mark.parametrize("voters", [0, 1, 4])
def test_shuffles_and_decryptions_alternate(voters: int, tool: Tool, tmp_path: Path):
    small = SmallElection(voters=max(voters, 1), trustees=2)
    judge = Judge(tool, tmp_path, small)
    for voter in range(voters):
        small.cast(voter, [[1, 2, 3], [0, voter]])
    small.close()
    small.mix(1)
    theirs, owned = judge.run("shuffle", "--trustee-id=2")
    mixed = Shuffle.from_json(theirs)
    shuffle.verify(mixed, small.ciphertexts, small.election.public_key, small.election.fingerprint)
    assert (OwnedShuffle.of(2, theirs).to_json(), mixed.to_json()) == (owned, theirs)
    small.add(EventType.SHUFFLE, theirs, owned)
    small.ciphertexts = mixed.ciphertexts
    small.mix(1)
    small.end_mixing()
    small.decrypt(2)
    (tmp_path / "private_key").write_bytes(small.keys[0].to_json())
    theirs, owned = judge.run("decrypt", "--privkey=private_key", "--trustee-id=1")
    partial = PartialDecryption.from_json(theirs)
    key = small.trustees.owners[0].public_key
    decryption.verify(partial, small.ciphertexts, key, small.election.fingerprint)
    assert (OwnedPartialDecryption.of(1, theirs).to_json(), partial.to_json()) == (owned, theirs)
    small.add(EventType.PARTIAL_DECRYPTION, theirs, owned)
    small.partials[1] = partial
    assert judge.run("compute-result") == [small.publish().to_json()]
    judge.verifies()


def test_nonsense_plaintexts_decode_alike(tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    small = SmallElection((1, 3, 30), voters=8)
    judge = Judge(tool, tmp_path, small)

    def nonsense(_: object) -> Element:
        return power_of_generator(random_scalar())

    monkeypatch.setattr(ballots, "encode_ints", nonsense)
    for voter in range(8):
        small.cast(voter, [[0], [0] * 3, [0] * 30])
    result = small.finish()
    (published,) = judge.run("compute-result")
    assert published == result.to_json()
    assert Result.from_json(published) == result
    judge.verifies()


def test_their_archive_tool_adds_the_bytes_that_ours_adds(tool: Tool, tmp_path: Path):
    small = SmallElection(voters=1)
    file = tmp_path / f"{UUID}.bel"
    file.write_bytes(small.board)
    ballot = small.cast(0, [[1, 2, 3], [2, 1]])
    tool("archive", "add-event", "--type=Ballot", stdin=ballot.to_json() + b"\n")
    tool("archive", "add-event", "--type=EndBallots")
    small.add(EventType.END_BALLOTS)
    assert file.read_bytes() == small.board
    assert json.loads(list(records(small.board))[-1].content)["height"] == 2
