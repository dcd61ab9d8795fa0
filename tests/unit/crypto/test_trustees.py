import json
from dataclasses import replace
from typing import Any

import pytest

from elections.crypto import trustees
from elections.crypto.errors import BadElement, BadProof, BadScalar, Malformed, NotCanonical, Unsupported
from elections.crypto.exact_json import dumps
from elections.crypto.group import GENERATOR, IDENTITY, Element, Q, multiply, power_of_generator
from elections.crypto.proofs import Proof
from elections.crypto.trustees import PrivateKey, Single, TrusteePublicKey, Trustees, election_key, generate_key

from .recorded import recorded, recorded_secrets
from .test_group import REFUSED, element


def test_the_recorded_keys_belong_together():
    keys = [PrivateKey.from_json(dumps(key)) for key in recorded_secrets()["private_keys"]]
    assert [key.public_key for key in keys] == [owner.public_key for owner in recorded().trustees.owners]
    assert election_key(recorded().trustees) == recorded().election.public_key
    recorded().trustees.verify()


def test_a_generated_key_verifies_and_reads_back():
    private, public = generate_key()
    public.verify()
    assert private.public_key == public.public_key
    assert PrivateKey.from_json(private.to_json()) == private
    assert TrusteePublicKey.from_json(public.to_json()) == public
    both = Trustees((Single(public), Single(generate_key()[1])))
    assert Trustees.from_json(both.to_json()) == both
    assert election_key(both) == multiply(*(owner.public_key for owner in both.owners))


def test_a_private_key_is_not_shown():
    private, _ = generate_key()
    assert str(private.x) not in repr(private)


def test_the_proof_is_about_this_key():
    (_, mine), (_, other) = generate_key(), generate_key()
    with pytest.raises(BadProof):
        replace(mine, public_key=other.public_key).verify()
    with pytest.raises(BadProof):
        replace(mine, pok=other.pok).verify()
    with pytest.raises(BadProof):
        replace(mine, pok=Proof(mine.pok.challenge, (mine.pok.response + 1) % Q)).verify()


def test_one_bad_key_among_trustees_is_noticed():
    (_, mine), (_, other) = generate_key(), generate_key()
    for owners in ((mine, replace(other, pok=mine.pok)), (replace(mine, pok=other.pok), other)):
        with pytest.raises(BadProof):
            Trustees(tuple(Single(owner) for owner in owners)).verify()


def test_the_identity_is_no_key_though_its_proof_would_hold():
    public = trustees.publish(PrivateKey(0))
    assert public.public_key == IDENTITY
    public.verify_pok()
    with pytest.raises(BadElement):
        public.verify()


def test_a_key_with_a_component_of_small_order_is_refused_though_its_equation_holds():
    x, small = 12345, element(REFUSED["order 8"])
    key = multiply(power_of_generator(x), small)
    # Whoever tries often enough finds a challenge divisible by eight, and then the small component vanishes.
    proofs = (trustees.prove(x, lambda a: trustees.key_challenge(key, a)) for _ in range(1000))
    pok = next(proof for proof in proofs if proof.challenge % 8 == 0)
    with pytest.raises(BadElement):
        TrusteePublicKey(pok, key).verify_pok()


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_no_key(why: str):
    altered = json.loads(recorded().trustees.to_json())
    altered[1][1]["public_key"] = REFUSED[why]
    with pytest.raises(BadElement):
        Trustees.from_json(dumps(altered))


def test_a_lenient_reading_leaves_membership_to_the_caller():
    altered = json.loads(recorded().trustees.to_json())
    altered[0][1]["public_key"] = IDENTITY.text
    assert Trustees.from_json(dumps(altered), member=False).owners[0].public_key == IDENTITY


def test_threshold_trustees_are_unsupported():
    with pytest.raises(Unsupported, match="Pedersen"):
        Trustees.from_json(b'[["Pedersen",{"threshold":2}]]')


SHAPES = [{}, [[]], [["Single"]], [["Single", {}, {}]], [[1, {}]], [["Single", []]], [["Single", {"public_key": "a"}]]]


@pytest.mark.parametrize("value", SHAPES)
def test_another_shape_is_malformed(value: Any):
    with pytest.raises(Malformed):
        Trustees.from_json(dumps(value))


def test_a_signature_of_threshold_mode_is_no_part_of_a_single_key():
    _, public = generate_key()
    altered = json.loads(public.to_json())
    with pytest.raises(Malformed):
        TrusteePublicKey.from_json(dumps(altered | {"signature": altered["pok"]}))
    with pytest.raises(NotCanonical):
        TrusteePublicKey.from_json(dumps(dict(reversed(altered.items()))))


@pytest.mark.parametrize("data", [b'"007"', b'"-1"', b'"%d"' % Q])
def test_a_private_key_is_a_number_below_q(data: bytes):
    with pytest.raises(BadScalar):
        PrivateKey.from_json(data)


@pytest.mark.parametrize("data", [b"5", b"[]", b'{"x":"5"}'])
def test_a_private_key_is_a_json_string(data: bytes):
    with pytest.raises(Malformed):
        PrivateKey.from_json(data)


def test_no_trustees_give_the_identity_as_key():
    assert election_key(Trustees(())) == IDENTITY
    assert election_key(Trustees((Single(TrusteePublicKey(Proof(0, 0), Element(GENERATOR.data))),))) == GENERATOR
