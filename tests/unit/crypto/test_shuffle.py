import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto import shuffle as shuffling
from elections.crypto.elgamal import Ciphertext, encrypt, re_encrypt
from elections.crypto.errors import BadElement, BadProof, BadScalar, Refusal, WrongShape
from elections.crypto.exact_json import dumps
from elections.crypto.group import (
    GENERATOR,
    IDENTITY,
    Element,
    Q,
    divide,
    encode_ints,
    multiply,
    power,
    power_of_generator,
    random_scalar,
)
from elections.crypto.shuffle import (
    OwnedShuffle,
    Shuffle,
    ShuffleProof,
    Statement,
    prove,
    shuffle,
    verify,
    verify_contest,
)
from elections.crypto.tally import Ciphertexts

from .recorded import recorded
from .test_group import REFUSED, VECTORS, element

X = 987654321
KEY = power_of_generator(X)
PHI = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def encrypted(votes: list[int]) -> tuple[Ciphertext, ...]:
    return tuple(encrypt(encode_ints([vote]), KEY, random_scalar()) for vote in votes)


def opened(contest: tuple[Ciphertext, ...]) -> list[str]:
    return sorted(divide(c.beta, power(c.alpha, X)).text for c in contest)


@pytest.fixture(scope="module")
def before() -> Ciphertexts:
    return encrypted([1, 2, 3]), encrypted([4, 5, 6])


@pytest.fixture(scope="module")
def mixed(before: Ciphertexts) -> Shuffle:
    return shuffle(before, KEY, PHI)


def test_shuffles_recorded_from_belenios_tool_verify():
    election, current = recorded().election, recorded().tally.ciphertexts
    for owner, found in recorded().shuffles:
        verify(found, current, election.public_key, election.fingerprint)
        assert Shuffle.from_json(found.to_json()) == found
        current = found.ciphertexts
        assert owner in (1, 2)


@given(st.lists(st.lists(st.integers(0, 255), max_size=5), max_size=2))
@settings(max_examples=20)
def test_a_shuffle_verifies_and_keeps_the_plaintexts(votes: list[list[int]]):
    before = tuple(encrypted(contest) for contest in votes)
    mixed = shuffle(before, KEY, PHI)
    verify(Shuffle.from_json(mixed.to_json()), before, KEY, PHI)
    assert [opened(contest) for contest in mixed.ciphertexts] == [opened(contest) for contest in before]
    assert {*sum(before, ())}.isdisjoint(sum(mixed.ciphertexts, ()))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_ballots_are_shuffled_too(count: int):
    before = (encrypted([7] * count),)
    mixed = shuffle(before, KEY, PHI)
    verify(mixed, before, KEY, PHI)
    assert len(mixed.ciphertexts[0]) == count


def test_all_orders_occur():
    before = (encrypted([1, 2, 3]),)
    orders = {
        tuple(divide(c.beta, power(c.alpha, X)).text for c in shuffle(before, KEY, PHI).ciphertexts[0])
        for _ in range(60)
    }
    assert len(orders) == 6


def test_a_shuffle_of_other_ciphertexts_is_refused(before: Ciphertexts, mixed: Shuffle):
    for other in ((before[0], encrypted([4, 5, 6])), before[::-1], (before[0][::-1], before[1])):
        with pytest.raises(BadProof):
            verify(mixed, other, KEY, PHI)


def test_the_proof_is_about_this_key_and_this_election(before: Ciphertexts, mixed: Shuffle):
    with pytest.raises(BadProof):
        verify(mixed, before, multiply(KEY, GENERATOR), PHI)
    with pytest.raises(BadProof):
        verify(mixed, before, KEY, PHI[:-1])


def test_swapped_contests_are_refused(before: Ciphertexts, mixed: Shuffle):
    for swapped in (Shuffle(mixed.ciphertexts[::-1], mixed.proofs), Shuffle(mixed.ciphertexts, mixed.proofs[::-1])):
        with pytest.raises(BadProof):
            verify(swapped, before, KEY, PHI)


def test_other_lengths_are_refused(before: Ciphertexts, mixed: Shuffle):
    short = (before[0][:2], before[1])
    wrong = [
        (mixed, before[:1]),
        (mixed, short),
        (Shuffle(short, mixed.proofs), before),
        (Shuffle(mixed.ciphertexts, mixed.proofs[:1]), before),
        (Shuffle(mixed.ciphertexts, (mixed.proofs[0], shuffle(short, KEY, PHI).proofs[0])), before),
    ]
    for claimed, old in wrong:
        with pytest.raises(WrongShape):
            verify(claimed, old, KEY, PHI)


@pytest.mark.parametrize("place", ["c", "c_hat"])
def test_lists_of_a_proof_have_the_right_length(place: str, before: Ciphertexts, mixed: Shuffle):
    proof = mixed.proofs[0]
    for entries in (getattr(proof, place)[:-1], (*getattr(proof, place), GENERATOR)):
        with pytest.raises(WrongShape):
            verify(Shuffle(mixed.ciphertexts, (replace(proof, **{place: entries}), mixed.proofs[1])), before, KEY, PHI)


@pytest.mark.parametrize(("part", "place"), [("t", "t_hat"), ("s", "s_hat"), ("s", "s_prime")])
def test_inner_lists_of_a_proof_have_the_right_length(part: str, place: str, before: Ciphertexts, mixed: Shuffle):
    proof = mixed.proofs[0]
    inner = getattr(proof, part)
    changed = replace(proof, **{part: replace(inner, **{place: getattr(inner, place)[:-1]})})
    with pytest.raises(WrongShape):
        verify(Shuffle(mixed.ciphertexts, (changed, mixed.proofs[1])), before, KEY, PHI)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every string within the value."""
    if isinstance(value, str):
        yield path
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(entry, (*path, key))


def changed(found: Shuffle, path: tuple[Any, ...], change: Callable[[str], str]) -> bytes:
    """Return the shuffle's bytes with the string at the path changed."""
    value = json.loads(found.to_json())
    place = value
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = change(place[path[-1]])
    return dumps(value)


def other(text: str) -> str:
    """Return another valid element or number."""
    if len(text) == 64:
        return multiply(Element.parse(text), GENERATOR).text
    return str((int(text) + 1) % Q)


def test_every_changed_element_and_number_is_refused(before: Ciphertexts, mixed: Shuffle):
    paths = list(leaves(json.loads(mixed.to_json())))
    # For each contest of three: e′ (6), t (5 and 3), s (4, 3 and 3), c (3), ĉ (3).
    assert len(paths) == 2 * 30
    for path in paths:
        with pytest.raises(BadProof):
            verify(Shuffle.from_json(changed(mixed, path, other)), before, KEY, PHI)


def test_what_is_no_element_or_number_is_refused_everywhere(before: Ciphertexts, mixed: Shuffle):
    for path in leaves(json.loads(mixed.to_json())):
        numeric = path[:1] == ("proofs",) and path[2] == 1
        for text in VECTORS["refused_scalars"] if numeric else REFUSED.values():
            with pytest.raises(BadScalar if numeric else (BadElement, BadProof)):
                verify(Shuffle.from_json(changed(mixed, path, lambda _, text=text: text)), before, KEY, PHI)


def unchecked_power(base: Element, exponent: int) -> Element:
    """Return base^exponent also for a base outside the group, which is how a careless library computes."""
    result = IDENTITY
    for bit in f"{exponent % Q:b}":
        result = multiply(result, result)
        result = multiply(result, base) if bit == "1" else result
    return result


def test_a_small_component_in_the_output_is_refused_though_all_equations_hold(monkeypatch: pytest.MonkeyPatch):
    e, r = encrypted([5])[0], random_scalar()
    honest = re_encrypt(e, KEY, r)
    after = Ciphertext(honest.alpha, multiply(honest.beta, element(REFUSED["order 8"])))
    statement = Statement((e,), (after,), KEY, PHI)
    with monkeypatch.context() as patch:
        # Without the check of membership, one proof in eight passes.
        patch.setattr(shuffling, "power", unchecked_power)
        proof = next(filter(lambda p: passes(statement, p), (prove(statement, [0], [r]) for _ in range(200))))
    with pytest.raises(BadElement):
        verify_contest(statement, proof)


def passes(statement: Statement, proof: ShuffleProof) -> bool:
    with contextlib.suppress(BadProof):
        verify_contest(statement, proof)
        return True
    return False


class Mixer:
    """A mixer who proves whatever it did; `prove` assumes that the statement holds."""

    def __init__(self, before: tuple[Ciphertext, ...]) -> None:
        self.before = before
        self.order = [2, 0, 1]
        self.r = [random_scalar() for _ in before]
        again = [re_encrypt(c, KEY, exponent) for c, exponent in zip(before, self.r, strict=True)]
        self.after = tuple(again[j] for j in self.order)

    def refused(self, after: tuple[Ciphertext, ...], order: list[int] | None = None) -> type[Refusal]:
        statement = Statement(self.before, after, KEY, PHI)
        with pytest.raises(Refusal) as caught:
            verify_contest(statement, prove(statement, order or self.order, self.r))
        return type(caught.value)


@pytest.fixture
def mixer(before: Ciphertexts) -> Mixer:
    return Mixer(before[0])


def test_an_honest_mixer_is_believed(mixer: Mixer):
    statement = Statement(mixer.before, mixer.after, KEY, PHI)
    verify_contest(statement, prove(statement, mixer.order, mixer.r))


def test_a_mixer_cannot_replace_a_vote(mixer: Mixer):
    assert mixer.refused((*mixer.after[:2], encrypted([9])[0])) is BadProof


def test_a_mixer_cannot_duplicate_a_vote(mixer: Mixer):
    copy = re_encrypt(mixer.after[0], KEY, random_scalar())
    assert mixer.refused((mixer.after[0], mixer.after[1], copy)) is BadProof
    repeated = tuple(re_encrypt(mixer.before[0], KEY, mixer.r[0]) for _ in range(3))
    assert mixer.refused(repeated) is BadProof


def test_a_mixer_cannot_change_a_vote(mixer: Mixer):
    last = mixer.after[2]
    moved = Ciphertext(last.alpha, multiply(last.beta, GENERATOR))
    assert mixer.refused((*mixer.after[:2], moved)) is BadProof
    # Nor two votes in such a way that their product stays.
    first = Ciphertext(mixer.after[0].alpha, divide(mixer.after[0].beta, GENERATOR))
    assert mixer.refused((first, mixer.after[1], moved)) is BadProof


def test_a_mixer_cannot_prove_another_order(mixer: Mixer):
    assert mixer.refused(mixer.after, [0, 1, 2]) is BadProof


def test_a_mixer_that_skips_re_encryption_still_proves_only_what_it_did(mixer: Mixer):
    # Publishing the input unchanged is allowed by the proof, with r′ = 0; secrecy then rests on the other mixers.
    statement = Statement(mixer.before, mixer.before, KEY, PHI)
    verify_contest(statement, prove(statement, [0, 1, 2], [0, 0, 0]))
    assert mixer.refused(mixer.before) is BadProof


def test_a_prover_cannot_bring_its_own_generators(mixer: Mixer, monkeypatch: pytest.MonkeyPatch):
    statement = Statement(mixer.before, mixer.after, KEY, PHI)
    for name, own in (
        ("independent_generators", lambda n: tuple(power_of_generator(i + 2) for i in range(n))),
        ("secondary_generator", lambda: power_of_generator(99)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(shuffling, name, own)
            proof = prove(statement, mixer.order, mixer.r)
            verify_contest(statement, proof)
        with pytest.raises(BadProof):
            verify_contest(statement, proof)


def test_an_owned_shuffle_names_the_hash_of_the_bytes(mixed: Shuffle):
    owned = OwnedShuffle.of(2, mixed.to_json())
    assert OwnedShuffle.from_json(owned.to_json()) == owned
    assert isinstance(OwnedShuffle.from_json(owned.to_json()), OwnedShuffle)
