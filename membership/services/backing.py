"""On which memberships people stand: their own, and those of the organizations that they speak for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from membership.models.mandates import Mandate, MandateRole
from membership.models.memberships import Membership
from membership.models.parties import Party

SPEAKS_FOR = (MandateRole.SIGNATORY, MandateRole.REPRESENTATIVE, MandateRole.ALTERNATE)
VOTES_FOR = (MandateRole.REPRESENTATIVE, MandateRole.ALTERNATE)


def memberships_behind(
    session: Session, persons: Collection[int], moment: datetime, roles: Collection[MandateRole] = SPEAKS_FOR
) -> dict[int, Sequence[Membership]]:
    """Return the memberships of each person at a moment, their own first, however many persons there are at once."""
    speakers = _speakers(session, persons, moment, roles)
    wanted = (
        select(Membership)
        .join(Party)
        .where(or_(Party.person_id.in_(persons), Party.organization_id.in_(speakers)))
        .options(selectinload(Membership.terms), selectinload(Membership.events))
        .order_by(Party.person_id.nulls_last(), Membership.id)
    )
    found: dict[int, list[Membership]] = {person: [] for person in persons}
    for membership in session.execute(wanted).scalars():
        own = membership.party.person_id
        for person in [own] if own is not None else speakers[membership.party.organization_id or 0]:
            found[person].append(membership)
    return dict(found)


def _speakers(
    session: Session, persons: Collection[int], moment: datetime, roles: Collection[MandateRole]
) -> dict[int, list[int]]:
    wanted = (
        select(Mandate.organization_id, Mandate.person_id)
        .where(Mandate.person_id.in_(persons), Mandate.role.in_(roles), Mandate.accepted_at < moment)
        .where(or_(Mandate.ended_at.is_(None), moment <= Mandate.ended_at))
        .distinct()
    )
    found: dict[int, list[int]] = defaultdict(list)
    for organization, person in session.execute(wanted):
        found[organization].append(person)
    return found
