"""Forgeries of the archive's form and of what an election is set up with: V1 to V15."""

from __future__ import annotations

import json
from dataclasses import replace

from elections.crypto.archive import BLOCK, Event, EventType, record, sha256_hex
from elections.crypto.group import GENERATOR, IDENTITY, multiply
from elections.crypto.trustees import PrivateKey, Single, Trustees, generate_key
from elections.verifier.board import Board
from elections.verifier.case import Materials
from tests.unit.verifier.forgeries import (
    chained,
    forgery,
    honest,
    of,
    open_election,
    order_two_q,
    place,
    with_credentials,
    with_setup,
)
from tests.unit.verifier.workshop import TIMESTAMP, Workshop, write

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
