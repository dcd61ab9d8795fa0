"""Control groups as a cap counts them: how they are called on ballots, and how many seats each holds already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.models import Contest
from foundation.accounts.models import Person
from membership import directory


def labels(session: Session, person: Person, on: date) -> list[str]:
    """Return what the person's control groups are called in manifests: a name, and the number that makes it unique."""
    leaders = directory.control_groups(session, person, on)
    names = directory.organization_names(session, leaders)
    return sorted(f"{names[leader]} (no. {leader})" for leader in leaders)


def sitting(session: Session, body: str, on: date) -> dict[str, int]:
    """Return how many seats of a body the members of each control group hold on a day; every affiliation counts."""
    held = select(SeatTerm.person_id).where(
        SeatTerm.body == body,
        SeatTerm.from_on <= on,
        SeatTerm.until_on > on,
        or_(SeatTerm.ended_on.is_(None), SeatTerm.ended_on > on),
    )
    people = session.execute(select(Person).where(Person.id.in_(held))).scalars()
    return dict(sorted(Counter(label for person in people for label in labels(session, person, on)).items()))


def warnings(contest: Contest, own: Sequence[str], seats: Mapping[str, int]) -> list[str]:
    """Return a sentence for each of somebody's `own` control groups that holds all the `seats` the cap leaves it."""
    if contest.cap is None:
        return []
    full = [label for label in own if seats.get(label, 0) >= contest.cap]
    return [
        _(
            "%(group)s already holds %(held)s of the %(cap)s seats that one control group may have. "
            "Whoever belongs to it can stand, but gets a seat only if one of these becomes free.",
            group=label,
            held=seats[label],
            cap=contest.cap,
        )
        for label in full
    ]
