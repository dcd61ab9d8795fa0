"""Filling seats: who is elected by a certified outcome holds the seat from the next day, for the rules' term."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from elections.certification.models import SeatTerm
from elections.certification.services.statement import cycle_of
from elections.cycles.services.rules_in_force import rules_of
from elections.models import Contest, Election
from elections.nominations import groups
from elections.verifier.certificate_form import Certificate, CertifiedContest

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Breach:
    """That a control group holds more seats of a body than the cap lets one have."""

    body: str
    group: str
    held: int
    most: int


def fill(session: Session, election: Election, certificate: Certificate, *, now: datetime) -> list[SeatTerm]:
    """Begin the terms of everybody elected; where too few voted nobody is, and no seat is filled."""
    if certificate.is_void:
        return []
    rules = rules_of(cycle_of(session, election))
    first = now.date() + timedelta(days=1)
    terms = [
        SeatTerm(
            contest_id=contest.id,
            person_id=_person(contest, name),
            body=rules.contest(contest.kind or "").body,
            seat=contest.title,
            from_on=first,
            until_on=months_later(first, rules.contest(contest.kind or "").term_months),
        )
        for contest, certified in zip(election.contests, certificate.contests, strict=True)
        for name in _seated(certified)
    ]
    session.add_all(terms)
    session.flush()
    return terms


def breaches(session: Session, election: Election, on: date) -> list[Breach]:
    """Return the breaches of the cap on a day in the bodies that an election fills.

    A count heeds the cap as its manifest knew it; another election of the cycle, filled since, it cannot have known.
    """
    rules = rules_of(cycle_of(session, election))
    if rules.cap is None:
        return []
    bodies = sorted({rules.contest(contest.kind or "").body for contest in election.contests})
    return [
        Breach(body, group, held, rules.cap.seats)
        for body in bodies
        for group, held in groups.sitting(session, body, on).items()
        if held > rules.cap.seats
    ]


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day where it has no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _seated(certified: CertifiedContest) -> tuple[str, ...]:
    return certified.elected[: certified.seats]


def _person(contest: Contest, name: str) -> int:
    found = next(one.person_id for one in contest.candidates if one.name == name)
    if found is None:
        raise LookupError(f"The candidate {name} of an election under rules is no person with an account.")
    return found
