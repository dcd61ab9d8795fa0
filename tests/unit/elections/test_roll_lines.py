"""The lines of a roll and what is hashed (SPEC 4.4)."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from elections.electorate import reasons, roll_lines
from elections.electorate.reasons import Ground

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


PUBLISHED = [
    "individual member in good standing on 2026-11-22",
    "casts the vote of Acme, a corporate member in good standing on 2026-11-22",
    "3 contributions to example from 2025-11-22 until 2026-11-22; 1 are asked",
    "added on appeal 7",
    "casts the vote of Acme, added on appeal 7",
]
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1) | st.sampled_from(PUBLISHED)


def test_the_fixed_words_of_a_reason_are_those_whose_hashes_are_published() -> None:
    days = {"since": "2025-11-22", "until": "2026-11-22"}
    assert [
        reasons.reason(Ground.MEMBER, on="2026-11-22"),
        reasons.reason(Ground.ORGANIZATION, name="Acme", on="2026-11-22"),
        reasons.reason(Ground.CONTRIBUTIONS, counted=3, project="example", minimum=1, **days),
        reasons.reason(Ground.APPEAL, appeal=7),
        reasons.reason(Ground.ORGANIZATION_ON_APPEAL, name="Acme", appeal=7),
    ] == PUBLISHED
    assert [reasons.read(each).ground for each in PUBLISHED] == list(Ground)[:5]


@given(NAMES, st.integers(0, 10**6))
def test_a_reason_is_read_back_whatever_the_organization_is_called(name: str, number: int) -> None:
    for said in (
        reasons.Reason(Ground.ORGANIZATION, {"name": name, "on": "2026-11-22"}),
        reasons.Reason(Ground.ORGANIZATION_ON_APPEAL, {"name": name, "appeal": str(number)}),
    ):
        assert reasons.read(said.text) == said


def test_words_that_nothing_here_wrote_are_shown_as_they_are() -> None:
    other = reasons.read("For a test.")
    assert (other.ground, other.text) == (Ground.OTHER, "For a test.")
