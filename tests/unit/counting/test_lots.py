"""Lots: the published drawings, and how they decide ties and nothing else."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.counting.errors import BadInput
from elections.counting.lots import draw, parse_seed, permutation
from elections.counting.report import report

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors/counting/lots.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['count']} from {vector['seed'] or 'nothing'}")
def test_the_seed_draws_the_published_permutation(vector: dict[str, object]) -> None:
    assert list(permutation(vector["count"], bytes.fromhex(vector["seed"]))) == vector["permutation"]  # type: ignore[arg-type]


def test_the_first_draw_is_the_hash_that_the_specification_says() -> None:
    frame = bytes([0] * 7 + [13]) + b"footing lot 1" + bytes([0] * 7 + [2]) + b"\xab\xcd" + bytes([0] * 7 + [4])
    expected = int.from_bytes(sha256(frame + (1).to_bytes(4, "big")).digest(), "big") % 30
    assert permutation(30, b"\xab\xcd")[0] == expected


@given(st.integers(0, 60), st.binary(min_size=1, max_size=64))
def test_every_number_is_drawn_once_and_the_same_seed_draws_the_same(count: int, seed: bytes) -> None:
    assert sorted(permutation(count, seed)) == list(range(count))
    assert permutation(count, seed) == permutation(count, seed)


def test_every_permutation_comes_about_equally_often() -> None:
    drawn = Counter(permutation(3, number.to_bytes(2, "big")) for number in range(6000))
    assert len(drawn) == 6
    assert all(850 < times < 1150 for times in drawn.values())


def test_the_seed_must_be_whole_bytes_in_hexadecimal() -> None:
    assert parse_seed("00fF") == b"\x00\xff"
    for wrong in ("", "0", "0x12", "zz", " 12", "١٢"):
        with pytest.raises(BadInput):
            parse_seed(wrong)
    with pytest.raises(BadInput):
        permutation(2, b"")


def test_a_tie_stays_open_without_a_seed_and_is_drawn_with_one() -> None:
    tied = [[1, 1, 2], [1, 1, 0]]
    without = report("ABC", tied).to_json()["results"][0]
    assert (without["seats"], without["unresolved"], without["lots"]) == ([], [["A", "B"]], [])
    assert without["winners"] == ["A", "B"]
    seed = b"\x01\x02"
    with_one = report("ABC", tied, seed=seed).to_json()["results"][0]
    expected = [name for name in draw("ABC", seed).order if name in "AB"]
    assert with_one["seats"] == expected[:1]
    assert with_one["lots"] == [
        {"tied": ["A", "B"], "order": expected, "purpose": "the order of candidates who are tied"}
    ]
    assert with_one["unresolved"] == []


def test_a_tie_that_decides_nothing_needs_no_lot() -> None:
    found = report("ABC", [[1, 1, 2]], seats=2).to_json()["results"][0]
    assert (found["seats"], found["unresolved"]) == (["A", "B"], [["A", "B"]])
