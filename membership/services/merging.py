"""Merging two entries of one person or organization: what they did is brought together, and nothing is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from foundation.accounts.models import EmailAddress, Password, Person, SessionEnd
from foundation.accounts.services import sessions, tokens
from foundation.core.context import footing
from foundation.core.errors import Conflict, Invalid
from membership.models.affiliations import Affiliation
from membership.models.mandates import Mandate
from membership.models.participation import Participation, ProjectLead
from membership.models.parties import ControlEdge, Party, PartyKind, PartyMerge
from membership.rules.admission import ApplicationState
from membership.rules.standing_status import EventKind
from membership.services import admitting, applying, controlling, listing, records, ties
from membership.services.admitting import Measure
from membership.wording import paragraphs


def merge(session: Session, kept: Party, duplicate: Party, reason: str, *, by: Person, now: datetime) -> PartyMerge:
    """Merge the duplicate into the other party, or raise Invalid or Conflict with the reason why not."""
    # In the order of their numbers, so that two merges at once do not wait for each other for ever.
    for number in sorted((kept.id, duplicate.id)):
        session.execute(select(Party.id).where(Party.id == number).with_for_update(of=Party))
    _refuse(session, kept, duplicate, by, now=now)
    why = paragraphs(reason, _("The reason"), 2000)
    # First of all: whoever listens takes locks that come before the register's.
    for tell in footing().merge_listeners:
        tell(session, kept.id, duplicate.id)
    _end_memberships(session, kept, duplicate, by, now=now)
    if duplicate.kind is PartyKind.PERSON:
        moved = _move_person(session, kept, duplicate, now)
    else:
        moved = _move_organization(session, kept, duplicate, now)
    duplicate.merged_into_id = kept.id
    merged = PartyMerge(
        kept_id=kept.id, duplicate_id=duplicate.id, reason=why, moved=moved, merged_by_id=by.id, merged_at=now
    )
    session.add(merged)
    session.flush()
    for party in (kept, duplicate):
        listing.list_party(session, party, now=now)
    facts = {"into": kept.id, "kind": kept.kind.value}
    records.enter(session, "party.merged", by=by, subject=records.subject_of(duplicate), facts=facts, now=now)
    controlling.open_cases(session, now=now)
    return merged


def _refuse(session: Session, kept: Party, duplicate: Party, by: Person, *, now: datetime) -> None:
    if kept.id == duplicate.id or kept.kind is not duplicate.kind:
        raise Invalid(_("Choose two different entries, both of persons or both of organizations."), code="not-two")
    if kept.merged_into_id or duplicate.merged_into_id or kept.erased_at or duplicate.erased_at:
        raise Conflict(_("One of them was merged or erased before."), code="already-merged")
    for party in (kept, duplicate):
        ties.refuse_self_dealing(session, by, party, now)
    if duplicate.person is not None and duplicate.person.offices(now):
        raise Conflict(_("The duplicate holds an office. Keep that entry, or let the appointment end first."))
    if admitting.membership_of(session, duplicate) and not admitting.membership_of(session, kept):
        raise Conflict(_("Only the duplicate is a member. Merge the other way round."), code="other-way-round")


def _end_memberships(session: Session, kept: Party, duplicate: Party, by: Person, *, now: datetime) -> None:
    membership = admitting.membership_of(session, duplicate)
    if membership is not None:
        measure = Measure(reference=records.subject_of(kept))
        admitting.act(session, membership, EventKind.MERGED, measure, by=by, now=now)
    application = applying.open_application(session, duplicate)
    if application is not None and application.state is not ApplicationState.APPEALED:
        note = _("Withdrawn, since the two entries are one party.")
        applying.take_back(session, application, by=by, now=now, officer_says=note)


def _move_person(session: Session, kept: Party, duplicate: Party, now: datetime) -> dict[str, Any]:
    old, new = duplicate.person, kept.person
    assert old is not None  # noqa: S101 — a person's party has a person (constraint is_one_or_the_other)
    assert new is not None  # noqa: S101
    moved = {
        "affiliation": _rename(session, Affiliation, old.id, new.id),
        "participation": _move_participation(session, old.id, new.id),
        "mandate": _move_mandates(session, old.id, new.id, now),
        "project_lead": _move_leads(session, old.id, new.id, now),
        "email_address": _rename(session, EmailAddress, old.id, new.id),
    }
    session.execute(delete(Password).where(Password.person_id == old.id))
    sessions.end_all(session, old, SessionEnd.SIGNED_OUT_ELSEWHERE, now=now)
    tokens.revoke_all(session, old, now=now)
    # Every account has an address; this one is of a domain that no mail reaches (RFC 2606).
    placeholder = f"merged-{old.id}@merged.invalid"
    session.add(EmailAddress(person_id=old.id, address=placeholder, canonical=placeholder, confirmed_at=now))
    session.flush()
    session.expire(old, ["addresses"])
    session.expire(new, ["addresses"])
    return moved


def _rename(session: Session, table: Any, old: int, new: int) -> list[int]:
    statement = update(table).where(table.person_id == old).values(person_id=new).returning(table.id)
    return sorted(session.execute(statement, execution_options={"synchronize_session": "fetch"}).scalars())


def _move_participation(session: Session, old: int, new: int) -> list[int]:
    """Move the records that the other one lacks; those that both have stay, so that none counts twice."""
    columns = (Participation.project_id, Participation.source, Participation.reference, Participation.kind)
    theirs = set(session.execute(select(*columns).where(Participation.person_id == new)))
    rows = session.execute(select(Participation).where(Participation.person_id == old)).scalars()
    moved = [row for row in rows if (row.project_id, row.source, row.reference, row.kind) not in theirs]
    for row in moved:
        row.person_id = new
    session.flush()
    return sorted(row.id for row in moved)


def _move_mandates(session: Session, old: int, new: int, now: datetime) -> list[int]:
    """Move the mandates; one that both hold ends for the duplicate."""
    wanted = select(Mandate).where(or_(Mandate.person_id == old, Mandate.person_id == new))
    mandates = list(session.execute(wanted).scalars())
    held = {(each.organization_id, each.role) for each in mandates if each.person_id == new and not each.ended_at}
    moved = []
    for mandate in mandates:
        if mandate.person_id != old:
            continue
        if mandate.ended_at is None and (mandate.organization_id, mandate.role) in held:
            mandate.ended_at, mandate.ended_why = now, "merged"
        mandate.person_id = new
        moved.append(mandate.id)
    session.flush()
    return sorted(moved)


def _move_leads(session: Session, old: int, new: int, now: datetime) -> list[int]:
    """Move the leads of projects; one that both hold ends for the duplicate."""
    held = select(ProjectLead.project_id).where(ProjectLead.person_id == new, ProjectLead.until_at.is_(None))
    twice = ProjectLead.person_id == old, ProjectLead.until_at.is_(None), ProjectLead.project_id.in_(held)
    session.execute(update(ProjectLead).where(*twice).values(until_at=now))
    return _rename(session, ProjectLead, old, new)


def _move_organization(session: Session, kept: Party, duplicate: Party, now: datetime) -> dict[str, Any]:
    old, new = duplicate.organization, kept.organization
    assert old is not None  # noqa: S101 — an organization's party has one (constraint is_one_or_the_other)
    assert new is not None  # noqa: S101
    statement = update(Affiliation).where(Affiliation.organization_id == old.id).values(organization_id=new.id)
    affiliations = session.execute(
        statement.returning(Affiliation.id), execution_options={"synchronize_session": "fetch"}
    ).scalars()
    moved = {"affiliation": sorted(affiliations), "control_edge": _move_edges(session, old.id, new.id)}
    # Mandates name the organization that gave them; those of the duplicate end, and the other's go on.
    for mandate in session.execute(select(Mandate).where(Mandate.organization_id == old.id)).scalars():
        if mandate.ended_at is None:
            mandate.ended_at, mandate.ended_why = now, "merged"
    for domain in old.domains:
        domain.released_at = domain.released_at or (now if domain.verified_at else None)
    session.flush()
    return moved


def _move_edges(session: Session, old: int, new: int) -> list[int]:
    wanted = select(ControlEdge).where(or_(ControlEdge.parent_id == old, ControlEdge.child_id == old))
    moved = []
    for edge in session.execute(wanted).scalars():
        if new in (edge.parent_id, edge.child_id):
            continue
        edge.parent_id = new if edge.parent_id == old else edge.parent_id
        edge.child_id = new if edge.child_id == old else edge.child_id
        moved.append(edge.id)
    session.flush()
    return sorted(moved)
