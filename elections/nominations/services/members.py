"""On which membership somebody acts in an election: their own, or that of the organization they speak for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.models import Election, ElectorateKind
from foundation.accounts.models import Person
from foundation.core.errors import Forbidden
from membership import directory
from membership.directory import Backing


def asked_class(election: Election) -> str:
    """Return the class of membership that the election asks of those who stand, propose and endorse."""
    corporate = election.electorate is ElectorateKind.CORPORATE
    return ElectorateKind.CORPORATE.value if corporate else ElectorateKind.INDIVIDUAL.value


def backings(session: Session, election: Election, person: Person, on: date) -> list[Backing]:
    """Return the person's memberships of the class that the election asks for, those in good standing first."""
    held = [each for each in directory.backings(session, person, on) if each.member_class == asked_class(election)]
    return sorted(held, key=lambda each: not each.is_good)


def is_member(session: Session, election: Election, person: Person, on: date) -> bool:
    """Tell whether the person acts on a membership of the election's class that is in good standing."""
    return person.id in good_among(session, election, {person.id}, on)


def good_among(session: Session, election: Election, persons: Collection[int], on: date) -> set[int]:
    """Return those of these persons who act on a membership of the election's class in good standing."""
    found, asked = directory.backings_of_each(session, persons, on), asked_class(election)
    return {
        person for person, held in found.items() if any(each.is_good and each.member_class == asked for each in held)
    }


def require_member(session: Session, election: Election, person: Person, on: date) -> None:
    """Raise Forbidden unless the person is a member of the election's class in good standing, or speaks for one."""
    if is_member(session, election, person, on):
        return
    if election.electorate is ElectorateKind.CORPORATE:
        sentence = _("Only those who speak for a corporate member in good standing can do this.")
    else:
        sentence = _("Only individual members in good standing can do this.")
    raise Forbidden(sentence, code="no-member")
