import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.crypto import proofs
from elections.crypto.errors import BadProof, BadScalar, Malformed
from elections.crypto.group import Q, power_of_generator
from elections.crypto.proofs import Proof, prove, verify

from .test_group import EXPONENTS


@given(EXPONENTS, EXPONENTS)
def test_a_proof_convinces_of_its_own_exponent_only(secret: int, w: int):
    public = power_of_generator(secret)
    proof = prove(secret, lambda a: proofs.key_challenge(public, a), w=w)
    verify(proof, public, lambda a: proofs.key_challenge(public, a), what="proof")
    assert proof.commitment(public) == power_of_generator(w)
    other = power_of_generator(secret + 1)
    with pytest.raises(BadProof, match="The proof does not hold"):
        verify(proof, other, lambda a: proofs.key_challenge(other, a), what="proof")


def test_a_proof_of_one_kind_is_none_of_another():
    public = power_of_generator(5)
    proof = prove(5, lambda a: proofs.key_challenge(public, a))
    with pytest.raises(BadProof):
        verify(proof, public, lambda a: proofs.signature_challenge(public.text, a), what="proof")


def test_fresh_randomness_is_taken_each_time():
    public = power_of_generator(5)
    assert len({prove(5, lambda a: proofs.key_challenge(public, a)) for _ in range(5)}) == 5


@given(st.integers(0, Q - 1), st.integers(0, Q - 1))
def test_a_proof_reads_back(challenge: int, response: int):
    proof = Proof(challenge, response)
    assert Proof.from_value(proof.to_value()) == proof


def test_numbers_of_a_proof_are_strings_below_q():
    with pytest.raises(Malformed):
        Proof.from_value({"challenge": 1, "response": "1"})
    with pytest.raises(BadScalar):
        Proof.from_value({"challenge": "1", "response": str(Q)})
