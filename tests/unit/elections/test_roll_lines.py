"""The lines of a roll and what is hashed (SPEC 4.4)."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from elections.electorate import roll_lines

UUID = "1111111111111111111111"


def test_a_line_is_the_framed_hash_the_class_and_the_reason() -> None:
    parts = [b"footing voter 1", UUID.encode(), b"ada@example.org"]
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    expected = f"{sha256(framed).hexdigest()}\tindividual\tbecause"
    assert roll_lines.line(UUID, "ada@example.org", "individual", "because") == expected


@given(st.lists(st.text(alphabet="abcäß😀", min_size=1), unique=True), st.randoms())
def test_the_document_does_not_depend_on_the_order_of_the_voters(addresses: list[str], chance: object) -> None:
    lines = [roll_lines.line(UUID, address, "individual", "because") for address in addresses]
    shuffled = sorted(lines, key=lambda _line: chance.random())  # type: ignore[attr-defined]
    document = roll_lines.document(shuffled)
    assert document == roll_lines.document(lines)
    assert document.count(b"\n") == len(addresses)


def test_another_election_has_other_lines() -> None:
    lines = {roll_lines.line(uuid, "ada@example.org", "individual", "because") for uuid in (UUID, "2" * 22)}
    assert len(lines) == 2
