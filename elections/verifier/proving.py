"""Checking the trustees' second proofs, over all factors of a share at once (SPEC 9.2), over many processes.

A share's products are cut by ciphertexts; the parts are multiplied, and each trustee's one proof is checked over them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from elections.crypto.decryption import PartialDecryption, verify_shape
from elections.crypto.errors import Refusal
from elections.crypto.group import Element, product
from elections.crypto.multiexp import Bases
from elections.crypto.tally import Ciphertexts
from elections.crypto.whole_decryption import Combined, Statement, WholeProof, verify_combined, weights

from .work import Work

LEAST_PART = 2000
"""Fewer powers than this multiply faster in one go than in two."""

Row: TypeAlias = tuple[bytes, Sequence[Element]]
"""A statement's digest, and its trustee's factors for the ciphertexts of a part."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A second proof, what it has to be about, and the share on the board with the factors."""

    proof: WholeProof
    statement: Statement
    share: PartialDecryption


@dataclass(frozen=True, slots=True)
class Part:
    """Some ciphertexts of a contest, from the place `start` on; contests and places are counted from 0."""

    contest: int
    start: int
    alphas: Sequence[Element]


class Proving:
    """The second proofs of an election, to be examined; V30 has checked that all factors are in the group."""

    def __init__(self, claims: Sequence[Claim], ciphertexts: Ciphertexts, work: Work) -> None:
        self.claims = claims
        self._ciphertexts = ciphertexts
        self._work = work

    def begin(self) -> None:
        """Hand out the work; raise WrongShape for a share of another shape than the ciphertexts."""
        if self._work.has_begun("second proofs"):
            return
        for claim in self.claims:
            verify_shape(claim.share, self._ciphertexts)
        self._work.begin("second proofs", multiply_powers, self._tasks())

    def bad(self) -> dict[int, str]:
        """Return why proofs do not hold, by owner."""
        return self._bad

    @cached_property
    def _bad(self) -> dict[int, str]:
        self.begin()
        parts = list(self._work.results("second proofs"))
        found = {}
        for index, claim in enumerate(self.claims):
            alpha, factor = (product(pair[index][side] for pair in parts) for side in (0, 1))
            try:
                verify_combined(claim.proof, claim.statement, Combined(alpha, factor))
            except Refusal as refusal:
                found[claim.proof.owner] = str(refusal)
        return found

    def _tasks(self) -> Iterator[tuple[Part, list[Row]]]:
        digests = [claim.statement.digest for claim in self.claims]
        for contest, ciphertexts in enumerate(self._ciphertexts):
            size = max(LEAST_PART, -(-len(ciphertexts) // self._work.parts))
            for start in range(0, len(ciphertexts) if digests else 0, size):
                some = slice(start, start + size)
                factors = (claim.share.factors[contest][some] for claim in self.claims)
                alphas = [ciphertext.alpha for ciphertext in ciphertexts[some]]
                yield Part(contest, start, alphas), list(zip(digests, factors, strict=True))


def multiply_powers(part: Part, rows: Sequence[Row]) -> list[tuple[Element, Element]]:
    """Return each trustee's products of a part: of the α, and of the factors, to the powers of its own weights."""
    alphas = Bases(part.alphas)
    places = range(part.start, part.start + len(part.alphas))
    found = []
    for digest, factors in rows:
        exponents = weights(digest, part.contest, places)
        found.append((alphas.product(exponents), Bases(factors).product(exponents)))
    return found
