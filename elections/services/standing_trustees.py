"""Trustees who fall away before anybody makes a key: whose office has ended or ends too soon, and who stand themselves.

Afterwards every key is needed. So until the key ceremony begins they are named here, and officials replace them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.services import catalogue
from elections.lifecycle import BEFORE_KEYS
from elections.models import Election, Trustee, TrusteeKind
from elections.nominations import interests
from elections.services import offices
from elections.services.setup import NewTrustee, subject
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.access import Office, Permission
from foundation.core.errors import Conflict, Invalid


def trustees_in_office(session: Session, now: datetime) -> Sequence[Person]:
    """Return who holds the office of a trustee now, by name."""
    return offices.holders(session, Office.TRUSTEE, now)


def require_choosable(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """Raise Invalid unless somebody holds the office of a trustee, Forbidden where an official would choose themselves.

    Nor does an official choose somebody of their own control group: nobody decides about these.
    """
    if Permission.TRUSTEES_ACT not in person.permissions(now):
        words = {"name": person.display_name}
        raise Invalid(_("%(name)s does not hold the office of a trustee.", **words), code="not-a-trustee")
    interests.require_not_own(session, by, person, on=now.date())


def require_all_choosable(session: Session, drafted: Iterable[NewTrustee], *, by: Person, now: datetime) -> None:
    """Raise a Refusal unless an official may choose each of a draft's trustees who is a person."""
    for trustee in drafted:
        if trustee.person is not None:
            require_choosable(session, trustee.person, by=by, now=now)


@dataclass(frozen=True, slots=True)
class Falling:
    """A trustee who falls away and why; with one who `blocks` the key ceremony cannot begin."""

    trustee: Trustee
    why: str
    blocks: bool


def falling(session: Session, election: Election, now: datetime) -> list[Falling]:
    """Return which trustees of an election, whose keys are not asked for yet, fall away as things stand."""
    if election.phase not in BEFORE_KEYS:
        return []
    return list(_falling(session, election, now))


def _falling(session: Session, election: Election, now: datetime) -> Iterator[Falling]:
    cycle = catalogue.cycle_of(session, election)
    for trustee in election.trustees:
        person = trustee.person
        if person is None:
            continue
        if interests.stands_in(session, election, person):
            yield Falling(trustee, _("stands as a candidate, and is left out when the key ceremony begins"), False)
        elif election.demonstration:
            # The server keeps the key and does this trustee's part.
            continue
        elif Permission.TRUSTEES_ACT not in person.permissions(now):
            yield Falling(trustee, _("holds no office as a trustee any more, and could bring no key"), True)
        elif cycle is not None and Permission.TRUSTEES_ACT not in person.permissions(cycle.voting_closes_at):
            yield Falling(trustee, _("holds no office as a trustee when voting closes"), False)


def require_in_office(session: Session, election: Election, now: datetime) -> None:
    """Raise Conflict naming the trustees who could bring no key: the key ceremony would wait for them for ever."""
    names = [one.trustee.name for one in falling(session, election, now) if one.blocks]
    if names:
        words = {"names": ", ".join(names)}
        sentence = _("Replace first who holds no office as a trustee any more: %(names)s.", **words)
        raise Conflict(sentence, code="trustees-left")


def dismiss(session: Session, election: Election, *, by: str, now: datetime) -> list[Trustee]:
    """Take the trustees who stand out of an election under rules, number the others anew, and return who went.

    Raises Conflict where nobody would be left to hold a key, or nobody but the server, which could open every ballot.
    """
    standing = [one for one in election.trustees if one.person and interests.stands_in(session, election, one.person)]
    left = [trustee for trustee in election.trustees if trustee not in standing]
    if (
        standing
        and all(trustee.kind is TrusteeKind.SERVER for trustee in left)
        and not (left and election.demonstration)
    ):
        raise Conflict(_("Every trustee of this election stands in it: replace one of them first."), code="no-trustee")
    for trustee in standing:
        facts = {"trustee": trustee.name, "owner": trustee.owner, "reason": "stands as a candidate"}
        register.enter(session, act="trustee.dismissed", by=by, now=now, subject=subject(election), facts=facts)
        session.delete(trustee)
    session.flush()
    session.expire(election, ["trustees"])
    # In ascending order a number is always free when it is taken, so that the constraint on numbers holds throughout.
    for owner, trustee in enumerate(election.trustees, start=1):
        if trustee.owner != owner:
            trustee.owner = owner
            session.flush()
    return standing
