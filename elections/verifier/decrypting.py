"""Checking partial decryptions and decrypting with them (specification 4.20 and 4.21), over many processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from elections.crypto.decryption import PartialDecryption, verify_factor, verify_shape
from elections.crypto.election import Election
from elections.crypto.elgamal import Ciphertext, decrypt
from elections.crypto.errors import Refusal
from elections.crypto.group import Element, decode_ints, product
from elections.crypto.proofs import Proof
from elections.crypto.result import Result
from elections.crypto.tally import Ciphertexts
from elections.crypto.trustees import Trustees

from .errors import Broken
from .work import Work


@dataclass(frozen=True, slots=True)
class BadShare:
    """A trustee's share that does not hold, and why."""

    owner: int
    sentence: str


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
        if self._work.has_begun("shares"):
            return
        for owner, share in self._shares.items():
            try:
                verify_shape(share, self._ciphertexts)
            except Refusal as refusal:
                raise Broken(f"The share of trustee {owner}: {refusal}") from refusal
        self._work.begin("shares", verify_factors, self._share_tasks())
        self._work.begin("result", decrypt_all, self._result_tasks() if self.is_whole else [])

    def bad_shares(self) -> list[BadShare]:
        """Return the shares that do not hold, by owner."""
        self.begin()
        found = [bad for some in self._work.results("shares") for bad in some]
        return list({bad.owner: bad for bad in reversed(found)}.values())[::-1]

    def result(self) -> Result:
        """Return what the shares, all of them, decrypt to."""
        self.begin()
        contests: list[list[tuple[int, ...]]] = [[] for _ in self._election.questions]
        for contest, plaintexts in self._work.results("result"):
            contests[contest] += plaintexts
        return Result(tuple(tuple(contest) for contest in contests))

    def _share_tasks(self) -> list[tuple[int, Element, str, Sequence[tuple[Ciphertext, Element, Proof]]]]:
        tasks = []
        for owner, share in self._shares.items():
            key = self._trustees.owners[owner - 1].public_key
            for contest in zip(self._ciphertexts, share.factors, share.proofs, strict=True):
                items = list(zip(*contest, strict=True))
                tasks += [(owner, key, self._election.fingerprint, chunk) for chunk in self._work.chunks(items)]
        return tasks

    def _result_tasks(self) -> list[tuple[int, int, Sequence[tuple[Ciphertext, tuple[Element, ...]]]]]:
        tasks = []
        for index, (question, ciphertexts) in enumerate(zip(self._election.questions, self._ciphertexts, strict=True)):
            factors = zip(*(share.factors[index] for share in self._shares.values()), strict=True)
            items = list(zip(ciphertexts, factors, strict=True))
            tasks += [(index, len(question.answers), chunk) for chunk in self._work.chunks(items)]
        return tasks


def verify_factors(
    owner: int, public_key: Element, fingerprint: str, items: Sequence[tuple[Ciphertext, Element, Proof]]
) -> list[BadShare]:
    """Check one trustee's factors for some ciphertexts; return what is wrong with the first that is."""
    for ciphertext, factor, proof in items:
        try:
            verify_factor(ciphertext, factor, proof, public_key=public_key, fingerprint=fingerprint)
        except Refusal as refusal:
            return [BadShare(owner, f"{refusal} It concerns the ciphertext with alpha {ciphertext.alpha}.")]
    return []


def decrypt_all(
    contest: int, candidates: int, items: Sequence[tuple[Ciphertext, tuple[Element, ...]]]
) -> tuple[int, list[tuple[int, ...]]]:
    """Return the contest's number and the plaintexts of some ciphertexts, given the factors of all trustees."""
    return contest, [
        tuple(decode_ints(decrypt(ciphertext, product(factors)), candidates)) for ciphertext, factors in items
    ]
