"""Forgeries of ballots: V16 to V24."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from elections.crypto.ballot import Answer, Ballot
from elections.crypto.tally import EncryptedTally
from elections.verifier.case import Materials
from tests.unit.verifier.forgeries import ORDER_TWO, forgery, honest, of, open_election, order_two_q, with_ballot
from tests.unit.verifier.workshop import Workshop

# V16 to V24: the ballots


def _with_bytes(change: Callable[[bytes], bytes]) -> Materials:
    workshop = honest()
    workshop.ballot_bytes[1] = change(workshop.ballot_bytes[1])
    return of(workshop.lay_out().pieces)


@forgery("V16")
def ballot_with_white_space() -> Materials:
    return _with_bytes(lambda data: data.replace(b",", b", ", 1))


@forgery("V16")
def ballot_with_keys_in_another_order() -> Materials:
    def change(data: bytes) -> bytes:
        value = json.loads(data)
        return json.dumps({key: value[key] for key in reversed(value)}, separators=(",", ":")).encode()

    return _with_bytes(change)


@forgery("V16")
def ballot_with_an_extra_key() -> Materials:
    return _with_bytes(lambda data: data[:-1] + b',"weight":2}')


@forgery("V16")
def ballot_with_an_escape() -> Materials:
    return _with_bytes(lambda data: data.replace(b'"election_uuid":"F', b'"election_uuid":"\\u0046'))


@forgery("V16", then="V18")  # A ballot of which nothing can be made has no credential.
def ballot_with_a_duplicate_key() -> Materials:
    return _with_bytes(lambda data: data[:-1] + b',"credential":"x"}')


@forgery("V16", then="V18")
def ballot_with_a_byte_order_mark() -> Materials:
    return _with_bytes(lambda data: b"\xef\xbb\xbf" + data)


@forgery("V16", then="V18")
def ballot_that_is_no_json() -> Materials:
    return _with_bytes(lambda data: data[:-1])


@forgery("V16", then="V18")
def ballot_nested_without_end() -> Materials:
    return _with_bytes(lambda _: b"[" * 20_000 + b"]" * 20_000)


@forgery("V16", then="V18")
def number_with_a_leading_zero() -> Materials:
    return _with_bytes(lambda data: data.replace(b'"challenge":"', b'"challenge":"0', 1))


@forgery("V17")
def ballot_of_another_election() -> Materials:
    return with_ballot(lambda workshop, ballot: workshop.resigned(replace(ballot, election_uuid="1" * 14), 1))


@forgery("V17")
def ballot_with_another_election_hash() -> Materials:
    return with_ballot(lambda workshop, ballot: workshop.resigned(replace(ballot, election_hash="0" * 43), 1))


@forgery("V18")
def ballot_of_somebody_not_listed() -> Materials:
    workshop = honest()
    absent = workshop.ballots[1].credential.text
    return with_credentials_of(workshop, [text for text in json.loads(workshop.credentials) if text != absent])


def with_credentials_of(workshop: Workshop, listed: list[str]) -> Materials:
    """Return a workshop's archive with another list of credentials."""
    workshop.credentials = json.dumps(listed, separators=(",", ":")).encode()
    return of(workshop.lay_out().pieces)


@forgery("V19")
def forged_signature() -> Materials:
    return with_ballot(
        lambda _, ballot: replace(ballot, signature=replace(ballot.signature, response=ballot.signature.response ^ 1))
    )


@forgery("V19")
def signature_of_other_bytes() -> Materials:
    return with_ballot(lambda workshop, ballot: replace(ballot, signature_hash=workshop.ballots[0].signature_hash))


@forgery("V19")
def signature_of_another_voter() -> Materials:
    def change(workshop: Workshop, ballot: Ballot) -> Ballot:
        return replace(workshop.resigned(ballot, 2), credential=ballot.credential)

    return with_ballot(change)


@forgery("V20")
def two_answers_to_one_contest() -> Materials:
    return with_ballot(
        lambda workshop, ballot: workshop.resigned(replace(ballot, answers=(*ballot.answers, *ballot.answers)), 1)
    )


@forgery("V20")
def no_answer() -> Materials:
    workshop = Workshop().set_up().cast_all()
    workshop.ballot_bytes[1] = workshop.resigned(replace(workshop.ballots[1], answers=()), 1).to_json()
    return open_election(workshop)


def _with_answer(change: Callable[[Workshop, Answer], Answer]) -> Materials:
    workshop = Workshop().set_up().cast_all()
    ballot = workshop.ballots[1]
    changed = replace(ballot, answers=tuple(change(workshop, answer) for answer in ballot.answers))
    workshop.ballot_bytes[1] = workshop.resigned(changed, 1).to_json()
    return open_election(workshop)


@forgery("V21")
def proof_of_encryption_that_does_not_hold() -> Materials:
    return _with_answer(lambda _, answer: replace(answer, proof=replace(answer.proof, response=1)))


@forgery("V21")
def ciphertext_of_another_voter() -> Materials:
    return _with_answer(lambda workshop, _: workshop.ballots[2].answers[0])


@forgery("V21")
def alpha_of_order_two_q() -> Materials:
    return _with_answer(
        lambda _, answer: replace(answer, choices=replace(answer.choices, alpha=order_two_q(answer.choices.alpha)))
    )


@forgery("V21")
def beta_of_small_order() -> Materials:
    return _with_answer(lambda _, answer: replace(answer, choices=replace(answer.choices, beta=ORDER_TWO)))


@forgery("V21")
def answers_exchanged_between_contests() -> Materials:
    workshop = Workshop(contests=(("A", "B"), ("C", "D"))).set_up().cast_all()
    workshop.election = replace(workshop.election)
    first, second = workshop.ballots[1].answers
    mixed = (replace(first, choices=second.choices), replace(second, choices=first.choices))
    workshop.ballot_bytes[1] = workshop.resigned(replace(workshop.ballots[1], answers=mixed), 1).to_json()
    return open_election(workshop)


@forgery("V23")
def one_ballot_twice() -> Materials:
    workshop = Workshop().set_up().cast_all()
    workshop.cast(workshop.ballots[-1])
    return of(workshop.finish().pieces)


@forgery("V24", then="V26")  # V26 recomputes the whole tally, of which "last" is a part; V24 names what is wrong.
def superseded_ballot_in_the_tally() -> Materials:
    workshop = Workshop().set_up().cast_all()
    old, new = workshop.ballots[0].answers[0].choices, workshop.ballots[-1].answers[0].choices
    tally = workshop.take_tally().tally.ciphertexts[0]
    changed = tuple(sorted((old if each == new else each for each in tally), key=lambda each: each.sort_key))
    return of(workshop.take_tally(EncryptedTally((changed,))).mix().decrypt().lay_out().pieces)
