"""Who votes: one vote per person across classes, one per control group (domain, invariant 1). Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from membership.rules.classes import MemberClass


@dataclass(frozen=True, slots=True)
class CorporateMember:
    """An organization in good standing, and who may cast its vote, the representative first."""

    membership: int
    organization: int
    voters: Sequence[int]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on the roll: the person who votes, in which class, for which membership."""

    person: int
    member_class: MemberClass
    membership: int


class Seats(Sequence[Seat]):
    """Places of one class in the order of their memberships, kept in columns, since there may be many."""

    def __init__(self, member_class: MemberClass) -> None:
        self.member_class = member_class
        self.persons = array("i")
        self.memberships = array("i")

    def give(self, person: int, membership: int) -> None:
        """Add a place."""
        self.persons.append(person)
        self.memberships.append(membership)

    def __len__(self) -> int:
        return len(self.persons)

    @overload
    def __getitem__(self, index: int) -> Seat: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Seat]: ...
    def __getitem__(self, index: int | slice) -> Seat | Sequence[Seat]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return Seat(self.persons[index], self.member_class, self.memberships[index])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member in good standing that has no place of its own on the roll, and why."""

    membership: int
    why: str


SHARED = "another member of the same control group votes"
NOBODY_NAMED = "no representative or alternate has accepted"
ALL_VOTE_ALREADY = "its representative and alternate have a vote already"


def corporate_seats(
    members: Iterable[CorporateMember], groups: Mapping[int, int], taken: Iterable[int]
) -> tuple[Seats, list[LeftOut]]:
    """Give each control group one place, to its longest-standing member that has somebody to vote.

    `members` come in the order of their numbers. `taken` are persons who vote already, in another class; whoever is the
    first of a member's voters not taken votes.
    """
    seats = Seats(MemberClass.CORPORATE)
    left_out: list[LeftOut] = []
    used, seated = set(taken), set[int]()
    for member in members:
        group = groups.get(member.organization, member.organization)
        free = [person for person in member.voters if person not in used]
        if group in seated:
            left_out.append(LeftOut(member.membership, SHARED))
        elif free:
            seats.give(free[0], member.membership)
            used.add(free[0])
            seated.add(group)
        else:
            left_out.append(LeftOut(member.membership, ALL_VOTE_ALREADY if member.voters else NOBODY_NAMED))
    return seats, left_out
