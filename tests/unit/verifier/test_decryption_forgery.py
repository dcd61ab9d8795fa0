"""A trustee who replaces what ballots decrypt to: Belenios's proof of decryption lets it pass, and it shows (SPEC 9.1).

The proof hashes neither the ciphertext nor the factor. A trustee who chooses the second commitment B freely finds, once
the challenge is known, the factor F = (B · α^-response)^(1/challenge) that fits it. (Compare Bernhard, Pereira,
Warinschi, "How not to prove yourself", 2012.) F cannot be steered, only tried until the ranking pleases.
"""

from __future__ import annotations

import pytest

from elections.crypto import edwards
from elections.crypto.decryption import PartialDecryption, verify_factor
from elections.crypto.elgamal import Ciphertext
from elections.crypto.group import (
    GENERATOR,
    Element,
    Q,
    decode_ints,
    divide,
    encode_ints,
    has_stray_bits,
    multiply,
    power,
    power_of_generator,
    random_scalar,
)
from elections.crypto.proofs import Proof, decryption_challenge
from elections.crypto.result import Result, combine
from elections.crypto.trustees import PrivateKey
from elections.verifier.verification import verify
from tests.unit.verifier.forgeries import whole
from tests.unit.verifier.workshop import CANDIDATES, Workshop

FRANCES = 2


def forged_factor(key: PrivateKey, ciphertext: Ciphertext, fingerprint: str) -> tuple[Element, Proof]:
    """Return a wrong factor of a ciphertext, at random, with a proof that holds."""
    w = random_scalar()
    b = multiply(power(ciphertext.alpha, w), power_of_generator(random_scalar()))
    challenge = decryption_challenge(fingerprint, key.public_key, (power_of_generator(w), b))
    response = (w - key.x * challenge) % Q
    factor = power(multiply(b, power(ciphertext.alpha, -response)), pow(challenge, -1, Q))
    return factor, Proof(challenge, response)


def rigged() -> Workshop:
    """Return an election in which the second trustee has made everybody rank Frances first."""
    workshop = Workshop().set_up().cast_all().take_tally().mix().decrypt()
    key, fingerprint = workshop.keys[1], workshop.election.fingerprint
    factors, proofs = [], []
    for ciphertext, other in zip(
        workshop.shuffles[-1][1].ciphertexts[0], workshop.shares[0][1].factors[0], strict=True
    ):
        ranks: list[int] = []
        while not ranks or not 0 < ranks[FRANCES] <= min(ranks):
            factor, proof = forged_factor(key, ciphertext, fingerprint)
            ranks = decode_ints(divide(ciphertext.beta, multiply(other, factor)), len(CANDIDATES))
        verify_factor(ciphertext, factor, proof, public_key=key.public_key, fingerprint=fingerprint)
        factors.append(factor)
        proofs.append(proof)
    workshop.shares[1] = 2, PartialDecryption((tuple(factors),), (tuple(proofs),))
    last = workshop.shuffles[-1][1].ciphertexts
    workshop.result = combine(workshop.election, workshop.trustees, last, dict(workshop.shares)).to_json()
    return workshop.lay_out()


@pytest.mark.parametrize("fast", [True, False])
def test_a_trustee_who_replaces_what_ballots_decrypt_to_gets_no_clean_verdict(
    monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    monkeypatch.setattr(edwards, "FAST", fast and edwards.FAST)
    workshop = rigged()
    (rankings,) = Result.from_json(workshop.result).contests
    assert all(ranking[FRANCES] == min(ranking) for ranking in rankings)
    report = verify(whole(workshop))
    assert report.ok
    assert report.remarks == ("V33",)
    assert "3 plaintexts, of which 3 hold what no ballot program encrypts" in report.to_text()
    assert "all checks passed" not in report.to_text()


def test_an_honest_ballot_never_has_stray_bits() -> None:
    for ranks in ([0, 0, 0], [1, 2, 3], [255, 255, 255], [0] * 30, [255] * 29):
        assert not has_stray_bits(encode_ints(ranks), len(ranks))
    assert has_stray_bits(GENERATOR, 3)
