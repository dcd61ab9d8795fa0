"""The second proof of a trustee's decryption: one over all its factors, whose hash covers the statement (SPEC 9.2).

The proofs of specification 4.20 bind a factor to nothing, so that a trustee can replace what a ballot decrypts to (SPEC
9.1). Here all ciphertexts and all factors are multiplied, each pair to a power that depends on every byte of what was
published, and one proof of Chaum and Pedersen ("Wallet databases with observers", CRYPTO 1992) shows that the product F
is A^x for the x of the trustee's key X = g^x. If one factor were wrong, F would be right with chance at most 2^-128:
Bellare, Garay, Rabin, "Fast batch verification for modular exponentiation and digital signatures" (1998), section 3.
The challenge hashes all that is claimed: Bernhard, Pereira, Warinschi, "How not to prove yourself" (2012).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from .archive import parse_hash
from .errors import BadProof, Malformed, NotCanonical, WrongShape
from .exact_json import Json, array, dumps, fields, loads_exact, natural, string
from .group import (
    Element,
    Q,
    check_member,
    multiply,
    parse_scalar,
    power,
    power_of_generator,
    random_scalar,
)
from .multiexp import Bases
from .proofs import Proof
from .tally import Ciphertexts
from .trustees import PrivateKey

STATEMENT = b"footing decryption 1"
WEIGHT = b"footing weight 1"
CHALLENGE = b"footing decryption challenge 1"
WEIGHT_BYTES = 16
LENGTH_BYTES = 8
NUMBER_BYTES = 4
SHOWS_WITHOUT = 20
"""Up to so many candidates a replaced factor shows in what its ballot decrypts to, also without a proof (SPEC 9.1)."""

Factors: TypeAlias = Sequence[Sequence[Element]]
"""For each contest, a trustee's factor for each ciphertext."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a trustee claims: that the share with this SHA-256 decrypts the list with that one, with the key's x.

    `fingerprint` is the election's φ, `owner` counts from 1; `ciphertexts` is the hash of the last shuffle's bytes, or
    of the encrypted tally's where nobody mixed.
    """

    fingerprint: str
    owner: int
    public_key: Element
    ciphertexts: str
    decryption: str

    @property
    def digest(self) -> bytes:
        """D of SPEC 9.2, which weights and challenge are hashed from."""
        parts = (self.fingerprint, _number(self.owner), self.public_key.text, self.ciphertexts, self.decryption)
        return _hash(STATEMENT, *(part if isinstance(part, bytes) else part.encode() for part in parts))


@dataclass(frozen=True, slots=True)
class Combined:
    """A and F of SPEC 9.2: the products of the α and of the factors, each to the power of its weight."""

    alpha: Element
    factor: Element


@dataclass(frozen=True, slots=True)
class WholeProof:
    """A trustee's second proof as published: about the share with the SHA-256 `decryption`."""

    owner: int
    decryption: str
    proof: Proof

    def to_value(self) -> Json:
        """Return the JSON value."""
        challenge, response = str(self.proof.challenge), str(self.proof.response)
        return {"owner": self.owner, "decryption": self.decryption, "challenge": challenge, "response": response}

    def to_json(self) -> bytes:
        """Return the third line of a trustee's file."""
        return dumps(self.to_value())

    @classmethod
    def from_json(cls, data: bytes) -> "WholeProof":
        """Read the third line of a trustee's file."""
        return cls.from_value(loads_exact(data))

    @classmethod
    def from_value(cls, value: Json) -> "WholeProof":
        """Read the JSON value; raise Malformed or BadScalar."""
        entry = fields(value, "owner", "decryption", "challenge", "response")
        owner = natural(entry["owner"])
        if owner < 1:
            raise Malformed("Trustees are counted from 1.")
        numbers = (parse_scalar(string(entry[name])) for name in ("challenge", "response"))
        return cls(owner, parse_hash(entry["decryption"]), Proof(*numbers))


def published(proofs: Iterable[WholeProof]) -> bytes:
    """Return the file that is published beside the archive: the proofs by owner."""
    return dumps([proof.to_value() for proof in sorted(proofs, key=lambda proof: proof.owner)])


def read_published(data: bytes) -> tuple[WholeProof, ...]:
    """Read the published file; raise a Refusal where it has another form, an owner twice or another order."""
    proofs = tuple(WholeProof.from_value(value) for value in array(loads_exact(data)))
    owners = [proof.owner for proof in proofs]
    if len(set(owners)) != len(owners):
        raise Malformed("A trustee has two second proofs.")
    if owners != sorted(owners):
        raise NotCanonical("The second proofs must stand in the order of the trustees' numbers.")
    return proofs


def prove(
    private_key: PrivateKey, statement: Statement, ciphertexts: Ciphertexts, *, w: int | None = None
) -> WholeProof:
    """Prove that all factors of the share are α^x; `w` is the proof's randomness, fresh unless given.

    Whether they are is not looked at: if not, the proof does not hold.
    """
    w = random_scalar() if w is None else w
    alphas = [[ciphertext.alpha for ciphertext in contest] for contest in ciphertexts]
    alpha = _weighted(statement.digest, alphas)
    combined = Combined(alpha, power(alpha, private_key.x))
    challenge = _challenge(statement, combined, (power_of_generator(w), power(alpha, w)))
    proof = Proof(challenge, (w - private_key.x * challenge) % Q)
    return WholeProof(statement.owner, statement.decryption, proof)


def verify(given: WholeProof, statement: Statement, ciphertexts: Ciphertexts, factors: Factors) -> None:
    """Verify a second proof over members of the group; raise BadProof, WrongShape, or BadElement for a factor outside.

    The ciphertexts are those that came out of a verified shuffle; factors are looked at once more.
    """
    if [len(contest) for contest in factors] != [len(contest) for contest in ciphertexts]:
        raise WrongShape("The partial decryption does not have one factor for each ciphertext.")
    for contest in factors:
        for factor in contest:
            check_member(factor)
    alphas = [[ciphertext.alpha for ciphertext in contest] for contest in ciphertexts]
    combined = Combined(_weighted(statement.digest, alphas), _weighted(statement.digest, factors))
    verify_combined(given, statement, combined)


def verify_combined(given: WholeProof, statement: Statement, combined: Combined) -> None:
    """Raise BadProof unless the proof is about this share and holds; A and F are members of the group."""
    if (given.owner, given.decryption) != (statement.owner, statement.decryption):
        raise BadProof("The second proof of the decryption is about another share.")
    c, response = given.proof.challenge, given.proof.response
    of_key = given.proof.commitment(statement.public_key)
    of_product = multiply(power(combined.alpha, response), power(combined.factor, c))
    if _challenge(statement, combined, (of_key, of_product)) != c:
        raise BadProof("The second proof of the decryption does not hold.")


def weights(digest: bytes, contest: int, places: Iterable[int]) -> list[int]:
    """Return the powers, of 128 bits, that a contest's ciphertexts at these places are raised to; both from 0."""
    begun = sha256(b"".join(map(_frame, (WEIGHT, digest, _number(contest)))))
    found = []
    for place in places:
        finished = begun.copy()
        finished.update(_frame(_number(place)))
        found.append(int.from_bytes(finished.digest()[:WEIGHT_BYTES], "big"))
    return found


def _weighted(digest: bytes, elements: Factors) -> Element:
    exponents = [weights(digest, index, range(len(contest))) for index, contest in enumerate(elements)]
    return Bases([each for contest in elements for each in contest]).product([e for row in exponents for e in row])


def _challenge(statement: Statement, combined: Combined, commitments: tuple[Element, Element]) -> int:
    elements = (combined.alpha, combined.factor, *commitments)
    hashed = _hash(CHALLENGE, statement.digest, *(element.text.encode() for element in elements))
    return int.from_bytes(hashed, "big") % Q


def _number(value: int) -> bytes:
    return value.to_bytes(NUMBER_BYTES, "big")


def _hash(*parts: bytes) -> bytes:
    return sha256(b"".join(map(_frame, parts))).digest()


def _frame(part: bytes) -> bytes:
    return len(part).to_bytes(LENGTH_BYTES, "big") + part
