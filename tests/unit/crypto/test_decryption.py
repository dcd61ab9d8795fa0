import json
from dataclasses import replace
from typing import Any

import pytest

from elections.crypto import decryption
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption, decrypt, verify
from elections.crypto.elgamal import Ciphertext, encrypt
from elections.crypto.errors import BadElement, BadProof, BadScalar, WrongShape
from elections.crypto.exact_json import dumps
from elections.crypto.group import GENERATOR, Q, encode_ints, multiply, power, power_of_generator, random_scalar
from elections.crypto.proofs import Proof, decryption_challenge
from elections.crypto.tally import Ciphertexts
from elections.crypto.trustees import PrivateKey, generate_key

from .recorded import recorded, recorded_secrets
from .test_group import REFUSED, VECTORS, element

PHI = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
PRIVATE, PUBLIC = generate_key()
X = PUBLIC.public_key
CIPHERTEXTS: Ciphertexts = (
    tuple(encrypt(encode_ints([vote]), X, random_scalar()) for vote in (1, 2)),
    tuple(encrypt(encode_ints([vote]), X, random_scalar()) for vote in (3, 4)),
)


@pytest.fixture(scope="module")
def partial() -> PartialDecryption:
    return decrypt(PRIVATE, CIPHERTEXTS, PHI)


def refused(value: Any, ciphertexts: Ciphertexts = CIPHERTEXTS) -> None:
    verify(PartialDecryption.from_json(dumps(value)), ciphertexts, X, PHI)


def test_decryptions_recorded_from_belenios_tool_verify():
    for owner, found in recorded().partials.items():
        key = recorded().trustees.owners[owner - 1].public_key
        verify(found, recorded().mixed, key, recorded().election.fingerprint)


def test_the_recorded_factors_come_out_of_the_recorded_keys():
    for owner, secret in enumerate(recorded_secrets()["private_keys"], 1):
        again = decrypt(PrivateKey(int(secret)), recorded().mixed, recorded().election.fingerprint)
        assert again.factors == recorded().partials[owner].factors


def test_a_decryption_verifies_and_reads_back(partial: PartialDecryption):
    verify(partial, CIPHERTEXTS, X, PHI)
    assert PartialDecryption.from_json(partial.to_json()) == partial


def test_nothing_to_decrypt_is_decrypted():
    empty = decrypt(PRIVATE, ((), ()), PHI)
    assert empty.to_json() == b'{"decryption_factors":[[],[]],"decryption_proofs":[[],[]]}'
    verify(empty, ((), ()), X, PHI)


def test_a_decryption_with_another_key_is_refused(partial: PartialDecryption):
    _, other = generate_key()
    with pytest.raises(BadProof):
        verify(partial, CIPHERTEXTS, other.public_key, PHI)


def test_a_decryption_for_another_election_or_of_other_ciphertexts_is_refused(partial: PartialDecryption):
    with pytest.raises(BadProof):
        verify(partial, CIPHERTEXTS, X, PHI.swapcase())
    with pytest.raises(BadProof):
        verify(partial, CIPHERTEXTS[::-1], X, PHI)


@pytest.mark.parametrize("contest", [0, 1])
@pytest.mark.parametrize("place", [0, 1])
def test_each_factor_and_each_number_is_checked(partial: PartialDecryption, contest: int, place: int):
    value = json.loads(partial.to_json())
    value["decryption_factors"][contest][place] = multiply(partial.factors[contest][place], GENERATOR).text
    with pytest.raises(BadProof):
        refused(value)
    for part in ("challenge", "response"):
        value = json.loads(partial.to_json())
        proof = value["decryption_proofs"][contest][place]
        proof[part] = str((int(proof[part]) + 1) % Q)
        with pytest.raises(BadProof):
            refused(value)


def test_swapped_factors_or_proofs_are_refused(partial: PartialDecryption):
    (a, b), second = partial.factors
    (p, q), more = partial.proofs
    for swapped in (replace(partial, factors=((b, a), second)), replace(partial, proofs=((q, p), more))):
        with pytest.raises(BadProof):
            verify(swapped, CIPHERTEXTS, X, PHI)


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_no_factor(partial: PartialDecryption, why: str):
    value = json.loads(partial.to_json())
    value["decryption_factors"][1][0] = REFUSED[why]
    with pytest.raises(BadElement):
        refused(value)


@pytest.mark.parametrize("text", VECTORS["refused_scalars"])
def test_what_is_no_number_modulo_q_is_refused(partial: PartialDecryption, text: str):
    value = json.loads(partial.to_json())
    value["decryption_proofs"][1][0]["response"] = text
    with pytest.raises(BadScalar):
        refused(value)


def test_a_factor_with_a_small_component_is_refused_though_its_equation_holds():
    alpha, small = CIPHERTEXTS[0][0].alpha, element(REFUSED["order 8"])
    factor = multiply(power(alpha, PRIVATE.x), small)
    while True:
        w = random_scalar()
        challenge = decryption_challenge(PHI, X, (power_of_generator(w), power(alpha, w)))
        if challenge % 8 == 0:
            break
    proof = Proof(challenge, (w - PRIVATE.x * challenge) % Q)
    with pytest.raises(BadElement):
        decryption.verify_factor(CIPHERTEXTS[0][0], factor, proof, public_key=X, fingerprint=PHI)


def test_a_ciphertext_outside_the_group_is_not_decrypted():
    # Decrypting it would tell the key modulo eight.
    bad = Ciphertext(multiply(CIPHERTEXTS[0][0].alpha, element(REFUSED["order 8"])), CIPHERTEXTS[0][0].beta)
    with pytest.raises(BadElement):
        decrypt(PRIVATE, ((bad,),), PHI)


@pytest.mark.parametrize("key", ["decryption_factors", "decryption_proofs"])
def test_other_lengths_are_refused(partial: PartialDecryption, key: str):
    value = json.loads(partial.to_json())
    for entries in (value[key][:1], [value[key][0][:1], value[key][1]], [*value[key], []]):
        with pytest.raises(WrongShape):
            refused(value | {key: entries})


def test_an_owned_decryption_names_the_hash_of_the_bytes(partial: PartialDecryption):
    owned = OwnedPartialDecryption.of(1, partial.to_json())
    assert OwnedPartialDecryption.from_json(owned.to_json()) == owned
