"""Building the roll from the directory: the difference to what it is to be is found and applied, row by row.

The rolls by class of a cycle are built together, since nobody votes in both; building again changes only what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from elections.electorate.services import courses, electing
from elections.electorate.services.electing import Wanted
from elections.models import Election
from elections.nominations import interests
from elections.services import roll
from elections.services.setup import subject
from foundation.accounts.models import Person
from foundation.core import clock, register

SHOWN = 100

# The rows as they are to be, with the first confirmed address; who has none cannot be told of the vote, nor vote.
WANTED = text("""
CREATE TEMPORARY TABLE roll_wanted ON COMMIT DROP AS
SELECT wanted.*, person.display_name AS name, mail.canonical AS address
FROM unnest(:persons, :classes, :reasons, :memberships, :organizations)
  AS wanted (person_id, member_class, reason, membership_id, organization)
JOIN person ON person.id = wanted.person_id
JOIN LATERAL (SELECT canonical FROM email_address WHERE person_id = person.id ORDER BY id LIMIT 1) AS mail ON true
""").bindparams(
    bindparam("persons", type_=ARRAY(Integer)),
    bindparam("classes", type_=ARRAY(Text)),
    bindparam("reasons", type_=ARRAY(Text)),
    bindparam("memberships", type_=ARRAY(Integer)),
    bindparam("organizations", type_=ARRAY(Text)),
)
FACTS = ("address", "name", "member_class", "reason", "membership_id", "organization")
DIFFERS = (
    f"({', '.join(f'voter.{each}' for each in FACTS)}) IS DISTINCT FROM ({', '.join(f'w.{each}' for each in FACTS)})"
)
REMOVE = text(
    "DELETE FROM voter WHERE election_uuid = :of"
    " AND NOT EXISTS (SELECT FROM roll_wanted w WHERE w.person_id = voter.person_id)"
)
CHANGE = text(
    f"UPDATE voter SET {', '.join(f'{each} = w.{each}' for each in FACTS)} FROM roll_wanted w"  # noqa: S608
    f" WHERE election_uuid = :of AND voter.person_id = w.person_id AND {DIFFERS}"
)
ADD = text(
    f"INSERT INTO voter (election_uuid, person_id, {', '.join(FACTS)})"  # noqa: S608 — names of our own
    f" SELECT :of, w.person_id, {', '.join(f'w.{each}' for each in FACTS)} FROM roll_wanted w"
    " WHERE NOT EXISTS (SELECT FROM voter WHERE election_uuid = :of AND voter.person_id = w.person_id)"
)
COMPARED = f"""
SELECT CASE WHEN voter.id IS NULL THEN 'added' WHEN w.person_id IS NULL THEN 'removed' ELSE 'changed' END AS what,
  coalesce(w.name, voter.name) AS name, coalesce(w.address, voter.address) AS address,
  coalesce(w.reason, '') AS reason, coalesce(voter.reason, '') AS was
FROM roll_wanted w FULL JOIN (SELECT * FROM voter WHERE election_uuid = :of) voter USING (person_id)
WHERE voter.id IS NULL OR w.person_id IS NULL OR {DIFFERS}
"""  # noqa: S608 — names of our own
COUNT = text(f"SELECT what, count(*) FROM ({COMPARED}) AS compared GROUP BY what")  # noqa: S608
FIRST = text(f"{COMPARED} ORDER BY what, address LIMIT {SHOWN}")


@dataclass(frozen=True, slots=True)
class Difference:
    """A voter whom building anew would add, remove or change: the reason it would give, and the one on the roll."""

    what: str
    name: str
    address: str
    reason: str
    was: str


@dataclass(frozen=True, slots=True)
class Differences:
    """How many voters building anew would add, remove and change, the first of them, and the memberships in good
    standing that have no vote of their own, each with why.
    """

    added: int
    removed: int
    changed: int
    rows: Sequence[Difference]
    left_out: Mapping[int, str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def build(session: Session, election: Election, *, by: Person, now: datetime) -> int:
    """Build the roll from the directory, with those of the cycle's other class, and return how many are on it.

    Raises Conflict before the record date and once the roll is frozen. Building again is possible until then.
    """
    election = courses.locked(session, election.uuid)
    courses.require_changeable(election)
    interests.require_office(session, election, by)
    courses.require_record_day(session, election, clock.database_now(session))
    together = [election] if election.electorate not in courses.CLASSES else _changeable(session, election)
    found = {each.uuid: electing.wanted(session, each) for each in together}
    changes = _apply(session, found)
    for each in together:
        if each is election or any(changes[each.uuid].values()) or not courses.was_built(session, each):
            _enter(session, each, found[each.uuid], changes[each.uuid], by=by, now=now)
    session.expire_all()
    return roll.size(session, election)


def differences(session: Session, election: Election) -> Differences:
    """Return what building anew would change now; nothing is changed."""
    wanted = electing.wanted(session, election)
    of = {"of": election.uuid}
    with _laid_out(session, wanted):
        counts: dict[str, int] = dict(session.execute(COUNT, of).all())
        shown = [Difference(*row) for row in session.execute(FIRST, of)]
    figures = (counts.get("added", 0), counts.get("removed", 0), counts.get("changed", 0))
    return Differences(*figures, shown, wanted.left_out)


def _changeable(session: Session, election: Election) -> list[Election]:
    return [each for each in courses.siblings(session, election) if each.phase in courses.CHANGEABLE]


def _apply(session: Session, found: dict[str, Wanted]) -> dict[str, dict[str, int]]:
    """Remove everywhere before adding anywhere: who moves from one roll to another is never on both."""
    changes: dict[str, dict[str, int]] = {}
    for uuid, wanted in found.items():
        with _laid_out(session, wanted):
            changes[uuid] = {"removed": _count(session, REMOVE, uuid)}
    for uuid, wanted in found.items():
        with _laid_out(session, wanted):
            changes[uuid] |= {"changed": _count(session, CHANGE, uuid), "added": _count(session, ADD, uuid)}
    return changes


def _count(session: Session, statement: object, uuid: str) -> int:
    return int(session.connection().execute(statement, {"of": uuid}).rowcount)  # type: ignore[call-overload]


@contextmanager
def _laid_out(session: Session, wanted: Wanted) -> Iterator[None]:
    """Lay the wanted rows beside the roll. The planner may think that a roll is as empty as when it last looked: were
    it to compare row by row, 100,000 voters would take an hour.
    """
    session.flush()
    session.execute(text("DROP TABLE IF EXISTS roll_wanted"))
    rows = list(wanted.rows.values())
    columns: dict[str, Iterable[object]] = {
        "persons": [row.person for row in rows],
        "classes": [str(row.member_class) for row in rows],
        "reasons": [row.reason for row in rows],
        "memberships": [row.membership for row in rows],
        "organizations": [row.organization for row in rows],
    }
    session.execute(WANTED, columns)
    session.execute(text("ANALYZE roll_wanted"))
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(text("SET LOCAL enable_nestloop = on"))


def _enter(
    session: Session, election: Election, wanted: Wanted, changes: dict[str, int], *, by: Person, now: datetime
) -> None:
    on_roll = roll.size(session, election)
    facts = {
        "voters": on_roll,
        "record_date": courses.cycle_of(session, election).record_on.isoformat(),
        "without_vote": len(wanted.left_out),
        "without_address": len(wanted.rows) - on_roll,
        **changes,
    }
    who = by.display_name
    register.enter(session, act=courses.BUILT, by=who, now=now, subject=subject(election), facts=facts)
