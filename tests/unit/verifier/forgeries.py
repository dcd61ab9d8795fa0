"""Archives that are wrong in one place, each with the check that has to notice.

`then` is the check that notices when that one is disabled. Where it is None nothing else does: only the check stands
between the forgery and a clean verdict. Where it is not, the two overlap of necessity, and the entry says why.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache

from nacl.signing import SigningKey

from elections.crypto.archive import BLOCK, Chain, Event, EventType, SetupData, event_record, record, sha256_hex
from elections.crypto.ballot import Answer, Ballot, tracker
from elections.crypto.decryption import PartialDecryption, decrypt
from elections.crypto.elgamal import Ciphertext
from elections.crypto.group import GENERATOR, IDENTITY, Element, multiply
from elections.crypto.result import Result, combine
from elections.crypto.shuffle import Shuffle, ShuffleProof
from elections.crypto.tally import Ciphertexts, EncryptedTally
from elections.crypto.trustees import PrivateKey, Single, Trustees, generate_key
from elections.verifier.board import Board
from elections.verifier.case import CertificatePapers, Materials
from elections.verifier.certificate_form import Certificate, CertifiedContest, Counted, FrozenRoll
from elections.verifier.certificate_form import Rules as CertifiedRules
from elections.verifier.certificate_form import Turnout as CertifiedTurnout
from elections.verifier.checkpoint import Checkpoint
from elections.verifier.contests import ManifestCandidate, Sitting
from elections.verifier.lots import commitment, seed
from elections.verifier.manifest import LotShare, Manifest, Rules, Turnout, description
from elections.verifier.receipt import Receipt
from elections.verifier.recount import open_ties, recount
from elections.verifier.sshsig import PublicKey
from elections.verifier.sshsig import sign as ssh_sign
from tests.unit.verifier.workshop import RECEIPT_SEED, TIMESTAMP, UUID, Piece, Workshop, write

ORDER_TWO = Element((2**255 - 20).to_bytes(32, "little"))
"""The point (0, −1), of order 2: added to a member it gives a point of order 2q."""


@dataclass(frozen=True)
class Forgery:
    """What is wrong, the check that notices, and the one that notices when it is disabled."""

    check: str
    name: str
    make: Callable[[], Materials]
    then: str | None = None


FORGERIES: list[Forgery] = []


def forgery(check: str, *, then: str | None = None) -> Callable[[Callable[[], Materials]], Callable[[], Materials]]:
    """Enter a function among the forgeries."""

    def enter(make: Callable[[], Materials]) -> Callable[[], Materials]:
        FORGERIES.append(Forgery(check, make.__name__, cache(make), then))
        return make

    return enter


@cache
def _honest() -> Workshop:
    return Workshop().set_up().cast_all().finish()


def honest() -> Workshop:
    """Return an honest, finished election to be spoiled: three voters, one of whom voted twice, and two trustees."""
    return copy.deepcopy(_honest())


def outcome_of(
    workshop: Workshop,
    reveals: Sequence[tuple[str, bytes]] = (),
    withdrawn: Sequence[Sequence[str]] | None = None,
) -> bytes:
    """Return the published outcome of a finished election, counted with these secrets and without these candidates."""
    gone = withdrawn or [[] for _ in workshop.manifest.contests]
    reports = [
        recount(contest, rankings, gone[place], seed(workshop.uuid, place, reveals) if reveals else None)
        for place, (contest, rankings) in enumerate(
            zip(workshop.manifest.contests, Result.from_json(workshop.result).contests, strict=True)
        )
    ]
    about = {"format": "footing-outcome/2", "uuid": workshop.uuid, "archive": sha256_hex(workshop.archive())}
    lots = [{"name": name, "secret": secret.hex()} for name, secret in reveals]
    return json.dumps({**about, "lots": lots, "withdrawn": gone, "contests": reports}).encode()


def whole(workshop: Workshop) -> Materials:
    """Return a finished election with all that is published beside its archive."""
    board = Board.read(workshop.archive())
    return Materials(board, workshop.manifest.to_json(), outcome_of(workshop))


def of(pieces: Sequence[Piece]) -> Materials:
    """Return the archive with these pieces, and nothing beside it."""
    return Materials(Board.read(write(pieces)))


def place(pieces: Sequence[Piece], kind: EventType) -> int:
    """Return the place of the first piece of a kind."""
    return [each for each, _ in pieces].index(kind)


def open_election(workshop: Workshop) -> Materials:
    """Return a workshop's archive as it stands while voting is open."""
    setup = (workshop.election.to_json(), workshop.trustees.to_json(), workshop.credentials)
    pieces: list[Piece] = [(EventType.SETUP, [*setup, SetupData.of(*setup).to_json()])]
    return of(pieces + [(EventType.BALLOT, [data]) for data in workshop.ballot_bytes])


def with_ballot(change: Callable[[Workshop, Ballot], Ballot]) -> Materials:
    """Return a finished election whose second ballot, by voter 1, is changed; its ciphertexts must stay."""
    workshop = honest()
    workshop.ballot_bytes[1] = change(workshop, workshop.ballots[1]).to_json()
    return of(workshop.lay_out().pieces)


def with_tally(change: Callable[[tuple[Ciphertext, ...]], tuple[Ciphertext, ...]]) -> Workshop:
    """Return an election whose tally was changed before it was mixed, decrypted and counted."""
    workshop = Workshop().set_up().cast_all().take_tally()
    changed = EncryptedTally(tuple(map(change, workshop.tally.ciphertexts)))
    return workshop.take_tally(changed).mix().decrypt().lay_out()


def with_shuffle(change: Callable[[Shuffle], Shuffle]) -> Materials:
    """Return an election whose last shuffle was changed before it was decrypted."""
    workshop = Workshop().set_up().cast_all().take_tally().mix()
    owner, last = workshop.shuffles[-1]
    workshop.shuffles[-1] = owner, change(last)
    return of(workshop.decrypt().lay_out().pieces)


def with_proof(change: Callable[[ShuffleProof], ShuffleProof]) -> Materials:
    """Return an election in which the last shuffle's proof was changed."""
    return with_shuffle(lambda shuffle: replace(shuffle, proofs=tuple(map(change, shuffle.proofs))))


def with_setup(change: Callable[[list[bytes]], None]) -> Materials:
    """Return an election whose setup, [election, trustees, credentials], was changed after the fact."""
    workshop = honest()
    setup = [workshop.election.to_json(), workshop.trustees.to_json(), workshop.credentials]
    change(setup)
    workshop.pieces[0] = EventType.SETUP, [*setup, SetupData.of(*setup).to_json()]
    return of(workshop.pieces)


def with_credentials(change: Callable[[list[str]], list[str]]) -> Materials:
    """Return an election whose list of credentials was changed after the fact."""

    def edit(setup: list[bytes]) -> None:
        setup[2] = json.dumps(change(json.loads(setup[2])), separators=(",", ":")).encode()

    return with_setup(edit)


def chained(pieces: Sequence[Piece], change: Callable[[Event], Event | bytes]) -> Materials:
    """Return an archive whose events were changed as they were chained; bytes are taken for the event's content."""
    chain = Chain(TIMESTAMP)
    parts = [chain.begin()]
    for kind, contents in pieces:
        grown, added = chain.append(kind, *contents)
        event = Event(chain.parent, chain.height, kind, sha256_hex(contents[-1]) if contents else None)
        content = changed if isinstance(changed := change(event), bytes) else changed.to_json()
        name = f"{sha256_hex(content)}.event.json"
        parts += [added[: -len(event_record(event, TIMESTAMP))], record(name, content, TIMESTAMP)]
        chain = replace(grown, parent=sha256_hex(content))
    return Materials(Board.read(b"".join(parts)))


def order_two_q(element: Element) -> Element:
    """Return the element times the point of order 2: on the curve, but outside the group."""
    return multiply(element, ORDER_TWO)


# V1 to V7: the archive


@forgery("V1")
def header_of_another_version() -> Materials:
    data = honest().archive()
    content = f'{{"version":2,"timestamp":"{TIMESTAMP}"}}'.encode()
    return Materials(Board.read(record("BELENIOS", content, TIMESTAMP) + data[2 * BLOCK :]))


@forgery("V1")
def header_with_another_time_than_its_record() -> Materials:
    data = honest().archive()
    content = f'{{"version":1,"timestamp":"{TIMESTAMP + 1}"}}'.encode()
    return Materials(Board.read(record("BELENIOS", content, TIMESTAMP) + data[2 * BLOCK :]))


@forgery("V2")
def byte_in_the_padding() -> Materials:
    data = bytearray(honest().archive())
    data[2 * BLOCK - 1] = 1
    return Materials(Board.read(bytes(data)))


@forgery("V2")
def executable_member() -> Materials:
    data = bytearray(honest().archive())
    data[2 * BLOCK + 100 : 2 * BLOCK + 107] = b"0000755"
    return Materials(Board.read(bytes(data)))


@forgery("V2", then="V6")  # What follows a record that makes no sense is not seen: there seem to be no events.
def size_that_is_no_number() -> Materials:
    data = bytearray(honest().archive())
    data[2 * BLOCK + 124] = ord("x")
    return Materials(Board.read(bytes(data)))


@forgery("V3")
def object_under_another_name() -> Materials:
    workshop = honest()
    data, (_, contents) = workshop.archive(), workshop.pieces[1]
    name = f"{sha256_hex(contents[0])}.data.json".encode()
    assert data.count(name) == 1
    wrong = record("0" * 64 + ".data.json", contents[0], TIMESTAMP)
    start = data.index(name)
    return Materials(Board.read(data[:start] + wrong + data[start + len(wrong) :]))


@forgery("V4")
def heights_that_skip_one() -> Materials:
    return chained(honest().pieces, lambda event: replace(event, height=event.height + (event.height > 2)))


@forgery("V4")
def event_with_another_parent() -> Materials:
    return chained(honest().pieces, lambda event: replace(event, parent="0" * 64) if event.height == 3 else event)


@forgery("V4")
def first_event_with_a_parent() -> Materials:
    return chained(honest().pieces, lambda event: replace(event, parent="0" * 64) if event.height == 0 else event)


@forgery("V4")
def event_with_keys_in_another_order() -> Materials:
    def change(event: Event) -> Event | bytes:
        if event.height != 2:
            return event
        value = json.loads(event.to_json())
        return json.dumps({key: value[key] for key in reversed(value)}, separators=(",", ":")).encode()

    return chained(honest().pieces, change)


@forgery("V4", then="V5")  # The objects of a Setup that cannot be read seem to belong to nothing.
def event_of_an_unknown_type() -> Materials:
    return chained(
        honest().pieces,
        lambda event: event.to_json().replace(b'"Setup"', b'"Set up"') if event.height == 0 else event,
    )


@forgery("V5")
def object_that_nothing_refers_to() -> Materials:
    workshop = honest()
    workshop.pieces[2][1].insert(0, b'{"a":"stray"}')
    return of(workshop.pieces)


@forgery("V5")
def object_at_the_end_without_an_event() -> Materials:
    workshop = honest()
    stray = record(f"{sha256_hex(b'1')}.data.json", b"1", TIMESTAMP)
    return Materials(Board.read(workshop.archive() + stray))


@forgery("V5")
def end_of_ballots_with_a_payload() -> Materials:
    workshop = honest()
    index = place(workshop.pieces, EventType.END_BALLOTS)
    workshop.pieces[index] = EventType.END_BALLOTS, [b'"a payload"']
    return of(workshop.pieces)


@forgery("V5", then="V16")  # A ballot that is not there cannot be read either.
def ballot_without_a_payload() -> Materials:
    workshop = honest()
    workshop.pieces[1] = EventType.BALLOT, []
    return of(workshop.pieces)


@forgery("V5", then="V28")  # A shuffle that is not there cannot be read either.
def shuffle_that_is_missing() -> Materials:
    workshop = honest()
    index = place(workshop.pieces, EventType.SHUFFLE)
    del workshop.pieces[index][1][0]
    return of(workshop.pieces)


@forgery("V6")
def ballot_after_the_end_of_ballots() -> Materials:
    workshop = honest()
    index = place(workshop.pieces, EventType.END_BALLOTS)
    workshop.pieces[index - 1 : index + 1] = workshop.pieces[index], workshop.pieces[index - 1]
    return of(workshop.pieces)


@forgery("V6")
def second_setup() -> Materials:
    workshop = honest()
    workshop.pieces.insert(2, workshop.pieces[0])
    return of(workshop.pieces)


@forgery("V6")
def stray_end_of_ballots() -> Materials:
    workshop = honest()
    index = place(workshop.pieces, EventType.END_BALLOTS)
    workshop.pieces.insert(index, workshop.pieces[index])
    return of(workshop.pieces)


@forgery("V6")
def no_shuffle() -> Materials:
    workshop = Workshop().set_up().cast_all().take_tally().decrypt().lay_out()
    return of([piece for piece in workshop.pieces if piece[0] is not EventType.END_SHUFFLES])


@forgery("V6")
def end_of_shuffles_without_one() -> Materials:
    return of(Workshop().set_up().cast_all().take_tally().decrypt().lay_out().pieces)


@forgery("V6", then="V34")  # That the Result comes last is said by both.
def ballot_after_the_result() -> Materials:
    workshop = honest()
    workshop.pieces.append(workshop.pieces.pop(2))
    return of(workshop.pieces)


@forgery("V6")
def ballot_among_the_shares() -> Materials:
    workshop = honest()
    workshop.pieces.insert(-2, workshop.pieces.pop(2))
    return of(workshop.pieces)


@forgery("V7")
def history_rewritten() -> Materials:
    workshop = honest()
    older = Board.read(write(workshop.pieces[:4]))
    workshop.pieces[2:4] = workshop.pieces[3], workshop.pieces[2]
    return replace(of(workshop.pieces), older=older)


@forgery("V7")
def history_cut_off() -> Materials:
    workshop = honest()
    return replace(of(workshop.pieces[:3]), older=Board.read(write(workshop.pieces[:4])))


# V8 to V15: the setup


@forgery("V8")
def setup_with_keys_in_another_order() -> Materials:
    workshop = honest()
    kind, contents = workshop.pieces[0]
    value = json.loads(contents[3])
    contents[3] = json.dumps({key: value[key] for key in reversed(value)}, separators=(",", ":")).encode()
    workshop.pieces[0] = kind, contents
    return of(workshop.pieces)


def _with_election(old: bytes, new: bytes) -> Materials:
    def change(setup: list[bytes]) -> None:
        assert old in setup[0]
        setup[0] = setup[0].replace(old, new)

    return with_setup(change)


@forgery("V8", then="V12")  # An election that cannot be read has no key to compare.
def another_protocol_version() -> Materials:
    return _with_election(b'"version":1', b'"version":2')


@forgery("V8", then="V12")
def another_group() -> Materials:
    return _with_election(b'"group":"Ed25519"', b'"group":"RFC-3526-2048"')


@forgery("V8", then="V12")
def uuid_that_is_too_short() -> Materials:
    return _with_election(b"FootingTestE1ection", b"Footing")


@forgery("V8", then="V12")
def election_with_white_space() -> Materials:
    return _with_election(b'"version":1,', b'"version":1, ')


@forgery("V9")
def trustee_who_does_not_know_the_key() -> Materials:
    def change(setup: list[bytes]) -> None:
        trustees = Trustees.from_json(setup[1])
        first = trustees.items[0].trustee
        wrong = replace(first, pok=replace(first.pok, response=first.pok.response ^ 1))
        setup[1] = Trustees((Single(wrong), *trustees.items[1:])).to_json()

    return with_setup(change)


@forgery("V12")
def election_key_that_somebody_else_knows() -> Materials:
    workshop = Workshop().set_up()
    workshop.election = replace(workshop.election, public_key=multiply(workshop.election.public_key, GENERATOR))
    return open_election(workshop.cast_all())


@forgery("V13")
def one_trustee_key_twice() -> Materials:
    key, _ = generate_key()
    return of(Workshop().set_up([key, key]).cast_all().finish().pieces)


@forgery("V13")
def identity_as_trustee_key() -> Materials:
    key, _ = generate_key()
    return of(Workshop().set_up([PrivateKey(0), key]).cast_all().take_tally().mix().lay_out().pieces[:-2])


@forgery("V13")
def no_trustees() -> Materials:
    return open_election(Workshop().set_up([]))


@forgery("V13")
def trustee_key_of_order_two_q() -> Materials:
    workshop = Workshop().set_up()
    first = workshop.trustees.items[0].trustee
    wrong = Single(replace(first, public_key=order_two_q(first.public_key)))
    workshop.trustees = Trustees((wrong, *workshop.trustees.items[1:]))
    workshop.election = replace(workshop.election, public_key=order_two_q(workshop.election.public_key))
    return open_election(workshop)


@forgery("V15")
def credential_listed_twice() -> Materials:
    return with_credentials(lambda listed: sorted([*listed, listed[0]]))


@forgery("V15")
def identity_as_credential() -> Materials:
    return with_credentials(lambda listed: sorted([*listed, IDENTITY.text]))


@forgery("V15")
def credential_of_order_two_q() -> Materials:
    return with_credentials(lambda listed: sorted([*listed, order_two_q(GENERATOR).text]))


@forgery("V15")
def credentials_not_sorted() -> Materials:
    return with_credentials(lambda listed: listed[::-1])


@forgery("V15", then="V18")  # A list that cannot be read lists nobody.
def credential_in_upper_case() -> Materials:
    return with_credentials(lambda listed: [*listed, "F" + listed[0][1:]])


@forgery("V15", then="V18")
def credential_with_a_weight() -> Materials:
    return with_credentials(lambda listed: [listed[0] + ",2", *listed[1:]])


@forgery("V15")
def voter_added_to_the_certified_roll() -> Materials:
    workshop = Workshop().set_up()
    certified = workshop.manifest
    grown = sorted([*json.loads(workshop.credentials), GENERATOR.text])
    workshop.credentials = json.dumps(grown, separators=(",", ":")).encode()
    return replace(of(workshop.cast_all().finish().pieces), manifest=certified.to_json())


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


# V35: what is ours


@forgery("V35")
def manifest_changed() -> Materials:
    materials = whole(honest())
    assert materials.manifest is not None
    return replace(materials, manifest=materials.manifest.replace(b'"foundation":"Tests"', b'"foundation":"Others"'))


@forgery("V35")
def manifest_that_is_no_json() -> Materials:
    return replace(whole(honest()), manifest=b"{")


def _with_manifest(change: Callable[[Workshop], None]) -> Materials:
    workshop = Workshop().set_up()
    change(workshop)
    workshop.election = replace(workshop.election, description=description("", workshop.manifest.sha256))
    return replace(whole(workshop.cast_all().finish()), outcome=None)


@forgery("V35")
def manifest_of_another_election() -> Materials:
    def change(workshop: Workshop) -> None:
        workshop.manifest = replace(workshop.manifest, uuid="1" * 14)

    return _with_manifest(change)


@forgery("V35")
def manifest_with_other_candidates() -> Materials:
    def change(workshop: Workshop) -> None:
        contest = workshop.manifest.contests[0]
        changed = replace(contest, candidates=contest.candidates[::-1])
        workshop.manifest = replace(workshop.manifest, contests=(changed,))

    return _with_manifest(change)


@forgery("V35")
def manifest_with_another_number_of_trustees() -> Materials:
    def change(workshop: Workshop) -> None:
        workshop.manifest = replace(workshop.manifest, trustees=(*workshop.manifest.trustees, "One more"))

    return _with_manifest(change)


def _with_outcome(change: Callable[[dict[str, object]], None]) -> Materials:
    materials = whole(honest())
    assert materials.outcome is not None
    outcome = json.loads(materials.outcome)
    change(outcome)
    return replace(materials, outcome=json.dumps(outcome).encode())


@forgery("V35")
def outcome_with_another_winner() -> Materials:
    return _with_outcome(lambda outcome: outcome["contests"][0]["results"][0].update(winners=["Nobody"]))  # type: ignore[index]


@forgery("V35")
def outcome_with_another_pairwise_table() -> Materials:
    return _with_outcome(lambda outcome: outcome["contests"][0]["pairwise"][0].__setitem__(1, 99))  # type: ignore[index]


@forgery("V35")
def outcome_of_another_archive() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(archive="0" * 64))


@forgery("V35")
def outcome_with_a_contest_missing() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(contests=[]))


@forgery("V35")
def outcome_before_there_is_a_result() -> Materials:
    workshop = honest()
    return replace(whole(workshop), board=Board.read(write(workshop.pieces[:-1])))


@forgery("V35")
def outcome_by_a_method_that_nobody_knows() -> Materials:
    finished = under(lambda manifest: with_contest(manifest, method="a show of hands"))
    return replace(whole(honest()), board=Board.read(finished.archive()), manifest=finished.manifest.to_json())


def under(change: Callable[[Manifest], Manifest]) -> Workshop:
    """Return a finished election whose manifest was changed before it was published: its three voters disagree."""
    workshop = Workshop().set_up()
    workshop.manifest = change(workshop.manifest)
    workshop.election = replace(workshop.election, description=description("", workshop.manifest.sha256))
    return workshop.cast_all().finish()


def with_contest(manifest: Manifest, **changes: object) -> Manifest:
    """Return a manifest whose first contest is changed."""
    return replace(manifest, contests=(replace(manifest.contests[0], **changes),))  # type: ignore[arg-type]


SECRETS = (("Olga Official", bytes(range(32))), ("the election server", bytes(range(32, 64))))


@cache
def _with_lots() -> Workshop:
    shares = tuple(LotShare(name, commitment(UUID, name, secret)) for name, secret in SECRETS)
    return under(lambda manifest: replace(manifest, lots=shares))


def with_lots() -> Workshop:
    """Return a finished election in which all three candidates are tied and two parties committed to secrets."""
    return copy.deepcopy(_with_lots())


def with_outcome(workshop: Workshop, outcome: bytes) -> Materials:
    """Return a finished election with this outcome beside it."""
    return Materials(Board.read(workshop.archive()), workshop.manifest.to_json(), outcome)


def _with_lots_and(change: Callable[[dict[str, object]], None]) -> Materials:
    workshop = with_lots()
    outcome = json.loads(outcome_of(workshop, SECRETS))
    change(outcome)
    return with_outcome(workshop, json.dumps(outcome).encode())


@forgery("V35")
def outcome_with_a_secret_that_nobody_committed_to() -> Materials:
    workshop = with_lots()
    other = (SECRETS[0], (SECRETS[1][0], bytes(32)))
    return with_outcome(workshop, outcome_of(workshop, other))


@forgery("V35")
def outcome_with_a_secret_of_somebody_who_committed_to_none() -> Materials:
    workshop = with_lots()
    return with_outcome(workshop, outcome_of(workshop, (SECRETS[0], ("Somebody", bytes(32)))))


@forgery("V35")
def outcome_with_secrets_in_another_order() -> Materials:
    workshop = with_lots()
    return with_outcome(workshop, outcome_of(workshop, SECRETS[::-1]))


@forgery("V35")
def outcome_with_a_secret_in_capitals() -> Materials:
    def change(outcome: dict[str, object]) -> None:
        outcome["lots"][0]["secret"] = SECRETS[0][1].hex().upper()  # type: ignore[index]

    return _with_lots_and(change)


@forgery("V35")
def outcome_that_leaves_a_tie_open_although_lots_were_promised() -> Materials:
    workshop = with_lots()
    return with_outcome(workshop, outcome_of(workshop))


@forgery("V35")
def outcome_by_another_lot_than_the_secrets_give() -> Materials:
    workshop = with_lots()
    contest, rankings = workshop.manifest.contests[0], Result.from_json(workshop.result).contests[0]
    drawn = recount(contest, rankings, (), seed(UUID, 0, SECRETS))
    another = next(
        other
        for number in range(256)
        if (other := recount(contest, rankings, (), bytes([number])))["results"] != drawn["results"]
    )
    return _with_lots_and(lambda outcome: outcome.update(contests=[another]))


@forgery("V35")
def outcome_that_draws_a_lot_where_none_was_needed() -> Materials:
    """One seat for three who are tied needs a lot; three seats for them need none, and are then not drawn for."""
    workshop = under(
        lambda manifest: with_contest(
            replace(manifest, lots=tuple(LotShare(name, commitment(UUID, name, secret)) for name, secret in SECRETS)),
            seats=3,
        )
    )
    contest, rankings = workshop.manifest.contests[0], Result.from_json(workshop.result).contests[0]
    one_seat = replace(contest, seats=1)
    drawn = recount(one_seat, rankings, (), seed(UUID, 0, SECRETS))
    honest_report = json.loads(outcome_of(workshop, SECRETS))
    honest_report["contests"][0]["results"][0]["seats"] = drawn["results"][0]["lots"][0]["order"]
    honest_report["contests"][0]["results"][0]["lots"] = drawn["results"][0]["lots"]
    return with_outcome(workshop, json.dumps(honest_report).encode())


@forgery("V35")
def outcome_that_counts_somebody_who_withdrew() -> Materials:
    workshop = honest()
    outcome = json.loads(outcome_of(workshop))
    outcome["withdrawn"] = [["Ada"]]
    return with_outcome(workshop, json.dumps(outcome).encode())


@forgery("V35")
def outcome_without_somebody_who_is_no_candidate() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(withdrawn=[["Nobody"]]))


@forgery("V35")
def outcome_that_says_of_too_few_contests_who_withdrew() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(withdrawn=[]))


@forgery("V35")
def outcome_of_an_older_format() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(format="footing-outcome/1"))


@forgery("V35")
def outcome_for_another_uuid() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(uuid="1" * 14))


def _capped(manifest: Manifest) -> Manifest:
    """Let a group, which two of the three candidates are of, hold one seat at most, and have it already."""
    of_engines = [ManifestCandidate(name, (), ("Engines",)) for name in ("Ada", "Barbara")]
    candidates = (*of_engines, ManifestCandidate("Frances"))
    return with_contest(manifest, candidates=candidates, seats=3, cap=1, sitting=(Sitting("Engines", 1),))


@forgery("V35")
def outcome_that_seats_more_than_the_cap_allows() -> Materials:
    workshop = under(_capped)
    uncapped = copy.deepcopy(workshop)
    uncapped.manifest = with_contest(workshop.manifest, cap=None, sitting=())
    return with_outcome(workshop, outcome_of(uncapped))


@forgery("V35")
def outcome_that_forgets_the_sitting_members() -> Materials:
    workshop = under(_capped)
    forgetful = copy.deepcopy(workshop)
    forgetful.manifest = with_contest(workshop.manifest, sitting=())
    return with_outcome(workshop, outcome_of(forgetful, SECRETS))


# R1 to R3: what was handed out


def receipt_of(workshop: Workshop, height: int = 2) -> Receipt:
    """Return the receipt for the ballot at a height of an honest board."""
    board = Board.read(workshop.archive())
    data = workshop.ballot_bytes[height - 1]
    time = datetime(2026, 5, 4, 12, tzinfo=UTC)
    return Receipt(workshop.uuid, tracker(data), height, board.links[height].entry.digest, time)


def with_receipt(change: Callable[[Receipt], Receipt]) -> Materials:
    """Return an honest election with the receipt of one of its ballots, changed before it was signed."""
    workshop = honest()
    return replace(whole(workshop), receipt=change(receipt_of(workshop)).sign("tests.example", RECEIPT_SEED))


@forgery("R1")
def receipt_signed_by_somebody_else() -> Materials:
    workshop = honest()
    note = receipt_of(workshop).sign("tests.example", bytes(32))
    return replace(whole(workshop), receipt=note)


@forgery("R1")
def receipt_changed_after_it_was_signed() -> Materials:
    materials = with_receipt(lambda receipt: receipt)
    assert materials.receipt is not None
    return replace(materials, receipt=materials.receipt.replace("2026-05-04", "2026-05-05"))


@forgery("R1")
def receipt_for_a_ballot_that_was_dropped() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, event="0" * 64))


@forgery("R1")
def receipt_beyond_the_board() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, height=999))


@forgery("R1")
def receipt_for_another_tracker() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, tracker="A" * 43))


@forgery("R1")
def receipt_of_another_election() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, uuid="1" * 14))


@forgery("R1")
def receipt_for_an_event_that_is_no_ballot() -> Materials:
    workshop = honest()
    event = Board.read(workshop.archive()).links[0].entry.digest
    return with_receipt(lambda receipt: replace(receipt, height=0, event=event))


def checkpoint_of(workshop: Workshop, height: int = 2) -> Checkpoint:
    """Return the checkpoint of an honest board as it stood at a height."""
    event = Board.read(workshop.archive()).links[height].entry.digest
    length = len(write(workshop.pieces[: height + 1]))
    return Checkpoint(workshop.uuid, height, event, length, datetime(2026, 5, 4, 12, tzinfo=UTC))


def with_checkpoint(change: Callable[[Checkpoint], Checkpoint]) -> Materials:
    """Return an honest election with a checkpoint of its board, changed before it was signed."""
    workshop = honest()
    return replace(whole(workshop), checkpoint=change(checkpoint_of(workshop)).sign("tests.example", RECEIPT_SEED))


@forgery("R2")
def checkpoint_signed_by_somebody_else() -> Materials:
    workshop = honest()
    return replace(whole(workshop), checkpoint=checkpoint_of(workshop).sign("tests.example", bytes(32)))


@forgery("R2")
def checkpoint_of_another_history() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, event="0" * 64))


@forgery("R2")
def checkpoint_beyond_the_board() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, height=999))


@forgery("R2")
def checkpoint_of_another_length() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, position=checkpoint.position + 512))


@forgery("R2")
def checkpoint_of_another_election() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, uuid="1" * 14))


@forgery("R2")
def receipt_shown_as_a_checkpoint() -> Materials:
    workshop = honest()
    return replace(whole(workshop), checkpoint=receipt_of(workshop).sign("tests.example", RECEIPT_SEED))


NAMESPACE = "election-certificate@tests.example"
CERTIFIERS = (b"the first certifier of the tests", b"the other certifier of the tests")


@cache
def _under_rules() -> Workshop:
    return under(lambda manifest: replace(manifest, rules=Rules("2026-1", "e" * 64), turnout=Turnout(Fraction(1, 10))))


def certificate_of(workshop: Workshop) -> Certificate:
    """Return the certificate of a finished election under rules that ask for two signatures."""
    manifest, outcome = workshop.manifest, json.loads(outcome_of(workshop))
    contests = [
        CertifiedContest(
            contest.title,
            contest.method,
            contest.seats,
            tuple(report["results"][0]["seats"]),
            tuple(map(tuple, report["results"][0]["order"])),
            tuple(map(tuple, open_ties(report))),
            (),
            tuple(report["results"][0]["explanation"]),
        )
        for contest, report in zip(manifest.contests, outcome["contests"], strict=True)
    ]
    return Certificate(
        uuid=workshop.uuid,
        title="Tests",
        foundation="Tests",
        archive_sha256=sha256_hex(workshop.archive()),
        manifest_sha256=manifest.sha256,
        roll=FrozenRoll(manifest.roll.count, "d" * 64),
        turnout=CertifiedTurnout(3, manifest.roll.count, "1/10", reached=True),
        result_sha256=sha256_hex(workshop.result),
        contests=tuple(contests),
        lots=(),
        withdrawn=((),),
        rules=CertifiedRules("2026-1", "e" * 64, 2),
        complaints=(),
        second_counts=(Counted(0, "another program", agrees=True),),
        made_at="2026-05-20T12:00:00Z",
    )


def papers_of(
    certificate: Certificate, namespace: str = NAMESPACE, seeds: Sequence[bytes] = CERTIFIERS
) -> CertificatePapers:
    """Return a certificate as it is published: signed by these, and with the list of those who may sign."""
    return signed_papers(certificate.to_bytes(), namespace, seeds)


def signed_papers(body: bytes, namespace: str = NAMESPACE, seeds: Sequence[bytes] = CERTIFIERS) -> CertificatePapers:
    """Return these bytes, whatever they are, signed as a certificate."""
    keys = [PublicKey(bytes(SigningKey(seed).verify_key)) for seed in CERTIFIERS]
    lines = [f'certifier-{number}@tests.example namespaces="{NAMESPACE}" {key.line}' for number, key in enumerate(keys)]
    return CertificatePapers(body, tuple(ssh_sign(body, namespace, seed) for seed in seeds), "\n".join(lines))


def certified(change: Callable[[Certificate], Certificate] = lambda certificate: certificate) -> Materials:
    """Return an election with its certificate, changed before it was signed."""
    workshop = copy.deepcopy(_under_rules())
    return replace(whole(workshop), certificate=papers_of(change(certificate_of(workshop))))


@forgery("R3")
def certificate_of_another_archive() -> Materials:
    return certified(lambda certificate: replace(certificate, archive_sha256="0" * 64))


@forgery("R3")
def certificate_with_another_manifest() -> Materials:
    return certified(lambda certificate: replace(certificate, manifest_sha256="0" * 64))


@forgery("R3")
def certificate_with_another_raw_result() -> Materials:
    return certified(lambda certificate: replace(certificate, result_sha256="0" * 64))


@forgery("R3")
def certificate_of_another_election() -> Materials:
    return certified(lambda certificate: replace(certificate, uuid="1" * 14))


@forgery("R3")
def certificate_that_elects_somebody_else() -> Materials:
    def change(certificate: Certificate) -> Certificate:
        return replace(certificate, contests=(replace(certificate.contests[0], elected=("Nobody",)),))

    return certified(change)


@forgery("R3")
def certificate_under_other_rules() -> Materials:
    return certified(lambda certificate: replace(certificate, rules=CertifiedRules("2026-2", "e" * 64, 2)))


@forgery("R3")
def certificate_with_another_turnout() -> Materials:
    turnout = CertifiedTurnout(2, 3, "1/10", reached=True)
    return certified(lambda certificate: replace(certificate, turnout=turnout))


@forgery("R3")
def certificate_changed_after_it_was_signed() -> Materials:
    materials = certified()
    assert materials.certificate is not None
    body = materials.certificate.certificate.replace(b"2026-05-20", b"2026-05-21")
    return replace(materials, certificate=replace(materials.certificate, certificate=body))


@forgery("R3")
def certificate_with_too_few_signatures() -> Materials:
    certificate = certificate_of(_under_rules())
    return replace(certified(), certificate=papers_of(certificate, seeds=CERTIFIERS[:1]))


@forgery("R3")
def certificate_signed_twice_by_one() -> Materials:
    certificate = certificate_of(_under_rules())
    return replace(certified(), certificate=papers_of(certificate, seeds=CERTIFIERS[:1] * 2))


@forgery("R3")
def certificate_signed_by_a_stranger() -> Materials:
    certificate = certificate_of(_under_rules())
    return replace(certified(), certificate=papers_of(certificate, seeds=(CERTIFIERS[0], bytes(32))))


@forgery("R3")
def certificate_signed_for_something_else() -> Materials:
    certificate = certificate_of(_under_rules())
    return replace(certified(), certificate=papers_of(certificate, namespace="git"))


@forgery("R3")
def certificate_before_there_is_a_result() -> Materials:
    workshop = copy.deepcopy(_under_rules())
    materials = certified()
    return replace(materials, board=Board.read(write(workshop.pieces[:-1])), outcome=None)
