"""Many powers and many memberships at once, against libsodium one by one."""

from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.crypto import edwards, group, multiexp
from elections.crypto.edwards import Addend, addend, compress, decompress, extend
from elections.crypto.group import GENERATOR, Element, Q, power, power_of_generator, product
from elections.crypto.multiexp import FixedBase, all_in_subgroup, sum_of_multiples

ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
TORSION = range(1, 8)

elements = st.integers(1, Q - 1).map(power_of_generator)
edges = st.sampled_from([0, 1, 2, 2**127, 2**128 - 1, 2**252, Q - 1, Q - 2, 2**253 - 1])
scalars = st.one_of(st.integers(0, Q - 1), st.integers(0, 2**128), edges)


def addends(some: list[Element]) -> list[Addend]:
    return [addend(decompress(one.data)) for one in some]


def with_torsion(element: Element, multiple: int) -> Element:
    """Return the element plus a multiple, 1 to 7, of a point of order 8."""
    return product([element, *[Element(ORDER_8)] * multiple])


def test_no_points_add_up_to_the_identity() -> None:
    assert edwards.is_identity(sum_of_multiples([], []))
    assert all_in_subgroup([])


@given(st.lists(st.tuples(elements, scalars), min_size=1, max_size=12))
def test_sums_of_multiples_are_products_of_powers(pairs: list[tuple[Element, int]]) -> None:
    total = sum_of_multiples(addends([base for base, _ in pairs]), [scalar for _, scalar in pairs])
    assert compress([total]) == [product(power(base, scalar) for base, scalar in pairs).data]


@pytest.mark.parametrize("width", range(2, 13))
@pytest.mark.parametrize("scalar", [0, 1, 2**252 - 1, 2**252, Q - 1, 2**253 - 1, 2**256 - 1])
def test_every_width_of_window_gives_the_same(width: int, scalar: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiexp, "_window", lambda bits, longest: width)
    total = sum_of_multiples(addends([GENERATOR, GENERATOR]), [scalar, 3])
    assert compress([total]) == [power_of_generator(scalar + 3).data]


def test_one_point_in_many_places_is_no_special_case() -> None:
    total = sum_of_multiples(addends([GENERATOR]) * 300, [5] * 300)
    assert compress([total]) == [power_of_generator(1500).data]


def test_members_are_found_to_be_members() -> None:
    assert all_in_subgroup(addends([power_of_generator(n) for n in range(1, 1000)]))


@pytest.mark.parametrize("count", [1, 2, 300])
@pytest.mark.parametrize("multiple", TORSION)
def test_one_point_outside_the_group_is_found_among_many(count: int, multiple: int) -> None:
    some = [power_of_generator(n) for n in range(1, count + 1)]
    some[count // 2] = with_torsion(some[count // 2], multiple)
    assert not all_in_subgroup(addends(some))


@pytest.mark.parametrize("multiple", TORSION)
def test_points_outside_the_group_do_not_hide_each_other(multiple: int) -> None:
    """Their parts of small order cancel in the sum of all, and in any test that takes them together."""
    some = [power_of_generator(n) for n in range(1, 101)]
    some[10], some[11] = with_torsion(some[10], multiple), with_torsion(some[11], 8 - multiple)
    assert not all_in_subgroup(addends(some))


def test_fewer_tests_than_promised_would_let_a_bad_point_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a single random subset a point of order 2q passes about every other time."""
    monkeypatch.setattr(multiexp, "ERROR_BITS", 1)
    bad = addends([with_torsion(GENERATOR, 4)])
    assert {all_in_subgroup(bad) for _ in range(60)} == {True, False}


@settings(max_examples=20)
@given(st.one_of(st.integers(0, 2**256 - 1), edges), scalars)
def test_a_table_gives_the_same_multiples(scalar: int, start: int) -> None:
    table = _table()
    begin = extend(decompress(power_of_generator(start).data))
    assert compress([table.add_multiple(begin, scalar)]) == [power_of_generator(start + 7 * scalar).data]


def test_a_table_handles_every_byte() -> None:
    for byte in range(256):
        scalar = int.from_bytes(bytes([byte]) * 32, "little")
        assert compress([_table().add_multiple(edwards.IDENTITY, scalar)]) == [power_of_generator(7 * scalar).data]


def _table(cached: list[FixedBase] = []) -> FixedBase:  # noqa: B006 - one table for all tests here
    if not cached:
        cached.append(FixedBase(extend(decompress(power_of_generator(7).data))))
    return cached[0]


def test_sums_of_many_points_agree_with_adding_them_up() -> None:
    points = [group.independent_generator(index) for index in range(40)]
    expected = reduce(group.multiply, points)
    assert compress([sum_of_multiples(addends(points), [1] * 40)]) == [expected.data]
