"""The classes of membership; which one a party can have follows from what it is."""

from __future__ import annotations

from enum import StrEnum


class MemberClass(StrEnum):
    """A class of members; each has its own seats, and within a class every member has one vote."""

    INDIVIDUAL = "individual"
    CORPORATE = "corporate"


CLASS_OF = {"person": MemberClass.INDIVIDUAL, "organization": MemberClass.CORPORATE}
