"""The only module of membership that others import: who is a member on a day, of which class, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.electorate import BOTH, Contributor, Elector, Electorate, contributors, electorate, end_of
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import Organization, Party, Visibility
from membership.pages.directory_list import found_by
from membership.rules.classes import MemberClass
from membership.rules.control import group_of
from membership.rules.standing import ANY_KIND, ContributionKind, Finding, StandingRule, find, months_before
from membership.rules.standing_status import GOOD_STANDING, EventKind, Status
from membership.services import admitting, affiliating, backing, listing, participating, parties, ties
from membership.services.standing_now import status_of

Rule = StandingRule

__all__ = ["BOTH", "Contributor", "Elector", "Electorate", "contributors", "electorate"]


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


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of one party: the person and the memberships of the one that is kept, and those of all of them."""

    person: int | None
    membership: int | None
    persons: frozenset[int]
    memberships: frozenset[int]


def standing_rule(minimum: int, months: int, kinds: Collection[str], project: str | None) -> Rule:
    """Return the rule that asks for so many contributions of these kinds, or of any kind when none is named."""
    known = frozenset(ContributionKind(kind) for kind in kinds) or ANY_KIND
    return StandingRule(minimum, months, known, project)


def window(rule: Rule, on: date) -> date:
    """Return the first day whose contributions a rule counts for a record date."""
    return months_before(on, rule.months)


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
        .where(found_by(entry.public_vector, words))
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


def erased() -> Select[int | None]:
    """Select the persons who asked to be erased, whom no letter reaches although a frozen roll still names them."""
    return select(Party.person_id).where(Party.erased_at.is_not(None), Party.person_id.is_not(None))


def entries(session: Session, kept: int, duplicate: int) -> Entries:
    """Return what two entries of the directory, which are one party, are and were, with all that was merged before."""
    entry = select(Party.id).where(Party.id.in_((kept, duplicate))).cte("entry", recursive=True)
    merged = entry.union(select(Party.id).join(entry, Party.merged_into_id == entry.c.id))
    wanted = select(Party.id, Party.person_id, Membership.id).outerjoin(Membership, Membership.party_id == Party.id)
    found = session.execute(wanted.where(Party.id.in_(select(merged.c.id)))).all()
    persons = frozenset(person for _number, person, _membership in found if person is not None)
    memberships = frozenset(membership for _number, _person, membership in found if membership is not None)
    person, membership = next(row[1:] for row in found if row[0] == kept)
    return Entries(person, membership, persons, memberships)


def kept_persons(session: Session, persons: Collection[int]) -> dict[int, int]:
    """Return for each of these persons whose entry was merged the person whose entry is kept."""
    first = select(Party.person_id.label("of"), Party.person_id, Party.merged_into_id)
    entry = first.where(Party.person_id.in_(persons)).cte("entry", recursive=True)
    into = select(entry.c.of, Party.person_id, Party.merged_into_id).join(Party, Party.id == entry.c.merged_into_id)
    chain = entry.union(into)
    wanted = select(chain.c.of, chain.c.person_id).where(chain.c.merged_into_id.is_(None))
    return {of: kept for of, kept in session.execute(wanted) if of != kept}
