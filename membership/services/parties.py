"""Parties: finding them, and who may act for them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict, Forbidden, NotFound
from membership.models.applications import Application
from membership.models.cases import Case
from membership.models.mandates import Mandate, MandateRole
from membership.models.memberships import Membership
from membership.models.parties import Party, PartyKind, Visibility

Versioned = TypeVar("Versioned", Application, Membership, Case)
LARGEST_NUMBER = 2**31 - 1


class Stale(Conflict):
    """Somebody else acted on the same thing since the form was shown."""

    code = "stale-form"


def party_of(session: Session, person: Person, *, now: datetime) -> Party:
    """Return the person's party, made at the first asking; two that ask at once get the same."""
    values = {"kind": PartyKind.PERSON, "person_id": person.id, "created_at": now}
    statement = insert(Party).values(name_visibility=Visibility.EVERYONE, **values)
    session.execute(statement.on_conflict_do_nothing(index_elements=["person_id"]))
    return session.execute(select(Party).where(Party.person_id == person.id)).scalar_one()


def party_or_none(session: Session, person: Person) -> Party | None:
    """Return the person's party if there is one yet; for pages, which write nothing."""
    return session.execute(select(Party).where(Party.person_id == person.id)).scalar_one_or_none()


def with_duplicates(session: Session, party: Party) -> list[Party]:
    """Return the party and all entries that were merged into it, also by way of others."""
    found = [party]
    for one in found:
        found += session.execute(select(Party).where(Party.merged_into_id == one.id).order_by(Party.id)).scalars()
    return found


def find_party(session: Session, number: int) -> Party:
    """Return the party with this number, or raise NotFound."""
    party = session.get(Party, number) if 0 < number <= LARGEST_NUMBER else None
    if party is None:
        raise NotFound(_("There is no such person or organization."), code="no-such-party")
    return party


def is_signatory(session: Session, organization_id: int, person: Person, *, now: datetime) -> bool:
    """Tell whether the person signs for the organization at `now`."""
    wanted = select(Mandate).where(
        Mandate.organization_id == organization_id,
        Mandate.person_id == person.id,
        Mandate.role == MandateRole.SIGNATORY,
        Mandate.ended_at.is_(None),
    )
    return any(mandate.is_in_force(now) for mandate in session.execute(wanted).scalars())


def acts_for(session: Session, party: Party, person: Person, *, now: datetime) -> bool:
    """Tell whether the person may act for the party: for themselves, or as a signatory."""
    if party.merged_into_id is not None or party.erased_at is not None:
        return False
    if party.person_id is not None:
        return party.person_id == person.id
    return party.organization_id is not None and is_signatory(session, party.organization_id, person, now=now)


def require_actor(session: Session, party: Party, person: Person, *, now: datetime) -> None:
    """Raise Forbidden unless the person may act for the party."""
    if not acts_for(session, party, person, now=now):
        raise Forbidden(_("Only the person themselves or a signatory of the organization may do this."))


def locked(session: Session, kind: type[Versioned], number: int, version: int | None) -> Versioned:
    """Return the row locked for this transaction; raise NotFound, or Stale when its version is not the form's."""
    wanted = select(kind).where(kind.id == min(max(number, 0), LARGEST_NUMBER))
    # Only the row itself: what is joined to it is read, not written.
    row = session.execute(
        wanted.with_for_update(of=kind), execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(_("There is no such record."))
    if version is not None and row.version != version:
        raise Stale(_("Somebody else has acted on this since you opened the page. Look at it again before you decide."))
    return row
