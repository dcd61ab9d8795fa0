"""Not one byte of an archive can change unnoticed."""

from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache

import pytest

from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.errors import Unusable
from elections.verifier.verification import verify
from tests.unit.verifier.workshop import Workshop


@cache
def archive() -> bytes:
    """Return a small but complete archive: one ballot, one trustee."""
    workshop = Workshop(voters=1, trustee_count=1).set_up()
    return workshop.cast(workshop.seal(0, (1, 2, 3))).finish().archive()


def is_noticed(data: bytes, executor: Executor | None = None) -> bool:
    """Return whether an archive is refused or fails a check."""
    try:
        return not verify(Materials(Board.read(data)), executor=executor, jobs=2).ok
    except Unusable:
        return True


def flipped(position: int, mask: int) -> bytes:
    data = bytearray(archive())
    data[position] ^= mask
    return bytes(data)


def test_the_archive_itself_is_fine() -> None:
    assert not is_noticed(archive())


@pytest.mark.parametrize("start", range(16))
def test_a_flipped_byte_anywhere_is_noticed(start: int) -> None:
    """Every 101st byte from 16 different beginnings, each with another bit."""
    for place, position in enumerate(range(start * 6, len(archive()), 101)):
        assert is_noticed(flipped(position, 1 << (start + place) % 8)), position


def test_work_handed_out_before_the_archive_is_checked_does_no_harm() -> None:
    with ThreadPoolExecutor(2) as executor:
        for position in range(50, len(archive()), 211):
            data = flipped(position, 1 << position % 8)
            assert is_noticed(data, executor), position


@pytest.mark.slow
def test_each_flipped_byte_is_noticed() -> None:
    for position in range(len(archive())):
        assert is_noticed(flipped(position, 1 << position % 8)), position


def test_an_archive_cut_off_inside_a_member_is_unusable() -> None:
    data = archive()
    for end in (*range(1, 2048, 97), len(data) - 1, len(data) - 511, len(data) - 513):
        with pytest.raises(Unusable):
            Board.read(data[:end])


@pytest.mark.parametrize("data", [b"", b"BELENIOS", b"PK\x03\x04" + bytes(600), bytes(1024), b"{}"])
def test_what_is_no_archive_is_unusable(data: bytes) -> None:
    with pytest.raises(Unusable):
        Board.read(data)
