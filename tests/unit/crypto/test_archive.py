import io
import tarfile
from dataclasses import replace
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.crypto.archive import (
    BLOCK,
    Chain,
    Event,
    EventType,
    Header,
    Owned,
    SetupData,
    data_record,
    read_header,
    record,
    records,
    sha256_hex,
)
from elections.crypto.errors import BadArchive, Malformed, NotCanonical, Refusal, Unsupported

from .recorded import recorded_bytes
from .small_election import TIMESTAMP, SmallElection

HASH = "ab" * 32


def small() -> bytes:
    """Return a short archive: a header, and a Setup event with its four pieces of data."""
    return SmallElection(voters=1, trustees=1, sizes=(2,)).board


def test_the_recorded_archive_is_written_again_byte_for_byte():
    archive = recorded_bytes()
    chain = Chain(read_header(archive).timestamp)
    written, waiting = chain.begin(), list[bytes]()
    for entry in list(records(archive))[1:]:
        entry.check_name()
        if entry.is_event:
            chain, added = chain.append(Event.from_json(entry.content).type, *waiting)
            written += added
            waiting.clear()
        else:
            waiting.append(entry.content)
    assert written == archive
    assert Chain.resume(archive) == chain


def test_the_recorded_events_come_in_the_order_of_the_specification():
    types = [Event.from_json(entry.content).type for entry in records(recorded_bytes()) if entry.is_event]
    order = list(EventType)
    assert types == sorted(types, key=order.index)
    assert set(types) == set(EventType)


def test_python_reads_the_archive_as_a_tar_file():
    board = small()
    with tarfile.open(fileobj=io.BytesIO(board + bytes(1024)), mode="r:") as tar:
        members = {member.name: (member.mode, member.mtime, member.uname) for member in tar}
    assert list(members) == [entry.name for entry in records(board)]
    assert set(members.values()) == {(0o644, TIMESTAMP, "")}


@given(st.lists(st.binary(max_size=1100), max_size=4), st.integers(0, 8**11 - 1))
def test_what_is_appended_is_read_back(contents: list[bytes], timestamp: int):
    chain = Chain(min(timestamp, 10**10 - 1))
    chain, added = chain.append(EventType.BALLOT, *contents)
    board = Chain(chain.timestamp).begin() + added
    found = list(records(board))
    assert [entry.content for entry in found[1:-1]] == contents
    assert Event.from_json(found[-1].content).payload == (sha256_hex(contents[-1]) if contents else None)
    assert len(board) % BLOCK == 0
    assert Chain.resume(board) == chain


def test_offsets_lead_to_the_members():
    board = small()
    for entry in records(board):
        assert board[entry.offset :].startswith(entry.name.encode())
        assert board[entry.offset + BLOCK :].startswith(entry.content)


def test_an_archive_is_read_from_a_mapped_file_too(tmp_path: Path):
    (tmp_path / "small.bel").write_bytes(small())
    with (tmp_path / "small.bel").open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
        content = bytes(mapped)
        assert read_header(mapped) == Header(TIMESTAMP)
        assert list(records(mapped)) == list(records(content)) == list(records(memoryview(content)))


def test_every_flipped_byte_of_an_archive_is_noticed():
    board = small()

    def read(data: bytes) -> None:
        read_header(data)
        for entry in records(data):
            entry.check_name()

    read(board)
    for place in range(len(board)):
        flipped = board[:place] + bytes([board[place] ^ 1]) + board[place + 1 :]
        with pytest.raises((BadArchive, Unsupported)):
            read(flipped)


@pytest.mark.parametrize("cut", [1, 100, 511, 512, 513, 1023])
def test_a_cut_archive_is_noticed_with_its_place(cut: int):
    board = small()
    last = list(records(board))[-1].offset
    with pytest.raises(BadArchive) as caught:
        list(records(board[: last + cut]))
    assert caught.value.offset == last
    assert str(last) in str(caught.value)


def test_end_of_archive_blocks_are_refused():
    with pytest.raises(BadArchive):
        list(records(small() + bytes(1024)))


def test_a_second_header_and_a_missing_one_are_refused():
    board = small()
    header = board[: 2 * BLOCK]
    with pytest.raises(BadArchive):
        list(records(board + header))
    with pytest.raises(BadArchive):
        list(records(board[2 * BLOCK :]))
    with pytest.raises(BadArchive):
        read_header(board[2 * BLOCK :])
    with pytest.raises(BadArchive):
        read_header(b"")


def test_another_timestamp_on_a_member_is_refused():
    with pytest.raises(BadArchive):
        list(records(small() + data_record(b"{}", TIMESTAMP + 1)))


def test_the_header_has_its_own_name():
    with pytest.raises(BadArchive):
        read_header(data_record(Header(TIMESTAMP).to_json(), TIMESTAMP))


def test_the_header_and_its_record_have_the_same_time():
    with pytest.raises(BadArchive):
        read_header(record("BELENIOS", Header(TIMESTAMP).to_json(), TIMESTAMP + 1))


@pytest.mark.parametrize(
    "content",
    [
        b'{"version":1,"timestamp":1700000000}',
        b'{"version":1,"timestamp":"01700000000"}',
        b'{"timestamp":"1700000000","version":1}',
        b'{"version":1, "timestamp":"1700000000"}',
        b'{"version":1,"timestamp":"1700000000","x":1}',
        b"{}",
        b"\xff",
    ],
)
def test_a_malformed_header_is_refused(content: bytes):
    with pytest.raises(BadArchive):
        read_header(record("BELENIOS", content, TIMESTAMP))


def test_another_version_of_the_archive_is_unsupported():
    with pytest.raises(Unsupported):
        read_header(record("BELENIOS", b'{"version":2,"timestamp":"1700000000"}', TIMESTAMP))


NAMES = ["", "x", f"../{HASH}.data.json", HASH, f"{HASH}.json", f"{HASH.upper()}.data.json", f"{HASH}.data.json\n"]


@pytest.mark.parametrize("name", NAMES)
def test_other_names_are_refused(name: str):
    with pytest.raises(BadArchive):
        list(records(small() + record(name, b"{}", TIMESTAMP)))


@pytest.mark.parametrize(
    ("start", "patch"),
    [
        (100, b"0000755\0"),
        (108, b"0000001\0"),
        (116, b"0000001\0"),
        (124, b"        0002"),
        (124, b"-0000000002\0"),
        (136, b"\xff" * 12),
        (148, b"000000\0 "),
        (156, b"5"),
        (156, b"\0"),
        (157, b"/etc/passwd"),
        (257, b"ustar\x0000"),
        (500, b"x"),
    ],
)
def test_other_tar_headers_are_refused_even_with_a_right_checksum(start: int, patch: bytes):
    made = bytearray(data_record(b"{}", TIMESTAMP))
    made[start : start + len(patch)] = patch
    if start != 148:
        made[148:156] = b" " * 8
        made[148:156] = b"%06o\0 " % sum(made[:BLOCK])
    with pytest.raises(BadArchive):
        list(records(small() + bytes(made)))


def test_a_name_that_is_not_the_hash_is_noticed():
    entry = next(iter(records(small())))
    entry.check_name()
    with pytest.raises(BadArchive):
        replace(list(records(small()))[1], content=b"{}").check_name()


@pytest.mark.parametrize(
    "event",
    [
        Event(None, 0, EventType.SETUP, HASH),
        Event(HASH, 3, EventType.BALLOT, HASH),
        Event(HASH, 4, EventType.END_BALLOTS, None),
    ],
)
def test_events_read_back(event: Event):
    assert Event.from_json(event.to_json()) == event
    assert event.hash == sha256_hex(event.to_json())


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b'{"height":0,"parent":"%s","type":"Setup"}' % HASH.encode(), NotCanonical),
        (b'{"height":0,"type":"Setup", "payload":"%s"}' % HASH.encode(), NotCanonical),
        (b'{"height":0,"type":"setup"}', Malformed),
        (b'{"height":-1,"type":"Setup"}', Malformed),
        (b'{"height":true,"type":"Setup"}', Malformed),
        (b'{"height":"0","type":"Setup"}', Malformed),
        (b'{"height":0.0,"type":"Setup"}', Malformed),
        (b'{"height":0,"type":["Setup"]}', Malformed),
        (b'{"parent":null,"height":0,"type":"Setup"}', Malformed),
        (b'{"parent":"%s","height":0,"type":"Setup"}' % HASH.upper().encode(), Malformed),
        (b'{"parent":"%s0","height":0,"type":"Setup"}' % HASH.encode(), Malformed),
        (b'{"height":0,"type":"Setup","payload":""}', Malformed),
        (b'{"height":0,"type":"Setup","extra":1}', Malformed),
        (b'{"type":"Setup"}', Malformed),
    ],
)
def test_malformed_events_are_refused(data: bytes, refusal: type[Refusal]):
    with pytest.raises(refusal):
        Event.from_json(data)


def test_small_payloads_read_back_and_refuse_other_shapes():
    setup, owned = SetupData(HASH, HASH, HASH), Owned(2, HASH)
    assert SetupData.from_json(setup.to_json()) == setup
    assert Owned.from_json(owned.to_json()) == owned
    for data in (b"{}", b'{"owner":"1","payload":"%s"}' % HASH.encode(), b'{"owner":1,"payload":"x"}'):
        with pytest.raises(Malformed):
            Owned.from_json(data)
        with pytest.raises(Malformed):
            SetupData.from_json(data)
