"""The trials of ballots and proofs: each way of tampering is refused, and nothing but a Refusal is raised."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from elections.crypto.ballot import LIMIT_BYTES, Answer, Ballot, check
from elections.crypto.credentials import secret_exponent
from elections.crypto.election import Election, fingerprint
from elections.crypto.elgamal import Ciphertext
from elections.crypto.errors import (
    BadElement,
    BadProof,
    BadScalar,
    BadSignature,
    Malformed,
    NotCanonical,
    Refusal,
    TooLarge,
    WrongShape,
)
from elections.crypto.exact_json import dumps
from elections.crypto.group import (
    Element,
    Q,
    encode_ints,
    multiply,
    parse_scalar,
    power,
    power_of_generator,
    random_scalar,
)
from elections.crypto.proofs import Proof, answer_challenge, prove, signature_challenge

from .recorded import recorded
from .small_election import SmallElection
from .test_group import REFUSED, VECTORS, element

ELECTION = recorded().election
GOLDEN = recorded().ballots[0].to_json()
ELEMENTS = [("credential",), *(("answers", i, "choices", part) for i in range(2) for part in ("alpha", "beta"))]
SCALARS = [
    *(("answers", i, "proof", part) for i in range(2) for part in ("challenge", "response")),
    *(("signature", "proof", part) for part in ("challenge", "response")),
]
STRINGS = [("election_uuid",), ("election_hash",), ("signature", "hash")]

Path = tuple[str | int, ...]


def receive(data: bytes) -> None:
    """Do with bytes from outside what a server or a verifier does."""
    ballot = Ballot.from_json(data)
    check(ballot, ELECTION)
    recorded().roll.check_contains(ballot.credential)


def altered(path: Path, change: Callable[[Any], Any]) -> bytes:
    """Return the golden ballot with the value at the path changed."""
    root = {"ballot": json.loads(GOLDEN)}
    place: Any = root
    *way, last = ("ballot", *path)
    for step in way:
        place = place[step]
    place[last] = change(place[last])
    return dumps(root["ballot"])


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value within the value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in inner:
        yield from places(entry, (*path, key))


PLACES = list(places(json.loads(GOLDEN)))
OBJECTS = [path for path in PLACES if altered(path, lambda v: 0 if isinstance(v, dict) else v) != GOLDEN]


def test_the_golden_ballot_is_accepted():
    receive(GOLDEN)
    assert len(ELEMENTS) + len(SCALARS) + len(STRINGS) == sum(
        altered(path, lambda v: 0 if isinstance(v, str) else v) != GOLDEN for path in PLACES
    )


@pytest.mark.parametrize("path", PLACES, ids=str)
@pytest.mark.parametrize("other", [None, True, 0, -1, 1, "", "x", [], {}, [[]], {"alpha": 1}], ids=str)
def test_another_value_in_any_place_is_refused(path: Path, other: Any):
    with pytest.raises(Refusal):
        receive(altered(path, lambda _: other))


@pytest.mark.parametrize("path", [*ELEMENTS, *SCALARS, *STRINGS], ids=str)
@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s + "0", lambda s: "1" + s[1:] if s[0] != "1" else "2" + s[1:]]
)
def test_a_changed_character_in_any_string_is_refused(path: Path, change: Callable[[str], str]):
    with pytest.raises(Refusal):
        receive(altered(path, change))


@pytest.mark.parametrize("path", OBJECTS, ids=str)
def test_other_keys_in_any_object_are_refused(path: Path):
    def renamed(value: dict[str, Any]) -> dict[str, Any]:
        return {key + "_": entry for key, entry in value.items()}

    for change in (renamed, lambda v: v | {"extra": 1}, lambda v: dict(list(v.items())[1:])):
        with pytest.raises(Malformed):
            receive(altered(path, change))
    with pytest.raises(NotCanonical):
        receive(altered(path, lambda v: dict(reversed(v.items()))))


@pytest.mark.parametrize("place", [GOLDEN.index(mark) for mark in (b'"election_uuid"', b'"alpha"', b'"hash"')])
def test_a_key_that_occurs_twice_is_refused(place: int):
    end = GOLDEN.index(b",", place)
    with pytest.raises(Malformed):
        receive(GOLDEN[: end + 1] + GOLDEN[place : end + 1] + GOLDEN[end + 1 :])


@pytest.mark.parametrize("mark", [b"{", b"}", b"[", b"]", b",", b":"])
@pytest.mark.parametrize("space", [b" ", b"\n", b"\t"])
def test_white_space_is_refused(mark: bytes, space: bytes):
    with pytest.raises(NotCanonical):
        receive(GOLDEN.replace(mark, mark + space, 1))
    with pytest.raises(NotCanonical):
        receive(GOLDEN + space)


def test_escapes_that_are_not_needed_are_refused():
    with pytest.raises(NotCanonical):
        receive(GOLDEN.replace(b'"alpha"', b'"\\u0061lpha"', 1))
    with pytest.raises(NotCanonical):
        receive(GOLDEN.replace(ELECTION.uuid.encode(), b"\\u%04x" % ord(ELECTION.uuid[0]) + ELECTION.uuid[1:].encode()))


def test_byte_order_marks_and_other_encodings_are_refused():
    for data in (b"\xef\xbb\xbf" + GOLDEN, GOLDEN.decode().encode("utf-16"), GOLDEN.decode().encode("utf-32")):
        with pytest.raises(Malformed):
            receive(data)


@pytest.mark.parametrize("path", SCALARS, ids=str)
@pytest.mark.parametrize("text", VECTORS["refused_scalars"])
def test_what_is_no_number_modulo_q_is_refused_everywhere(path: Path, text: str):
    with pytest.raises(BadScalar):
        receive(altered(path, lambda _: text))


@pytest.mark.parametrize("path", SCALARS, ids=str)
@pytest.mark.parametrize(
    "change",
    [lambda s: str(parse_scalar(s) + Q), lambda s: "-" + s, lambda s: "0" + s, lambda s: "+" + s, lambda s: " " + s],
)
def test_the_same_number_written_otherwise_is_refused(path: Path, change: Callable[[str], str]):
    with pytest.raises(BadScalar):
        receive(altered(path, change))


@pytest.mark.parametrize("path", SCALARS, ids=str)
def test_another_number_is_refused(path: Path):
    with pytest.raises((BadProof, BadSignature)):
        receive(altered(path, lambda s: str((parse_scalar(s) + 1) % Q)))


def signed(ballot: Ballot, secret: int) -> Ballot:
    """Sign the ballot anew, as its voter could."""
    digest = fingerprint(ballot.signed_bytes)
    return replace(ballot, signature_hash=digest, signature=prove(secret, lambda a: signature_challenge(digest, a)))


def refusal_of(ballot: Ballot, election: Election) -> type[Refusal]:
    """Send the ballot through its bytes, and return how it was refused."""
    with pytest.raises(Refusal) as caught:
        check(Ballot.from_json(ballot.to_json()), election)
    return type(caught.value)


class Forger:
    """A voter who has a credential and signs whatever ballot it likes."""

    def __init__(self) -> None:
        self.small = SmallElection((3, 3), voters=2)
        self.election = self.small.election
        self.secret = secret_exponent(self.small.credentials[0], self.election.uuid)
        self.ballot = self.small.seal(0, [[1, 2, 3], [3, 2, 1]])

    def sign(self, *answers: Answer) -> Ballot:
        return signed(replace(self.ballot, answers=answers), self.secret)

    def challenge(self, choices: Ciphertext, commitment: Element) -> int:
        prefix = f"{self.election.fingerprint}|{self.ballot.credential.text}"
        return answer_challenge(prefix, self.election.public_key, (choices.alpha, choices.beta), commitment)


@pytest.fixture(scope="module")
def forger() -> Forger:
    return Forger()


def test_the_forger_can_make_a_valid_ballot(forger: Forger):
    check(forger.sign(*forger.ballot.answers), forger.election)


@pytest.mark.parametrize("part", ["alpha", "beta"])
@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_refused_in_a_signed_answer(forger: Forger, part: str, why: str):
    first, second = forger.ballot.answers
    value = json.loads(forger.sign(first, second).to_json())
    value["answers"][1]["choices"][part] = REFUSED[why]
    del value["signature"]
    digest = fingerprint(dumps(value))
    proof = prove(forger.secret, lambda a: signature_challenge(digest, a))
    value["signature"] = {"hash": digest, "proof": proof.to_value()}
    with pytest.raises(BadElement):
        check(Ballot.from_json(dumps(value)), forger.election)


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_refused_as_credential(forger: Forger, why: str):
    value = json.loads(forger.ballot.to_json()) | {"credential": REFUSED[why]}
    with pytest.raises((BadElement, BadSignature)):
        check(Ballot.from_json(dumps(value)), forger.election)


def test_the_identity_as_credential_signs_nothing(forger: Forger):
    # Whoever could use it would sign without knowing any secret.
    ballot = signed(replace(forger.ballot, credential=power_of_generator(0)), 0)
    assert refusal_of(ballot, forger.election) is BadElement


def test_a_credential_with_a_small_component_is_refused_though_its_equation_holds(forger: Forger):
    credential = multiply(forger.ballot.credential, element(REFUSED["order 8"]))
    unsigned = replace(forger.ballot, credential=credential)
    ballots = (signed(unsigned, forger.secret) for _ in range(1000))
    ballot = next(ballot for ballot in ballots if ballot.signature.challenge % 8 == 0)
    assert refusal_of(ballot, forger.election) is BadElement


def test_a_beta_with_a_small_component_is_refused_though_all_equations_hold(forger: Forger):
    r = random_scalar()
    message = multiply(encode_ints([1, 2, 3]), element(REFUSED["order 8"]))
    beta = multiply(power(forger.election.public_key, r), message)
    choices = Ciphertext(power_of_generator(r), beta)
    answer = Answer(choices, prove(r, lambda a: forger.challenge(choices, a)))
    assert refusal_of(forger.sign(forger.ballot.answers[0], answer), forger.election) is BadElement


def test_an_alpha_with_a_small_component_is_refused_though_all_equations_hold(forger: Forger):
    r = random_scalar()
    alpha = multiply(power_of_generator(r), element(REFUSED["order 8"]))
    choices = Ciphertext(alpha, forger.ballot.answers[0].choices.beta)
    proofs = (prove(r, lambda a: forger.challenge(choices, a)) for _ in range(1000))
    answer = Answer(choices, next(proof for proof in proofs if proof.challenge % 8 == 0))
    assert refusal_of(forger.sign(forger.ballot.answers[0], answer), forger.election) is BadElement


def test_an_unencrypted_vote_is_refused(forger: Forger):
    # With r = 0 alpha is the identity and beta the vote itself.
    choices = Ciphertext(power_of_generator(0), encode_ints([1, 2, 3]))
    answer = Answer(choices, prove(0, lambda a: forger.challenge(choices, a)))
    assert refusal_of(forger.sign(answer, answer), forger.election) is BadElement


def test_a_copied_ciphertext_signed_by_another_voter_is_refused(forger: Forger):
    other = forger.small.seal(1, [[1, 2, 3], [3, 2, 1]])
    copied = forger.sign(*other.answers)
    assert refusal_of(copied, forger.election) is BadProof


def test_a_rerandomised_copy_is_refused(forger: Forger):
    copies = []
    for answer in forger.small.seal(1, [[1, 2, 3], [3, 2, 1]]).answers:
        s, choices, proof = random_scalar(), answer.choices, answer.proof
        alpha = multiply(choices.alpha, power_of_generator(s))
        beta = multiply(choices.beta, power(forger.election.public_key, s))
        # With this response the commitment is the old one; only hashing the ciphertext tells the two apart.
        moved = Proof(proof.challenge, (proof.response - s * proof.challenge) % Q)
        assert moved.commitment(alpha) == proof.commitment(choices.alpha)
        copies.append(Answer(Ciphertext(alpha, beta), moved))
    assert refusal_of(forger.sign(*copies), forger.election) is BadProof


def test_a_changed_vote_within_a_copied_ciphertext_is_refused(forger: Forger):
    # Only beta is multiplied, by a power of two candidates' encodings: alpha and the commitment stay as they were.
    first, second = forger.ballot.answers
    beta = multiply(first.choices.beta, encode_ints([0, 0, 1]))
    changed = Answer(Ciphertext(first.choices.alpha, beta), first.proof)
    assert refusal_of(forger.sign(changed, second), forger.election) is BadProof


def test_swapped_proofs_are_refused(forger: Forger):
    first, second = forger.ballot.answers
    swapped = forger.sign(Answer(first.choices, second.proof), Answer(second.choices, first.proof))
    assert refusal_of(swapped, forger.election) is BadProof


def test_answers_swapped_by_somebody_else_are_refused(forger: Forger):
    swapped = replace(forger.ballot, answers=forger.ballot.answers[::-1])
    assert refusal_of(swapped, forger.election) is BadSignature
    # Even with the hash made right, the signature is about other bytes.
    rehashed = replace(swapped, signature_hash=fingerprint(swapped.signed_bytes))
    assert refusal_of(rehashed, forger.election) is BadSignature


def test_a_signature_by_another_voter_is_refused(forger: Forger):
    other = secret_exponent(forger.small.credentials[1], forger.election.uuid)
    assert refusal_of(signed(forger.ballot, other), forger.election) is BadSignature


def test_an_old_signature_under_a_new_ballot_of_the_same_voter_is_refused(forger: Forger):
    again = forger.small.seal(0, [[1, 2, 3], [3, 2, 1]])
    stale = replace(again, signature_hash=forger.ballot.signature_hash, signature=forger.ballot.signature)
    assert refusal_of(stale, forger.election) is BadSignature
    assert refusal_of(replace(again, signature=forger.ballot.signature), forger.election) is BadSignature


@pytest.mark.parametrize("answers", [0, 1, 3])
def test_another_number_of_signed_answers_is_refused(forger: Forger, answers: int):
    assert refusal_of(forger.sign(*(forger.ballot.answers * 2)[:answers]), forger.election) is WrongShape


@pytest.mark.parametrize(
    "data",
    [
        b'{"election_uuid":"' + b"x" * 10_000_000 + b'"}',
        b"[" * 10_000_000,
        b'{"a":' * 13_000,
        b"[" * 60_000,
    ],
    ids=["ten megabytes", "ten megabytes of brackets", "deep objects", "deep arrays"],
)
def test_huge_and_deep_input_is_refused_quickly(data: bytes):
    started = time.process_time()
    with pytest.raises(TooLarge):
        receive(data)
    assert time.process_time() - started < 1


def test_a_number_of_a_million_digits_is_refused_quickly():
    started = time.process_time()
    with pytest.raises(TooLarge):
        receive(altered(SCALARS[0], lambda _: "9" * 1_000_000))
    with pytest.raises(BadScalar):
        receive(altered(SCALARS[0], lambda _: "9" * (LIMIT_BYTES - len(GOLDEN))))
    with pytest.raises(Malformed):
        receive(GOLDEN.replace(b'"alpha":', b'"alpha":' + b"9" * 50_000 + b',"x":', 1))
    assert time.process_time() - started < 1
