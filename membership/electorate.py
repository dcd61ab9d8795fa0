"""Who votes on a day, computed over whole tables; `membership.directory` shows it to the rest of the house."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, compress

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.rules.classes import MemberClass
from membership.rules.roll import CorporateMember, LeftOut, Seat, corporate_seats
from membership.rules.standing import StandingRule, months_before
from membership.services import ties

BOTH = frozenset(MemberClass)

# The rule of rules/standing_status.py over whole tables: a term or its grace period covers the day, and the last
# turning event does not block, where an event that ends a membership for good comes before all others, and a merger
# counts on every day: the two were one all along. No two terms of a membership cover a day (constraint
# ex_membership_term_no_overlap), so that a term stands for a member.
BLOCKED = """
WITH turning AS (
  SELECT DISTINCT ON (membership_id) membership_id, kind, until_on FROM membership_event
  WHERE kind NOT IN ('admitted', 'signed', 'renewed') AND (on_date <= :on OR kind = 'merged')
  ORDER BY membership_id, (kind IN ('expelled', 'deceased', 'dissolved', 'merged')) DESC, on_date DESC, id DESC
), blocked AS (
  SELECT membership_id FROM turning
  WHERE kind NOT IN ('reinstated', 'readmitted') AND (until_on IS NULL OR :on < until_on)
)
"""
OF_PERSONS = """
SELECT coalesce(string_agg(int4send(person_id), ''), ''), coalesce(string_agg(int4send(membership_id), ''), '')
FROM membership_term WHERE from_on <= :on AND :on < grace_until AND person_id IS NOT NULL
  AND membership_id NOT IN (SELECT membership_id FROM blocked)
"""
# One row for each member and each who may cast its vote, the representative first; 0 where nobody was named.
OF_ORGANIZATIONS = """
SELECT coalesce(string_agg(int4send(membership_id) || int4send(organization_id) || int4send(coalesce(person_id, 0)), ''
  ORDER BY membership_id, role DESC, accepted_at, mandate), '')
FROM (SELECT term.membership_id, party.organization_id, mandate.person_id, mandate.role, mandate.accepted_at,
    mandate.id AS mandate
  FROM membership_term term JOIN membership ON membership.id = term.membership_id AND member_class = 'corporate'
  JOIN party ON party.id = membership.party_id
  LEFT JOIN mandate ON mandate.organization_id = party.organization_id
    AND mandate.role IN ('representative', 'alternate')
    AND mandate.accepted_at < :moment AND (mandate.ended_at IS NULL OR :moment <= mandate.ended_at)
  WHERE term.from_on <= :on AND :on < term.grace_until AND term.person_id IS NULL
    AND term.membership_id NOT IN (SELECT membership_id FROM blocked)
"""
OF_CONTRIBUTORS = """
SELECT term.person_id, term.membership_id, count(*)
FROM membership_term term JOIN participation ON participation.person_id = term.person_id
JOIN project ON project.id = participation.project_id
WHERE term.from_on <= :on AND :on < term.grace_until
  AND term.membership_id NOT IN (SELECT membership_id FROM blocked)
  AND participation.withdrawn_at IS NULL AND participation.on_date >= :since AND participation.on_date < :on
  AND participation.kind = ANY(:kinds) AND (CAST(:project AS text) IS NULL OR project.key = :project)
"""
# Whoever left and came back is a member since they came back.
LONG_ENOUGH = """
  AND membership_id NOT IN (SELECT id FROM membership WHERE admitted_on > :joined
    UNION ALL SELECT membership_id FROM membership_event WHERE kind NOT IN ('admitted', 'signed', 'renewed')
      AND kind = 'readmitted' AND on_date <= :on AND on_date > :joined)
"""
LONG_ENOUGH_BY_TERM = LONG_ENOUGH.replace("membership_id", "term.membership_id", 1)
BY_PERSON = "GROUP BY term.person_id, term.membership_id HAVING count(*) >= :minimum ORDER BY term.person_id"


@dataclass(frozen=True, slots=True)
class Elector:
    """One row of the electorate: who votes, in which class, for which membership, and why."""

    person: int
    member_class: MemberClass
    membership: int
    reason: str


@dataclass(frozen=True)
class Electorate:
    """Who may vote on a day: one vote per person across classes, one per control group.

    It stands in columns, since it is large; iterating makes the rows.
    """

    on: date
    persons: Sequence[int]
    memberships: Sequence[int]
    corporate: Sequence[Seat]
    left_out: Sequence[LeftOut]

    def __len__(self) -> int:
        return len(self.persons) + len(self.corporate)

    def __iter__(self) -> Iterator[Elector]:
        individuals = zip(self.persons, self.memberships, strict=True)
        kind, on = MemberClass.INDIVIDUAL, self.on.isoformat()
        return chain(
            (Elector(who, kind, number, f"individual member in good standing on {on}") for who, number in individuals),
            (Elector(s.person, s.member_class, s.membership, f"votes for a member on {on}") for s in self.corporate),
        )

    def of_person(self, person: Person) -> Elector | None:
        """Return the person's own row, if they have one."""
        return next((elector for elector in self if elector.person == person.id), None)


@dataclass(frozen=True, slots=True)
class Contributor:
    """An individual member with standing under a rule, and how many contributions count."""

    person: int
    membership: int
    counted: int


def electorate(
    session: Session,
    on: date,
    classes: frozenset[MemberClass] = BOTH,
    *,
    membership_days: int = 0,
    taken: Collection[int] = (),
) -> Electorate:
    """Return who may vote at the end of a day in these classes, and which members in good standing have no vote.

    Somebody who is a member and represents one votes as a member; the alternate then votes for the organization.
    Only those count who had been members for so many days; persons who are `taken` have a vote elsewhere.
    """
    persons: Sequence[int] = ()
    memberships: Sequence[int] = ()
    seats: Sequence[Seat] = ()
    left_out: Sequence[LeftOut] = ()
    if MemberClass.INDIVIDUAL in classes:
        asked = {"on": on, "joined": on - timedelta(days=membership_days)}
        enough = LONG_ENOUGH if membership_days else ""
        row = session.execute(text(BLOCKED + OF_PERSONS + enough), asked).one()
        persons, memberships = _without(taken, *(_numbers(packed) for packed in row))
    if MemberClass.CORPORATE in classes:
        members = _corporate_members(session, on, membership_days)
        seats, left_out = corporate_seats(members, ties.groups_on(session, on), chain(persons, taken))
    return Electorate(on, persons, memberships, seats, left_out)


def _corporate_members(session: Session, on: date, membership_days: int) -> Iterator[CorporateMember]:
    """Read the organizations in good standing one after another, in the order of their memberships."""
    enough = LONG_ENOUGH_BY_TERM if membership_days else ""
    asked = {"on": on, "joined": on - timedelta(days=membership_days), "moment": end_of(on)}
    numbers = _numbers(session.execute(text(BLOCKED + OF_ORGANIZATIONS + enough + ") AS voter"), asked).scalar_one())
    memberships, organizations, voters = numbers[::3], numbers[1::3], numbers[2::3]
    first = 0
    for end in range(1, len(memberships) + 1):
        if end == len(memberships) or memberships[end] != memberships[first]:
            named = voters[first:end] if voters[first] else ()
            yield CorporateMember(memberships[first], organizations[first], named)
            first = end


def _without(
    taken: Collection[int], persons: Sequence[int], memberships: Sequence[int]
) -> tuple[Sequence[int], Sequence[int]]:
    if not taken:
        return persons, memberships
    free = [person not in taken for person in persons]
    return array("i", compress(persons, free)), array("i", compress(memberships, free))


def contributors(session: Session, rule: StandingRule, on: date, *, membership_days: int = 0) -> list[Contributor]:
    """Return the individual members in good standing on a record date who have standing under a rule."""
    enough = LONG_ENOUGH_BY_TERM if membership_days else ""
    asked = {
        "on": on,
        "joined": on - timedelta(days=membership_days),
        "since": months_before(on, rule.months),
        "kinds": [kind.value for kind in rule.kinds],
        "project": rule.project,
        "minimum": rule.minimum,
    }
    rows = session.execute(text(BLOCKED + OF_CONTRIBUTORS + enough + BY_PERSON), asked)
    return [Contributor(*row) for row in rows]


def _numbers(packed: bytes) -> Sequence[int]:
    """Return the numbers that PostgreSQL packed, four bytes each.

    A hundred thousand rows one by one would be slow, and would have Python look through all its memory for garbage.
    """
    numbers = array("i", packed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def end_of(day: date) -> datetime:
    """Return the moment at which a day ends, in UTC: who was named in the course of the record date counts."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)
