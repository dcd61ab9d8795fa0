"""Points of the curve Ed25519 in coordinates, for sums of very many of them (specification 5.2.1).

libsodium multiplies one point at a time and pays for decompression, a membership test and compression each time. To
check many equations at once it is cheaper to decompress each point once and to add in coordinates: that is what this
module is for. It is *not* constant-time and must never see a secret.

Numbers are gmpy2's when that is installed, else Python's; the algorithms are the same, three times slower. Points
are written additively here. An `Extended` point is (X : Y : Z : T) with x = X/Z, y = Y/Z, T = XY/Z; an `Addend` is an
affine point prepared for being added, ((y + x)/2, (y − x)/2, dxy). Formulas: Hisil, Wong, Carter, Dawson, "Twisted
Edwards Curves Revisited" (2008), sections 3.1 and 3.2, for a = −1; they are complete: no case needs to be told apart.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from .errors import BadElement
from .group import P as FIELD_PRIME

if TYPE_CHECKING:
    number = int
else:
    try:
        from gmpy2 import mpz as number
    except ImportError:  # pragma: no cover - depends on what is installed
        number = int

FAST = number is not int

Extended: TypeAlias = tuple[int, int, int, int]
Addend: TypeAlias = tuple[int, int, int]

P = number(FIELD_PRIME)
D = number(-121665) * pow(number(121666), -1, P) % P
D2 = 2 * D % P
HALF = pow(number(2), -1, P)
SQRT_MINUS_ONE = pow(number(2), (P - 1) // 4, P)

IDENTITY: Extended = (number(0), number(1), number(1), number(0))

_SIGN_BIT = 1 << 255
_ROOT_EXPONENT = (P - 5) // 8


def decompress(data: bytes) -> tuple[int, int]:
    """Return the affine point (x, y) with these 32 bytes; raise BadElement if there is none or another has the form.

    RFC 8032, section 5.1.3. Only the curve is checked: membership in the group of prime order is not.
    """
    z = int.from_bytes(data, "little")
    y = number(z & ~_SIGN_BIT)
    if y >= P:
        raise BadElement("A group element's coordinate is not below the field's prime.")
    square = y * y % P
    numerator, denominator = square - 1, D * square + 1
    cube = denominator * denominator % P * denominator % P
    fraction = cube * numerator % P
    x = pow(cube * cube % P * denominator % P * numerator % P, _ROOT_EXPONENT, P) * fraction % P
    check = denominator * x % P * x % P
    if check != numerator % P:
        if check != -numerator % P:
            raise BadElement("A group element is not on the curve.")
        x = x * SQRT_MINUS_ONE % P
    negative = z >> 255
    if x == 0 and negative:
        raise BadElement("A group element whose x is zero carries a sign.")
    return (x if x & 1 == negative else P - x), y


def addend(point: tuple[int, int]) -> Addend:
    """Return the affine point (x, y) in the form in which it is added."""
    x, y = point
    return (y + x) * HALF % P, (y - x) * HALF % P, D * x % P * y % P


def extend(point: tuple[int, int]) -> Extended:
    """Return the affine point (x, y) in extended coordinates."""
    x, y = point
    return x, y, number(1), x * y % P


def independent_generator(index: int) -> Extended:
    """Return the point of `group.independent_generator(index)`: GetGenerator of specification 6, table 9."""
    y = int.from_bytes(sha256(f"ggen|{index}".encode()).digest(), "big") >> 2
    while True:
        try:
            point = extend(decompress(y.to_bytes(32, "little")))
        except BadElement:
            y += 1
        else:
            return double(double(double(point)))


def add(first: Extended, second: Extended) -> Extended:
    """Return the sum of two points."""
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = D2 * t1 % P * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def add_affine(first: Extended, second: Addend) -> Extended:
    """Return the sum of a point and a prepared one."""
    x1, y1, z1, t1 = first
    plus, minus, product = second
    a = (y1 - x1) * minus % P
    b = (y1 + x1) * plus % P
    c = t1 * product % P
    e, f, g, h = b - a, z1 - c, z1 + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(point: Extended) -> Extended:
    """Return twice the point."""
    x, y, z, _ = point
    a, b = x * x % P, y * y % P
    h = a + b
    e = h - (x + y) * (x + y) % P
    g = a - b
    f = 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def negate(point: Extended) -> Extended:
    """Return the inverse of the point."""
    x, y, z, t = point
    return -x % P, y, z, -t % P


def multiply(point: Extended, scalar: int) -> Extended:
    """Return the point added to itself `scalar` (at least 0) times, whatever its order."""
    result = IDENTITY
    for bit in bin(scalar)[2:]:
        result = double(result)
        if bit == "1":
            result = add(result, point)
    return result


def is_identity(point: Extended) -> bool:
    """Whether the point is the neutral element."""
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0


def affine(points: Sequence[Extended]) -> list[tuple[int, int]]:
    """Return the points' affine coordinates, with one inversion for all of them (Montgomery's trick)."""
    inverses = _inverses([z for _, _, z, _ in points])
    return [(x * inverse % P, y * inverse % P) for (x, y, _, _), inverse in zip(points, inverses, strict=True)]


def compress(points: Sequence[Extended]) -> list[bytes]:
    """Return the points' 32-byte forms (RFC 8032, section 5.1.2)."""
    return [int(y | (x & 1) << 255).to_bytes(32, "little") for x, y in affine(points)]


def _inverses(values: Iterable[int]) -> list[int]:
    products = [number(1)]
    for value in values:
        products.append(products[-1] * value % P)
    inverse = pow(products[-1], -1, P)
    inverses = []
    for value, before in zip(reversed(list(values)), reversed(products[:-1]), strict=True):
        inverses.append(inverse * before % P)
        inverse = inverse * value % P
    return inverses[::-1]
