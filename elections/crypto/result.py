"""The raw result (specification 4.21): every counted ballot's plaintext, in the random order of the last shuffle.

A plaintext is whatever its voter encrypted. `combine` decodes each to as many numbers as the contest has candidates,
and never fails on nonsense; which rankings the numbers mean is the counting's rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from .decryption import PartialDecryption, verify_shape
from .election import Election
from .elgamal import decrypt
from .errors import WrongShape
from .exact_json import Json, array, dumps, fields, loads_exact, natural
from .group import BITS_PER_INT, Element, decode_ints, has_stray_bits, product
from .tally import Ciphertexts
from .trustees import Trustees

Rankings: TypeAlias = tuple[tuple[int, ...], ...]
"""One contest: for each ballot, the rank of each candidate, 0 for none."""

Messages: TypeAlias = tuple[tuple[Element, ...], ...]
"""For each contest, the decrypted elements."""


@dataclass(frozen=True, slots=True)
class Result:
    """The structure `result`: for each contest, for each ballot, a number for each candidate."""

    contests: tuple[Rankings, ...]

    def to_json(self) -> bytes:
        """Return the published bytes."""
        value: Json = [[list(ranking) for ranking in contest] for contest in self.contests]
        return dumps({"result": value})

    @classmethod
    def from_json(cls, data: bytes) -> "Result":
        """Read the published bytes; raise WrongShape for a number that no plaintext can hold."""
        value = fields(loads_exact(data), "result")
        return cls(tuple(_contest(contest) for contest in array(value["result"])))


def combine(
    election: Election,
    trustees: Trustees,
    ciphertexts: Ciphertexts,
    partials: Mapping[int, PartialDecryption],
) -> Result:
    """Combine verified partial decryptions, by owner counted from 1, of the last shuffle's output; see `messages`."""
    return decode(election, messages(election, trustees, ciphertexts, partials))


def messages(
    election: Election,
    trustees: Trustees,
    ciphertexts: Ciphertexts,
    partials: Mapping[int, PartialDecryption],
) -> Messages:
    """Return the elements that were encrypted; `decode` makes numbers of them.

    Every trustee of kind Single is needed; raises WrongShape, naming the owners whose part is missing.
    """
    owners = range(1, len(trustees.owners) + 1)
    missing = [str(owner) for owner in owners if owner not in partials]
    if missing:
        raise WrongShape(f"The partial decryptions of these trustees are missing: {', '.join(missing)}.")
    if len(ciphertexts) != len(election.questions):
        raise WrongShape(f"There are {len(ciphertexts)} lists of ciphertexts for {len(election.questions)} contests.")
    for owner in owners:
        verify_shape(partials[owner], ciphertexts)
    factors = _synthetic_factors([partials[owner].factors for owner in owners])
    return tuple(
        tuple(decrypt(ciphertext, factor) for ciphertext, factor in zip(contest, contest_factors, strict=True))
        for contest, contest_factors in zip(ciphertexts, factors, strict=True)
    )


def decode(election: Election, decrypted: Messages) -> Result:
    """Return the numbers in the decrypted elements, as many as each contest has candidates."""
    return Result(
        tuple(
            tuple(tuple(decode_ints(message, len(question.answers))) for message in contest)
            for question, contest in zip(election.questions, decrypted, strict=True)
        )
    )


def strays(election: Election, decrypted: Messages) -> list[int]:
    """Return, for each contest, how many elements hold more than the numbers of a ranking (SPEC 9.1)."""
    return [
        sum(has_stray_bits(message, len(question.answers)) for message in contest)
        for question, contest in zip(election.questions, decrypted, strict=True)
    ]


def _synthetic_factors(parts: Iterable[tuple[tuple[Element, ...], ...]]) -> list[list[Element]]:
    """Return F, for each contest and ciphertext the product of all trustees' factors."""
    return [
        [product(factors) for factors in zip(*contest_parts, strict=True)] for contest_parts in zip(*parts, strict=True)
    ]


def _contest(value: Json) -> Rankings:
    rankings = tuple(tuple(natural(rank) for rank in array(ranking)) for ranking in array(value))
    if any(rank >= 1 << BITS_PER_INT for ranking in rankings for rank in ranking):
        raise WrongShape("A number in the result does not fit into eight bits.")
    return rankings
