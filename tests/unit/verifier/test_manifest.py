"""The manifest: exact bytes, and its hash in the election's description."""

import json
from dataclasses import replace

import pytest

from elections.crypto.errors import Refusal
from elections.verifier.manifest import Manifest, ManifestContest, Roll, description, named_in
from tests.unit.verifier.forgeries import honest


def manifest() -> Manifest:
    return honest().manifest


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(manifest().to_json()) == manifest()


def test_the_manifest_has_the_keys_of_its_format_in_order() -> None:
    value = json.loads(manifest().to_json())
    assert list(value) == [
        *("format", "uuid", "foundation", "contests", "roll", "mixers", "trustees"),
        *("credentials", "demonstration", "receipt_key"),
    ]
    assert list(value["contests"][0]) == ["title", "seats", "method", "unranked", "candidates", "order"]
    assert value["format"] == "footing-manifest/1"


def test_the_rolls_hash_is_over_sorted_lines() -> None:
    # sha256sum of "a\nb\n"
    assert Roll.of(["b", "a"]) == Roll(2, "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2")
    assert Roll.of(["b", "a"]) == Roll.of(["a", "b"])
    assert Roll.of([]).sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("text", ["", "Choose the board.", "Choose the board.\n\nWith care.\n"])
def test_a_description_names_the_manifest_in_its_last_line(text: str) -> None:
    named = description(text, manifest().sha256)
    assert named_in(named) == manifest().sha256
    assert named.endswith(f"Manifest SHA-256: {manifest().sha256}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Choose the board.",
        f"Manifest SHA-256: {'a' * 64}\nand more",
        f"Manifest SHA-256: {'A' * 64}",
        f"see Manifest SHA-256: {'a' * 64}",
    ],
)
def test_other_descriptions_name_none(text: str) -> None:
    assert named_in(text) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("footing-manifest/1", "footing-manifest/2"),
        ('"seats":1', '"seats":0'),
        ('"seats":1', '"seats":4'),
        ('"seats":1', '"seats":"1"'),
        ('"unranked":"last"', '"unranked":"no-opinion"'),
        ('"order":[0,1,2]', '"order":[0,1,1]'),
        ('"order":[0,1,2]', '"order":[0,1]'),
        ('"mixers":[1,2]', '"mixers":[1,1]'),
        ('"mixers":[1,2]', '"mixers":[1,3]'),
        ('"mixers":[1,2]', '"mixers":[0]'),
        ('"credentials":"registrar"', '"credentials":"nobody"'),
        ('"demonstration":true', '"demonstration":1'),
        ('"receipt_key":"', '"receipt_key":"x'),
        ('"sha256":"', '"sha256":"x'),
        ('"uuid":', ' "uuid":'),
        ('"uuid":', '"extra":1,"uuid":'),
    ],
)
def test_a_manifest_that_is_not_exact_is_refused(old: str, new: str) -> None:
    data = manifest().to_json().decode()
    assert old in data
    with pytest.raises(Refusal):
        Manifest.from_json(data.replace(old, new).encode())


def test_the_lot_may_place_the_candidates_in_any_order() -> None:
    contest = manifest().contests[0]
    changed = replace(manifest(), contests=(replace(contest, order=(2, 0, 1)),))
    assert isinstance(changed.contests[0], ManifestContest)
    assert Manifest.from_json(changed.to_json()) == changed
