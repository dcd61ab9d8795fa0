import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto.errors import BadElement, Malformed
from elections.crypto.exact_json import dumps
from elections.crypto.tally import EncryptedTally, SizedEncryptedTally, encrypted_tally, last_ballots

from .recorded import recorded
from .small_election import SmallElection
from .test_group import REFUSED


def test_the_recorded_tally_comes_out_byte_for_byte():
    computed = encrypted_tally(recorded().ballots, recorded().election)
    assert computed == recorded().tally
    assert SizedEncryptedTally.of(computed) == recorded().sized
    # Four ballots were cast, one of them by a voter who voted again.
    assert (len(recorded().ballots), computed.num_tallied) == (4, 3)


@given(st.lists(st.integers(0, 3), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_last_ballot_of_each_voter_counts_in_no_order(voters: list[int], random: Any):
    small = SmallElection((2,), voters=4, trustees=1)
    ballots = [small.seal(voter, [[1, 2]]) for voter in voters]
    last = last_ballots(ballots)
    assert {ballot.credential for ballot in last} == {ballot.credential for ballot in ballots}
    assert last == [b for i, b in enumerate(ballots) if b.credential not in {c.credential for c in ballots[i + 1 :]}]
    shuffled = random.sample(last, len(last))
    assert encrypted_tally(ballots, small.election) == encrypted_tally(shuffled, small.election)


def test_ciphertexts_are_sorted_by_their_bytes_from_the_least():
    small = SmallElection((2,), voters=12, trustees=1)
    tally = encrypted_tally([small.seal(voter, [[1, 2]]) for voter in range(12)], small.election)
    (contest,) = tally.ciphertexts
    reversed_texts = [bytes.fromhex(ciphertext.alpha.text)[::-1] for ciphertext in contest]
    assert reversed_texts == sorted(reversed_texts)


def test_no_ballots_give_empty_lists():
    small = SmallElection((2, 3))
    empty = encrypted_tally([], small.election)
    assert (empty.to_json(), empty.num_tallied) == (b"[[],[]]", 0)
    assert EncryptedTally.from_json(empty.to_json()) == empty


@pytest.mark.parametrize("data", [b"{}", b"[{}]", b"[[[]]]", b'[["x"]]', b'[[{"alpha":"x"}]]'])
def test_another_shape_is_malformed(data: bytes):
    with pytest.raises(Malformed):
        EncryptedTally.from_json(data)


@pytest.mark.parametrize("why", ["identity", "upper case", "coordinate not reduced", "too short"])
def test_what_is_no_element_is_refused_in_a_tally(why: str):
    value = json.loads(recorded().tally.to_json())
    value[1][0]["beta"] = REFUSED[why]
    with pytest.raises(BadElement):
        EncryptedTally.from_json(dumps(value))


CHANGES = [{"num_tallied": -1}, {"num_tallied": "3"}, {"total_weight": True}, {"encrypted_tally": ""}]


@pytest.mark.parametrize("change", CHANGES)
def test_another_count_is_malformed(change: dict[str, Any]):
    with pytest.raises(Malformed):
        SizedEncryptedTally.from_json(dumps(json.loads(recorded().sized.to_json()) | change))
