"""Appointments to offices. Each is public: permissions follow from them alone, so each is in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Appointment, Person, SessionEnd
from foundation.accounts.services import sessions
from foundation.core import register
from foundation.core.access import Office
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, Invalid, NotFound

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when an office is to be held; without an end, until dismissed."""

    from_at: datetime
    until_at: datetime | None = None


def appoint(
    session: Session, person: Person, office: Office, *, term: Term, reason: str, by: str, now: datetime
) -> Appointment:
    """Appoint the person and enter it in the register, or raise Invalid or Conflict."""
    if term.until_at is not None and term.until_at <= max(term.from_at, now):
        raise Invalid(_("An appointment must end after it begins, and not in the past."))
    wording = _plain(reason)
    try:
        # In a savepoint, so that the session stays fit for use when the constraint refuses.
        with session.begin_nested():
            appointment = Appointment(
                person=person,
                office=office,
                from_at=term.from_at,
                until_at=term.until_at,
                made_by=by,
                reason=wording,
                made_at=now,
            )
            session.add(appointment)
    except IntegrityError as error:
        if is_breach(error, "ex_appointment_not_twice_at_once"):
            raise Conflict(_("%(name)s holds this office at that time already.", name=person.display_name)) from None
        raise
    _enter(session, "appointment.made", appointment, by=by, now=now, reason=appointment.reason)
    return appointment


def end_appointment(session: Session, appointment: Appointment, *, reason: str, by: str, now: datetime) -> Appointment:
    """End an appointment now, sign its holder out everywhere and enter it in the register, or raise Conflict."""
    session.refresh(appointment, with_for_update=True)
    if appointment.until_at is not None and appointment.until_at <= now:
        raise Conflict(_("This appointment has ended already."))
    # One that was still to begin ends as it would have begun: it was never in force.
    appointment.until_at = max(appointment.from_at, now)
    appointment.ended_by, appointment.ended_reason = by, _plain(reason)
    session.flush()
    sessions.end_all(session, appointment.person, SessionEnd.APPOINTMENT_ENDED, now=now)
    _enter(session, "appointment.ended", appointment, by=by, now=now, reason=appointment.ended_reason)
    return appointment


def dismiss(session: Session, person: Person, office: Office, *, reason: str, by: str, now: datetime) -> Appointment:
    """End the appointment by which the person holds or is about to hold the office, or raise NotFound."""
    theirs = select(Appointment).where(Appointment.person_id == person.id, Appointment.office == office)
    open_ended = theirs.where(or_(Appointment.until_at.is_(None), Appointment.until_at > now))
    appointment = session.execute(open_ended.order_by(Appointment.from_at).limit(1)).scalar_one_or_none()
    if appointment is None:
        raise NotFound(_("%(name)s does not hold this office.", name=person.display_name))
    return end_appointment(session, appointment, reason=reason, by=by, now=now)


def _plain(reason: str) -> str:
    text = " ".join(reason.split())
    if len(text) > LONGEST_REASON or not text.isprintable():
        raise Invalid(_("A reason is one paragraph of at most 500 characters."))
    return text


def _enter(session: Session, act: str, appointment: Appointment, *, by: str, now: datetime, reason: str) -> None:
    until = appointment.until_at
    register.enter(
        session,
        act=act,
        by=by,
        now=now,
        subject=f"person:{appointment.person_id}",
        facts={
            "office": appointment.office.value,
            "person": appointment.person.display_name,
            "from": appointment.from_at.isoformat(),
            "until": until.isoformat() if until else None,
            "reason": reason,
        },
    )
