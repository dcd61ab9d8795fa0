"""Membership of many elements in the group at once."""

from collections.abc import Sequence

from elections.crypto import edwards
from elections.crypto.errors import BadElement
from elections.crypto.group import IDENTITY, Element, is_member
from elections.crypto.multiexp import all_in_subgroup

FEW = 400
"""Below this number of elements, testing each by itself is as fast."""


def members(elements: Sequence[bytes]) -> bool:
    """Whether all the encoded elements are canonical, in the group, and not the identity.

    Many are tested together, with a chance of error of 2^-128 (`multiexp.all_in_subgroup`).
    """
    if len(elements) < FEW or not edwards.FAST:
        return all(is_member(Element(data)) for data in elements)
    try:
        points = [edwards.addend(edwards.decompress(data)) for data in elements]
    except BadElement:
        return False
    return IDENTITY.data not in elements and all_in_subgroup(points)
