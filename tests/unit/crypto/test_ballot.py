from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto.ballot import Ballot, Randomness, check, seal, tracker, verify_election, verify_shape
from elections.crypto.election import Election, fingerprint
from elections.crypto.elgamal import decrypt
from elections.crypto.errors import BadCredential, WrongElection, WrongShape
from elections.crypto.group import decode_ints, power

from .recorded import recorded
from .small_election import SmallElection


def test_ballots_recorded_from_belenios_tool_check():
    for ballot in recorded().ballots:
        check(ballot, recorded().election)
        assert Ballot.from_json(ballot.to_json()) == ballot


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4), st.lists(st.integers(0, 255), min_size=30, max_size=30))
@settings(max_examples=15)
def test_a_sealed_ballot_checks_reads_back_and_opens(first: list[int], second: list[int]):
    small = SmallElection((4, 30), voters=1, trustees=1)
    ballot = small.seal(0, [first, second])
    check(ballot, small.election)
    assert Ballot.from_json(ballot.to_json()) == ballot
    opened = [decrypt(answer.choices, power(answer.choices.alpha, small.keys[0].x)) for answer in ballot.answers]
    assert [decode_ints(opened[0], 4), decode_ints(opened[1], 30)] == [first, second]


def test_the_same_vote_is_sealed_differently_each_time():
    small = SmallElection((2,))
    ballots = [small.seal(0, [[1, 2]]) for _ in range(3)]
    assert len({ballot.answers for ballot in ballots}) == 3
    assert len({tracker(ballot.to_json()) for ballot in ballots}) == 3


def test_the_signature_covers_all_bytes_but_its_own():
    ballot = recorded().ballots[0]
    assert ballot.signed_bytes[:-1] == ballot.to_json()[: len(ballot.signed_bytes) - 1]
    assert ballot.to_json()[len(ballot.signed_bytes) - 1 :].startswith(b',"signature":{"hash":"')
    assert ballot.signature_hash == fingerprint(ballot.signed_bytes)


def test_the_tracker_is_the_fingerprint_of_all_bytes():
    data = recorded().ballots[0].to_json()
    assert tracker(data) == fingerprint(data) != fingerprint(data + b"\n")


@pytest.mark.parametrize(
    "rankings", [[], [[1, 2, 3]], [[1, 2], [1, 2]], [[1, 2, 3], [1, 2], [1]], [[1, 2, 3], [1, 2, 3]]]
)
def test_a_ranking_of_another_shape_is_not_sealed(rankings: list[list[int]]):
    with pytest.raises(WrongShape):
        SmallElection().seal(0, rankings)


@pytest.mark.parametrize("rank", [-1, 256])
def test_a_rank_that_does_not_fit_is_not_sealed(rank: int):
    with pytest.raises(WrongShape):
        SmallElection().seal(0, [[1, 2, rank], [1, 2]])


def test_a_mistyped_credential_seals_nothing():
    with pytest.raises(BadCredential):
        seal(SmallElection((2,)).election, "mistyped", [[1, 2]])


def test_randomness_for_another_number_of_answers_is_refused():
    small = SmallElection()
    with pytest.raises(WrongShape):
        seal(small.election, small.credentials[0], [[1, 2, 3], [1, 2]], Randomness.fresh(1))


def test_a_ballot_of_another_election_is_refused():
    small, other = SmallElection((2,)), SmallElection((2,))
    ballot = small.seal(0, [[1, 2]])
    with pytest.raises(WrongElection):
        check(ballot, other.election)
    with pytest.raises(WrongElection):
        verify_election(replace(ballot, election_uuid=ballot.election_uuid + "z"), small.election)
    with pytest.raises(WrongElection):
        verify_election(replace(ballot, election_hash=other.election.fingerprint), small.election)


def test_a_ballot_with_more_or_fewer_answers_is_refused():
    small = SmallElection()
    ballot = small.seal(0, [[1, 2, 3], [1, 2]])
    for answers in (ballot.answers[:1], ballot.answers * 2, ()):
        with pytest.raises(WrongShape):
            verify_shape(replace(ballot, answers=answers), small.election)


def test_a_changed_election_makes_its_ballots_foreign():
    small = SmallElection((2,))
    ballot = small.seal(0, [[1, 2]])
    changed = Election.from_json(small.election.to_json().replace(b"A small election", b"A large election"))
    with pytest.raises(WrongElection):
        check(ballot, changed)
