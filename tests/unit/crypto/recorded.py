"""Reading a complete archive with the crypto package alone, and the election that belenios-tool recorded."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from elections.crypto import ballot, decryption, shuffle
from elections.crypto.archive import Event, EventType, SetupData, records
from elections.crypto.credentials import PublicCredentials
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption
from elections.crypto.election import Election
from elections.crypto.result import Result, combine
from elections.crypto.shuffle import OwnedShuffle, Shuffle
from elections.crypto.tally import Ciphertexts, EncryptedTally, SizedEncryptedTally, encrypted_tally
from elections.crypto.trustees import Trustees

FOLDER = Path(__file__).parents[2] / "vectors" / "belenios"


@dataclass(frozen=True)
class Recorded:
    """Everything in a complete archive; shuffles and partial decryptions with their owners."""

    election: Election
    trustees: Trustees
    roll: PublicCredentials
    ballots: list[ballot.Ballot]
    sized: SizedEncryptedTally
    tally: EncryptedTally
    shuffles: list[tuple[int, Shuffle]]
    partials: dict[int, PartialDecryption]
    result: Result

    @property
    def mixed(self) -> Ciphertexts:
        """The ciphertexts that were decrypted."""
        return self.shuffles[-1][1].ciphertexts

    def verify(self) -> None:
        """Verify everything that the crypto package can verify."""
        self.trustees.verify()
        self.roll.check()
        for cast in self.ballots:
            self.roll.check_contains(cast.credential)
            ballot.check(cast, self.election)
        assert encrypted_tally(self.ballots, self.election) == self.tally
        assert SizedEncryptedTally.of(self.tally) == self.sized
        before = self.tally.ciphertexts
        for _, mixed in self.shuffles:
            shuffle.verify(mixed, before, self.election.public_key, self.election.fingerprint)
            before = mixed.ciphertexts
        for owner, partial in self.partials.items():
            key = self.trustees.owners[owner - 1].public_key
            decryption.verify(partial, before, key, self.election.fingerprint)
        assert combine(self.election, self.trustees, before, self.partials) == self.result


def read(archive: bytes) -> Recorded:
    """Read a complete archive, checking names and that every structure writes the same bytes again."""
    data: dict[str, bytes] = {}
    payloads: dict[EventType, list[bytes]] = {kind: [] for kind in EventType}
    for record in records(archive):
        record.check_name()
        if record.is_event:
            event = Event.from_json(record.content)
            assert event.to_json() == record.content
            payloads[event.type].append(data[event.payload] if event.payload else b"")
        else:
            data[record.hash] = record.content
    (setup,) = map(SetupData.from_json, payloads[EventType.SETUP])
    (sized,) = map(SizedEncryptedTally.from_json, payloads[EventType.ENCRYPTED_TALLY])
    (result,) = map(Result.from_json, payloads[EventType.RESULT])
    mixers = [OwnedShuffle.from_json(payload) for payload in payloads[EventType.SHUFFLE]]
    decrypters = [OwnedPartialDecryption.from_json(payload) for payload in payloads[EventType.PARTIAL_DECRYPTION]]
    return Recorded(
        Election.from_json(data[setup.election]),
        Trustees.from_json(data[setup.trustees]),
        PublicCredentials.from_json(data[setup.credentials]),
        [ballot.Ballot.from_json(payload) for payload in payloads[EventType.BALLOT]],
        sized,
        EncryptedTally.from_json(data[sized.encrypted_tally]),
        [(owned.owner, Shuffle.from_json(data[owned.payload])) for owned in mixers],
        {owned.owner: PartialDecryption.from_json(data[owned.payload]) for owned in decrypters},
        result,
    )


def recorded_bytes() -> bytes:
    """Return the recorded archive."""
    return (FOLDER / "election.bel").read_bytes()


@cache
def recorded() -> Recorded:
    """Return the content of the recorded archive."""
    return read(recorded_bytes())


def recorded_secrets() -> dict[str, list[str]]:
    """Return the recorded credentials and private keys."""
    secrets: dict[str, list[str]] = json.loads((FOLDER / "secrets.json").read_text())
    return secrets
