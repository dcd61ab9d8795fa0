"""Curve arithmetic in coordinates, against libsodium."""

import subprocess
import sys
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.crypto import edwards, group
from elections.crypto.edwards import addend, compress, decompress, extend
from elections.crypto.errors import BadElement
from elections.crypto.group import GENERATOR, IDENTITY, Element, Q, power_of_generator

SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
"""Points of order 4, 8 and 2, from RFC 7748's and libsodium's lists."""

scalars = st.integers(0, Q - 1)
elements = st.integers(1, Q - 1).map(power_of_generator)


def point(element: Element) -> edwards.Extended:
    return extend(decompress(element.data))


def element(of: edwards.Extended) -> Element:
    return Element(compress([of])[0])


def test_the_generator_has_the_coordinates_of_rfc_8032() -> None:
    x, y = decompress(GENERATOR.data)
    assert x == 15112221349535400772501151409588531511454012693041857206046113283949847762202
    assert y * 5 % edwards.P == 4


@pytest.mark.parametrize("index", [-1, 0, 1, 2, 77])
def test_independent_generators_are_those_of_the_group(index: int) -> None:
    assert element(edwards.independent_generator(index)) == group.independent_generator(index)


@given(elements)
def test_decompressing_and_compressing_give_the_same_bytes(one: Element) -> None:
    assert element(point(one)) == one


@given(elements, elements)
def test_sums_are_libsodiums_products(one: Element, other: Element) -> None:
    expected = group.multiply(one, other)
    assert element(edwards.add(point(one), point(other))) == expected
    assert element(edwards.add_affine(point(one), addend(decompress(other.data)))) == expected


@given(elements)
def test_doubling_is_adding_a_point_to_itself(one: Element) -> None:
    assert element(edwards.double(point(one))) == group.multiply(one, one)
    assert element(edwards.add(point(one), point(one))) == group.multiply(one, one)


@given(elements)
def test_a_point_and_its_inverse_cancel(one: Element) -> None:
    assert edwards.is_identity(edwards.add(point(one), edwards.negate(point(one))))
    assert not edwards.is_identity(point(one))


@given(elements, scalars)
def test_multiples_are_libsodiums_powers(one: Element, scalar: int) -> None:
    assert element(edwards.multiply(point(one), scalar)) == group.power(one, scalar)


@given(st.lists(elements, max_size=5))
def test_many_points_are_compressed_at_once(some: list[Element]) -> None:
    assert compress([edwards.double(point(one)) for one in some]) == [group.multiply(one, one).data for one in some]


def test_the_identity_is_neutral() -> None:
    assert element(edwards.IDENTITY) == IDENTITY
    assert element(edwards.add(edwards.IDENTITY, point(GENERATOR))) == GENERATOR
    assert edwards.is_identity(point(IDENTITY))


@pytest.mark.parametrize("text", SMALL_ORDER)
def test_points_of_small_order_are_on_the_curve_and_add_up_to_the_identity(text: str) -> None:
    small = extend(decompress(bytes.fromhex(text)))
    assert edwards.is_identity(reduce(edwards.add, [small] * 8))


@pytest.mark.parametrize(
    "data",
    [
        (2).to_bytes(32, "little"),
        edwards.FIELD_PRIME.to_bytes(32, "little"),
        (edwards.FIELD_PRIME + 1).to_bytes(32, "little"),
        (1 + (1 << 255)).to_bytes(32, "little"),
        b"\xff" * 32,
    ],
    ids=["off the curve", "zero written as p", "one written as p + 1", "sign on zero", "all ones"],
)
def test_bytes_that_are_no_points_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(BadElement):
        decompress(data)


@given(st.binary(min_size=32, max_size=32))
def test_decompressing_refuses_or_gives_the_same_bytes_back(data: bytes) -> None:
    try:
        found = decompress(data)
    except BadElement:
        return
    assert compress([extend(found)]) == [data]


def test_the_arithmetic_is_the_same_without_gmpy2() -> None:
    script = (
        "import sys; sys.modules['gmpy2'] = None\n"
        "from elections.crypto import edwards, multiexp\n"
        "from elections.crypto.group import GENERATOR, Element, power, power_of_generator\n"
        "assert not edwards.FAST\n"
        "bases = [power_of_generator(n) for n in range(1, 30)]\n"
        "points = [edwards.addend(edwards.decompress(base.data)) for base in bases]\n"
        "total = multiexp.sum_of_multiples(points, range(5, 34))\n"
        "assert edwards.compress([total])[0] == power_of_generator(sum(n * (n + 4) for n in range(1, 30))).data\n"
        "assert multiexp.all_in_subgroup(points)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
