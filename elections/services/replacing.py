"""Replacing a trustee before anybody makes a key, in every election of the cycle that has not come to its keys.

The elections of a cycle are drafted with one list of trustees and shown with it; so one act replaces a person in all of
them, and a poll, which belongs to no cycle, is replaced in alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.services import catalogue as cycles
from elections.lifecycle import BEFORE_KEYS
from elections.models import Election, Trustee, TrusteeKind
from elections.nominations import interests
from elections.services import catalogue, notices
from elections.services.setup import LONGEST_NAME, subject
from elections.services.standing_trustees import require_choosable, trustees_in_office
from elections.services.wording import one_line, public_reason
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid, NotFound

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Swap:
    """Which trustee, by number, is replaced by whom, and why; the reason is public."""

    owner: int
    successor: Person
    reason: str


def replaceable(election: Election) -> list[Trustee]:
    """Return the trustees whom officials can replace: all but the server, until the key ceremony begins."""
    if election.phase not in BEFORE_KEYS:
        return []
    return [trustee for trustee in election.trustees if trustee.kind is not TrusteeKind.SERVER]


def successors(session: Session, election: Election, now: datetime) -> list[Person]:
    """Return who holds the office of a trustee, is none of this election yet, and does not stand in it."""
    seated = {trustee.person_id for trustee in election.trustees}
    found = [person for person in trustees_in_office(session, now) if person.id not in seated]
    return [person for person in found if not interests.stands_in(session, election, person)]


def replace(session: Session, uuid: str, swap: Swap, *, by: Person, now: datetime) -> Election:
    """Put the successor into the trustee's place and write to both, or raise a Refusal that says why not.

    Nothing of it can be done once the key ceremony has begun; the database refuses it then as well.
    """
    reason = public_reason(swap.reason, LONGEST_REASON)
    election, elections = _locked(session, uuid)
    leaving = _leaving(election, swap.owner)
    require_choosable(session, swap.successor, by=by, now=now)
    _refuse_candidate(session, election, swap.successor)
    if leaving.person is not None:
        interests.require_not_own(session, by, leaving.person, on=now.date())
    seats = [trustee for one in elections for trustee in replaceable(one) if _is_same(trustee, leaving)]
    _refuse_twice(elections, seats, swap.successor)
    name, left = one_line(swap.successor.display_name, _("A trustee's name"), LONGEST_NAME), leaving.person
    for seat in seats:
        facts = {"trustee": seat.name, "owner": seat.owner, "successor": name, "reason": reason}
        seat.name, seat.person = name, swap.successor
        session.flush()
        of = subject(seat.election)
        register.enter(session, act="trustee.replaced", by=by.display_name, now=now, subject=of, facts=facts)
    titles = [seat.election.title for seat in seats]
    notices.tell_replaced(session, election, notices.Replaced(left, swap.successor, titles, reason), now=now)
    return election


def _locked(session: Session, uuid: str) -> tuple[Election, Sequence[Election]]:
    """Return the election and all of its cycle, locked, so that no ceremony begins meanwhile."""
    election = catalogue.find(session, uuid)
    cycle = cycles.cycle_of(session, election)
    if cycle is None:
        locked = catalogue.find_locked(session, uuid)
        return locked, [locked]
    elections = cycles.elections_locked(session, cycle)
    return election, elections


def _leaving(election: Election, owner: int) -> Trustee:
    if election.phase not in BEFORE_KEYS:
        sentence = _("The key ceremony has begun or the election is over: its trustees do not change any more.")
        raise Conflict(sentence, code="wrong-phase")
    for trustee in election.trustees:
        if trustee.owner == owner:
            if trustee.kind is TrusteeKind.SERVER:
                raise Conflict(_("The server is one of the trustees of every election, once."), code="bad-trustees")
            return trustee
    raise NotFound(_("This election has no such trustee."), code="no-such-trustee")


def _refuse_candidate(session: Session, election: Election, successor: Person) -> None:
    words = {"name": successor.display_name}
    if interests.stands_in(session, election, successor):
        raise Invalid(_("%(name)s stands in these elections and can be no trustee of them.", **words), code="stands")


def _is_same(trustee: Trustee, leaving: Trustee) -> bool:
    return trustee is leaving or (leaving.person_id is not None and trustee.person_id == leaving.person_id)


def _refuse_twice(elections: Sequence[Election], seats: Sequence[Trustee], successor: Person) -> None:
    changed = {seat.election_uuid for seat in seats}
    seated = [trustee for one in elections if one.uuid in changed for trustee in one.trustees]
    if any(trustee.person_id == successor.id for trustee in seated):
        raise Invalid(_("One person cannot be two trustees."), code="bad-trustees")
