"""The group Ed25519 of Belenios (specification 5.2.1), on libsodium.

An element travels as 64 hexadecimal digits of the *integer* z, most significant first; libsodium wants the same
32 bytes the other way round. `Element` holds libsodium's bytes, so that arithmetic needs no conversion.

The identity is a legal result of arithmetic (a product of inverses, a commitment made with zero), but it is refused
wherever an element is *read*: no honest message of the protocol contains it, except with negligible probability.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from hashlib import sha256

from nacl import bindings
from nacl.exceptions import CryptoError

from .errors import BadElement, BadScalar, WrongShape

GROUP = "Ed25519"
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493

BITS_PER_INT = 8
PADDING_BITS = 14
MAX_INTS = 30

_HEX = re.compile("[0-9a-f]{64}")
_DECIMAL = re.compile("0|[1-9][0-9]{0,75}")
_SIGN_BIT = 1 << 255


@dataclass(frozen=True, slots=True)
class Element:
    """A group element: the 32 bytes of its compressed form, least significant first."""

    data: bytes

    @property
    def text(self) -> str:
        """The form used in JSON and in hashes: 64 hexadecimal digits, most significant first."""
        return self.data[::-1].hex()

    @classmethod
    def parse(cls, text: str, *, member: bool = True, identity: bool = False) -> "Element":
        """Read an element, else raise BadElement; the identity is refused unless `identity` allows it.

        With `member=False` only shape and canonical coordinate are checked: for callers who learn membership from
        `power`, which refuses a base outside the group, or who check a whole batch.
        """
        if not _HEX.fullmatch(text):
            raise BadElement("A group element is 64 hexadecimal digits in lower case.")
        element = cls(bytes.fromhex(text)[::-1])
        if not is_canonical(element):
            raise BadElement("A group element's coordinate is not below the field's prime.")
        if element == IDENTITY:
            if identity:
                return element
            raise BadElement("The identity is not accepted as a group element here.")
        if member:
            check_member(element)
        return element

    def __str__(self) -> str:
        return self.text


IDENTITY = Element((1).to_bytes(32, "little"))
GENERATOR = Element(bindings.crypto_scalarmult_ed25519_base_noclamp((1).to_bytes(32, "little")))


def is_canonical(element: Element) -> bool:
    """Whether the encoded y lies below p and no sign is given to x = 0: each point then has one encoding only."""
    z = int.from_bytes(element.data, "little")
    y = z & ~_SIGN_BIT
    return y < P and not (z & _SIGN_BIT and y in (1, P - 1))


def is_member(element: Element) -> bool:
    """Whether the bytes are the canonical form of a point of prime order q (the identity is none)."""
    return bindings.crypto_core_ed25519_is_valid_point(element.data)


def check_member(element: Element) -> None:
    """Raise BadElement unless the element is canonical, on the curve, of prime order and not the identity."""
    if not is_member(element):
        raise BadElement(f"{element.text} is not an element of the group {GROUP}.")


def power(base: Element, exponent: int) -> Element:
    """Return base^exponent; raise BadElement if `base` is outside the group. The identity is allowed as base."""
    scalar = exponent % Q
    if base == IDENTITY:
        return IDENTITY
    if scalar == 0:
        check_member(base)
        return IDENTITY
    try:
        return Element(bindings.crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), base.data))
    except CryptoError as error:
        raise BadElement(f"{base.text} is not an element of the group {GROUP}.") from error


def power_of_generator(exponent: int) -> Element:
    """Return g^exponent."""
    scalar = exponent % Q
    if scalar == 0:
        return IDENTITY
    return Element(bindings.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little")))


def multiply(*elements: Element) -> Element:
    """Return the product of the elements; a factor off the curve raises BadElement, membership is not tested."""
    return product(elements)


def product(elements: Iterable[Element]) -> Element:
    """Return the product of any number of elements, the identity for none; like `multiply`."""
    factors = [element.data for element in elements] or [IDENTITY.data]
    try:
        return Element(reduce(bindings.crypto_core_ed25519_add, factors))
    except CryptoError as error:
        raise BadElement("A factor is not a point of the curve.") from error


def divide(numerator: Element, denominator: Element) -> Element:
    """Return numerator / denominator; raise BadElement for one that is not on the curve."""
    try:
        return Element(bindings.crypto_core_ed25519_sub(numerator.data, denominator.data))
    except CryptoError as error:
        raise BadElement("A factor is not a point of the curve.") from error


def parse_scalar(text: str) -> int:
    """Read a number modulo q: decimal ASCII digits, no sign, no leading zero, below q (specification 4.2)."""
    if not _DECIMAL.fullmatch(text):
        raise BadScalar("A number is written in plain decimal digits, without sign or leading zero.")
    scalar = int(text)
    if scalar >= Q:
        raise BadScalar("A number is not below the order of the group.")
    return scalar


def random_scalar() -> int:
    """Return a uniformly random number modulo q."""
    return secrets.randbelow(Q)


def hash_to_scalar(text: str) -> int:
    """Return SHA-256 of the text's UTF-8 bytes, read as a big-endian number, modulo q."""
    return int.from_bytes(sha256(text.encode()).digest(), "big") % Q


def encode_ints(values: Sequence[int]) -> Element:
    """Embed up to 30 integers of 8 bits in a group element: `of_ints` of specification 5.2.1.

    A blank vote, all zeros, becomes the identity, which is the first group element with that prefix.
    """
    if not 1 <= len(values) <= MAX_INTS:
        raise WrongShape(f"Between 1 and {MAX_INTS} numbers fit into a group element, not {len(values)}.")
    if not all(0 <= value < 1 << BITS_PER_INT for value in values):
        raise WrongShape("A number in a vote must lie between 0 and 255.")
    start = int.from_bytes(bytes(values), "big") << PADDING_BITS
    for padding in range(1 << PADDING_BITS):
        candidate = Element((start + padding).to_bytes(32, "little"))
        if candidate == IDENTITY or is_member(candidate):
            return candidate
    raise WrongShape("These numbers cannot be embedded in the group.")


def decode_ints(element: Element, count: int) -> list[int]:
    """Return the `count` integers embedded in an element: `to_ints` of specification 5.2.1.

    Every element decodes to something: bits beyond those of the integers are ignored, as belenios-tool does.
    """
    packed = int.from_bytes(element.data, "little") >> PADDING_BITS
    return list((packed % (1 << BITS_PER_INT * count)).to_bytes(count, "big"))


def has_stray_bits(element: Element, count: int) -> bool:
    """Whether an element holds more than `count` integers and their padding, as no output of `encode_ints` does."""
    return int.from_bytes(element.data, "little") >> PADDING_BITS + BITS_PER_INT * count > 0


@cache
def independent_generator(index: int) -> Element:
    """Return GetGenerator(index) of specification 6, table 9: hashed, so that nobody knows a discrete logarithm."""
    y = int.from_bytes(sha256(f"ggen|{index}".encode()).digest(), "big") >> 2
    while True:
        try:
            doubled = _double(y.to_bytes(32, "little"))
            break
        except CryptoError:
            y += 1
    generator = Element(_double(_double(doubled)))
    if generator in (IDENTITY, GENERATOR):
        raise ArithmeticError(f"The independent generator {index} is degenerate.")
    return generator


def independent_generators(count: int) -> tuple[Element, ...]:
    """Return h = GetGenerators(count) of specification 6, table 7."""
    generators = tuple(independent_generator(index) for index in range(count))
    if len({secondary_generator(), *generators}) != count + 1:
        raise ArithmeticError("Two independent generators are equal.")
    return generators


def secondary_generator() -> Element:
    """Return GetSecondaryGenerator() = GetGenerator(-1) of specification 6, table 6."""
    return independent_generator(-1)


def _double(data: bytes) -> bytes:
    doubled: bytes = bindings.crypto_core_ed25519_add(data, data)
    return doubled
