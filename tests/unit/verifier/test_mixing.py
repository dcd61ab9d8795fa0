"""Checking all shuffles at once comes to the same verdict as checking them one by one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from elections.crypto import shuffle
from elections.crypto.errors import Refusal
from elections.crypto.group import GENERATOR, IDENTITY, Element, multiply
from elections.crypto.shuffle import Shuffle, ShuffleProof
from elections.verifier import mixing
from elections.verifier.errors import Broken
from elections.verifier.mixing import Mixing, Step
from elections.verifier.work import Work
from tests.unit.verifier.forgeries import ORDER_TWO, honest, order_two_q

Change = Callable[[ShuffleProof], ShuffleProof]


def _shift(element: Element) -> Element:
    return multiply(element, GENERATOR)


def _at(values: tuple[Element, ...], index: int, change: Callable[[Element], Element]) -> tuple[Element, ...]:
    return (*values[:index], change(values[index]), *values[index + 1 :])


def _responses(name: str) -> list[tuple[str, Change]]:
    def single(proof: ShuffleProof) -> ShuffleProof:
        return replace(proof, s=replace(proof.s, **{name: getattr(proof.s, name) ^ 1}))

    def of_many(index: int) -> Change:
        def change(proof: ShuffleProof) -> ShuffleProof:
            values = list(getattr(proof.s, name))
            values[index] ^= 1
            return replace(proof, s=replace(proof.s, **{name: tuple(values)}))

        return change

    many = name in {"s_hat", "s_prime"}
    return [(f"{name}[{i}]", of_many(i)) for i in range(3)] if many else [(name, single)]


def _commitments(what: str, change: Callable[[Element], Element]) -> list[tuple[str, Change]]:
    def single(name: str) -> Change:
        return lambda proof: replace(proof, t=replace(proof.t, **{name: change(getattr(proof.t, name))}))

    def pair(index: int) -> Change:
        def edit(proof: ShuffleProof) -> ShuffleProof:
            first, second = _at(proof.t.t4, index, change)
            return replace(proof, t=replace(proof.t, t4=(first, second)))

        return edit

    def hat(index: int) -> Change:
        return lambda proof: replace(proof, t=replace(proof.t, t_hat=_at(proof.t.t_hat, index, change)))

    def listed(name: str, index: int) -> Change:
        return lambda proof: replace(proof, **{name: _at(getattr(proof, name), index, change)})

    changes = [(name, single(name)) for name in ("t1", "t2", "t3")]
    changes += [(f"t4[{i}]", pair(i)) for i in range(2)] + [(f"t_hat[{i}]", hat(i)) for i in range(3)]
    changes += [(f"{name}[{i}]", listed(name, i)) for name in ("c", "c_hat") for i in range(3)]
    return [(f"{name} {what}", edit) for name, edit in changes]


CHANGES = [change for name in ("s1", "s2", "s3", "s4", "s_hat", "s_prime") for change in _responses(name)]
CHANGES += _commitments("shifted", _shift)
CHANGES += _commitments("outside the group", order_two_q)
CHANGES += _commitments("of small order", lambda _: ORDER_TWO)
CHANGES += _commitments("the identity", lambda _: IDENTITY)


def steps(change: Change | None = None) -> list[Step]:
    """Return the steps of an honest mixing, with the proof of the first changed."""
    workshop = honest()
    before = workshop.tally.ciphertexts
    found = []
    for owner, mixed in workshop.shuffles:
        proofs = tuple(map(change, mixed.proofs)) if change and owner == 1 else mixed.proofs
        found.append(Step(owner, Shuffle(mixed.ciphertexts, proofs), before))
        before = mixed.ciphertexts
    return found


def test_honest_shuffles_hold_together() -> None:
    Mixing(steps(), honest().election, Work()).verify()


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_both_ways_refuse_a_proof_with_any_part_changed(name: str, change: Change) -> None:
    election = honest().election
    changed = steps(change)
    with pytest.raises(Broken, match="trustee 1"):
        Mixing(changed, election, Work()).verify()
    first = changed[0]
    with pytest.raises(Refusal):
        shuffle.verify(first.shuffle, first.before, election.public_key, election.fingerprint)


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_the_product_alone_is_what_notices(name: str, change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the product the identity, or the elements members, nothing would be checked one by one."""
    monkeypatch.setattr(mixing, "verify_step", lambda step, election: "")
    with pytest.raises(Broken, match="verifier is at fault"):
        Mixing(steps(change), honest().election, Work()).verify()


def test_another_election_key_is_noticed() -> None:
    election = honest().election
    with pytest.raises(Broken):
        Mixing(steps(), replace(election, public_key=GENERATOR), Work()).verify()


def test_another_fingerprint_is_noticed() -> None:
    election = honest().election
    with pytest.raises(Broken):
        Mixing(steps(), replace(election, name="Another"), Work()).verify()


def test_parts_of_the_product_are_checked_apart_and_multiplied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixing, "LEAST_PART", 5)
    monkeypatch.setattr(Work, "parts", 3)
    Mixing(steps(), honest().election, Work()).verify()
    with pytest.raises(Broken, match="trustee 1"):
        Mixing(steps(CHANGES[0][1]), honest().election, Work()).verify()
