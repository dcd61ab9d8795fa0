"""The second proof of a decryption: the vector of SPEC 9.2, and what it binds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto import edwards
from elections.crypto.archive import sha256_hex
from elections.crypto.decryption import PartialDecryption, decrypt
from elections.crypto.elgamal import Ciphertext, encrypt
from elections.crypto.errors import BadElement, BadProof, BadScalar, Malformed, NotCanonical, Refusal, WrongShape
from elections.crypto.group import Element, Q, encode_ints, multiply, power_of_generator, random_scalar
from elections.crypto.multiexp import Bases
from elections.crypto.proofs import Proof
from elections.crypto.tally import Ciphertexts
from elections.crypto.trustees import PrivateKey, generate_key
from elections.crypto.whole_decryption import (
    Statement,
    WholeProof,
    prove,
    published,
    read_published,
    verify,
    weights,
)

SPEC = Path(__file__).resolve().parents[3] / "elections" / "SPEC.md"
ORDER_TWO = Element((2**255 - 20).to_bytes(32, "little"))


def ciphertexts_of(*sizes: int) -> Ciphertexts:
    """Return lists of ciphertexts of these lengths, encrypted to a key that nobody needs."""
    key = power_of_generator(random_scalar())
    return tuple(tuple(encrypt(encode_ints([1, 2]), key, random_scalar()) for _ in range(size)) for size in sizes)


class Share:
    """A trustee's share of two contests, of three ballots and two, and the proof that it is whole."""

    def __init__(self) -> None:
        self.key, _ = generate_key()
        self.ciphertexts = ciphertexts_of(3, 2)
        self.partial = decrypt(self.key, self.ciphertexts, "fingerprint")
        hashes = sha256_hex(b"the last shuffle"), sha256_hex(self.partial.to_json())
        self.statement = Statement("fingerprint", 2, self.key.public_key, *hashes)
        self.proof = prove(self.key, self.statement, self.ciphertexts)

    def verify(self, **changed: object) -> None:
        """Verify the proof with something put in the place of what it was made of."""
        parts: dict[str, object] = {"given": self.proof, "statement": self.statement}
        parts |= {"ciphertexts": self.ciphertexts, "factors": self.partial.factors}
        verify(**(parts | changed))  # type: ignore[arg-type]

    def forged(self, factors: tuple[tuple[Element, ...], ...]) -> tuple[WholeProof, Statement]:
        """Return the second proof that the trustee can make for other factors, published as their own."""
        wrong = PartialDecryption(factors, self.partial.proofs)
        statement = replace(self.statement, decryption=sha256_hex(wrong.to_json()))
        return prove(self.key, statement, self.ciphertexts), statement


@pytest.fixture(scope="module")
def share() -> Share:
    return Share()


@pytest.fixture(params=["coordinates", "plain"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with sums in coordinates and with libsodium's powers: both must say the same."""
    monkeypatch.setattr(edwards, "FAST", request.param == "coordinates")


def test_the_vector_of_the_specification_is_what_the_code_makes() -> None:
    alphas = [[power_of_generator(1), power_of_generator(2)], [power_of_generator(3)]]
    ciphertexts = tuple(tuple(Ciphertext(alpha, alpha) for alpha in contest) for contest in alphas)
    key, hashes = PrivateKey(7), (sha256_hex(b"S"), sha256_hex(b"P"))
    statement = Statement("FootingTestFingerprint", 1, key.public_key, *hashes)
    made = prove(key, statement, ciphertexts, w=11)
    factors = tuple(tuple(key.factor(each) for each in contest) for contest in ciphertexts)
    verify(made, statement, ciphertexts, factors)
    text = SPEC.read_text()
    for number in (statement.digest.hex(), *map(str, (weights(statement.digest, 1, [0])[0], made.proof.challenge))):
        assert f"`{number}`" in text
    assert made.to_json().decode() in text.replace("\n", "")


def test_weights_and_statement_are_hashed_as_the_specification_says() -> None:
    """Written out once more, so that a slip in the code's own framing does not prove itself right."""
    frame = lambda part: len(part).to_bytes(8, "big") + part  # noqa: E731 - as short as the specification's
    key = power_of_generator(7)
    parts = [b"footing decryption 1", "φ".encode(), b"\0\0\0\x03", key.text.encode(), b"5" * 64, b"9" * 64]
    statement = Statement("φ", 3, key, "5" * 64, "9" * 64)
    assert statement.digest == sha256(b"".join(map(frame, parts))).digest()
    hashed = [b"footing weight 1", statement.digest, b"\0\0\0\x02", b"\0\0\x01\x00"]
    assert weights(statement.digest, 2, [256]) == [
        int.from_bytes(sha256(b"".join(map(frame, hashed))).digest()[:16], "big")
    ]


@pytest.mark.usefixtures("either_way")
def test_a_whole_share_is_proved(share: Share) -> None:
    share.verify()
    share.verify(given=prove(share.key, share.statement, share.ciphertexts))


@pytest.mark.usefixtures("either_way")
def test_a_trustee_cannot_prove_a_share_with_one_wrong_factor(share: Share) -> None:
    (first, *others), second = share.partial.factors
    wrong = multiply(first, power_of_generator(5))
    proof, statement = share.forged(((wrong, *others), second))
    with pytest.raises(BadProof):
        share.verify(given=proof, statement=statement, factors=((wrong, *others), second))


@pytest.mark.usefixtures("either_way")
def test_errors_that_cancel_out_do_not_pass(share: Share) -> None:
    """Without weights the product of all factors would be right."""
    (one, two, three), second = share.partial.factors
    off = power_of_generator(5)
    wrong = ((multiply(one, off), multiply(two, power_of_generator(-5)), three), second)
    proof, statement = share.forged(wrong)
    with pytest.raises(BadProof):
        share.verify(given=proof, statement=statement, factors=wrong)


@pytest.mark.parametrize(
    "swapped",
    [
        lambda factors: ((factors[0][1], factors[0][0], factors[0][2]), factors[1]),
        lambda factors: ((factors[1][0], *factors[0][1:]), (factors[0][0], *factors[1][1:])),
    ],
    ids=["two ballots", "two contests"],
)
def test_factors_that_changed_places_do_not_pass(
    share: Share, swapped: Callable[[tuple[tuple[Element, ...], ...]], tuple[tuple[Element, ...], ...]]
) -> None:
    wrong = swapped(share.partial.factors)
    proof, statement = share.forged(wrong)
    for tried, about in ((proof, statement), (share.proof, share.statement)):
        with pytest.raises(BadProof):
            share.verify(given=tried, statement=about, factors=wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"fingerprint": "another election"},
        {"owner": 1},
        {"public_key": power_of_generator(3)},
        {"ciphertexts": sha256_hex(b"another shuffle")},
        {"decryption": sha256_hex(b"another share")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_proof_is_about_one_statement_only(share: Share, change: dict[str, object]) -> None:
    """Also where the entry is made to name what it is claimed to be about."""
    statement = replace(share.statement, **change)  # type: ignore[arg-type]
    renamed = replace(share.proof, owner=statement.owner, decryption=statement.decryption)
    for tried in (share.proof, renamed):
        with pytest.raises(BadProof):
            share.verify(given=tried, statement=statement)


@pytest.mark.parametrize("change", [{"owner": 1}, {"decryption": "0" * 64}])
def test_numbers_that_hold_do_not_prove_what_is_published_as_about_something_else(
    share: Share, change: dict[str, object]
) -> None:
    with pytest.raises(BadProof, match="about another share"):
        share.verify(given=replace(share.proof, **change))  # type: ignore[arg-type]


@settings(max_examples=20)
@given(st.integers(0, Q - 1), st.integers(0, Q - 1))
def test_no_other_numbers_prove_it(share: Share, challenge: int, response: int) -> None:
    numbers = share.proof.proof
    tried = [Proof(challenge, response), Proof((numbers.challenge + 1) % Q, numbers.response)]
    tried += [Proof(numbers.challenge, (numbers.response - 1) % Q), Proof(numbers.response, numbers.challenge)]
    for proof in tried:
        with pytest.raises(BadProof):
            share.verify(given=replace(share.proof, proof=proof))


@pytest.mark.usefixtures("either_way")
def test_a_factor_outside_the_group_is_refused(share: Share) -> None:
    """It differs from the right one by a point of order 2, which an even weight would hide."""
    (first, *others), second = share.partial.factors
    with pytest.raises(BadElement):
        share.verify(factors=((multiply(first, ORDER_TWO), *others), second))


def test_another_number_of_factors_is_refused(share: Share) -> None:
    with pytest.raises(WrongShape):
        share.verify(factors=(share.partial.factors[0][1:], share.partial.factors[1]))


@pytest.mark.usefixtures("either_way")
def test_where_nobody_voted_the_proof_is_of_the_key_alone() -> None:
    key, _ = generate_key()
    statement = Statement("fingerprint", 1, key.public_key, "0" * 64, "1" * 64)
    proof = prove(key, statement, ((), ()))
    verify(proof, statement, ((), ()), ((), ()))
    with pytest.raises(BadProof):
        verify(proof, replace(statement, owner=2), ((), ()), ((), ()))
    other, _ = generate_key()
    with pytest.raises(BadProof):
        verify(prove(other, statement, ((), ())), statement, ((), ()), ((), ()))


def test_weights_depend_on_the_share_the_contest_and_the_place_and_are_not_zero(share: Share) -> None:
    digest = share.statement.digest
    other = replace(share.statement, decryption="0" * 64).digest
    found = [*weights(digest, 0, range(50)), *weights(digest, 1, range(50)), *weights(other, 0, range(50))]
    assert len({*found}) == 150
    assert all(0 < weight < 2**128 for weight in found)
    assert weights(digest, 1, range(20, 30)) == weights(digest, 1, range(50))[20:30]


def test_both_ways_of_multiplying_powers_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    elements = [power_of_generator(random_scalar()) for _ in range(5)]
    for exponents in ([0, 1, 2**128 - 1, 3, 2**127], [0] * 5):
        quick = Bases(elements).product(exponents)
        with monkeypatch.context() as patched:
            patched.setattr(edwards, "FAST", False)
            assert Bases(elements).product(exponents) == quick


def test_published_proofs_are_read_as_they_were_written(share: Share) -> None:
    both = (replace(share.proof, owner=1), share.proof)
    assert read_published(published(reversed(both))) == both
    assert WholeProof.from_json(share.proof.to_json()) == share.proof
    assert read_published(b"[]") == ()


def _entry(**change: object) -> dict[str, object]:
    entry: dict[str, object] = {"owner": 1, "decryption": "0" * 64, "challenge": "5", "response": "6"}
    return entry | change


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([_entry(), _entry()], Malformed),
        ([_entry(owner=2), _entry()], NotCanonical),
        ([_entry(owner=0)], Malformed),
        ([_entry(owner=-1)], Malformed),
        ([_entry(owner=True)], Malformed),
        ([_entry(owner="1")], Malformed),
        ([_entry(extra=1)], Malformed),
        ([_entry(decryption="0" * 63)], Malformed),
        ([_entry(decryption="A" * 64)], Malformed),
        ([_entry(challenge=5)], Malformed),
        ([_entry(challenge="05")], BadScalar),
        ([_entry(response=str(Q))], BadScalar),
        ([_entry(response="-1")], BadScalar),
        ([dict(reversed(_entry().items()))], NotCanonical),
        (_entry(), Malformed),
        (None, Malformed),
    ],
)
def test_published_proofs_in_another_form_are_refused(content: object, why: type[Refusal]) -> None:
    with pytest.raises(why):
        read_published(json.dumps(content, separators=(",", ":")).encode())


def test_published_proofs_with_a_space_are_refused(share: Share) -> None:
    with pytest.raises(NotCanonical):
        read_published(published([share.proof]).replace(b",", b", "))
