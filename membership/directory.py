"""The only module of membership that others import: who is a member on a day, of which class, and why."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, compress

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import Organization, Party, Visibility
from membership.pages.directory_list import text_query
from membership.rules.classes import MemberClass
from membership.rules.control import group_of
from membership.rules.roll import CorporateMember, LeftOut, Seat, corporate_seats
from membership.rules.standing import ANY_KIND, ContributionKind, Finding, StandingRule, find, months_before
from membership.rules.standing_status import GOOD_STANDING, EventKind, Status
from membership.services import admitting, affiliating, backing, listing, participating, parties, ties
from membership.services.standing_now import status_of

BOTH = frozenset(MemberClass)
Rule = StandingRule

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


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's standing: their status as a member, and what the rule found, line by line."""

    status: Status | None
    finding: Finding

    @property
    def met(self) -> bool:
        """Whether the person is a member in good standing and has contributed as the rule asks."""
        return self.status in GOOD_STANDING and self.finding.met


@dataclass(frozen=True, slots=True)
class Backing:
    """A membership that a person stands on: their own, or that of an organization which they speak for."""

    number: int
    name: str
    member_class: MemberClass
    since: date
    status: Status

    @property
    def is_good(self) -> bool:
        """Whether the membership is in good standing."""
        return self.status in GOOD_STANDING


@dataclass(frozen=True, slots=True)
class Affiliated:
    """An affiliation on a day; without a number the organization is a claim that no officer has linked yet."""

    organization: int | None
    name: str
    kind: str
    from_on: date
    until_on: date | None
    group: frozenset[int]


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


def standing_rule(minimum: int, months: int, kinds: Collection[str], project: str | None) -> Rule:
    """Return the rule that asks for so many contributions of these kinds, or of any kind when none is named."""
    known = frozenset(ContributionKind(kind) for kind in kinds) or ANY_KIND
    return StandingRule(minimum, months, known, project)


def window(rule: Rule, on: date) -> date:
    """Return the first day whose contributions a rule counts for a record date."""
    return months_before(on, rule.months)


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


def standing(session: Session, person: Person, rule: StandingRule, on: date) -> Standing:
    """Return the person's standing under a rule on a record date, with every line that was looked at."""
    party = parties.party_or_none(session, person)
    membership = admitting.membership_of(session, party) if party else None
    status = status_of(membership, on) if membership else None
    return Standing(status, find(rule, participating.contributions_of(session, person.id), on))


def affiliations(session: Session, person: Person, on: date) -> list[Affiliated]:
    """Return the person's affiliations on a day; disputed ones count until an officer decides."""
    groups = ties.groups_on(session, on)
    rows = listing.affiliations_on(session, person.id, on)
    return [
        Affiliated(
            row.organization_id,
            row.organization_name,
            row.kind.value,
            row.from_on,
            row.until_on,
            group_of(groups, row.organization_id) if row.organization_id else frozenset(),
        )
        for row in rows
    ]


def control_group(session: Session, organization: int, on: date) -> frozenset[int]:
    """Return the numbers of all organizations of the control group on a day, the given one among them."""
    return ties.control_group(session, organization, on)


def organization_names(session: Session, numbers: frozenset[int]) -> dict[int, str]:
    """Return the legal names of organizations by their numbers."""
    wanted = select(Organization.id, Organization.legal_name).where(Organization.id.in_(numbers))
    return dict(session.execute(wanted).all())


def backings(session: Session, person: Person, on: date) -> list[Backing]:
    """Return the memberships a person stands on at the end of a day: their own first, then of those they speak for."""
    return backings_of_each(session, {person.id}, on)[person.id]


def backings_of_each(session: Session, persons: Collection[int], on: date) -> dict[int, list[Backing]]:
    """Return the memberships that each of these persons stands on at the end of a day."""
    found = backing.memberships_behind(session, persons, end_of(on))
    return {person: [_backing(membership, on) for membership in own] for person, own in found.items()}


def represented(session: Session, person: int, on: date) -> list[tuple[int, str]]:
    """Return the memberships in good standing, and their names, whose representative or alternate somebody was at the
    end of a day; the oldest first.
    """
    behind = backing.memberships_behind(session, {person}, end_of(on), backing.VOTES_FOR)[person]
    held = [_backing(membership, on) for membership in behind if membership.party.person_id is None]
    return [(each.number, each.name) for each in held if each.is_good]


def _backing(membership: Membership, on: date) -> Backing:
    admissions = {EventKind.ADMITTED, EventKind.READMITTED}
    began = [event.on_date for event in membership.events if event.kind in admissions and event.on_date <= on]
    since = max(began, default=membership.admitted_on)
    return Backing(membership.id, membership.party.name, membership.member_class, since, status_of(membership, on))


def control_groups(session: Session, person: Person, on: date) -> frozenset[int]:
    """Return the smallest number of each control group that a person belongs to on a day, by affiliation or mandate."""
    return control_groups_of_each(session, {person.id}, on)[person.id]


def control_groups_of_each(session: Session, persons: Collection[int], on: date) -> dict[int, frozenset[int]]:
    """Return the control groups that each of these persons belongs to on a day."""
    return ties.groups_of_each(session, persons, end_of(on) - timedelta(microseconds=1))


def unconfirmed_affiliations(session: Session, person: Person, on: date) -> list[str]:
    """Return the organizations to which the person has not confirmed to belong within the year."""
    return [each.organization_name for each in affiliating.unconfirmed(session, person, on)]


def find_persons(session: Session, words: str, on: date, limit: int) -> list[tuple[int, str]]:
    """Return numbers and names of individual members in good standing whom everyone may find by these words."""
    entry = DirectoryEntry
    wanted = (
        select(Party.person_id, entry.name)
        .join(Membership, Membership.id == entry.membership_id)
        .join(Party, Party.id == Membership.party_id)
        .where(entry.visibility == Visibility.EVERYONE, Party.person_id.is_not(None))
        .where(entry.good_from <= on, on < entry.good_until)
        .where(entry.public_vector.op("@@")(func.to_tsquery("simple", text_query(words))))
        .order_by(entry.sort_key, entry.membership_id)
        .limit(limit)
    )
    return [(number, name) for number, name in session.execute(wanted) if number is not None]


def member_names(session: Session, memberships: Collection[int]) -> dict[int, str]:
    """Return the legal names of organizations by the numbers of their memberships."""
    wanted = (
        select(Membership.id, Organization.legal_name)
        .join(Party, Party.id == Membership.party_id)
        .join(Organization, Organization.id == Party.organization_id)
        .where(Membership.id.in_(memberships))
    )
    return dict(session.execute(wanted).all())


def members_of_group(session: Session, membership: int, on: date) -> frozenset[int]:
    """Return the memberships of all organizations of one organization's control group on a day, its own among them."""
    organization = select(Party.organization_id).join(Membership).where(Membership.id == membership)
    group = control_group(session, session.execute(organization).scalar_one() or 0, on)
    wanted = select(Membership.id).join(Party).where(Party.organization_id.in_(group))
    return frozenset(session.execute(wanted).scalars())


def listed_name(session: Session, person: int, on: date) -> str | None:
    """Return the name of an individual member in good standing, if everyone may find it in the directory."""
    entry = DirectoryEntry
    wanted = (
        select(entry.name)
        .join(Membership, Membership.id == entry.membership_id)
        .join(Party, Party.id == Membership.party_id)
        .where(Party.person_id == person, entry.visibility == Visibility.EVERYONE)
        .where(entry.good_from <= on, on < entry.good_until)
    )
    return session.execute(wanted).scalar_one_or_none()
