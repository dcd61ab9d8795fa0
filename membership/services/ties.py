"""Who belongs to whom on a day: control groups, employment, mandates; and that nobody decides about their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Forbidden
from membership.models.affiliations import Affiliation, DisputeState
from membership.models.mandates import Mandate
from membership.models.parties import ControlEdge, Party
from membership.rules.conflicts import SELF, Ties, conflict
from membership.rules.control import control_groups, group_of


class SelfDealing(Forbidden):
    """The officer belongs to what is to be decided about."""

    code = "self-dealing"


def groups_on(session: Session, on: date) -> dict[int, int]:
    """Return the leader of the control group of each organization that stood in a control edge on the day."""
    wanted = select(ControlEdge.parent_id, ControlEdge.child_id).where(
        ControlEdge.from_on <= on, or_(ControlEdge.until_on.is_(None), on < ControlEdge.until_on)
    )
    return control_groups((parent, child) for parent, child in session.execute(wanted))


def control_group(session: Session, organization_id: int, on: date) -> frozenset[int]:
    """Return the numbers of the organizations of its control group on the day, itself among them."""
    return group_of(groups_on(session, on), organization_id)


def organizations_of(session: Session, person_id: int, now: datetime) -> set[int]:
    """Return the organizations a person belongs to: by affiliation, also a disputed one, or by mandate."""
    return organizations_of_each(session, {person_id}, now)[person_id]


def organizations_of_each(session: Session, persons: Collection[int], now: datetime) -> dict[int, set[int]]:
    """Return the organizations each of these persons belongs to."""
    on = now.date()
    employed = select(Affiliation.person_id, Affiliation.organization_id).where(
        Affiliation.person_id.in_(persons),
        Affiliation.organization_id.is_not(None),
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), on < Affiliation.until_on),
        or_(Affiliation.dispute.is_(None), Affiliation.dispute != DisputeState.UPHELD),
    )
    mandated = select(Mandate.person_id, Mandate.organization_id).where(
        Mandate.person_id.in_(persons),
        Mandate.accepted_at <= now,
        or_(Mandate.ended_at.is_(None), now < Mandate.ended_at),
    )
    found: dict[int, set[int]] = {person: set() for person in persons}
    for person, organization in session.execute(employed.union(mandated)):
        found[person].add(organization or 0)
    return found


def groups_of_each(session: Session, persons: Collection[int], now: datetime) -> dict[int, frozenset[int]]:
    """Return the control groups that each of these persons belongs to, by their smallest numbers."""
    groups, found = groups_on(session, now.date()), organizations_of_each(session, persons, now)
    return {person: frozenset(groups.get(number, number) for number in own) for person, own in found.items()}


def ties_of_person(session: Session, person_id: int, now: datetime) -> Ties:
    """Return who the person is and the control groups they belong to now."""
    groups = groups_on(session, now.date())
    own = organizations_of(session, person_id, now)
    return Ties(person_id, frozenset(groups.get(number, number) for number in own))


def ties_of_party(session: Session, party: Party, now: datetime) -> Ties:
    """Return the party's ties: a person's own, or the organization's control group."""
    if party.person_id is not None:
        return ties_of_person(session, party.person_id, now)
    groups, number = groups_on(session, now.date()), party.organization_id or 0
    return Ties(None, frozenset({groups.get(number, number)}))


def conflict_of(session: Session, officer: Person, party: Party, now: datetime) -> str:
    """Return the sentence why the officer must not decide about the party, or an empty one."""
    found = conflict(ties_of_person(session, officer.id, now), ties_of_party(session, party, now))
    return _in_words(found) if found is not None else ""


def _in_words(found: str) -> str:
    if found == SELF:
        return str(_("Nobody decides about themselves. Another officer must do this."))
    return str(
        _("You belong to the same organization or control group as this party. Somebody who does not must decide.")
    )


def refuse_deciding_about(session: Session, officer: Person, person_id: int, now: datetime) -> None:
    """Raise SelfDealing when what is to be decided concerns the officer or a colleague, who need be no party yet."""
    found = conflict(ties_of_person(session, officer.id, now), ties_of_person(session, person_id, now))
    if found is not None:
        raise SelfDealing(_in_words(found))


def refuse_self_dealing(session: Session, officer: Person, party: Party, now: datetime) -> None:
    """Raise SelfDealing when the officer belongs to what is to be decided about (domain, invariant 7)."""
    sentence = conflict_of(session, officer, party, now)
    if sentence:
        raise SelfDealing(sentence)
