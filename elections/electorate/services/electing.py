"""Who belongs on the rolls of a cycle: what the directory says on the record date, and what appeals changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.cycles.rules import ContestRule, ElectionRules
from elections.electorate.models import Appeal, AppealKind
from elections.electorate.reasons import Ground, reason
from elections.electorate.services import courses
from elections.lifecycle import ROLL_OPEN
from elections.models import Election, ElectorateKind, Voter
from foundation.core.errors import Conflict
from membership import directory

INDIVIDUAL = frozenset(each for each in directory.BOTH if each.value == ElectorateKind.INDIVIDUAL)
CORPORATE = frozenset(each for each in directory.BOTH if each.value == ElectorateKind.CORPORATE)


@dataclass(frozen=True, slots=True)
class Row:
    """A voter as the roll is to have them; `member_class` in the words of the directory."""

    person: int
    member_class: str
    reason: str
    membership: int | None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a roll is to be, by person, and which members in good standing have no vote of their own, and why."""

    rows: dict[int, Row] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)


def wanted(session: Session, election: Election) -> Wanted:
    """Return what the election's roll is to be now; the rolls by class of a cycle depend on each other."""
    if election.electorate is ElectorateKind.PROJECT:
        return _amended(session, election, _by_project(session, election))
    if election.electorate is ElectorateKind.INDIVIDUAL:
        return _individuals(session, election)
    return _organizations(session, election)


def standing_of(rules: ElectionRules, election: Election) -> ContestRule:
    """Return the rule of a project's election that says what standing is; its contests share one."""
    for contest in election.contests:
        found = rules.contest(contest.kind or "")
        if found.standing is not None:
            return found
    raise Conflict(_("The rules do not say what standing in this project is."), code="no-standing-rule")


def upheld(session: Session, election: Election, kind: AppealKind) -> dict[int, int]:
    """Return persons whose newest roll appeal that was upheld is of this kind, with its number."""
    asked = select(Appeal).where(
        Appeal.election_uuid == election.uuid, Appeal.upheld.is_(True), Appeal.kind != AppealKind.ELIGIBILITY
    )
    newest = {appeal.person_id: appeal for appeal in session.execute(asked.order_by(Appeal.decided_at)).scalars()}
    return {person: appeal.id for person, appeal in newest.items() if appeal.kind is kind}


def _individuals(session: Session, election: Election) -> Wanted:
    cycle, rules = courses.cycle_of(session, election), courses.rules_for(session, election)
    taken = set(upheld(session, election, AppealKind.LEAVE_ROLL)) | _elsewhere(session, election)
    found = directory.electorate(
        session, cycle.record_on, INDIVIDUAL, membership_days=rules.record.membership_days, taken=taken
    )
    rows = {each.person: _member(each.person, each.membership, cycle.record_on) for each in found}
    return _amended(session, election, Wanted(rows))


def _organizations(session: Session, election: Election) -> Wanted:
    cycle, rules = courses.cycle_of(session, election), courses.rules_for(session, election)
    taken = set(upheld(session, election, AppealKind.LEAVE_ROLL)) | _voting_as_members(session, election)
    found = directory.electorate(
        session, cycle.record_on, CORPORATE, membership_days=rules.record.membership_days, taken=taken
    )
    names = directory.member_names(session, [seat.membership for seat in found.corporate])
    rows = {
        seat.person: representing(seat.person, seat.membership, names[seat.membership], cycle.record_on)
        for seat in found.corporate
    }
    left_out = {each.membership: each.why for each in found.left_out}
    return _amended(session, election, Wanted(rows, left_out))


def _by_project(session: Session, election: Election) -> Wanted:
    cycle, rules = courses.cycle_of(session, election), courses.rules_for(session, election)
    asked = standing_of(rules, election)
    rule = directory_rule(asked, election.project)
    found = directory.contributors(session, rule, cycle.record_on, membership_days=rules.record.membership_days)
    since, on = directory.window(rule, cycle.record_on).isoformat(), cycle.record_on.isoformat()
    rows = {}
    for each in found:
        facts = {"counted": each.counted, "project": election.project, "minimum": rule.minimum}
        says = reason(Ground.CONTRIBUTIONS, since=since, until=on, **facts)
        rows[each.person] = Row(each.person, ElectorateKind.INDIVIDUAL, says, each.membership)
    return Wanted(rows)


def directory_rule(contest: ContestRule, project: str | None) -> directory.Rule:
    """Return what the directory is to ask for somebody's standing."""
    if contest.standing is None:
        raise Conflict(_("The rules do not say what standing in this project is."), code="no-standing-rule")
    asked = contest.standing
    return directory.standing_rule(asked.minimum, asked.months, asked.kinds, project)


def _member(person: int, membership: int, on: date) -> Row:
    return Row(person, ElectorateKind.INDIVIDUAL, reason(Ground.MEMBER, on=on.isoformat()), membership)


def representing(person: int, membership: int, organization: str, on: date) -> Row:
    """Return the row of whoever casts an organization's vote."""
    says = reason(Ground.ORGANIZATION, name=organization, on=on.isoformat())
    return Row(person, ElectorateKind.CORPORATE, says, membership, organization)


def _voting_as_members(session: Session, election: Election) -> set[int]:
    """Return who votes in the individual members' election of the cycle, and so for no organization."""
    for other in courses.siblings(session, election):
        if other.electorate is ElectorateKind.INDIVIDUAL:
            return _on_roll(session, other) if other.phase not in ROLL_OPEN else set(_individuals(session, other).rows)
    return set()


def _elsewhere(session: Session, election: Election) -> set[int]:
    """Return who votes for an organization although they are members: its roll froze first, or an appeal said so."""
    found: set[int] = set()
    for other in courses.siblings(session, election):
        if other.electorate is ElectorateKind.CORPORATE:
            frozen = other.phase not in ROLL_OPEN
            found |= _on_roll(session, other) if frozen else set(upheld(session, other, AppealKind.ADD_TO_ROLL))
    return found - set(upheld(session, election, AppealKind.ADD_TO_ROLL))


def _on_roll(session: Session, election: Election) -> set[int]:
    rows = session.execute(select(Voter.person_id).where(Voter.election_uuid == election.uuid)).scalars()
    return {person for person in rows if person is not None}


def _amended(session: Session, election: Election, found: Wanted) -> Wanted:
    """Add whom an appeal added, and leave out whom one left out."""
    for person in upheld(session, election, AppealKind.LEAVE_ROLL):
        found.rows.pop(person, None)
    added_by_appeal = upheld(session, election, AppealKind.ADD_TO_ROLL)
    merged = directory.kept_persons(session, set(added_by_appeal))
    for appellant, number in added_by_appeal.items():
        # Whose entry was merged since has the vote, if any, under the entry that is kept.
        person = merged.get(appellant, appellant)
        if person not in found.rows:
            try:
                row = added(session, election, person, number)
            except Conflict:
                # The organization's membership was found to have ended before: there is no vote to cast.
                continue
            for rival in _rivals(session, election, row, found.rows.values()):
                del found.rows[rival]
            found.rows[person] = row
    return found


def added(session: Session, election: Election, person: int, appeal: int) -> Row:
    """Return the row of somebody whom an appeal adds; for an organization if its election is asked for."""
    if election.electorate is not ElectorateKind.CORPORATE:
        return Row(person, ElectorateKind.INDIVIDUAL, reason(Ground.APPEAL, appeal=appeal), None)
    number, name = membership_for(session, election, person)
    says = reason(Ground.ORGANIZATION_ON_APPEAL, name=name, appeal=appeal)
    return Row(person, ElectorateKind.CORPORATE, says, number, name)


def membership_for(session: Session, election: Election, person: int) -> tuple[int, str]:
    """Return the organization's membership that a person may vote for: of those they represent, the oldest in good
    standing on the record date; raise Conflict where there is none.
    """
    on = courses.cycle_of(session, election).record_on
    for number, name in directory.represented(session, person, on):
        return number, name
    sentence = _("On the record date this person represented no corporate member in good standing.")
    raise Conflict(sentence, code="represents-nobody")


def _rivals(session: Session, election: Election, row: Row, others: Collection[Row]) -> Iterator[int]:
    """Return who else would vote for the control group of the organization that an appeal gave its vote to."""
    if row.membership is None or election.electorate is not ElectorateKind.CORPORATE:
        return
    on = courses.cycle_of(session, election).record_on
    group = directory.members_of_group(session, row.membership, on)
    yield from [other.person for other in others if other.membership in group]
