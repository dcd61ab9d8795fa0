"""Partial decryptions (specification 4.20): each trustee's factors α^x, with proofs that they were computed so."""

from dataclasses import dataclass

from .archive import Owned, sha256_hex
from .elgamal import Ciphertext
from .errors import BadProof, WrongShape
from .exact_json import Json, array, dumps, fields, loads_exact, string
from .group import Element, Q, multiply, power, power_of_generator, random_scalar
from .proofs import Proof, decryption_challenge
from .tally import Ciphertexts
from .trustees import PrivateKey


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """The structure `partial_decryption`: for each contest and ciphertext, a factor and its proof."""

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    def to_json(self) -> bytes:
        """Return the published bytes."""
        factors: Json = [[factor.text for factor in contest] for contest in self.factors]
        proofs: Json = [[proof.to_value() for proof in contest] for contest in self.proofs]
        return dumps({"decryption_factors": factors, "decryption_proofs": proofs})

    @classmethod
    def from_json(cls, data: bytes) -> "PartialDecryption":
        """Read the published bytes; membership of the factors is established by `verify`."""
        value = fields(loads_exact(data), "decryption_factors", "decryption_proofs")
        factors, proofs = array(value["decryption_factors"]), array(value["decryption_proofs"])
        return cls(
            tuple(tuple(Element.parse(string(f), member=False) for f in array(contest)) for contest in factors),
            tuple(tuple(Proof.from_value(proof) for proof in array(contest)) for contest in proofs),
        )


class OwnedPartialDecryption(Owned):
    """The payload of a PartialDecryption event: which trustee, and the hash of the partial decryption."""

    @classmethod
    def of(cls, owner: int, data: bytes) -> "OwnedPartialDecryption":
        """Return the structure for a partial decryption's published bytes."""
        return cls(owner, sha256_hex(data))


def decrypt(private_key: PrivateKey, ciphertexts: Ciphertexts, fingerprint: str) -> PartialDecryption:
    """Return a trustee's part in decrypting the last shuffle's output; `fingerprint` is the election's φ."""
    public_key = private_key.public_key
    factors = tuple(tuple(private_key.factor(ciphertext) for ciphertext in contest) for contest in ciphertexts)
    proofs = tuple(
        tuple(_prove(private_key, public_key, ciphertext, fingerprint) for ciphertext in contest)
        for contest in ciphertexts
    )
    return PartialDecryption(factors, proofs)


def verify(partial: PartialDecryption, ciphertexts: Ciphertexts, public_key: Element, fingerprint: str) -> None:
    """Verify a trustee's partial decryption of the last shuffle's output against its public key.

    Raises WrongShape, BadElement for a factor or ciphertext outside the group, or BadProof.
    """
    verify_shape(partial, ciphertexts)
    for contest, factors, proofs in zip(ciphertexts, partial.factors, partial.proofs, strict=True):
        for ciphertext, factor, proof in zip(contest, factors, proofs, strict=True):
            verify_factor(ciphertext, factor, proof, public_key=public_key, fingerprint=fingerprint)


def verify_shape(partial: PartialDecryption, ciphertexts: Ciphertexts) -> None:
    """Raise WrongShape unless there are as many factors and as many proofs as ciphertexts, contest by contest."""
    sizes = [len(contest) for contest in ciphertexts]
    if [len(contest) for contest in partial.factors] != sizes or [len(contest) for contest in partial.proofs] != sizes:
        raise WrongShape("The partial decryption does not have one factor and one proof for each ciphertext.")


def verify_factor(
    ciphertext: Ciphertext, factor: Element, proof: Proof, *, public_key: Element, fingerprint: str
) -> None:
    """Raise BadProof unless the factor is α^x for the x of the public key; BadElement for one outside the group."""
    a = proof.commitment(public_key)
    b = multiply(power(ciphertext.alpha, proof.response), power(factor, proof.challenge))
    if decryption_challenge(fingerprint, public_key, (a, b)) != proof.challenge:
        raise BadProof("The proof of a decryption factor does not hold.")


def _prove(private_key: PrivateKey, public_key: Element, ciphertext: Ciphertext, fingerprint: str) -> Proof:
    w = random_scalar()
    commitments = power_of_generator(w), power(ciphertext.alpha, w)
    challenge = decryption_challenge(fingerprint, public_key, commitments)
    return Proof(challenge, (w - private_key.x * challenge) % Q)
