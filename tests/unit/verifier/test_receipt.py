"""Receipts: written and read the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from elections.verifier.note import BadNote, NoteKey, sign
from elections.verifier.receipt import Receipt, read

SEED = bytes(range(32))
KEY = NoteKey.of_seed("foundation.example", SEED)
RECEIPT = Receipt("FootingTestE1ection", "A" * 43, 17, "b" * 64, datetime(2026, 5, 4, 12, 30, 15, 250000, UTC))


def test_a_receipt_has_the_six_lines_of_its_format() -> None:
    assert RECEIPT.body().split("\n") == [
        "footing receipt v1",
        "FootingTestE1ection",
        "A" * 43,
        "17",
        "b" * 64,
        "2026-05-04T12:30:15.250000Z",
        "",
    ]


def test_a_receipt_is_read_as_it_was_signed() -> None:
    assert read(RECEIPT.sign("foundation.example", SEED), KEY) == RECEIPT
    assert read(RECEIPT.sign("foundation.example", SEED), None) == RECEIPT


def test_the_time_is_written_in_utc() -> None:
    elsewhere = RECEIPT.time.astimezone(timezone(timedelta(hours=-7)))
    assert Receipt(RECEIPT.uuid, RECEIPT.tracker, 17, RECEIPT.event, elsewhere).body() == RECEIPT.body()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("receipt v1", "receipt v2"),
        ("\n17\n", "\n017\n"),
        ("\n17\n", "\n+17\n"),
        ("A" * 43, "A" * 42),
        ("b" * 64, "B" * 64),
        ("T12:30", " 12:30"),
        ("2026-05-04", "2026-13-04"),
        ("Z\n", "Z\nmore\n"),
        ("\n17\n", "\n"),
    ],
)
def test_a_malformed_receipt_is_refused_even_when_signed(old: str, new: str) -> None:
    note = sign(RECEIPT.body().replace(old, new), "foundation.example", SEED)
    with pytest.raises(BadNote):
        read(note, KEY)


def test_a_receipt_needs_the_right_signature_where_a_key_is_given() -> None:
    with pytest.raises(BadNote):
        read(RECEIPT.sign("foundation.example", bytes(32)), KEY)
