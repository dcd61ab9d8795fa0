"""Membership of many elements in the group."""

from collections.abc import Sequence

from elections.crypto.group import Element, is_member


def members(elements: Sequence[bytes]) -> bool:
    """Whether all the encoded elements are canonical, in the group, and not the identity."""
    return all(is_member(Element(data)) for data in elements)
