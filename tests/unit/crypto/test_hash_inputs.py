"""Every input of every hash matters: with any one of them dropped, something recorded from belenios-tool fails."""

import re
from collections.abc import Callable

import pytest

from elections.crypto import ballot, decryption, group, proofs, shuffle
from elections.crypto.errors import Refusal
from elections.crypto.group import hash_to_scalar

from .recorded import recorded

Check = Callable[[], None]


def check_key() -> None:
    recorded().trustees.owners[0].verify()


def check_answer() -> None:
    ballot.verify_answers(recorded().ballots[0], recorded().election)


def check_signature() -> None:
    ballot.verify_signature(recorded().ballots[0])


def check_shuffle() -> None:
    (_, mixed), election = recorded().shuffles[0], recorded().election
    statement, proof = shuffle.statements(
        mixed, recorded().tally.ciphertexts, election.public_key, election.fingerprint
    )[0]
    shuffle.verify_contest(statement, proof)


def check_decryption() -> None:
    key = recorded().trustees.owners[0].public_key
    decryption.verify(recorded().partials[1], recorded().mixed, key, recorded().election.fingerprint)


def pieces(text: str) -> list[str]:
    """Split after each separator; two digests without a separator are split between them."""
    halves = re.fullmatch("([0-9a-f]{64})([0-9a-f]{64})", text)
    return list(halves.groups()) if halves else re.split("(?<=[|,])", text)


def hashed_by(check: Check, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that the check hashes to numbers."""
    texts: list[str] = []

    def spy(text: str) -> int:
        texts.append(text)
        return hash_to_scalar(text)

    for module in (proofs, shuffle):
        monkeypatch.setattr(module, "hash_to_scalar", spy)
    check()
    return texts


CHECKS: dict[str, tuple[Check, int]] = {
    # The check, and the number of inputs of the hash, as the specification lists them.
    "pok|": (check_key, 4),
    "raweg|": (check_answer, 7),
    "sig|": (check_signature, 3),
    "decrypt|": (check_decryption, 5),
    # Three ballots: t1, t2, t3, t4 (2), t̂ (3), e (6), e′ (6), c (3), ĉ (3), key, label and fingerprint.
    "shuffle-challenge|": (check_shuffle, 29),
    # The digest of the statement, and that of the index.
    "": (check_shuffle, 2),
}


@pytest.mark.parametrize("label", CHECKS)
def test_every_input_of_a_hash_matters(label: str, monkeypatch: pytest.MonkeyPatch):
    check, inputs = CHECKS[label]
    texts = [text for text in hashed_by(check, monkeypatch) if text.startswith(label)]
    assert {len(pieces(text)) for text in texts if label or len(text) == 128} == {inputs}
    for dropped in range(inputs):

        def without(text: str, dropped: int = dropped) -> int:
            parts = pieces(text)
            return hash_to_scalar("".join(parts[:dropped] + parts[dropped + 1 :]) if text in texts else text)

        for module in (proofs, shuffle):
            monkeypatch.setattr(module, "hash_to_scalar", without)
        with pytest.raises(Refusal):
            check()


def test_every_input_of_the_permutation_challenges_matters(monkeypatch: pytest.MonkeyPatch):
    texts: list[bytes] = []
    original = shuffle.sha256_hex

    def spy(data: bytes) -> str:
        texts.append(data)
        return original(data)

    monkeypatch.setattr(shuffle, "sha256_hex", spy)
    check_shuffle()
    (text,) = texts
    # Label, fingerprint, e, e′ and c of three ballots.
    parts = pieces(text.decode())[:-1]
    assert len(parts) == 17
    for dropped in range(len(parts)):
        without = "".join(parts[:dropped] + parts[dropped + 1 :]).encode()
        monkeypatch.setattr(shuffle, "sha256_hex", lambda _, without=without: original(without))
        with pytest.raises(Refusal):
            check_shuffle()


def test_the_label_of_the_independent_generators_matters(monkeypatch: pytest.MonkeyPatch):
    check_shuffle()
    shifted = {i: group.independent_generator(i + 1) for i in range(3)}
    monkeypatch.setattr(shuffle, "independent_generators", lambda count: tuple(shifted[i] for i in range(count)))
    with pytest.raises(Refusal):
        check_shuffle()
    monkeypatch.undo()
    monkeypatch.setattr(shuffle, "secondary_generator", lambda: group.independent_generator(5))
    with pytest.raises(Refusal):
        check_shuffle()
