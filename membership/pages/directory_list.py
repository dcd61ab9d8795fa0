"""The public directory: who is a member, as far as they let be seen, with search and the counts by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import Party, Visibility
from membership.pages.paging import LONGEST_QUERY, PAGE, Page, Place, place_of
from membership.rules.classes import MemberClass
from membership.rules.names import search_words

E = DirectoryEntry
SHORTEST_PREFIX = 2
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the directory."""

    number: int
    name: str
    member_class: MemberClass


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for: words, a class, and whether the reader is a member."""

    query: str = ""
    member_class: MemberClass | None = None
    as_member: bool = False


def reads_as_member(session: Session, person: Person | None, on: date) -> bool:
    """Tell whether the reader is a member in good standing, and so sees what members see."""
    if person is None:
        return False
    wanted = select(E.membership_id).join(Membership, Membership.id == E.membership_id).join(Party)
    wanted = wanted.where(Party.person_id == person.id, _good(on))
    return session.execute(wanted).scalar_one_or_none() is not None


def counts(session: Session, on: date, *, as_member: bool) -> dict[MemberClass, tuple[int, int]]:
    """Return, for each class, how many members it has and how many of them this reader may see."""
    seen = func.count().filter(E.visibility.in_(_seen(as_member)))
    rows = session.execute(select(E.member_class, func.count(), seen).where(_good(on)).group_by(E.member_class))
    found = {kind: (total, visible) for kind, total, visible in rows}
    return {kind: found.get(kind, (0, 0)) for kind in MemberClass}


def page(session: Session, asked: Asked, on: date, number: int) -> Page[Listed]:
    """Return one page of the directory in the order of the names."""
    matches = _matches(asked, on)
    place = place_of(_total(session, asked, on, matches), number)
    # First the numbers, which the index holds; then the rows of this page alone.
    chosen = in_order(select(E.membership_id).where(*matches), place)
    return Page(_rows(session, E.membership_id.in_(chosen.subquery().select())), place)


def in_order(wanted: Any, place: Place) -> Any:
    """Cut a page out of entries in the order of the names, from whichever end of the list it is nearer to."""
    rows = min(PAGE, place.total - place.offset)
    if place.offset <= place.total // 2:
        return wanted.order_by(E.sort_key, E.membership_id).limit(rows).offset(place.offset)
    after = place.total - place.offset - rows
    return wanted.order_by(E.sort_key.desc(), E.membership_id.desc()).limit(rows).offset(after)


def everything(session: Session, asked: Asked, on: date) -> Sequence[Listed]:
    """Return all rows that fit, for a file."""
    wanted = select(E.membership_id, E.name, E.member_class).where(*_matches(asked, on))
    rows = session.execute(wanted.order_by(E.sort_key, E.membership_id))
    return [Listed(*row) for row in rows]


def _rows(session: Session, which: ColumnElement[bool]) -> Sequence[Listed]:
    wanted = select(E.membership_id, E.name, E.member_class).where(which).order_by(E.sort_key, E.membership_id)
    return [Listed(*row) for row in session.execute(wanted)]


def _total(session: Session, asked: Asked, on: date, matches: Sequence[Any]) -> int:
    if not asked.query:
        visible = {kind: seen for kind, (_all, seen) in counts(session, on, as_member=asked.as_member).items()}
        return visible[asked.member_class] if asked.member_class else sum(visible.values())
    return session.execute(select(func.count()).select_from(E).where(*matches)).scalar_one()


def _matches(asked: Asked, on: date) -> list[ColumnElement[bool]]:
    matches = [_good(on), E.visibility.in_(_seen(asked.as_member))]
    if asked.member_class is not None:
        matches.append(E.member_class == asked.member_class)
    if asked.query:
        matches.append(found_by(E.member_vector if asked.as_member else E.public_vector, asked.query))
    return matches


def found_by(vector: Any, typed: str) -> ColumnElement[bool]:
    """Return the condition that every word typed occurs, from two letters on as a beginning; no word finds nothing."""
    words = search_words(typed[:LONGEST_QUERY]).split()[:MOST_WORDS]
    if not words:
        return false()
    asked = " & ".join(f"{word}:*" if len(word) >= SHORTEST_PREFIX else word for word in words)
    condition: ColumnElement[bool] = vector.op("@@")(func.to_tsquery("simple", asked))
    return condition


def _good(on: date) -> ColumnElement[bool]:
    return (E.good_from <= on) & (on < E.good_until)


def _seen(as_member: bool) -> list[Visibility]:
    return [Visibility.EVERYONE, Visibility.MEMBERS] if as_member else [Visibility.EVERYONE]
