"""Checkpoints as signed notes (SPEC 5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from elections.verifier import checkpoint, note
from elections.verifier.note import BadNote, NoteKey

SEED = bytes(range(32))
KEY = NoteKey.of_seed("vote.example/receipts", SEED)
FACTS = checkpoint.Checkpoint("1" * 22, 7, "ab" * 32, 9_216, datetime(2026, 11, 22, 18, 30, 0, 5, tzinfo=UTC))


def test_the_text_has_six_lines_in_the_published_form() -> None:
    lines = ("footing checkpoint v1", "1" * 22, "7", "ab" * 32, "9216", "2026-11-22T18:30:00.000005Z")
    assert FACTS.body() == "".join(f"{line}\n" for line in lines)


def test_what_was_signed_is_read_back() -> None:
    assert checkpoint.read(FACTS.sign(KEY.name, SEED), KEY) == FACTS


@pytest.mark.parametrize(
    "other",
    [
        replace(FACTS, uuid="2" * 22),
        replace(FACTS, height=8),
        replace(FACTS, event="cd" * 32),
        replace(FACTS, position=9_728),
        replace(FACTS, time=datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_no_line_can_be_changed_under_the_signature(other: checkpoint.Checkpoint) -> None:
    signature = FACTS.sign(KEY.name, SEED).rpartition("\n\n")[2]
    with pytest.raises(BadNote, match="does not hold"):
        checkpoint.read(f"{other.body()}\n{signature}", KEY)


@pytest.mark.parametrize(
    "body",
    [
        "footing receipt v1\n" + FACTS.body().partition("\n")[2],
        FACTS.body() + "more\n",
        FACTS.body().replace("\n7\n", "\n07\n"),
        FACTS.body().replace("ab" * 32, "AB" * 32),
        FACTS.body().replace("9216", "+9216"),
        FACTS.body().replace("2026-11-22T", "2026-13-22T"),
        FACTS.body().replace("Z\n", "\n"),
    ],
)
def test_another_form_is_refused(body: str) -> None:
    with pytest.raises(BadNote):
        checkpoint.read(note.sign(body, KEY.name, SEED), KEY)
