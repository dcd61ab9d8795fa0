"""Making elections, honest and otherwise, piece by piece: what the verifier's tests and its benchmark work on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from elections.crypto import shuffle as mixing
from elections.crypto.archive import Chain, EventType, Owned, SetupData, sha256_hex
from elections.crypto.ballot import Ballot, fingerprint, seal
from elections.crypto.credentials import PublicCredentials, generate, public_credential, secret_exponent
from elections.crypto.decryption import PartialDecryption, decrypt
from elections.crypto.election import Election, Question
from elections.crypto.proofs import prove, signature_challenge
from elections.crypto.result import combine
from elections.crypto.shuffle import Shuffle
from elections.crypto.tally import EncryptedTally, SizedEncryptedTally, encrypted_tally
from elections.crypto.trustees import PrivateKey, Single, Trustees, election_key, generate_key, publish
from elections.crypto.whole_decryption import Statement, WholeProof
from elections.crypto.whole_decryption import prove as prove_whole
from elections.verifier.contests import ManifestCandidate, ManifestContest
from elections.verifier.manifest import Manifest, Roll, description
from elections.verifier.note import NoteKey

UUID = "FootingTestE1ection"
TIMESTAMP = 1_700_000_000
CANDIDATES = ("Ada", "Barbara", "Frances")
RECEIPT_SEED = b"a seed for receipts in the tests"

Piece = tuple[EventType, list[bytes]]


@dataclass
class Workshop:
    """An election in the making. Each step can be spoiled before the next is taken; `archive` writes the board."""

    contests: Sequence[Sequence[str]] = (CANDIDATES,)
    voters: int = 3
    trustee_count: int = 2
    uuid: str = UUID
    keys: list[PrivateKey] = field(default_factory=list)
    trustees: Trustees = field(init=False)
    election: Election = field(init=False)
    manifest: Manifest = field(init=False)
    secrets: list[str] = field(default_factory=list)
    credentials: bytes = b""
    ballots: list[Ballot] = field(default_factory=list)
    ballot_bytes: list[bytes] = field(default_factory=list)
    tally: EncryptedTally = field(init=False)
    sized: SizedEncryptedTally = field(init=False)
    shuffles: list[tuple[int, Shuffle]] = field(default_factory=list)
    shares: list[tuple[int, PartialDecryption]] = field(default_factory=list)
    result: bytes = b""
    pieces: list[Piece] = field(default_factory=list)

    def set_up(self, keys: Iterable[PrivateKey] | None = None) -> Workshop:
        """Make the trustees, the roll, the manifest and the election."""
        self.keys = list(keys) if keys is not None else [generate_key()[0] for _ in range(self.trustee_count)]
        self.trustees = Trustees(tuple(Single(publish(key)) for key in self.keys))
        self.secrets = [generate() for _ in range(self.voters)]
        listed = [public_credential(secret, self.uuid) for secret in self.secrets]
        self.credentials = PublicCredentials.of(listed).to_json()
        self.manifest = self.new_manifest([credential.text for credential in listed])
        questions = tuple(Question(f"Contest {i}", tuple(names)) for i, names in enumerate(self.contests, start=1))
        text = description("An election for the tests.", self.manifest.sha256)
        self.election = Election(text, "Tests", election_key(self.trustees), questions, self.uuid)
        return self

    def new_manifest(self, credentials: Sequence[str]) -> Manifest:
        """Return the manifest of this election."""
        owners = tuple(range(1, len(self.keys) + 1))
        contests = tuple(
            ManifestContest(
                f"Contest {i}", 1, "schulze", tuple(ManifestCandidate(name) for name in names), tuple(range(len(names)))
            )
            for i, names in enumerate(self.contests, start=1)
        )
        names = tuple(f"Trustee {owner}" for owner in owners)
        key = NoteKey.of_seed("tests.example", RECEIPT_SEED)
        return Manifest(self.uuid, "Tests", contests, Roll.of(credentials), owners, names, "registrar", True, key)

    def seal(self, voter: int, *rankings: Sequence[int]) -> Ballot:
        """Return a voter's sealed ballot."""
        return seal(self.election, self.secrets[voter], rankings)

    def cast(self, *ballots: Ballot) -> Workshop:
        """Take in ballots, in order."""
        self.ballots += ballots
        self.ballot_bytes += [ballot.to_json() for ballot in ballots]
        return self

    def cast_all(self) -> Workshop:
        """Have every voter cast a ballot, and the first voter another one."""
        for voter in [*range(self.voters), 0]:
            rankings = [[1 + (voter + place) % len(names) for place in range(len(names))] for names in self.contests]
            self.cast(self.seal(voter, *rankings))
        return self

    def take_tally(self, tally: EncryptedTally | None = None) -> Workshop:
        """Compute the encrypted tally, unless one is given."""
        self.tally = tally or encrypted_tally(self.ballots, self.election)
        self.sized = SizedEncryptedTally.of(self.tally)
        return self

    def mix(self, owners: Iterable[int] | None = None) -> Workshop:
        """Have the trustees shuffle one after the other."""
        before = self.tally.ciphertexts
        for owner in owners if owners is not None else range(1, len(self.keys) + 1):
            mixed = mixing.shuffle(before, self.election.public_key, self.election.fingerprint)
            self.shuffles.append((owner, mixed))
            before = mixed.ciphertexts
        return self

    def decrypt(self) -> Workshop:
        """Have the trustees decrypt, and combine what they publish."""
        last = self.shuffles[-1][1].ciphertexts if self.shuffles else self.tally.ciphertexts
        self.shares = [
            (owner, decrypt(key, last, self.election.fingerprint)) for owner, key in enumerate(self.keys, start=1)
        ]
        self.result = combine(self.election, self.trustees, last, dict(self.shares)).to_json()
        return self

    def second_proofs(self) -> list[WholeProof]:
        """Return every trustee's proof that its share as it stands is whole; one of a forged share does not hold."""
        last = self.shuffles[-1][1] if self.shuffles else self.tally
        return [
            prove_whole(self.keys[owner - 1], self.statement(owner, share), last.ciphertexts)
            for owner, share in self.shares
        ]

    def statement(self, owner: int, share: PartialDecryption) -> Statement:
        """Return what a trustee's second proof is about."""
        last = self.shuffles[-1][1] if self.shuffles else self.tally
        hashes = (sha256_hex(each.to_json()) for each in (last, share))
        return Statement(self.election.fingerprint, owner, self.keys[owner - 1].public_key, *hashes)

    def finish(self) -> Workshop:
        """Take all steps after casting, and lay out the pieces of the board."""
        return self.take_tally().mix().decrypt().lay_out()

    def lay_out(self) -> Workshop:
        """Lay out the pieces of the board: events with the objects stored before them."""
        setup = (self.election.to_json(), self.trustees.to_json(), self.credentials)
        self.pieces = [(EventType.SETUP, [*setup, SetupData.of(*setup).to_json()])]
        self.pieces += [(EventType.BALLOT, [data]) for data in self.ballot_bytes]
        self.pieces.append((EventType.END_BALLOTS, []))
        self.pieces.append((EventType.ENCRYPTED_TALLY, [self.tally.to_json(), self.sized.to_json()]))
        self.pieces += [owned(EventType.SHUFFLE, owner, each.to_json()) for owner, each in self.shuffles]
        self.pieces.append((EventType.END_SHUFFLES, []))
        self.pieces += [owned(EventType.PARTIAL_DECRYPTION, owner, each.to_json()) for owner, each in self.shares]
        self.pieces.append((EventType.RESULT, [self.result]))
        return self

    def archive(self, pieces: Sequence[Piece] | None = None) -> bytes:
        """Return the bytes of the board."""
        return write(self.pieces if pieces is None else pieces)

    def resigned(self, ballot: Ballot, voter: int) -> Ballot:
        """Return the ballot signed anew by a voter."""
        secret = secret_exponent(self.secrets[voter], self.uuid)
        unsigned = replace(ballot, credential=public_credential(self.secrets[voter], self.uuid))
        digest = fingerprint(unsigned.signed_bytes)
        return replace(
            unsigned, signature_hash=digest, signature=prove(secret, lambda a: signature_challenge(digest, a))
        )


def owned(kind: EventType, owner: int, data: bytes) -> Piece:
    """Return the piece of a trustee's contribution."""
    return kind, [data, Owned(owner, sha256_hex(data)).to_json()]


def write(pieces: Sequence[Piece]) -> bytes:
    """Return the archive with these events."""
    chain = Chain(TIMESTAMP)
    parts = [chain.begin()]
    for kind, contents in pieces:
        chain, added = chain.append(kind, *contents)
        parts.append(added)
    return b"".join(parts)
