"""How many endorsements of a nomination count, and of each that does not, why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from elections.nominations.endorsing import Given, Weight, most_of_one_group, weigh
from elections.nominations.models import Endorsement, Nomination
from elections.nominations.services import members, records
from foundation.accounts.models import Person
from membership import directory


@dataclass(frozen=True, slots=True)
class Weighed:
    """An endorsement, and whether it counts."""

    endorsement: Endorsement
    weight: Weight


@dataclass(frozen=True, slots=True)
class Tally:
    """The endorsements of a nomination: `most` of the `needed` may come from one control group."""

    clause: str
    needed: int
    most: int
    lines: Sequence[Weighed]

    @property
    def counted(self) -> int:
        """How many count."""
        return sum(line.weight is Weight.COUNTS for line in self.lines)

    @property
    def missing(self) -> int:
        """How many that count are still needed."""
        return max(0, self.needed - self.counted)


def tally(session: Session, nomination: Nomination, on: date) -> Tally:
    """Weigh the endorsements that were not taken back, as of a day."""
    rule = records.rules(session, nomination.contest.election).endorsements
    standing = _standing(session, nomination)
    weights = weigh(_given(session, nomination, standing, on), rule.needed, rule.group_share)
    lines = tuple(Weighed(*pair) for pair in zip(standing, weights, strict=True))
    return Tally(rule.clause, rule.needed, most_of_one_group(rule.needed, rule.group_share), lines)


def endorsement_of(session: Session, nomination: Nomination, person: Person) -> Endorsement | None:
    """Return the person's endorsement of a nomination if it stands."""
    wanted = select(Endorsement).where(
        Endorsement.nomination_id == nomination.id,
        Endorsement.person_id == person.id,
        Endorsement.taken_back_at.is_(None),
    )
    return session.execute(wanted).scalar_one_or_none()


def _standing(session: Session, nomination: Nomination) -> Sequence[Endorsement]:
    wanted = select(Endorsement).where(Endorsement.nomination_id == nomination.id, Endorsement.taken_back_at.is_(None))
    wanted = wanted.options(joinedload(Endorsement.person))
    return session.execute(wanted.order_by(Endorsement.id)).scalars().all()


def _given(session: Session, nomination: Nomination, standing: Sequence[Endorsement], on: date) -> list[Given]:
    givers = {endorsement.person_id for endorsement in standing}
    good = members.good_among(session, nomination.contest.election, givers, on)
    groups = directory.control_groups_of_each(session, givers, on)
    return [Given(each.person_id in good, groups[each.person_id]) for each in standing]
