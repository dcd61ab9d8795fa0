"""Everything about a person as one file, whichever part of the house keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.db import Base
from foundation.core.mail import OutboxMessage
from membership.models.applications import Application
from membership.models.memberships import Membership
from membership.services import parties

# Columns that make a row the person's own; in every other column they are named for what they did in an office.
OWN = frozenset({"person_id", "applicant_id", "signatory_id", "registered_by_id"})
SECRET = frozenset({"password", "token", "server_key"})
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a part of the house tells by itself: the tables it answers for, and what they hold about a person."""

    tables: frozenset[str]
    tell: Callable[[Session, Person], Mapping[str, Rows]]


CHAPTERS: dict[str, Chapter] = {}


def add_chapter(name: str, chapter: Chapter) -> None:
    """Let a part of the house tell what it keeps under `name`, where references alone do not say whose a row is."""
    CHAPTERS[name] = chapter


def export(session: Session, person: Person) -> dict[str, Any]:
    """Return everything kept about the person: table by table, and in a chapter of its own what a part tells itself.

    The tables are found by their references to the person, so that a new one is not forgotten.
    """
    keys = _keys_of(session, person)
    numbers = keys["person"]
    own: dict[str, Any] = {"person": _rows(session, Person.__table__, Person.__table__.c.id, numbers)}
    acts: dict[str, Any] = {}
    told = SECRET.union(*(chapter.tables for chapter in CHAPTERS.values()))
    for table in Base.metadata.sorted_tables:
        for column, target in _references(table):
            if table.name in told or not keys.get(target):
                continue
            if target == "person" and column.name not in OWN:
                done = session.execute(select(*table.primary_key.columns).where(column.in_(numbers))).all()
                acts |= {f"{table.name}.{column.name}": [list(row) for row in done]} if done else {}
            elif target == "person" or column.name == f"{target}_id":
                found = _rows(session, table, column, keys[target])
                own.setdefault(table.name, []).extend(row for row in found if row not in own.get(table.name, []))
    everybody = [session.get_one(Person, number) for number in numbers]
    chapters = {name: _told(chapter, session, everybody) for name, chapter in CHAPTERS.items()}
    return {"about": own, "acts_in_an_office": acts, "letters": _letters(session, person)} | chapters


def _told(chapter: Chapter, session: Session, entries: Sequence[Person]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for person in entries:
        for name, rows in chapter.tell(session, person).items():
            plain = [{key: _plain(value) for key, value in row.items()} for row in rows]
            found |= {name: found.get(name, []) + plain} if plain else {}
    return found


def _letters(session: Session, person: Person) -> list[dict[str, Any]]:
    """Return which letters were sent to the person; what they said is not kept once they have left."""
    addresses = [address.canonical for address in person.addresses]
    columns = (OutboxMessage.recipient, OutboxMessage.subject, OutboxMessage.created_at, OutboxMessage.sent_at)
    wanted = select(*columns).where(OutboxMessage.recipient.in_(addresses)).order_by(OutboxMessage.id)
    return [{str(name): _plain(value) for name, value in row.items()} for row in session.execute(wanted).mappings()]


def _keys_of(session: Session, person: Person) -> dict[str, list[int]]:
    """Return the numbers that are the person's, those of entries that were merged into theirs among them."""
    party = parties.party_or_none(session, person)
    entries = parties.with_duplicates(session, party) if party else []
    own = [entry.id for entry in entries]
    memberships = select(Membership.id).where(Membership.party_id.in_(own)).order_by(Membership.id)
    applications = select(Application.id).where(Application.party_id.in_(own)).order_by(Application.id)
    return {
        "person": [person.id, *(entry.person_id for entry in entries[1:] if entry.person_id)],
        "party": own,
        "membership": list(session.execute(memberships).scalars()),
        "application": list(session.execute(applications).scalars()),
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
