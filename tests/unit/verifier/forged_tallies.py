"""Forgeries of what follows the vote: the tally, shuffles, decryptions and the result, V26 to V34."""

from __future__ import annotations

from dataclasses import replace

from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.decryption import PartialDecryption, decrypt
from elections.crypto.elgamal import Ciphertext
from elections.crypto.group import GENERATOR, multiply
from elections.crypto.result import Result, combine
from elections.crypto.shuffle import Shuffle
from elections.crypto.tally import Ciphertexts, EncryptedTally
from elections.crypto.trustees import generate_key
from elections.verifier.case import Materials
from elections.verifier.manifest import description
from tests.unit.verifier.forgeries import (
    forgery,
    honest,
    of,
    order_two_q,
    place,
    whole,
    with_proof,
    with_shuffle,
    with_tally,
)
from tests.unit.verifier.workshop import Workshop

# V26 to V29: tally and shuffles


@forgery("V26")
def ballot_dropped_from_the_tally() -> Materials:
    return of(with_tally(lambda ciphertexts: ciphertexts[1:]).pieces)


@forgery("V26")
def ciphertext_added_to_the_tally() -> Materials:
    def change(ciphertexts: tuple[Ciphertext, ...]) -> tuple[Ciphertext, ...]:
        extra = Ciphertext(GENERATOR, GENERATOR)
        return tuple(sorted([*ciphertexts, extra], key=lambda each: each.sort_key))

    return of(with_tally(change).pieces)


@forgery("V26")
def wrong_number_of_ballots() -> Materials:
    workshop = honest()
    workshop.sized = replace(workshop.sized, num_tallied=workshop.sized.num_tallied + 1)
    return of(workshop.lay_out().pieces)


@forgery("V26")
def wrong_weight() -> Materials:
    workshop = honest()
    workshop.sized = replace(workshop.sized, total_weight=workshop.sized.total_weight - 1)
    return of(workshop.lay_out().pieces)


@forgery("V26", then="V27")  # A tally that cannot be read has no order either.
def tally_in_another_form() -> Materials:
    workshop = honest()
    index = place(workshop.pieces, EventType.ENCRYPTED_TALLY)
    data = workshop.pieces[index][1][0].replace(b",", b", ", 1)
    sized = replace(workshop.sized, encrypted_tally=sha256_hex(data)).to_json()
    workshop.pieces[index] = EventType.ENCRYPTED_TALLY, [data, sized]
    return of(workshop.pieces)


@forgery("V26", then="V30")  # What is decrypted is a list for each contest.
def tally_of_a_contest_that_there_is_not() -> Materials:
    workshop = Workshop().set_up().cast_all().take_tally()
    workshop.take_tally(EncryptedTally(workshop.tally.ciphertexts * 2)).mix()
    last = workshop.shuffles[-1][1].ciphertexts
    shares = [(owner, decrypt(key, last, workshop.election.fingerprint)) for owner, key in enumerate(workshop.keys, 1)]
    one = {owner: PartialDecryption(share.factors[:1], share.proofs[:1]) for owner, share in shares}
    workshop.result = combine(workshop.election, workshop.trustees, last[:1], one).to_json()
    workshop.shares = shares
    return of(workshop.lay_out().pieces)


@forgery("V27")
def tally_in_the_order_of_nobody() -> Materials:
    return of(with_tally(lambda ciphertexts: ciphertexts[::-1]).pieces)


def _replaced_first(contests: Ciphertexts) -> Ciphertexts:
    (first, *others), *more = contests
    return ((Ciphertext(first.alpha, multiply(first.beta, GENERATOR)), *others), *more)


@forgery("V28")
def mixer_who_replaces_a_ciphertext() -> Materials:
    return with_shuffle(lambda shuffle: replace(shuffle, ciphertexts=_replaced_first(shuffle.ciphertexts)))


@forgery("V28")
def mixer_who_drops_a_ciphertext() -> Materials:
    return with_shuffle(lambda shuffle: replace(shuffle, ciphertexts=(shuffle.ciphertexts[0][1:],)))


@forgery("V28")
def mixer_who_counts_a_ciphertext_twice() -> Materials:
    def change(shuffle: Shuffle) -> Shuffle:
        first, _, *others = shuffle.ciphertexts[0]
        return replace(shuffle, ciphertexts=((first, first, *others),))

    return with_shuffle(change)


@forgery("V28")
def mixer_who_skips_the_one_before() -> Materials:
    workshop = Workshop().set_up().cast_all().take_tally().mix([1]).mix([2]).decrypt().lay_out()
    return of(workshop.pieces)


@forgery("V28")
def response_of_a_shuffle_changed() -> Materials:
    return with_proof(lambda proof: replace(proof, s=replace(proof.s, s4=proof.s.s4 ^ 1)))


@forgery("V28")
def response_of_the_chain_changed() -> Materials:
    return with_proof(
        lambda proof: replace(proof, s=replace(proof.s, s_hat=(proof.s.s_hat[0] ^ 1, *proof.s.s_hat[1:])))
    )


@forgery("V28")
def commitment_to_the_permutation_changed() -> Materials:
    return with_proof(lambda proof: replace(proof, c=(multiply(proof.c[0], GENERATOR), *proof.c[1:])))


@forgery("V28")
def commitment_of_order_two_q() -> Materials:
    return with_proof(lambda proof: replace(proof, t=replace(proof.t, t1=order_two_q(proof.t.t1))))


@forgery("V28")
def chain_of_another_length() -> Materials:
    return with_proof(lambda proof: replace(proof, c_hat=proof.c_hat[:-1]))


@forgery("V29")
def shuffle_by_an_unknown_owner() -> Materials:
    return of(Workshop().set_up().cast_all().take_tally().mix([1, 7]).decrypt().lay_out().pieces)


@forgery("V29")
def one_trustee_mixes_twice() -> Materials:
    return of(Workshop().set_up().cast_all().take_tally().mix([1, 2, 1]).decrypt().lay_out().pieces)


@forgery("V29")
def agreed_mixer_who_did_not_mix() -> Materials:
    return of(Workshop().set_up().cast_all().take_tally().mix([2]).decrypt().lay_out().pieces)


@forgery("V29")
def trustee_who_was_not_to_mix() -> Materials:
    workshop = Workshop().set_up()
    workshop.manifest = replace(workshop.manifest, mixers=(1,))
    text = description("Only the first trustee mixes.", workshop.manifest.sha256)
    workshop.election = replace(workshop.election, description=text)
    return whole(workshop.cast_all().finish())


@forgery("V29")
def agreed_mixers_in_another_order() -> Materials:
    return whole(Workshop().set_up().cast_all().take_tally().mix([2, 1]).decrypt().lay_out())


# V30 to V34: decryptions and result


@forgery("V30")
def share_whose_proof_does_not_hold() -> Materials:
    workshop = honest()
    owner, share = workshop.shares[1]
    ((first, *others),) = share.proofs
    wrong = replace(share, proofs=((replace(first, response=first.response ^ 1), *others),))
    workshop.shares[1] = owner, wrong
    return of(workshop.lay_out().pieces)


@forgery("V30")
def share_made_with_another_key() -> Materials:
    workshop = Workshop().set_up().cast_all().take_tally().mix()
    workshop.keys[1], _ = generate_key()
    return of(workshop.decrypt().lay_out().pieces)


@forgery("V30", then="V33")  # Too few factors decrypt too few ciphertexts.
def share_of_too_few_factors() -> Materials:
    workshop = honest()
    owner, share = workshop.shares[0]
    workshop.shares[0] = owner, replace(share, factors=(share.factors[0][1:],))
    return of(workshop.lay_out().pieces)


@forgery("V31")
def share_of_somebody_who_is_no_trustee() -> Materials:
    workshop = honest()
    workshop.shares.append((9, workshop.shares[0][1]))
    return of(workshop.lay_out().pieces)


@forgery("V31")
def only_share_by_somebody_who_is_no_trustee() -> Materials:
    workshop = honest()
    workshop.shares = [(9, workshop.shares[0][1])]
    return of(workshop.lay_out().pieces[:-1])


@forgery("V31")
def two_shares_of_one_trustee() -> Materials:
    workshop = honest()
    workshop.shares.append(workshop.shares[0])
    return of(workshop.lay_out().pieces)


@forgery("V31", then="V33")  # Without a mandatory share nothing can be decrypted.
def share_missing() -> Materials:
    workshop = honest()
    del workshop.shares[0]
    return of(workshop.lay_out().pieces)


@forgery("V33")
def rank_changed_in_the_result() -> Materials:
    workshop = honest()
    ((first, *others),) = Result.from_json(workshop.result).contests
    workshop.result = Result((((first[0] + 1, *first[1:]), *others),)).to_json()
    return of(workshop.lay_out().pieces)


@forgery("V33")
def plaintext_missing_from_the_result() -> Materials:
    workshop = honest()
    workshop.result = Result((Result.from_json(workshop.result).contests[0][1:],)).to_json()
    return of(workshop.lay_out().pieces)


@forgery("V33")
def result_with_an_extra_contest() -> Materials:
    workshop = honest()
    workshop.result = Result((*Result.from_json(workshop.result).contests, ((1,),))).to_json()
    return of(workshop.lay_out().pieces)


@forgery("V33")
def result_in_another_form() -> Materials:
    workshop = honest()
    workshop.result = workshop.result.replace(b",", b", ")
    return of(workshop.lay_out().pieces)


@forgery("V34")
def second_result() -> Materials:
    workshop = honest()
    return of([*workshop.pieces, workshop.pieces[-1]])
