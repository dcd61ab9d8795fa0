"""Checking partial decryptions and decrypting with them (specification 4.20 and 4.21), over many processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from elections.crypto import edwards
from elections.crypto.decryption import PartialDecryption, verify_factor, verify_shape
from elections.crypto.election import Election
from elections.crypto.elgamal import Ciphertext, decrypt
from elections.crypto.errors import BadElement, Refusal
from elections.crypto.group import Element, decode_ints, has_stray_bits, multiply, power, power_of_generator, product
from elections.crypto.multiexp import FixedBase
from elections.crypto.proofs import Proof, decryption_challenge
from elections.crypto.result import Result
from elections.crypto.tally import Ciphertexts
from elections.crypto.trustees import Trustees

from .errors import Broken
from .work import Work

Item: TypeAlias = tuple[Ciphertext, Element, Proof]
"""A ciphertext, a trustee's factor for it, and the proof."""

Column: TypeAlias = tuple[Ciphertext, tuple[tuple[Element, Proof], ...]]
"""A ciphertext, and each trustee's factor for it with the proof."""


@dataclass(frozen=True, slots=True)
class BadShare:
    """A trustee's share that does not hold, and why."""

    owner: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found about some ciphertexts of a contest: the shares that do not hold, and the plaintexts.

    `strays` counts plaintexts that no honest program encrypts; the proofs of decryption allow a trustee to cause them.
    """

    contest: int
    bad: list[BadShare]
    plaintexts: list[tuple[int, ...]]
    strays: int = 0


class Decrypting:
    """The trustees' shares of an election, to be examined; owners are counted from 1."""

    def __init__(
        self,
        shares: Mapping[int, PartialDecryption],
        ciphertexts: Ciphertexts,
        setup: tuple[Election, Trustees],
        work: Work,
    ) -> None:
        self._shares = dict(sorted(shares.items()))
        self._ciphertexts = ciphertexts
        self._election, self._trustees = setup
        self._work = work

    @property
    def is_whole(self) -> bool:
        """Whether every trustee's share is there."""
        return len(self._shares) == len(self._trustees.owners)

    def begin(self) -> None:
        """Hand out the work; raise Broken, naming the trustee, for a share of another shape than the ciphertexts."""
        if self._work.has_begun("decryption"):
            return
        if len(self._ciphertexts) != len(self._election.questions):
            raise Broken(f"{len(self._ciphertexts)} lists of ciphertexts are decrypted, not one for each contest.")
        for owner, share in self._shares.items():
            try:
                verify_shape(share, self._ciphertexts)
            except Refusal as refusal:
                raise Broken(f"The share of trustee {owner}: {refusal}") from refusal
        self._work.begin("decryption", examine, self._tasks())

    def bad_shares(self) -> list[BadShare]:
        """Return the shares that do not hold, by owner."""
        first = {bad.owner: bad for examined in reversed(self._examined) for bad in examined.bad}
        return [first[owner] for owner in sorted(first)]

    def result(self) -> Result:
        """Return what the shares, all of them, decrypt to."""
        contests: list[list[tuple[int, ...]]] = [[] for _ in self._election.questions]
        for examined in self._examined:
            contests[examined.contest] += examined.plaintexts
        return Result(tuple(tuple(contest) for contest in contests))

    def strays(self) -> int:
        """Return how many plaintexts hold more than the numbers of a ranking (SPEC 9.1)."""
        return sum(examined.strays for examined in self._examined)

    @cached_property
    def _examined(self) -> list[Examined]:
        self.begin()
        return list(self._work.results("decryption"))

    def _tasks(self) -> list[tuple["Chunk", list[tuple[int, Element]], str]]:
        keys = [(owner, self._trustees.owners[owner - 1].public_key) for owner in self._shares]
        tasks = []
        for index, (question, ciphertexts) in enumerate(zip(self._election.questions, self._ciphertexts, strict=True)):
            parts = [zip(share.factors[index], share.proofs[index], strict=True) for share in self._shares.values()]
            rows = list(zip(*parts, strict=True)) if parts else [()] * len(ciphertexts)
            columns = list(zip(ciphertexts, rows, strict=True))
            candidates = len(question.answers) if self.is_whole else 0
            chunks = [Chunk(index, candidates, some) for some in self._work.chunks(columns)]
            tasks += [(chunk, keys, self._election.fingerprint) for chunk in chunks]
        return tasks


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some ciphertexts of a contest; `candidates` is their number, or 0 where shares are missing for decrypting."""

    contest: int
    candidates: int
    columns: Sequence[Column]


def examine(chunk: Chunk, keys: Sequence[tuple[int, Element]], fingerprint: str) -> Examined:
    """Check all trustees' factors for some ciphertexts, and decrypt these where all shares are there."""
    bad: list[BadShare] = []
    for index, (owner, key) in enumerate(keys):
        bad += verify_factors(owner, key, fingerprint, [(each, *parts[index]) for each, parts in chunk.columns])
    messages = _decrypt(chunk.columns) if chunk.candidates else []
    plaintexts = [tuple(decode_ints(message, chunk.candidates)) for message in messages]
    strays = sum(has_stray_bits(message, chunk.candidates) for message in messages)
    return Examined(chunk.contest, bad, plaintexts, strays)


def verify_factors(owner: int, public_key: Element, fingerprint: str, items: Sequence[Item]) -> list[BadShare]:
    """Check one trustee's factors for some ciphertexts; return what is wrong with the first that is."""
    if edwards.FAST and _hold(public_key, fingerprint, items):
        return []
    for ciphertext, factor, proof in items:
        try:
            verify_factor(ciphertext, factor, proof, public_key=public_key, fingerprint=fingerprint)
        except Refusal as refusal:
            return [BadShare(owner, f"{refusal} It concerns the ciphertext with alpha {ciphertext.alpha}.")]
    return []


def _hold(public_key: Element, fingerprint: str, items: Sequence[Item]) -> bool:
    """Whether all proofs hold: as `verify_factor`, but with a table of the public key's powers."""
    try:
        commitments = zip(_commitments(public_key, [proof for *_, proof in items]), map(_second, items), strict=True)
        challenges = [decryption_challenge(fingerprint, public_key, pair) for pair in commitments]
    except BadElement:
        return False
    return challenges == [proof.challenge for *_, proof in items]


def _commitments(public_key: Element, proofs: Sequence[Proof]) -> list[Element]:
    """Return A = g^response · X^challenge of each proof."""
    table = _table(public_key)
    blinded = (edwards.extend(edwards.decompress(power_of_generator(proof.response).data)) for proof in proofs)
    points = [table.add_multiple(point, proof.challenge) for point, proof in zip(blinded, proofs, strict=True)]
    return [Element(data) for data in edwards.compress(points)]


def _second(item: Item) -> Element:
    """Return B = α^response · factor^challenge; raise BadElement where α or the factor is outside the group."""
    ciphertext, factor, proof = item
    return multiply(power(ciphertext.alpha, proof.response), power(factor, proof.challenge))


@lru_cache(maxsize=16)
def _table(public_key: Element) -> FixedBase:
    return FixedBase(edwards.extend(edwards.decompress(public_key.data)))


def _decrypt(columns: Sequence[Column]) -> list[Element]:
    """Return the messages of some ciphertexts; none where a factor is not even on the curve, as was said already."""
    try:
        return [decrypt(ciphertext, product(factor for factor, _ in parts)) for ciphertext, parts in columns]
    except BadElement:
        return []
