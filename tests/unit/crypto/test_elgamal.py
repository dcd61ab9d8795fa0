import pytest
from hypothesis import given, settings

from elections.crypto.elgamal import Ciphertext, decrypt, encrypt, re_encrypt
from elections.crypto.errors import BadElement
from elections.crypto.group import GENERATOR, encode_ints, power, power_of_generator

from .test_group import EXPONENTS, REFUSED, element


@given(EXPONENTS, EXPONENTS, EXPONENTS)
@settings(max_examples=30)
def test_what_is_encrypted_and_re_encrypted_decrypts(x: int, r: int, again: int):
    message, key = encode_ints([3, 1, 2]), power_of_generator(x)
    ciphertext = encrypt(message, key, r)
    assert decrypt(ciphertext, power(ciphertext.alpha, x)) == message
    other = re_encrypt(ciphertext, key, again)
    assert other == encrypt(message, key, r + again)
    assert decrypt(other, power(other.alpha, x)) == message


def test_a_ciphertext_reads_back():
    ciphertext = encrypt(GENERATOR, power_of_generator(7), 9)
    assert Ciphertext.from_value(ciphertext.to_value()) == ciphertext
    assert ciphertext.text == f"{ciphertext.alpha.text},{ciphertext.beta.text}"


@pytest.mark.parametrize("part", ["alpha", "beta"])
@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_refused_in_either_part(part: str, why: str):
    value = {"alpha": GENERATOR.text, "beta": GENERATOR.text} | {part: REFUSED[why]}
    with pytest.raises(BadElement):
        Ciphertext.from_value(value)


@pytest.mark.parametrize("why", ["order 8", "order 8q", "not on the curve", "identity"])
def test_membership_can_be_checked_afterwards(why: str):
    good = encrypt(GENERATOR, power_of_generator(7), 9)
    good.check_members()
    for bad in (Ciphertext(element(REFUSED[why]), good.beta), Ciphertext(good.alpha, element(REFUSED[why]))):
        with pytest.raises(BadElement):
            bad.check_members()
