"""What the page of one nominee shows, and what its reader can do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import FINAL
from elections.models import Contest, Election
from elections.nominations import groups
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Answer, EligibilityDecision, Nomination
from elections.nominations.pages import lists
from elections.nominations.services import ballot, eligibility, endorsements, members, nominating, records
from elections.nominations.services.eligibility import EligibilityFinding
from elections.nominations.services.endorsements import Tally
from foundation.accounts.models import Person
from foundation.core.access import Permission

# Whoever holds one of these has a part in running, counting or certifying elections.
OFFICES = (
    Permission.ELECTIONS_RUN,
    Permission.CREDENTIALS_ISSUE,
    Permission.TRUSTEES_ACT,
    Permission.ELECTIONS_CERTIFY,
)


@dataclass(frozen=True, slots=True)
class Acts:
    """What the reader can do about a nomination now."""

    own: bool = False
    answer: bool = False
    write: bool = False
    withdraw: bool = False
    appeal: bool = False
    endorse: bool = False
    take_back: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of one nominee; `finding` only to themselves and to officials."""

    affiliations: Sequence[str]
    warnings: Sequence[str]
    tally: Tally
    decision: EligibilityDecision | None
    finding: EligibilityFinding | None
    answers: Sequence[Answer]
    acts: Acts
    open: bool


def of(session: Session, nomination: Nomination, reader: Person | None, *, official: bool, now: datetime) -> Facts:
    """Gather what the page of a nominee shows to this reader."""
    election = nomination.contest.election
    on = eligibility.judged_on(session, election, now)
    acts = acts_of(session, nomination, reader, now)
    explained = official or acts.own
    return Facts(
        affiliations=affiliations(session, nomination, on),
        warnings=warnings(session, nomination.contest, nomination.person, on),
        tally=endorsements.tally(session, nomination, on),
        decision=records.decision(nomination),
        finding=eligibility.finding(session, nomination, on) if explained else None,
        answers=lists.answers_of(session, nomination),
        acts=acts,
        open=records.are_open(election, records.cycle_of(session, election), now),
    )


def affiliations(session: Session, nomination: Nomination, on: date) -> Sequence[str]:
    """Return what is printed beside the name: as on the ballots once they are made, and till then as of a day."""
    candidate = nominating.candidate_of(session, nomination)
    return candidate.affiliations if candidate else ballot.printed_affiliations(session, nomination, on)


def warnings(session: Session, contest: Contest, person: Person, on: date) -> list[str]:
    """Say which of the person's control groups leave them no seat as things stand (domain, invariant 6)."""
    cycle = records.cycle_of(session, contest.election)
    body = rules_of(cycle).contest(contest.kind or "").body
    seats = groups.sitting(session, body, records.first_day(cycle)) if contest.cap else {}
    return groups.warnings(contest, groups.labels(session, person, on), seats)


def acts_of(session: Session, nomination: Nomination, reader: Person | None, now: datetime) -> Acts:
    """Say what the reader can do; the services decide again, by the database's clock."""
    if reader is None:
        return Acts()
    election, accepted = nomination.contest.election, nomination.state is NominationState.ACCEPTED
    is_open = records.are_open(election, records.cycle_of(session, election), now)
    if reader.id == nomination.person_id:
        return Acts(
            own=True,
            answer=nomination.state is NominationState.PROPOSED,
            write=accepted and election.phase in nominating.STATEMENTS_OPEN,
            withdraw=accepted and election.phase not in FINAL,
            appeal=accepted and not records.is_standing(nomination) and election.phase in nominating.STATEMENTS_OPEN,
        )
    endorses = endorsements.endorsement_of(session, nomination, reader) is not None
    may = accepted and is_open and not endorses and members.is_member(session, election, reader, now.date())
    return Acts(endorse=may, take_back=endorses and is_open)


def costs(election: Election, person: Person, now: datetime) -> str:
    """Say what standing costs somebody who holds an office in elections, or nothing."""
    if not person.permissions(now) & set(OFFICES):
        return ""
    words = {"title": election.title}
    return str(
        _("You hold an office. If you stand, you lose it for “%(title)s” and all elections of its cycle.", **words)
    )
