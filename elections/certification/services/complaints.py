"""Complaints about a provisional result: made by members in time, each with a public disposition and its reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from elections.certification import notices
from elections.certification.models import Complaint, Disposition
from elections.cycles.models import Cycle
from elections.lifecycle import Phase
from elections.models import Election, Voter
from elections.nominations import interests
from elections.nominations.texts import paragraphs
from elections.services import catalogue, outcome, voting
from elections.services.setup import subject
from elections.services.wording import one_line
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.errors import Conflict, Forbidden, NotFound
from membership import directory

LONGEST_COMPLAINT = 5000
LONGEST_REASON = 1000
MOST_OPEN = 3
SERVER = "the server"


def begin_complaints(session: Session, election: Election, *, now: datetime) -> Election:
    """Open the time for complaints about a counted result, as long as the cycle says; a second call changes nothing."""
    election = catalogue.find_locked(session, election.uuid)
    if election.phase is Phase.COMPLAINTS:
        return election
    if not outcome.is_complete(session, election):
        raise Conflict(_("This election has no outcome yet."), code="no-outcome-yet")
    cycle = session.get_one(Cycle, election.cycle_id)
    voting.move(election, Phase.COMPLAINTS, now)
    election.complaints_until = clock.database_now(session) + timedelta(days=cycle.complaint_days)
    facts = {"until": election.complaints_until.isoformat()}
    register.enter(session, act="complaints.opened", by=SERVER, now=now, subject=subject(election), facts=facts)
    session.flush()
    return election


def complain(session: Session, uuid: str, text: str, *, by: Person, now: datetime) -> Complaint:
    """Make a public complaint about an election, in time by the database's clock."""
    election = catalogue.find_locked(session, uuid)
    moment = clock.database_now(session)
    _require_open(election, moment)
    _require_member(session, election, by, moment)
    waiting = [one for one in listed(session, election) if one.person_id == by.id and one.disposition is None]
    if len(waiting) >= MOST_OPEN:
        raise Conflict(_("Wait until one of your complaints was answered."), code="too-many-complaints")
    text = paragraphs(text, _("The complaint"), LONGEST_COMPLAINT)
    if any(one.text == text for one in waiting):
        return next(one for one in waiting if one.text == text)
    made = Complaint(election_uuid=uuid, person_id=by.id, text=text, at=moment)
    session.add(made)
    session.flush()
    facts = {"number": number_of(session, made)}
    register.enter(session, act="complaint.made", by=by.display_name, now=now, subject=subject(election), facts=facts)
    return made


def may_complain(session: Session, election: Election, person: Person, now: datetime) -> bool:
    """Tell whether the person may complain: whoever is on the roll, and every member in good standing."""
    on_roll = select(Voter.id).where(Voter.election_uuid == election.uuid, Voter.person_id == person.id)
    if session.execute(on_roll).first() is not None:
        return True
    return any(backing.is_good for backing in directory.backings(session, person, now.date()))


def is_open(election: Election, moment: datetime) -> bool:
    """Tell whether complaints are taken at this moment."""
    until = election.complaints_until
    return election.phase is Phase.COMPLAINTS and until is not None and moment < until


def dispose(
    session: Session, complaint_id: int, disposition: Disposition, reason: str, *, by: Person, now: datetime
) -> Complaint:
    """Record, once, what became of a complaint and why; nobody disposes of their own or their control group's."""
    found = session.get(Complaint, complaint_id)
    if found is None:
        raise NotFound(_("There is no such complaint."), code="no-such-complaint")
    election = catalogue.find_locked(session, found.election_uuid)
    session.refresh(found)
    if election.phase is not Phase.COMPLAINTS:
        raise Conflict(_("Complaints about this election are not decided any more."), code="wrong-phase")
    interests.require_office(session, election, by)
    interests.require_not_own(session, by, found.person, on=now.date())
    if found.disposition is not None:
        raise Conflict(_("This complaint has been decided already."), code="disposed-already")
    found.reason = one_line(reason, _("The reason"), LONGEST_REASON)
    found.disposition, found.disposed_by_id, found.disposed_at = disposition, by.id, now
    session.flush()
    facts = {"number": number_of(session, found), "disposition": str(disposition), "reason": found.reason}
    register.enter(
        session, act="complaint.disposed", by=by.display_name, now=now, subject=subject(election), facts=facts
    )
    notices.tell_complainer(session, election, found, now=now)
    return found


def listed(session: Session, election: Election) -> list[Complaint]:
    """Return an election's complaints in the order of their numbers, which begin at 1."""
    return list(session.execute(wanted(election)).scalars())


def wanted(election: Election) -> Select[Complaint]:
    """Return the statement that finds an election's complaints in the order of their numbers."""
    return select(Complaint).where(Complaint.election_uuid == election.uuid).order_by(Complaint.id)


def undisposed(session: Session, election: Election) -> list[Complaint]:
    """Return the complaints that wait for a disposition."""
    return [one for one in listed(session, election) if one.disposition is None]


def numbered(session: Session, election: Election, number: int) -> Complaint:
    """Return the complaint with this number, or raise NotFound."""
    found = listed(session, election)
    if not 1 <= number <= len(found):
        raise NotFound(_("There is no such complaint."), code="no-such-complaint")
    return found[number - 1]


def number_of(session: Session, complaint: Complaint) -> int:
    """Return a complaint's number in its election, counted from 1 in the order in which they were made."""
    return [one.id for one in listed(session, complaint.election)].index(complaint.id) + 1


def _require_open(election: Election, moment: datetime) -> None:
    if election.phase is not Phase.COMPLAINTS or election.complaints_until is None:
        sentence = _("Complaints are taken when the result is provisional, and until it is certified.")
        raise Conflict(sentence, code="wrong-phase")
    if not is_open(election, moment):
        raise Conflict(_("The time for complaints about this election is over."), code="too-late")


def _require_member(session: Session, election: Election, person: Person, now: datetime) -> None:
    if not may_complain(session, election, person, now):
        sentence = _("Complaints are taken from members in good standing, and from whoever is on the roll.")
        raise Forbidden(sentence, code="not-a-member")
