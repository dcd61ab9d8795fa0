"""A person's data: everything about them as a file, and erasure that keeps what the foundation must keep."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, LargeBinary, Table, delete, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from foundation.accounts.models import EmailAddress, Password, Person, SessionEnd, Token
from foundation.accounts.services import sessions
from foundation.core.db import Base
from foundation.core.errors import Conflict
from membership.models.affiliations import Affiliation
from membership.models.applications import Application, ApplicationEvent
from membership.models.mandates import MandateRole
from membership.models.memberships import Membership
from membership.models.participation import Participation, ProjectLead
from membership.models.parties import Party, ProfileEntry, Visibility
from membership.rules.admission import ApplicationState
from membership.rules.standing_status import ENDED
from membership.services import admitting, applying, listing, mandating, parties, records
from membership.services.standing_now import status_of

# Columns that make a row the person's own; in every other column they are named for what they did in an office.
OWN = frozenset({"person_id", "applicant_id", "signatory_id", "registered_by_id"})
SECRET = frozenset({"password", "token", "server_key"})
ERASED = "(erased)"


def export(session: Session, person: Person) -> dict[str, Any]:
    """Return everything kept about the person, table by table, whichever part of the house keeps it.

    The tables are found by their references to the person, so that a new one is not forgotten.
    """
    keys = _keys_of(session, person)
    own: dict[str, Any] = {"person": _rows(session, Person.__table__, Person.__table__.c.id, [person.id])}
    acts: dict[str, Any] = {}
    for table in Base.metadata.sorted_tables:
        for column, target in _references(table):
            if table.name in SECRET or not keys.get(target):
                continue
            if target == "person" and column.name not in OWN:
                numbers = session.execute(select(*table.primary_key.columns).where(column == person.id)).all()
                acts |= {f"{table.name}.{column.name}": [list(row) for row in numbers]} if numbers else {}
            elif target == "person" or column.name == f"{target}_id":
                found = _rows(session, table, column, keys[target])
                own.setdefault(table.name, []).extend(row for row in found if row not in own.get(table.name, []))
    return {"about": own, "acts_in_an_office": acts}


def _keys_of(session: Session, person: Person) -> dict[str, list[int]]:
    party = parties.party_or_none(session, person)
    membership = admitting.membership_of(session, party) if party else None
    applications = select(Application.id).where(Application.party_id == party.id) if party else None
    return {
        "person": [person.id],
        "party": [party.id] if party else [],
        "membership": [membership.id] if membership else [],
        "application": list(session.execute(applications).scalars()) if applications is not None else [],
    }


def _references(table: Table) -> list[tuple[Column[Any], str]]:
    return [(key.parent, key.column.table.name) for key in table.foreign_keys if key.column.name == "id"]


def _rows(session: Session, table: Any, column: Any, numbers: list[int]) -> list[dict[str, Any]]:
    shown = [each for each in table.columns if not isinstance(each.type, LargeBinary | TSVECTOR)]
    found = session.execute(select(*shown).where(column.in_(numbers))).mappings()
    return [{str(name): _plain(value) for name, value in row.items()} for row in found]


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def why_not_erase(session: Session, person: Person, now: datetime) -> str:
    """Return the sentence why the person cannot be erased now, or an empty one."""
    if person.offices(now):
        return str(_("You hold an office. Lay it down first; who held it and when stays public."))
    for mandate in mandating.of_person(session, person):
        if mandate.role is MandateRole.SIGNATORY and mandate.accepted_at is not None:
            name = mandate.organization.legal_name
            return str(_("You sign for %(name)s. Let that mandate end first.", name=name))
    return ""


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """Put a number in the place of the person and remove what they told us; raise Conflict when something hinders it.

    Votes cast, terms served, signatures, expulsions and records of contributing stay (domain, "Privacy").
    """
    hindrance = why_not_erase(session, person, now)
    if hindrance:
        raise Conflict(hindrance, code="not-erasable")
    party = parties.party_of(session, person, now=now)
    _leave(session, party, person, now)
    _forget_words(session, party, person, now)
    party.name_visibility, party.erased_at = Visibility.NOBODY, now
    _forget_account(session, person, now)
    listing.list_party(session, party, now=now)
    facts: dict[str, Any] = {}
    records.enter(session, "person.erased", by="member", subject=records.subject_of(party), facts=facts, now=now)


def _leave(session: Session, party: Party, person: Person, now: datetime) -> None:
    application = applying.open_application(session, party)
    if application is not None and application.state is not ApplicationState.APPEALED:
        applying.step(session, application, ApplicationState.WITHDRAWN, note="", by=person, now=now)
    membership = session.execute(select(Membership).where(Membership.party_id == party.id)).scalar_one_or_none()
    if membership is not None and status_of(membership, now.date()) not in ENDED:
        admitting.resign(session, membership, by=person, now=now)
    for mandate in mandating.of_person(session, person):
        mandating.end(session, mandate.id, "erased", by=person, now=now)
    leading = ProjectLead.person_id == person.id, ProjectLead.until_at.is_(None)
    session.execute(update(ProjectLead).where(*leading).values(until_at=now))


def _forget_words(session: Session, party: Party, person: Person, now: datetime) -> None:
    session.execute(delete(ProfileEntry).where(ProfileEntry.party_id == party.id))
    session.expire(party, ["profile"])
    own = select(Application.id).where(Application.party_id == party.id)
    said = ApplicationEvent.application_id.in_(own), ApplicationEvent.by_id == person.id
    session.execute(update(ApplicationEvent).where(*said).values(note=""))
    session.execute(update(Application).where(Application.party_id == party.id).values(statement=ERASED))
    session.execute(update(Participation).where(Participation.person_id == person.id).values(note=""))
    for affiliation in session.execute(select(Affiliation).where(Affiliation.person_id == person.id)).scalars():
        affiliation.visibility = Visibility.NOBODY
        affiliation.until_on = affiliation.until_on or now.date()
        affiliation.typed_name = ERASED if affiliation.typed_name else ""
    session.flush()


def _forget_account(session: Session, person: Person, now: datetime) -> None:
    known = [address.canonical for address in person.addresses]
    session.execute(delete(Password).where(Password.person_id == person.id))
    session.execute(delete(Token).where((Token.person_id == person.id) | Token.canonical.in_(known)))
    sessions.end_all(session, person, SessionEnd.SIGNED_OUT_ELSEWHERE, now=now)
    session.execute(delete(EmailAddress).where(EmailAddress.person_id == person.id))
    # Every account has an address; this one is of a domain that no mail reaches (RFC 2606).
    placeholder = f"erased-{person.id}@erased.invalid"
    session.add(EmailAddress(person_id=person.id, address=placeholder, canonical=placeholder, confirmed_at=now))
    person.display_name = f"Erased person {person.id}"
    session.flush()
    session.expire(person, ["addresses"])
