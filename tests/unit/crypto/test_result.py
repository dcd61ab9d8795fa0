from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto.ballot import check
from elections.crypto.decryption import PartialDecryption, decrypt
from elections.crypto.elgamal import encrypt
from elections.crypto.errors import Malformed, WrongShape
from elections.crypto.group import power_of_generator
from elections.crypto.result import Result, combine

from .recorded import read, recorded, recorded_bytes
from .small_election import SmallElection


def test_the_recorded_election_verifies_and_gives_its_result():
    found = read(recorded_bytes())
    found.verify()
    assert Counter(found.result.contests[0]) == Counter([(3, 1, 2), (0, 0, 0), (2, 1, 1)])
    assert Counter(found.result.contests[1]) == Counter([(2, 1), (0, 0), (0, 1)])


@given(st.lists(st.tuples(st.integers(0, 2), st.lists(st.integers(0, 255), min_size=3, max_size=3)), max_size=4))
@settings(max_examples=10)
def test_the_result_is_what_was_voted_last(votes: list[tuple[int, list[int]]]):
    small = SmallElection((3,), voters=3)
    for voter, ranking in votes:
        check(small.cast(voter, [ranking]), small.election)
    result = small.finish()
    last = {voter: tuple(ranking) for voter, ranking in votes}
    assert Counter(result.contests[0]) == Counter(last.values())
    read(small.board).verify()
    assert Result.from_json(result.to_json()) == result


@given(st.lists(st.integers(1, 2**251), min_size=2, max_size=2))
@settings(max_examples=20)
def test_nonsense_plaintexts_never_fail(exponents: list[int]):
    small = SmallElection((3, 30), trustees=1)
    key = small.election.public_key
    ciphertexts = tuple((encrypt(power_of_generator(exponent), key, exponent),) for exponent in exponents)
    partial = decrypt(small.keys[0], ciphertexts, small.election.fingerprint)
    result = combine(small.election, small.trustees, ciphertexts, {1: partial})
    assert [len(ranking) for contest in result.contests for ranking in contest] == [3, 30]
    assert Result.from_json(result.to_json()) == result


def test_without_every_trustee_there_is_no_result():
    partials = dict(recorded().partials)
    del partials[2]
    with pytest.raises(WrongShape, match="missing: 2"):
        combine(recorded().election, recorded().trustees, recorded().mixed, partials)


def test_a_result_without_ballots_is_empty():
    small = SmallElection((3, 2))
    assert small.finish().to_json() == b'{"result":[[],[]]}'


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b'{"result":{}}',
        b'{"result":[[1]]}',
        b'{"result":[[[-1]]]}',
        b'{"result":[[["1"]]]}',
        b'{"result":[[[true]]]}',
    ],
)
def test_another_shape_is_malformed(data: bytes):
    with pytest.raises(Malformed):
        Result.from_json(data)


def test_numbers_beyond_eight_bits_are_refused():
    assert Result.from_json(b'{"result":[[[255]]]}').contests == (((255,),),)
    with pytest.raises(WrongShape):
        Result.from_json(b'{"result":[[[256]]]}')


def test_a_combination_of_other_lengths_is_refused():
    for ciphertexts in (recorded().mixed[:1], (recorded().mixed[0][:1], recorded().mixed[1])):
        with pytest.raises(WrongShape):
            combine(recorded().election, recorded().trustees, ciphertexts, recorded().partials)
    short = {i: PartialDecryption(part.factors[:1], part.proofs[:1]) for i, part in recorded().partials.items()}
    with pytest.raises(WrongShape):
        combine(recorded().election, recorded().trustees, recorded().mixed[:1], short)
