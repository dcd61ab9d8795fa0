"""Products of very many powers, and membership of very many points, each checked at once.

Both work on buckets: a point is added to the bucket that a few bits of its exponent name, and the buckets, far fewer
than the points, are then combined. Not constant-time: for verification only, never for secrets.
"""

import secrets
from collections.abc import Iterable, Sequence

from . import edwards
from .edwards import IDENTITY, Addend, Extended, P, add, addend, affine, compress, decompress, double
from .group import IDENTITY as IDENTITY_ELEMENT
from .group import Element, is_member, power, product

ERROR_BITS = 128
SCALAR_BYTES = 32
BUCKET_BITS = 9
"""At most 2^9 buckets at a time: more would need fewer additions, but no longer fit into a core's own cache."""


def sum_of_multiples(points: Sequence[Addend], scalars: Sequence[int]) -> Extended:
    """Return Σ scalarᵢ · pointᵢ for scalars of at least 0, by Pippenger's method with signed digits.

    "On the evaluation of powers and monomials" (1980). Short scalars cost less than long ones.
    """
    # Two bits more than the scalar has: one for a carry into the next digit, one for that digit's sign.
    lengths = [int(scalar).bit_length() + 2 for scalar in scalars]
    width = _window(sum(lengths), max(lengths, default=0))
    # Those with many digits first, since the high windows concern only them; else in the order in which they lie in
    # memory, which the processor can foresee.
    needed = [-(-length // width) for length in lengths]
    order = sorted(range(len(points)), key=lambda index: -needed[index])
    points, scalars = [points[index] for index in order], [scalars[index] for index in order]
    needed = [needed[index] for index in order]
    windows = max(needed, default=0)
    # Adding half to every digit makes plain bits of signed digits: digit + half ranges over 0 … 2·half - 1.
    half = 1 << width - 1
    offset = sum(half << width * window for window in range(windows))
    shifted = [scalar + offset for scalar in scalars]
    total = IDENTITY
    for window in reversed(range(windows)):
        for _ in range(width):
            total = double(total)
        concerned = points[: sum(number > window for number in needed)]
        buckets = [IDENTITY] * (half + 1)
        _fill(buckets, concerned, _digits(shifted[: len(concerned)], width * window, half))
        total = add(total, _weighted_sum(buckets))
    return total


def all_in_subgroup(points: Sequence[Addend]) -> bool:
    """Whether all points, which must be on the curve, lie in the group of prime order; wrong with chance 2^-128.

    The curve's points are the group's times a factor of order 8. The sum of a random half of the points falls outside
    the group with chance at least 1/2 if any of them does, since the factor's part of that point is there or not; 128
    independent sums all miss it with chance at most 2^-128. A point's bits for several sums together name the bucket
    that it is added to. (Compare Bellare, Garay, Rabin, "Fast batch verification", 1998, section 3: the subset test.)
    """
    sums: list[Extended] = []
    while len(sums) < ERROR_BITS:
        width = min(_subset_width(len(points)), ERROR_BITS - len(sums))
        buckets = [IDENTITY] * (1 << width)
        _fill(buckets, points, _random_numbers(len(points), width))
        sums += _subset_sums(buckets)
    elements = map(Element, compress(sums))
    return all(element == IDENTITY_ELEMENT or is_member(element) for element in elements)


class Bases:
    """Elements of the group, prepared once for products of their powers; exponents are public, short and at least 0."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self._elements = elements
        self._addends = [addend(decompress(element.data)) for element in elements] if edwards.FAST else None

    def product(self, exponents: Sequence[int]) -> Element:
        """Return Π elementᵢ^exponentᵢ, the identity for none; the plain way where coordinates would be slow."""
        if self._addends is None:
            return product(power(each, exponent) for each, exponent in zip(self._elements, exponents, strict=True))
        return Element(compress([sum_of_multiples(self._addends, exponents)])[0])


class FixedBase:
    """One point's multiples by all signed bytes at all places: for multiplying it by very many scalars."""

    def __init__(self, point: Extended) -> None:
        self._rows: list[list[Addend]] = []
        for _ in range(SCALAR_BYTES + 1):
            multiples = [IDENTITY, point]
            for _ in range(127):
                multiples.append(add(multiples[-1], point))
            self._rows.append([addend(multiple) for multiple in affine(multiples)])
            point = double(multiples[-1])

    def add_multiple(self, to: Extended, scalar: int) -> Extended:
        """Return `to` plus the base's multiple by `scalar`, which lies between 0 and 2^256."""
        digits, carry = [], 0
        for byte in scalar.to_bytes(SCALAR_BYTES + 1, "little"):
            digit = byte + carry
            carry = digit > 128  # noqa: PLR2004 - half of the values of a byte
            digits.append(digit - 256 if carry else digit)
        addends = [row[abs(digit)] for row, digit in zip(self._rows, digits, strict=True)]
        total = [to, to]
        _fill(total, addends, [(digit > 0) - (digit < 0) for digit in digits])
        return total[1]


def _window(bits: int, longest: int) -> int:
    """Return the width that needs the fewest additions: one a point and window, and two for each of the buckets."""
    if not longest:
        return 1
    return min(
        range(2, BUCKET_BITS + 2), key=lambda width: bits / width + (longest / width) * (1.3 * (1 << width) + width)
    )


def _digits(shifted: Sequence[int], shift: int, half: int) -> list[int]:
    mask = 2 * half - 1
    return [(scalar >> shift & mask) - half for scalar in shifted]


def _subset_width(points: int) -> int:
    return min(range(1, BUCKET_BITS + 1), key=lambda width: (points + 2.6 * (1 << width) + 40 * width) / width)


def _random_numbers(count: int, width: int) -> list[int]:
    mask = (1 << width) - 1
    data = memoryview(secrets.token_bytes(2 * count)).cast("H")
    return [number & mask for number in data]


def _fill(buckets: list[Extended], points: Iterable[Addend], digits: Iterable[int]) -> None:
    """Add each point to the bucket of its digit, or its inverse for a negative one; 0 says to leave it out.

    This is `edwards.add_affine` written out, because it is the loop in which all the time goes.
    """
    prime = P
    for point, digit in zip(points, digits, strict=True):
        if digit > 0:
            plus, minus, product = point
        elif digit:
            minus, plus, product = point
            product, digit = -product, -digit  # noqa: PLW2901 - the loop is hot
        else:
            continue
        x, y, z, t = buckets[digit]
        a = (y - x) * minus % prime
        b = (y + x) * plus % prime
        c = t * product % prime
        e = b - a
        f = z - c
        g = z + c
        h = b + a
        buckets[digit] = (e * f % prime, g * h % prime, f * g % prime, e * h % prime)


def _weighted_sum(buckets: Sequence[Extended]) -> Extended:
    """Return Σ i · bucketᵢ with two additions a bucket."""
    running = total = IDENTITY
    for bucket in reversed(buckets[1:]):
        running = add(running, bucket)
        total = add(total, running)
    return total


def _subset_sums(buckets: list[Extended]) -> Iterable[Extended]:
    """Yield, for each bit of a bucket's number, the sum of the buckets whose number has that bit."""
    while len(buckets) > 1:
        middle = len(buckets) // 2
        low, high = buckets[:middle], buckets[middle:]
        total = high[0]
        for bucket in high[1:]:
            total = add(total, bucket)
        yield total
        buckets = [add(first, second) for first, second in zip(low, high, strict=True)]
