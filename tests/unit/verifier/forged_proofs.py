"""Second proofs of decryptions that are wrong in one place: V36 has to notice, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from elections.crypto.archive import sha256_hex
from elections.crypto.decryption import PartialDecryption
from elections.crypto.elgamal import Ciphertext
from elections.crypto.group import Element, Q, multiply, power, power_of_generator, random_scalar
from elections.crypto.proofs import Proof, decryption_challenge
from elections.crypto.result import combine
from elections.crypto.trustees import PrivateKey
from elections.crypto.whole_decryption import WholeProof, published
from elections.verifier.case import Materials
from tests.unit.verifier.forgeries import forgery, honest, whole
from tests.unit.verifier.workshop import Workshop

Proofs = Sequence[WholeProof]


def forged_factor(key: PrivateKey, ciphertext: Ciphertext, fingerprint: str) -> tuple[Element, Proof]:
    """Return a wrong factor of a ciphertext, at random, with a proof that holds."""
    w = random_scalar()
    b = multiply(power(ciphertext.alpha, w), power_of_generator(random_scalar()))
    challenge = decryption_challenge(fingerprint, key.public_key, (power_of_generator(w), b))
    response = (w - key.x * challenge) % Q
    factor = power(multiply(b, power(ciphertext.alpha, -response)), pow(challenge, -1, Q))
    return factor, Proof(challenge, response)


def with_share(workshop: Workshop, owner: int, share: PartialDecryption) -> Workshop:
    """Return the election with another share of a trustee, and with what comes of it."""
    workshop.shares[owner - 1] = owner, share
    last = workshop.shuffles[-1][1].ciphertexts
    workshop.result = combine(workshop.election, workshop.trustees, last, dict(workshop.shares)).to_json()
    return workshop.lay_out()


def with_forged_factor(workshop: Workshop) -> Workshop:
    """Return the election in which trustee 2 has replaced what the first ballot decrypts to, with proofs that hold."""
    share, ciphertexts = workshop.shares[1][1], workshop.shuffles[-1][1].ciphertexts
    factor, proof = forged_factor(workshop.keys[1], ciphertexts[0][0], workshop.election.fingerprint)
    factors = ((factor, *share.factors[0][1:]), *share.factors[1:])
    return with_share(workshop, 2, PartialDecryption(factors, ((proof, *share.proofs[0][1:]), *share.proofs[1:])))


def proved(workshop: Workshop) -> Materials:
    """Return a finished election with all that is published beside it, every trustee's second proof too."""
    return replace(whole(workshop), decryptions=published(workshop.second_proofs()))


def with_proofs(workshop: Workshop, change: Callable[[list[WholeProof]], Proofs]) -> Materials:
    """Return a finished election with other second proofs."""
    return replace(whole(workshop), decryptions=published(change(workshop.second_proofs())))


def _with_second(change: Callable[[WholeProof], WholeProof]) -> Materials:
    return with_proofs(honest(), lambda proofs: [proofs[0], change(proofs[1])])


@forgery("V36")
def factor_replaced_by_a_trustee() -> Materials:
    """The attack of SPEC 9.1: V30 holds, and only its own second proof gives the trustee away."""
    return proved(with_forged_factor(honest()))


@forgery("V36")
def second_proof_by_somebody_who_is_no_trustee() -> Materials:
    return with_proofs(honest(), lambda proofs: [*proofs, replace(proofs[0], owner=9)])


@forgery("V36")
def second_proof_about_bytes_that_are_not_on_the_board() -> Materials:
    return _with_second(lambda proof: replace(proof, decryption=sha256_hex(b"another share")))


@forgery("V36")
def second_proof_of_another_trustee() -> Materials:
    return with_proofs(honest(), lambda proofs: [proofs[0], replace(proofs[1], proof=proofs[0].proof)])


@forgery("V36")
def second_proof_of_another_election() -> Materials:
    """The same trustees, ballots of their own: what was proved there is not proved here."""
    workshop = honest()
    other = Workshop().set_up(workshop.keys).cast_all().finish().second_proofs()
    return with_proofs(workshop, lambda proofs: [proofs[0], replace(proofs[1], proof=other[1].proof)])


@forgery("V36")
def second_proof_with_another_challenge() -> Materials:
    def change(proof: WholeProof) -> WholeProof:
        return replace(proof, proof=replace(proof.proof, challenge=(proof.proof.challenge + 1) % Q))

    return _with_second(change)


@forgery("V36")
def second_proof_with_another_response() -> Materials:
    def change(proof: WholeProof) -> WholeProof:
        return replace(proof, proof=replace(proof.proof, response=(proof.proof.response - 1) % Q))

    return _with_second(change)


@forgery("V36")
def second_proof_whose_response_is_written_otherwise() -> Materials:
    def change(proof: WholeProof) -> WholeProof:
        return replace(proof, proof=replace(proof.proof, response=proof.proof.response + Q))

    return _with_second(change)


@forgery("V36")
def two_second_proofs_of_one_trustee() -> Materials:
    return with_proofs(honest(), lambda proofs: [proofs[0], proofs[0], proofs[1]])


@forgery("V36")
def second_proofs_in_another_order() -> Materials:
    workshop = honest()
    entries = b",".join(proof.to_json() for proof in reversed(workshop.second_proofs()))
    return replace(whole(workshop), decryptions=b"[" + entries + b"]")
