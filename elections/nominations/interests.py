"""Nobody decides about themselves or their control group, and an official who stands has lost the office for it."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from elections.models import Candidate, Contest, Election
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from foundation.accounts.models import Person
from foundation.core.errors import Forbidden
from membership import directory


def stands_in(session: Session, election: Election, person: Person) -> bool:
    """Tell whether the person stands in any contest of the election's cycle."""
    return election.cycle_id is not None and election.cycle_id in cycles_stood_in(session, person)


def cycles_stood_in(session: Session, person: Person) -> frozenset[int]:
    """Return the cycles in which the person stands, by one query: for lists of elections.

    Whoever was proposed by another stands from the moment they accept, and no more once they withdrew before the
    ballots were made; whoever is on a ballot stands to the end.
    """
    nominated = or_(
        Nomination.state == NominationState.ACCEPTED,
        (Nomination.state == NominationState.PROPOSED) & (Nomination.by_id == person.id),
    )
    of_contests = select(Election.cycle_id).join(Contest)
    found = union(
        of_contests.join(Nomination).where(Nomination.person_id == person.id, nominated),
        of_contests.join(Candidate).where(Candidate.person_id == person.id),
    )
    return frozenset(cycle for cycle in session.execute(found).scalars() if cycle is not None)


def require_office(session: Session, election: Election, person: Person) -> None:
    """Raise Forbidden when the person stands in the election's cycle: they have lost their offices in it."""
    if stands_in(session, election, person):
        sentence = _("You stand in this election, and so you hold no office in it. Another official must do this.")
        raise Forbidden(sentence, code="official-stands")


def require_not_own(session: Session, official: Person, about: Person, *, on: date) -> None:
    """Raise Forbidden when both are the same person, or belong to one control group or to one claimed employer."""
    if official.id == about.id:
        raise Forbidden(_("Nobody decides about themselves. Another official must do this."), code="self-dealing")
    if shares_control_group(session, official, about, on=on):
        sentence = _("You and the person concerned belong to one control group. Another official must do this.")
        raise Forbidden(sentence, code="self-dealing")


def shares_control_group(session: Session, one: Person, other: Person, *, on: date) -> bool:
    """Tell whether two persons belong to one control group, by affiliation, mandate, or the employer they typed."""
    if directory.control_groups(session, one, on) & directory.control_groups(session, other, on):
        return True
    return bool(_claims(session, one, on) & _claims(session, other, on))


def _claims(session: Session, person: Person, on: date) -> set[str]:
    """Return names that no officer has linked yet: two who typed the same one are taken to mean the same."""
    held = directory.affiliations(session, person, on)
    return {" ".join(each.name.casefold().split()) for each in held if each.organization is None}
