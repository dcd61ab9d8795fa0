"""What the checks look at: everything an archive holds, read once and only when a check asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from elections.crypto.archive import EventType, Owned, SetupData
from elections.crypto.credentials import PublicCredentials
from elections.crypto.decryption import PartialDecryption
from elections.crypto.election import Election
from elections.crypto.errors import Refusal
from elections.crypto.exact_json import loads, string
from elections.crypto.shuffle import Shuffle
from elections.crypto.tally import Ciphertexts, EncryptedTally, SizedEncryptedTally
from elections.crypto.trustees import Trustees
from elections.crypto.whole_decryption import Statement, WholeProof, read_published

from . import decrypting, mixing, proving
from .ballots import BallotRule, Cast, Finding, examine
from .board import Board, Link, lenient_fields
from .errors import Broken
from .manifest import Manifest
from .membership import members
from .work import Work


@dataclass(frozen=True, slots=True)
class CertificatePapers:
    """A certificate, the SSH signatures over it, the list of those who may sign, and the rules it was made under."""

    certificate: bytes
    signatures: tuple[str, ...]
    allowed_signers: str
    rules: bytes | None = None


@dataclass(frozen=True, slots=True)
class Materials:
    """What was given: the archive, what is published beside it, an older archive, and papers handed out."""

    board: Board
    manifest: bytes | None = None
    outcome: bytes | None = None
    older: Board | None = None
    receipt: str | None = None
    checkpoint: str | None = None
    certificate: CertificatePapers | None = None
    decryptions: bytes | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """One trustee's shuffle and the SHA-256 of its bytes; owners are counted from 1."""

    owner: int
    shuffle: Shuffle
    sha256: str


@dataclass(frozen=True, slots=True)
class Share:
    """One trustee's partial decryption, and the SHA-256 of its bytes."""

    owner: int
    partial: PartialDecryption
    sha256: str


class Case:
    """An archive under examination. Reading a part raises Broken or a Refusal where it cannot be read."""

    def __init__(self, materials: Materials, work: Work, ballot_rules: Sequence[tuple[str, BallotRule]]) -> None:
        self.materials = materials
        self.board = materials.board
        self.work = work
        self._ballot_rules = ballot_rules

    def begin(self) -> None:
        """Hand out all expensive tasks, so that nobody waits; what cannot be read is left for the checks to report."""
        for begin in (self._begin_ballots, self._begin_members, self._begin_mixing, self._begin_decrypting):
            try:
                begin()
            except (Broken, Refusal):
                return

    # Setup

    @cached_property
    def setup_payload(self) -> bytes:
        """The payload of the first Setup event."""
        return self._only_payload(EventType.SETUP)

    @cached_property
    def setup(self) -> SetupData:
        """The hashes of the election, the trustees and the credentials."""
        value = lenient_fields(loads(self.setup_payload), "election", "trustees", "credentials")
        return SetupData(*(string(value[key]) for key in ("election", "trustees", "credentials")))

    @cached_property
    def election(self) -> Election:
        """The election; membership of its key is not established by reading."""
        return Election.from_json(self.board.object(self.setup.election), member=False)

    @cached_property
    def trustees(self) -> Trustees:
        """The trustees; neither proofs nor membership are established by reading."""
        return Trustees.from_json(self.board.object(self.setup.trustees), member=False)

    @cached_property
    def credentials(self) -> PublicCredentials:
        """The public credentials; membership is not established by reading."""
        return PublicCredentials.from_json(self.board.object(self.setup.credentials), member=False)

    @cached_property
    def manifest(self) -> Manifest | None:
        """The manifest, or None when none was given or it cannot be read, which V35 reports."""
        try:
            return Manifest.from_json(self.materials.manifest) if self.materials.manifest is not None else None
        except Refusal:
            return None

    def credentials_are_members(self) -> bool:
        """Whether every public credential is in the group."""
        self._begin_members()
        return all(self.work.results("members"))

    # Ballots

    @cached_property
    def ballots(self) -> list[Link]:
        """The Ballot events, in order."""
        return self.board.of_type(EventType.BALLOT)

    @cached_property
    def findings(self) -> list[Finding]:
        """The ballots that break a rule, each with the first rule it breaks, in order of casting."""
        return self._examined[0]

    @cached_property
    def cast(self) -> list[Cast]:
        """The ballots, in order of casting."""
        cast = [entry for entry in self._examined[1] if entry is not None]
        if len(cast) != len(self.ballots):
            raise Broken("Of some ballots' bytes nothing can be made.")
        return cast

    @cached_property
    def _examined(self) -> tuple[list[Finding], list[Cast | None]]:
        self._begin_ballots()
        findings: list[Finding] = []
        cast: list[Cast | None] = []
        for some_findings, some_cast in self.work.results("ballots"):
            findings += [Finding(each.rule, len(cast) + each.index, each.sentence) for each in some_findings]
            cast += some_cast
        return findings, cast

    # Tally, shuffles, decryptions

    @property
    def has_tally(self) -> bool:
        """Whether the encrypted tally is published."""
        return bool(self.board.of_type(EventType.ENCRYPTED_TALLY))

    @cached_property
    def sized_tally(self) -> SizedEncryptedTally:
        """The payload of the EncryptedTally event."""
        return SizedEncryptedTally.from_json(self._only_payload(EventType.ENCRYPTED_TALLY))

    @cached_property
    def tally(self) -> Ciphertexts:
        """The published encrypted tally."""
        return EncryptedTally.from_json(self.board.object(self.sized_tally.encrypted_tally)).ciphertexts

    @cached_property
    def mixes(self) -> list[Mix]:
        """The shuffles, in order."""
        owned = [Owned.from_json(self.board.payload(link)) for link in self.board.of_type(EventType.SHUFFLE)]
        return [Mix(each.owner, Shuffle.from_json(self.board.object(each.payload)), each.payload) for each in owned]

    @cached_property
    def mixed(self) -> Ciphertexts:
        """The ciphertexts that are decrypted: the last shuffle's, or the tally's where there is none."""
        return self.mixes[-1].shuffle.ciphertexts if self.mixes else self.tally

    @cached_property
    def shares(self) -> list[Share]:
        """The partial decryptions, in order."""
        owned = [Owned.from_json(self.board.payload(link)) for link in self.board.of_type(EventType.PARTIAL_DECRYPTION)]
        read = PartialDecryption.from_json
        return [Share(each.owner, read(self.board.object(each.payload)), each.payload) for each in owned]

    @cached_property
    def owned_shares(self) -> dict[int, Share]:
        """The first partial decryption of each trustee that there is."""
        owners = range(1, len(self.trustees.owners) + 1)
        return {share.owner: share for share in reversed(self.shares) if share.owner in owners}

    @cached_property
    def mixing(self) -> mixing.Mixing:
        """The shuffles' proofs, under examination."""
        inputs = [self.tally, *(mix.shuffle.ciphertexts for mix in self.mixes)]
        return mixing.Mixing(
            [mixing.Step(mix.owner, mix.shuffle, before) for mix, before in zip(self.mixes, inputs, strict=False)],
            self.election,
            self.work,
        )

    @cached_property
    def decrypting(self) -> decrypting.Decrypting:
        """The decryptions' proofs, and the decryption itself, under examination."""
        shares = {owner: share.partial for owner, share in self.owned_shares.items()}
        return decrypting.Decrypting(shares, self.mixed, (self.election, self.trustees), self.work)

    @cached_property
    def second_proofs(self) -> tuple[WholeProof, ...]:
        """The trustees' second proofs, by owner; none where none were given."""
        return read_published(self.materials.decryptions) if self.materials.decryptions is not None else ()

    @cached_property
    def proving(self) -> proving.Proving:
        """The second proofs that are about shares on the board, under examination."""
        claims = [
            proving.Claim(proof, self._statement(share), share.partial)
            for proof in self.second_proofs
            if (share := self.owned_shares.get(proof.owner)) is not None and share.sha256 == proof.decryption
        ]
        return proving.Proving(claims, self.mixed, self.work)

    @property
    def unproved(self) -> list[int]:
        """The trustees without a second proof that holds; that one cannot be read or does not hold, V36 reports."""
        try:
            bad = self.proving.bad()
            proved = {claim.proof.owner for claim in self.proving.claims} - bad.keys()
        except Refusal:
            proved = set()
        return [owner for owner in range(1, len(self.trustees.owners) + 1) if owner not in proved]

    def _statement(self, share: Share) -> Statement:
        last = self.mixes[-1].sha256 if self.mixes else self.sized_tally.encrypted_tally
        key = self.trustees.owners[share.owner - 1].public_key
        return Statement(self.election.fingerprint, share.owner, key, last, share.sha256)

    @cached_property
    def result_payload(self) -> bytes:
        """The payload of the first Result event."""
        return self._only_payload(EventType.RESULT)

    def _only_payload(self, kind: EventType) -> bytes:
        """Return the payload of the event that is there once; that it is there only once is V6's and V34's matter."""
        for link in self.board.of_type(kind):
            return self.board.payload(link)
        raise Broken(f"The archive has no {kind} event.")

    def _begin_members(self) -> None:
        if not self.work.has_begun("members"):
            encoded = [credential.data for credential in self.credentials.credentials]
            self.work.begin("members", members, [(chunk,) for chunk in self.work.chunks(encoded)])

    def _begin_ballots(self) -> None:
        if not self.work.has_begun("ballots"):
            contents = [self.board.payload(link) for link in self.ballots]
            arguments = [(chunk, self.election, self._ballot_rules) for chunk in self.work.chunks(contents)]
            self.work.begin("ballots", examine, arguments)

    def _begin_mixing(self) -> None:
        if self.board.of_type(EventType.SHUFFLE):
            self.mixing.begin()

    def _begin_decrypting(self) -> None:
        if self.board.of_type(EventType.PARTIAL_DECRYPTION):
            self.decrypting.begin()
            self.proving.begin()
