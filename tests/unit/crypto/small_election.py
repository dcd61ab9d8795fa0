"""A small election made with our own code, step by step, for the tests of the crypto package and of its peers."""

from collections.abc import Sequence

from elections.crypto import credentials, tally
from elections.crypto.archive import Chain, EventType, SetupData
from elections.crypto.ballot import Ballot, seal
from elections.crypto.credentials import PublicCredentials
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption, decrypt
from elections.crypto.election import Election, Question
from elections.crypto.result import Result, combine
from elections.crypto.shuffle import OwnedShuffle, Shuffle, shuffle
from elections.crypto.tally import Ciphertexts, SizedEncryptedTally
from elections.crypto.trustees import Single, Trustees, election_key, generate_key

UUID = "XYZ23456789abc"
TIMESTAMP = 1_700_000_000


class SmallElection:
    """An election with its secrets; each method does one step and appends it to `board`, the archive's bytes."""

    def __init__(self, sizes: Sequence[int] = (3, 2), *, trustees: int = 2, voters: int = 3, uuid: str = UUID) -> None:
        self.keys, public = zip(*(generate_key() for _ in range(trustees)), strict=True)
        self.trustees = Trustees(tuple(Single(key) for key in public))
        questions = tuple(Question(f"Contest {i}", tuple(f"C{j}" for j in range(n))) for i, n in enumerate(sizes))
        self.election = Election("A small election", "Small – élection", election_key(self.trustees), questions, uuid)
        self.credentials = [credentials.generate() for _ in range(voters)]
        self.roll = PublicCredentials.of([credentials.public_credential(c, uuid) for c in self.credentials])
        self.chain = Chain(TIMESTAMP)
        self.board = self.chain.begin()
        self.ballots: list[Ballot] = []
        self.ciphertexts: Ciphertexts = ()
        self.partials: dict[int, PartialDecryption] = {}
        parts = self.election.to_json(), self.trustees.to_json(), self.roll.to_json()
        self.add(EventType.SETUP, *parts, SetupData.of(*parts).to_json())

    def add(self, kind: EventType, *contents: bytes) -> None:
        """Append an event, whatever it is."""
        self.chain, added = self.chain.append(kind, *contents)
        self.board += added

    def seal(self, voter: int, rankings: Sequence[Sequence[int]]) -> Ballot:
        """Return a ballot of that voter without casting it."""
        return seal(self.election, self.credentials[voter], rankings)

    def cast(self, voter: int, rankings: Sequence[Sequence[int]]) -> Ballot:
        """Seal and cast a ballot."""
        ballot = self.seal(voter, rankings)
        self.ballots.append(ballot)
        self.add(EventType.BALLOT, ballot.to_json())
        return ballot

    def close(self) -> None:
        """End the voting and publish the encrypted tally."""
        self.add(EventType.END_BALLOTS)
        encrypted = tally.encrypted_tally(self.ballots, self.election)
        self.ciphertexts = encrypted.ciphertexts
        self.add(EventType.ENCRYPTED_TALLY, encrypted.to_json(), SizedEncryptedTally.of(encrypted).to_json())

    def mix(self, owner: int) -> Shuffle:
        """Shuffle as that trustee, counted from 1."""
        mixed = shuffle(self.ciphertexts, self.election.public_key, self.election.fingerprint)
        self.add(EventType.SHUFFLE, mixed.to_json(), OwnedShuffle.of(owner, mixed.to_json()).to_json())
        self.ciphertexts = mixed.ciphertexts
        return mixed

    def end_mixing(self) -> None:
        """Declare the mixing finished."""
        self.add(EventType.END_SHUFFLES)

    def decrypt(self, owner: int) -> PartialDecryption:
        """Decrypt as that trustee, counted from 1."""
        partial = decrypt(self.keys[owner - 1], self.ciphertexts, self.election.fingerprint)
        owned = OwnedPartialDecryption.of(owner, partial.to_json())
        self.add(EventType.PARTIAL_DECRYPTION, partial.to_json(), owned.to_json())
        self.partials[owner] = partial
        return partial

    def publish(self) -> Result:
        """Combine the decryptions and publish the result."""
        result = combine(self.election, self.trustees, self.ciphertexts, self.partials)
        self.add(EventType.RESULT, result.to_json())
        return result

    def finish(self) -> Result:
        """Do all that remains after the voting."""
        self.close()
        owners = range(1, len(self.keys) + 1)
        for owner in owners:
            self.mix(owner)
        self.end_mixing()
        for owner in owners:
            self.decrypt(owner)
        return self.publish()
