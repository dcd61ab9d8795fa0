"""A trustee who replaces what ballots decrypt to: Belenios's proof of decryption lets it pass, and it shows (SPEC 9.1).

The proof hashes neither the ciphertext nor the factor. A trustee who chooses the second commitment B freely finds, once
the challenge is known, the factor F = (B · α^-response)^(1/challenge) that fits it. (Compare Bernhard, Pereira,
Warinschi, "How not to prove yourself", 2012.) F cannot be steered, only tried until the ranking pleases. No second
proof, whose hash covers the factors, can be made for it (SPEC 9.2).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from elections.crypto import ballot, edwards
from elections.crypto.decryption import PartialDecryption, verify_factor
from elections.crypto.group import GENERATOR, decode_ints, divide, encode_ints, has_stray_bits, multiply
from elections.crypto.result import Result
from elections.crypto.whole_decryption import published
from elections.verifier import proving
from elections.verifier.report import Report
from elections.verifier.verification import verify
from tests.unit.verifier.forged_proofs import forged_factor, proved, with_forged_factor, with_share
from tests.unit.verifier.forgeries import whole
from tests.unit.verifier.workshop import CANDIDATES, Workshop

FRANCES = 2


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
    return with_share(workshop, 2, PartialDecryption((tuple(factors),), (tuple(proofs),)))


def said(report: Report, check: str) -> str:
    return {row.id: row.detail for row in report.checks}[check]


@pytest.mark.parametrize("fast", [True, False])
def test_a_trustee_who_replaces_what_ballots_decrypt_to_gets_no_clean_verdict(
    monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    monkeypatch.setattr(edwards, "FAST", fast and edwards.FAST)
    workshop = rigged()
    (rankings,) = Result.from_json(workshop.result).contests
    assert all(ranking[FRANCES] == min(ranking) for ranking in rankings)
    first, second = workshop.second_proofs()
    for proofs, suspects in (((), "trustees 1, 2"), ((first,), "trustee 2")):
        report = verify(replace(whole(workshop), decryptions=published(proofs)))
        assert report.ok, report.to_text()
        assert report.remarks == ("V33",)
        assert "3 plaintexts, of which 3 hold what no ballot program encrypts" in report.to_text()
        assert said(report, "V33").endswith(f"or that of {suspects}, without a second proof")
        assert "all checks passed" not in report.to_text()
    report = verify(replace(whole(workshop), decryptions=published((first, second))))
    assert report.first_broken == "V36"
    assert said(report, "V36") == "Trustee 2: The second proof of the decryption does not hold."
    assert said(report, "V33").endswith("or that of trustee 2, without a second proof")


def test_a_second_proof_of_nobody_is_named() -> None:
    workshop = Workshop(voters=1, trustee_count=1).set_up().cast_all().finish()
    stranger = replace(workshop.second_proofs()[0], owner=9)
    report = verify(replace(whole(workshop), decryptions=published([stranger])))
    assert said(report, "V36") == "A second proof is by 9, who is no trustee."


def test_what_a_voter_made_is_the_voters_doing_once_every_trustee_has_proved_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(ballot, "encode_ints", lambda _ranks: GENERATOR)
        workshop = Workshop(voters=1).set_up().cast_all()
    report = verify(proved(workshop.finish()))
    assert report.ok, report.to_text()
    assert report.remarks == ()
    assert "1 plaintext, of which 1 holds what no ballot program encrypts: a voter's own doing" in said(report, "V33")


def test_with_many_candidates_a_share_without_second_proof_is_told_of_though_nothing_shows() -> None:
    for count, remarks in ((20, ()), (21, ("V33",))):
        names = tuple(f"Candidate {number}" for number in range(count))
        workshop = Workshop(contests=(names,), voters=1, trustee_count=1).set_up().cast_all().finish()
        assert verify(whole(workshop)).remarks == remarks
        assert verify(proved(workshop)).remarks == ()
    assert "trustee 1, without a second proof, can have replaced ballots unseen" in verify(whole(workshop)).to_text()


def test_a_replaced_factor_among_many_contests_does_not_hold_together() -> None:
    workshop = Workshop(contests=(CANDIDATES, ("Yes", "No")), voters=2).set_up().cast_all().finish()
    assert verify(proved(workshop)).ok
    report = verify(proved(with_forged_factor(workshop)))
    assert (report.first_broken, said(report, "V30")[:8]) == ("V36", "2 shares")


def test_products_cut_into_parts_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "LEAST_PART", 1)
    workshop = Workshop(contests=(CANDIDATES, ("Yes", "No"))).set_up().cast_all().finish()
    with ThreadPoolExecutor(2) as executor:
        assert verify(proved(workshop), executor=executor, jobs=2).ok
        assert verify(proved(with_forged_factor(workshop)), executor=executor, jobs=2).first_broken == "V36"


def test_an_honest_ballot_never_has_stray_bits() -> None:
    for ranks in ([0, 0, 0], [1, 2, 3], [255, 255, 255], [0] * 30, [255] * 29):
        assert not has_stray_bits(encode_ints(ranks), len(ranks))
    assert has_stray_bits(GENERATOR, 3)
