"""Signed notes, as C2SP defines them."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.verifier.note import BadNote, NoteKey, sign, verify

KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example in the documentation of golang.org/x/mod/sumdb/note."""

SEED = bytes(range(32))


def test_the_example_of_gos_checksum_database_verifies() -> None:
    assert verify(NOTE, NoteKey.parse(KEY)) == TEXT


def test_a_verifier_key_is_written_as_it_was_read() -> None:
    assert NoteKey.parse(KEY).text == KEY


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1), min_size=1))
def test_what_is_signed_verifies(lines: list[str]) -> None:
    body = "".join(f"{line}\n" for line in lines)
    assert verify(sign(body, "foundation.example", SEED), NoteKey.of_seed("foundation.example", SEED)) == body


def test_other_peoples_signatures_are_passed_over() -> None:
    theirs = sign(TEXT, "somebody.else", bytes(32)).rpartition("\n\n")[2]
    assert verify(NOTE + theirs, NoteKey.parse(KEY)) == TEXT


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("answer", "question"),
        NOTE.replace("x08go/ZJ", "x08go/ZK"),
        NOTE.replace("PeterNeumann", "Peter"),
        NOTE.replace("— ", "- "),
        NOTE.rstrip("\n"),
        TEXT,
        "",
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("x08go/", "x08go!"),
        NOTE + "A line below the signature that counts.\n",
    ],
)
def test_a_changed_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        verify(note, NoteKey.parse(KEY))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "PeterNeumann",
        KEY.replace("c74f20a3", "c74f20a4"),
        KEY.replace("Peter", "Paul"),
        KEY.replace("+AR", "+AQ"),
        KEY.replace("ARpc", "AR?c"),
        "+" + KEY.partition("+")[2],
        f"x+00000000+{b64encode(bytes([2]) + b64decode(KEY.rpartition('+')[2])[1:]).decode()}",
        f"x+00000000+{b64encode(bytes([1]) * 20).decode()}",
    ],
)
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(BadNote):
        NoteKey.parse(key)


def test_a_text_without_end_of_line_cannot_be_signed() -> None:
    with pytest.raises(BadNote):
        sign("no end", "foundation.example", SEED)
