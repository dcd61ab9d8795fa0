"""Participation: recorded from a source or attested by a project's lead, and never twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import EmailAddress, Person
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from membership.models.participation import Participation, Project, ProjectLead, Source
from membership.rules.standing import Contribution, ContributionKind
from membership.services import parties, records, ties
from membership.sources.records import SourceRecord
from membership.wording import one_line

PROJECT_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(slots=True)
class Imported:
    """How an import went: how many records are new, how many were known, and whose addresses nobody has confirmed."""

    added: int = 0
    known: int = 0
    unmatched: Counter[str] = field(default_factory=Counter)

    def plus(self, other: Imported) -> None:
        """Add another batch's figures to these."""
        self.added += other.added
        self.known += other.known
        self.unmatched += other.unmatched


@dataclass(frozen=True, slots=True)
class Attested:
    """What a project's lead says that somebody did."""

    address: str
    kind: ContributionKind
    on: date
    note: str


def project_of(session: Session, key: str) -> Project:
    """Return the project with this key, or raise NotFound."""
    project = session.execute(select(Project).where(Project.key == key[:60])).scalar_one_or_none()
    if project is None:
        raise NotFound(_("There is no such project."), code="no-such-project")
    return project


def make_project(session: Session, key: str, name: str, *, by: Person | str, now: datetime) -> Project:
    """Enter a project, or raise Conflict when its key is taken."""
    if not PROJECT_KEY.fullmatch(key):
        raise Invalid(_("A project's key is made of small letters, digits and hyphens."), code="bad-key")
    if session.execute(select(Project.id).where(Project.key == key)).scalar_one_or_none() is not None:
        raise Conflict(_("There is a project with this key already."), code="key-taken")
    project = Project(key=key, name=one_line(name, _("The name"), 200), created_at=now)
    session.add(project)
    session.flush()
    facts = {"name": project.name}
    records.enter(session, "project.entered", by=by, subject=f"project:{key}", facts=facts, now=now)
    return project


def name_lead(session: Session, project: Project, person: Person, *, by: Person, now: datetime) -> ProjectLead:
    """Name somebody as a lead of the project; nobody names themselves."""
    if person.id == by.id:
        raise ties.SelfDealing(_("Nobody decides about themselves. Another officer must do this."))
    if leads(session, project, person):
        raise Conflict(_("%(name)s leads this project already.", name=person.display_name))
    lead = ProjectLead(project=project, person_id=person.id, made_by_id=by.id, from_at=now)
    session.add(lead)
    session.flush()
    facts = {"person": person.display_name}
    records.enter(session, "project.lead_named", by=by, subject=f"project:{project.key}", facts=facts, now=now)
    return lead


def end_lead(session: Session, number: int, *, by: Person, now: datetime) -> ProjectLead:
    """End somebody's lead of a project."""
    lead = session.get(ProjectLead, number) if 0 < number <= parties.LARGEST_NUMBER else None
    if lead is None or lead.until_at is not None:
        raise NotFound(_("There is no such lead."))
    lead.until_at = now
    session.flush()
    facts = {"person": lead.person.display_name}
    records.enter(session, "project.lead_ended", by=by, subject=f"project:{lead.project.key}", facts=facts, now=now)
    return lead


def leads(session: Session, project: Project, person: Person) -> bool:
    """Tell whether the person leads the project."""
    wanted = select(ProjectLead.id).where(
        ProjectLead.project_id == project.id, ProjectLead.person_id == person.id, ProjectLead.until_at.is_(None)
    )
    return session.execute(wanted).scalar_one_or_none() is not None


def require_lead(session: Session, project: Project, person: Person) -> None:
    """Raise Forbidden unless the person leads the project."""
    if not leads(session, project, person):
        raise Forbidden(_("Only a lead of this project attests participation in it."))


def record(
    session: Session, project: Project, source: Source, given: Sequence[SourceRecord], *, verifier: str, now: datetime
) -> Imported:
    """Record what a source gives, matched to confirmed addresses only; what is known already is left as it is."""
    people = _people(session, [each.address for each in given])
    rows, unmatched = [], Counter[str]()
    for each in given:
        person = people.get(_canonical(each.address))
        if person is None:
            unmatched[each.address] += 1
            continue
        rows.append(
            {
                "person_id": person,
                "project_id": project.id,
                "kind": each.kind,
                "on_date": each.on,
                "source": source,
                "reference": each.reference,
                "verifier": verifier,
                "note": each.note,
                "recorded_at": now,
            }
        )
    added = _insert(session, rows)
    return Imported(added, len(rows) - added, unmatched)


def enter_import(
    session: Session, project: Project, source: Source, done: Imported, *, by: Person | str, now: datetime
) -> None:
    """Enter in the public register that records were imported, of how many but not of whom; nothing new is no news."""
    if done.added:
        facts = {"source": source.value, "added": done.added}
        subject = f"project:{project.key}"
        records.enter(session, "participation.imported", by=by, subject=subject, facts=facts, now=now)


def _insert(session: Session, rows: list[dict[str, object]]) -> int:
    if not rows:
        return 0
    statement = insert(Participation).on_conflict_do_nothing(
        index_elements=["project_id", "source", "reference", "person_id", "kind"]
    )
    return len(session.execute(statement.returning(Participation.id), rows).all())


def _people(session: Session, addresses: Sequence[str]) -> dict[str, int]:
    wanted = list({canonical for address in addresses if (canonical := _canonical(address))})
    # One array instead of a parameter a value, since a batch may be long.
    among = EmailAddress.canonical == any_(bindparam(None, wanted, type_=ARRAY(Text), unique=True))
    return dict(session.execute(select(EmailAddress.canonical, EmailAddress.person_id).where(among)).all())


def _canonical(address: str) -> str:
    try:
        return canonical_address(address)
    except Invalid:
        return ""


def attest(session: Session, project: Project, said: Attested, *, by: Person, now: datetime) -> Participation:
    """Record what a lead vouches for; nobody vouches for themselves."""
    require_lead(session, project, by)
    if said.on > now.date():
        raise Invalid(_("This day has not come yet."), code="dates-reversed")
    note = one_line(said.note, _("What was done"), 500)
    person = _people(session, [said.address]).get(canonical_address(said.address))
    if person is None:
        raise NotFound(_("Nobody has confirmed this address."), code="no-account")
    if person == by.id:
        raise ties.SelfDealing(_("Nobody attests their own participation. Another lead must do it."))
    given = SourceRecord(said.address, said.kind, said.on, f"{said.on.isoformat()} {note}"[:200], note)
    if not record(session, project, Source.ATTESTED, [given], verifier=by.display_name, now=now).added:
        raise Conflict(_("This was attested already."), code="already-attested")
    facts = {"kind": said.kind.value}
    records.enter(session, "participation.attested", by=by, subject=f"project:{project.key}", facts=facts, now=now)
    wanted = select(Participation).where(Participation.person_id == person, Participation.project_id == project.id)
    return session.execute(wanted.order_by(Participation.id.desc()).limit(1)).scalar_one()


def withdraw(session: Session, number: int, why: str, *, by: Person, now: datetime) -> Participation:
    """Take a wrong record out of account, for a reason; it stays visible as withdrawn."""
    row = session.get(Participation, number) if 0 < number <= parties.LARGEST_NUMBER else None
    if row is None or row.withdrawn_at is not None:
        raise NotFound(_("There is no such record."))
    require_lead(session, row.project, by)
    row.withdrawn_at, row.withdrawn_why = now, one_line(why, _("The reason"), 500)
    session.flush()
    facts = {"record": row.id}
    subject = f"project:{row.project.key}"
    records.enter(session, "participation.withdrawn", by=by, subject=subject, facts=facts, now=now)
    return row


def contributions_of(session: Session, person_id: int, *, limit: int | None = None) -> list[Contribution]:
    """Return the person's records as the rule for standing sees them, newest first."""
    wanted = select(
        Participation.on_date,
        Participation.kind,
        Project.key,
        Participation.source,
        Participation.verifier,
        Participation.withdrawn_at.is_not(None),
    ).join(Project, Project.id == Participation.project_id)
    newest = wanted.where(Participation.person_id == person_id).order_by(Participation.on_date.desc(), Participation.id)
    rows = session.execute(newest.limit(limit))
    return [Contribution(on, kind, key, source.value, who, gone) for on, kind, key, source, who, gone in rows]


def led_by(session: Session, person: Person) -> list[Project]:
    """Return the projects that the person leads."""
    wanted = (
        select(Project).join(ProjectLead).where(ProjectLead.person_id == person.id, or_(ProjectLead.until_at.is_(None)))
    )
    return list(session.execute(wanted.order_by(Project.name)).scalars())


def is_address_of(address: str, person: Person) -> bool:
    """Tell whether an address is one of the person's own."""
    return _canonical(address) in {each.canonical for each in person.addresses}
