"""Schnorr proofs of knowledge of an exponent, made non-interactive by hashing (specification 4.5, 4.11.2, 4.16, 4.20).

A proof is a challenge and a response. Whoever verifies recomputes the commitment from them and checks that hashing it
with the statement gives the challenge again. The four uses differ only in what is hashed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .errors import BadProof
from .exact_json import Json, fields, string
from .group import GROUP, Element, Q, hash_to_scalar, multiply, parse_scalar, power, power_of_generator, random_scalar


@dataclass(frozen=True, slots=True)
class Proof:
    """The structure `proof` of specification 4.3: two numbers modulo q."""

    challenge: int
    response: int

    def to_value(self) -> Json:
        """Return the JSON value, numbers as decimal strings."""
        return {"challenge": str(self.challenge), "response": str(self.response)}

    @classmethod
    def from_value(cls, value: Json) -> "Proof":
        """Read the JSON value; raise Malformed or BadScalar."""
        pair = fields(value, "challenge", "response")
        return cls(parse_scalar(string(pair["challenge"])), parse_scalar(string(pair["response"])))

    def commitment(self, public: Element) -> Element:
        """Return A = g^response · public^challenge; raise BadElement if `public` is outside the group."""
        return multiply(power(public, self.challenge), power_of_generator(self.response))


def prove(secret: int, challenge_of: Callable[[Element], int], *, w: int | None = None) -> Proof:
    """Prove knowledge of `secret` to the base g; `w` is the random exponent of the commitment, fresh unless given."""
    w = random_scalar() if w is None else w
    challenge = challenge_of(power_of_generator(w))
    return Proof(challenge, (w - secret * challenge) % Q)


def verify(proof: Proof, public: Element, challenge_of: Callable[[Element], int], *, what: str) -> None:
    """Raise BadProof, naming `what` does not hold, unless the proof shows knowledge of the exponent of `public`."""
    if challenge_of(proof.commitment(public)) != proof.challenge:
        raise BadProof(f"The {what} does not hold.")


def key_challenge(public_key: Element, commitment: Element) -> int:
    """Return H_pok(X, A) of specification 4.5."""
    return hash_to_scalar(f"pok|{GROUP}|{public_key.text}|{commitment.text}")


def answer_challenge(prefix: str, y: Element, ciphertext: tuple[Element, Element], commitment: Element) -> int:
    """Return H_raweg(S, y, α, β, A) of specification 4.11.2.

    The specification leaves S undefined here; belenios-tool takes S₀ of 4.11: election fingerprint, bar, credential.
    """
    alpha, beta = ciphertext
    return hash_to_scalar(f"raweg|{prefix}|{y.text},{alpha.text},{beta.text}|{commitment.text}")


def signature_challenge(ballot_hash: str, commitment: Element) -> int:
    """Return H_signature(H, A) of specification 4.16."""
    return hash_to_scalar(f"sig|{ballot_hash}|{commitment.text}")


def decryption_challenge(fingerprint: str, public_key: Element, commitments: tuple[Element, Element]) -> int:
    """Return H_decrypt(X, A, B) of specification 4.20; `fingerprint` is the election's φ."""
    a, b = commitments
    return hash_to_scalar(f"decrypt|{fingerprint}|{public_key.text}|{a.text},{b.text}")
