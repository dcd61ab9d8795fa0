import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto import group
from elections.crypto.errors import BadElement, BadScalar, WrongShape
from elections.crypto.group import GENERATOR, IDENTITY, Element, P, Q

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "group.json").read_text())

EXPONENTS = st.integers(0, Q - 1) | st.sampled_from([0, 1, 2, Q - 1])
RANKS = st.lists(st.integers(0, 255), min_size=1, max_size=30)


def element(text: str) -> Element:
    """Return the bytes as they are, checking nothing."""
    return Element(bytes.fromhex(text)[::-1])


REFUSED = {entry["why"]: entry["text"] for entry in VECTORS["refused_elements"]}
# Canonical forms, of which only membership tells that they are not in the group.
CANONICAL = ["order 2", "order 4", "order 4 with a sign", "order 8", "order 8q", "not on the curve"]


def test_the_generator_is_that_of_the_specification():
    y = int.from_bytes(GENERATOR.data, "little")
    assert y == 4 * pow(5, -1, P) % P
    assert GENERATOR.text == "6666666666666666666666666666666666666666666666666666666666666658"


@pytest.mark.parametrize("vector", VECTORS["powers_of_generator"])
def test_powers_of_the_generator(vector: dict[str, str]):
    assert group.power_of_generator(int(vector["exponent"])).text == vector["element"]
    assert group.power(GENERATOR, int(vector["exponent"])).text == vector["element"]


@pytest.mark.parametrize("vector", VECTORS["encode_ints"])
def test_numbers_embed_as_published(vector: dict[str, Any]):
    embedded = group.encode_ints(vector["values"])
    assert embedded.text == vector["element"]
    assert group.decode_ints(embedded, len(vector["values"])) == vector["values"]


@pytest.mark.parametrize("vector", VECTORS["independent_generators"])
def test_independent_generators_are_as_published(vector: dict[str, Any]):
    generator = group.independent_generator(vector["index"])
    assert generator.text == vector["element"]
    assert group.is_member(generator)


@pytest.mark.parametrize("vector", VECTORS["hashes"])
def test_hashes_are_numbers_modulo_q(vector: dict[str, str]):
    assert str(group.hash_to_scalar(vector["input"])) == vector["scalar"]


def test_degenerate_generators_would_stop_everything(monkeypatch: pytest.MonkeyPatch):
    class One:
        """A hash whose digest leads to the identity."""

        def __init__(self, _: bytes) -> None:
            self.value = (1 << 2).to_bytes(32, "big")

        def digest(self) -> bytes:
            return self.value

    monkeypatch.setattr(group, "sha256", One)
    with pytest.raises(ArithmeticError):
        group.independent_generator.__wrapped__(0)
    monkeypatch.setattr(group, "independent_generator", lambda index: group.power_of_generator(3 + index // 4))
    with pytest.raises(ArithmeticError):
        group.independent_generators(3)


@given(RANKS)
@settings(max_examples=30)
def test_embedding_takes_the_smallest_padding_in_the_group(values: list[int]):
    embedded = group.encode_ints(values)
    z = int.from_bytes(embedded.data, "little")
    prefix, padding = z >> 14, z % 2**14
    assert prefix == int.from_bytes(bytes(values), "big")
    smaller = [Element(((prefix << 14) + p).to_bytes(32, "little")) for p in range(padding)]
    assert not any(candidate == IDENTITY or group.is_member(candidate) for candidate in smaller)
    assert group.decode_ints(embedded, len(values)) == values


@given(st.binary(min_size=32, max_size=32), st.integers(1, 30))
def test_every_element_decodes_to_numbers_of_eight_bits(data: bytes, count: int):
    decoded = group.decode_ints(Element(data), count)
    assert len(decoded) == count
    assert all(0 <= number <= 255 for number in decoded)


@given(EXPONENTS, EXPONENTS)
def test_the_laws_of_powers_hold(a: int, b: int):
    ga, gb = group.power_of_generator(a), group.power_of_generator(b)
    assert group.multiply(ga, gb) == group.power_of_generator(a + b)
    assert group.divide(ga, gb) == group.power_of_generator(a - b)
    assert group.power(ga, b) == group.power(gb, a) == group.power_of_generator(a * b)
    assert group.product([]) == IDENTITY


@given(EXPONENTS)
def test_an_element_reads_back_from_its_text(exponent: int):
    found = group.power_of_generator(exponent)
    assert Element.parse(found.text, identity=True) == found
    assert int(found.text, 16) == int.from_bytes(found.data, "little")


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_refused(why: str):
    with pytest.raises(BadElement):
        Element.parse(REFUSED[why])


@pytest.mark.parametrize("why", [why for why in REFUSED if why not in [*CANONICAL, "identity"]])
def test_shape_and_coordinate_are_checked_without_membership_too(why: str):
    with pytest.raises(BadElement):
        Element.parse(REFUSED[why], member=False)


def test_the_identity_is_read_only_where_it_is_allowed():
    assert Element.parse(IDENTITY.text, identity=True) == IDENTITY
    with pytest.raises(BadElement):
        Element.parse(IDENTITY.text, member=False)


@pytest.mark.parametrize("why", CANONICAL)
@pytest.mark.parametrize("exponent", [0, 1, 8, Q, 12345])
def test_a_base_outside_the_group_has_no_powers(why: str, exponent: int):
    with pytest.raises(BadElement):
        group.power(element(REFUSED[why]), exponent)


def test_the_points_of_small_order_are_what_they_are_called():
    for why, order in (("order 2", 2), ("order 4", 4), ("order 8", 8)):
        found = element(REFUSED[why])
        powers = [group.multiply(*[found] * n) for n in range(1, order + 1)]
        assert powers.index(IDENTITY) == order - 1


def test_a_factor_off_the_curve_is_refused():
    bad = element(REFUSED["not on the curve"])
    for operation in (group.multiply, group.divide):
        with pytest.raises(BadElement):
            operation(bad, GENERATOR)


def test_the_identity_is_a_legal_base_and_factor():
    assert group.power(IDENTITY, 5) == IDENTITY
    assert group.multiply(IDENTITY, GENERATOR) == GENERATOR
    assert group.power_of_generator(Q) == IDENTITY
    assert group.power(GENERATOR, Q) == IDENTITY


@pytest.mark.parametrize("text", VECTORS["refused_scalars"])
def test_what_is_no_number_modulo_q_is_refused(text: str):
    with pytest.raises(BadScalar):
        group.parse_scalar(text)


def test_numbers_modulo_q_end_at_q():
    assert group.parse_scalar("0") == 0
    assert group.parse_scalar(str(Q - 1)) == Q - 1
    with pytest.raises(BadScalar):
        group.parse_scalar("9" * 1_000_000)


@pytest.mark.parametrize("values", [[], [0] * 31, [256], [-1], [1, 300]])
def test_what_does_not_fit_is_not_embedded(values: list[int]):
    with pytest.raises(WrongShape):
        group.encode_ints(values)


def test_random_numbers_differ():
    assert len({group.random_scalar() for _ in range(20)}) == 20
