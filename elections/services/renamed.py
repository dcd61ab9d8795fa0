"""What elections say to a new name: who stands keeps the name that voters were shown until the election is over."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.lifecycle import Phase
from elections.models import Candidate, Contest, Election
from elections.nominations import naming
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from foundation.accounts.models import Person
from foundation.core.errors import Conflict


def renamed(session: Session, person: Person, now: datetime) -> bool:
    """Answer whether the person holds a seat, which is public; raise Conflict while voters know them by their name."""
    for title, phase, is_nominee, is_candidate in session.execute(_standing(person)):
        if naming.must_stay(phase, is_nominee=is_nominee, is_candidate=is_candidate):
            sentence = _(
                "Voters know you by your name in “%(title)s”, in which you stand: it stays until that is over."
            )
            raise Conflict(sentence % {"title": title}, code="name-on-ballot")
    terms = session.execute(select(SeatTerm.until_on, SeatTerm.ended_on).where(SeatTerm.person_id == person.id))
    return any(naming.is_seated(until, ended, now.date()) for until, ended in terms)


def _standing(person: Person) -> Select[str, Phase, bool, bool]:
    """Return the elections in which somebody stands, with why, oldest first."""
    nominated = (
        exists()
        .where(Nomination.contest_id == Contest.id, Contest.election_uuid == Election.uuid)
        .where(Nomination.person_id == person.id, Nomination.state == NominationState.ACCEPTED)
    )
    listed = (
        exists()
        .where(Candidate.contest_id == Contest.id, Contest.election_uuid == Election.uuid)
        .where(Candidate.person_id == person.id)
    )
    wanted = select(Election.title, Election.phase, nominated, listed).where(or_(nominated, listed))
    return wanted.order_by(Election.created_at)
