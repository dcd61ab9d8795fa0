"""The manifest: exact bytes, and its hash in the election's description."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from elections.crypto.errors import Refusal
from elections.verifier.contests import ManifestContest, Sitting
from elections.verifier.manifest import LotShare, Manifest, Roll, Rules, Turnout, description, named_in
from tests.unit.verifier.forgeries import honest


def manifest() -> Manifest:
    return honest().manifest


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(manifest().to_json()) == manifest()


def test_the_manifest_has_the_keys_of_its_format_in_order() -> None:
    value = json.loads(manifest().to_json())
    assert list(value) == [
        *("format", "uuid", "foundation", "rules", "contests", "roll", "turnout", "lots"),
        *("mixers", "trustees", "credentials", "demonstration", "receipt_key"),
    ]
    assert list(value["contests"][0]) == [
        *("title", "seats", "method", "unranked", "cap", "sitting", "candidates", "order")
    ]
    assert list(value["contests"][0]["candidates"][0]) == ["name", "affiliations", "groups"]
    assert value["format"] == "footing-manifest/2"


def under_rules() -> Manifest:
    """A manifest with everything that an election under rules has and a poll has not."""
    ada, *others = manifest().contests[0].candidates
    contest = replace(
        manifest().contests[0],
        candidates=(replace(ada, affiliations=("Engines Ltd",), groups=("Engines", "Weaving")), *others),
        cap=2,
        sitting=(Sitting("Engines", 1), Sitting("Weaving", 2)),
    )
    return replace(
        manifest(),
        contests=(contest,),
        rules=Rules("2026-1", "a" * 64),
        turnout=Turnout(Fraction(1, 10)),
        lots=(LotShare("Olga Official", "b" * 64), LotShare("the election server", "c" * 64)),
    )


def test_what_an_election_under_rules_adds_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(under_rules().to_json()) == under_rules()
    value = json.loads(under_rules().to_json())
    assert value["rules"] == {"version": "2026-1", "sha256": "a" * 64}
    assert value["turnout"] == {"quorum": "1/10"}
    assert value["lots"][1] == {"name": "the election server", "commitment": "c" * 64}
    assert value["contests"][0]["sitting"] == [{"group": "Engines", "seats": 1}, {"group": "Weaving", "seats": 2}]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"rules":{"version":"2026-1",', '"rules":{'),
        ('"a' + "a" * 63, '"A' + "a" * 63),
        ('"quorum":"1/10"', '"quorum":"2/20"'),
        ('"quorum":"1/10"', '"quorum":"0/1"'),
        ('"quorum":"1/10"', '"quorum":"11/10"'),
        ('"quorum":"1/10"', '"quorum":"01/10"'),
        ('"quorum":"1/10"', '"quorum":0.1'),
        ('"turnout":{', '"turnout":[],"x":{'),
        ('"cap":2', '"cap":0'),
        ('"cap":2', '"cap":null'),
        ('"cap":2', '"cap":true'),
        ('{"group":"Engines","seats":1}', '{"group":"Engines","seats":0}'),
        ('{"group":"Engines","seats":1}', '{"group":"Zeta","seats":1}'),
        ('{"group":"Engines","seats":1}', '{"group":"Weaving","seats":1}'),
        ('"groups":["Engines","Weaving"]', '"groups":["Weaving","Engines"]'),
        ('"groups":["Engines","Weaving"]', '"groups":["Engines","Engines"]'),
        ('"groups":["Engines","Weaving"]', '"groups":[1]'),
        ('"name":"the election server"', '"name":"Olga Official"'),
        ('"commitment":"bb', '"commitment":"xb'),
    ],
)
def test_what_rules_add_is_refused_unless_it_is_exact(old: str, new: str) -> None:
    data = under_rules().to_json().decode()
    assert old in data
    with pytest.raises(Refusal):
        Manifest.from_json(data.replace(old, new, 1).encode())


@pytest.mark.parametrize(("cast", "reached"), [(0, False), (9, False), (10, True), (100, True)])
def test_a_quorum_of_a_tenth_is_reached_by_a_tenth(cast: int, *, reached: bool) -> None:
    assert Turnout(Fraction(1, 10)).is_reached(cast, 100) is reached


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
        ("footing-manifest/2", "footing-manifest/1"),
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
