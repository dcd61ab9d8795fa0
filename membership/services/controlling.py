"""Who controls whom: control edges and acquisitions, and the caps that they breach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Appointment, Person
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, Invalid, NotFound
from membership.models.affiliations import Affiliation, DisputeState
from membership.models.cases import Case, CaseKind
from membership.models.mandates import Mandate
from membership.models.parties import ControlEdge, ControlKind, Organization, Party
from membership.rules.caps import Breach, breaches
from membership.rules.control import group_of
from membership.rules.defaults import RULES
from membership.services import letters, parties, records, ties
from membership.services.letters import Letter
from membership.wording import one_line


@dataclass(frozen=True, slots=True)
class NewEdge:
    """That one organization controls another from a day on, and where this is known from."""

    parent_id: int
    child_id: int
    kind: ControlKind
    from_on: date
    source: str


def record_control(session: Session, new: NewEdge, *, by: Person, now: datetime) -> list[Breach]:
    """Record an acquisition or a parent company, open a case for each cap it breaches, and return the breaches."""
    if new.parent_id == new.child_id:
        raise Invalid(_("An organization does not control itself."), code="same-organization")
    if new.from_on > now.date():
        raise Invalid(_("Record what has happened; this day has not come yet."), code="dates-reversed")
    _refuse_own(session, (new.parent_id, new.child_id), by, now)
    edge = ControlEdge(
        parent_id=new.parent_id,
        child_id=new.child_id,
        kind=new.kind,
        from_on=new.from_on,
        source=one_line(new.source, _("The source"), 500),
        recorded_by_id=by.id,
        recorded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(edge)
    except IntegrityError as error:
        if is_breach(error, "ex_control_edge_not_twice_at_once"):
            raise Conflict(_("This is recorded already for that time."), code="already-recorded") from None
        raise
    facts = {"parent": new.parent_id, "child": new.child_id, "kind": new.kind.value, "from": new.from_on.isoformat()}
    records.enter(session, "control.recorded", by=by, subject=f"control:{edge.id}", facts=facts, now=now)
    return open_cases(session, now=now)


def end_control(session: Session, number: int, until: date, *, by: Person, now: datetime) -> ControlEdge:
    """Record that a control edge ended; what it joined before stays in the record."""
    wanted = (
        select(ControlEdge).where(ControlEdge.id == min(number, parties.LARGEST_NUMBER)).with_for_update(of=ControlEdge)
    )
    edge = session.execute(wanted).scalar_one_or_none()
    if edge is None:
        raise NotFound(_("There is no such record."))
    if edge.until_on is not None:
        raise Conflict(_("This has ended already."))
    if not edge.from_on < until <= now.date():
        raise Invalid(_("The end must come after the beginning, and not in the future."), code="dates-reversed")
    _refuse_own(session, (edge.parent_id, edge.child_id), by, now)
    edge.until_on = until
    session.flush()
    facts = {"until": until.isoformat()}
    records.enter(session, "control.ended", by=by, subject=f"control:{edge.id}", facts=facts, now=now)
    return edge


def _refuse_own(session: Session, organizations: Iterable[int], by: Person, now: datetime) -> None:
    """Whose own organizations are joined or parted would decide which caps they breach."""
    for party in session.execute(select(Party).where(Party.organization_id.in_(organizations))).scalars():
        ties.refuse_self_dealing(session, by, party, now)


def present_breaches(session: Session, now: datetime) -> list[Breach]:
    """Return the caps that are breached now: more holders of an office from one control group than the rule allows."""
    bodies: dict[str, list[int]] = {}
    held = select(Appointment.office, Appointment.person_id).where(
        Appointment.office.in_(RULES.capped_offices),
        Appointment.from_at <= now,
        or_(Appointment.until_at.is_(None), now < Appointment.until_at),
    )
    for office, person in session.execute(held):
        bodies.setdefault(office.value, []).append(person)
    people = {person for holders in bodies.values() for person in holders}
    groups = ties.groups_on(session, now.date())
    return breaches(bodies, _belongings(session, people, now), groups, RULES.most_of_one_control_group)


def _belongings(session: Session, people: set[int], now: datetime) -> list[tuple[int, int]]:
    on = now.date()
    employed = select(Affiliation.person_id, Affiliation.organization_id).where(
        Affiliation.person_id.in_(people),
        Affiliation.organization_id.is_not(None),
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), on < Affiliation.until_on),
        or_(Affiliation.dispute.is_(None), Affiliation.dispute != DisputeState.UPHELD),
    )
    mandated = select(Mandate.person_id, Mandate.organization_id).where(
        Mandate.person_id.in_(people),
        Mandate.accepted_at <= now,
        or_(Mandate.ended_at.is_(None), now < Mandate.ended_at),
    )
    rows = session.execute(employed.union(mandated))
    return [(person, organization) for person, organization in rows if organization is not None]


def open_cases(session: Session, *, now: datetime) -> list[Breach]:
    """Open a case for each cap that is breached now and has none yet, and return all breaches."""
    found = present_breaches(session, now)
    for breach in found:
        subject = f"{breach.body}:{breach.group}"
        known = select(Case.id).where(Case.kind == CaseKind.CAP, Case.subject == subject, Case.closed_at.is_(None))
        if session.execute(known).scalar_one_or_none() is None:
            _open(session, breach, subject, now)
    return found


def _open(session: Session, breach: Breach, subject: str, now: datetime) -> None:
    text = _(
        "%(count)s holders belong to one control group; the cap is %(cap)s.", count=len(breach.people), cap=breach.cap
    )
    session.add(
        Case(
            kind=CaseKind.CAP,
            subject=subject,
            text=text,
            opened_on=now.date(),
            opened_at=now,
            person_id=None,
            version=1,
        )
    )
    session.flush()
    facts = {"body": breach.body, "group": breach.group, "count": len(breach.people), "cap": breach.cap}
    records.enter(session, "cap.breached", by="rule", subject=f"cap:{subject}", facts=facts, now=now)


def names_of(session: Session, numbers: frozenset[int]) -> list[str]:
    """Return the legal names of organizations, in order."""
    wanted = select(Organization.legal_name).where(Organization.id.in_(numbers)).order_by(Organization.name_key)
    return list(session.execute(wanted).scalars())


def group_names(session: Session, organization_id: int, on: date) -> list[str]:
    """Return the legal names of the organization's control group on a day."""
    return names_of(session, group_of(ties.groups_on(session, on), organization_id))


def close_case(session: Session, number: int, outcome: str, *, version: int, by: Person, now: datetime) -> Case:
    """Close a case with a sentence; nobody closes one about themselves."""
    case = parties.locked(session, Case, number, version)
    if case.closed_at is not None:
        raise Conflict(_("This case is closed already."))
    if case.person_id == by.id:
        raise ties.SelfDealing(_("Nobody decides about themselves. Another officer must do this."))
    if case.kind is CaseKind.CAP:
        group = int(case.subject.rpartition(":")[2])
        own = ties.ties_of_person(session, by.id, now).groups
        if group in own or ties.groups_on(session, now.date()).get(group, group) in own:
            raise ties.SelfDealing(_("You belong to this control group. Somebody who does not must decide."))
    case.closed_at, case.closed_by_id, case.version = now, by.id, case.version + 1
    case.outcome = one_line(outcome, _("The outcome"), 500)
    session.flush()
    facts = {"outcome": case.outcome if case.kind is CaseKind.CAP else "decided"}
    records.enter(session, "case.closed", by=by, subject=f"case:{case.id}", facts=facts, now=now)
    if case.person is not None:
        says = _("Your appeal about your standing is decided: %(outcome)s", outcome=case.outcome)
        letter = Letter(_("Your appeal is decided"), says, f"case:{case.id}", "membership.participation")
        letters.tell(session, case.person, letter, now=now)
    return case
