"""Appeals: to be added to the roll, to be left out of it, and about eligibility. Two officials decide each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from elections.electorate.models import Appeal, AppealKind, AppealVerdict
from elections.electorate.services import amending, courses, letters
from elections.models import Election, Voter
from elections.nominations import interests
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.services import eligibility, records
from elections.nominations.texts import paragraphs
from elections.services.setup import subject
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Forbidden, NotFound

LONGEST_TEXT = 2000
LONGEST_REASON = 1000
DECIDING = 2
LARGEST_NUMBER = 2**31 - 1


def appeal(
    session: Session,
    election_uuid: str,
    kind: AppealKind,
    text: str,
    *,
    person: Person,
    now: datetime,
    nomination_id: int | None = None,
) -> Appeal:
    """Ask two officials to change the roll, or a decision on one's own eligibility; possible until the roll freezes."""
    election = courses.locked(session, election_uuid)
    text = paragraphs(text, _("The reason"), LONGEST_TEXT)
    courses.require_changeable(election)
    if open_of(session, election, person, kind) is not None:
        raise Conflict(_("You have appealed already, and officials have not decided yet."), code="appealed-already")
    if kind is AppealKind.ELIGIBILITY:
        _require_refused(session, election, nomination_id, person)
    else:
        _require_built(session, election, kind, person)
    made = Appeal(
        election_uuid=election.uuid,
        kind=kind,
        person=person,
        nomination_id=nomination_id if kind is AppealKind.ELIGIBILITY else None,
        text=text,
        at=now,
    )
    session.add(made)
    session.flush()
    _enter(session, made, "appeal.made", by=f"appellant {made.id}", now=now)
    return made


def decide(session: Session, appeal_id: int, upheld: bool, reason: str, *, by: Person, now: datetime) -> AppealVerdict:
    """Give one official's verdict; the second of the same kind decides the appeal, and what it says is done."""
    found = find(session, appeal_id)
    election = courses.locked(session, found.election_uuid)
    session.refresh(found)
    reason = paragraphs(reason, _("The reason"), LONGEST_REASON)
    if found.decided_at is not None:
        raise Conflict(_("This appeal is decided already."), code="decided-already")
    courses.require_changeable(election)
    _require_impartial(session, found, by, now)
    verdict = AppealVerdict(appeal=found, upheld=upheld, reason=reason, by=by, at=now)
    session.add(verdict)
    session.flush()
    agreeing = [each for each in found.verdicts if each.upheld is upheld]
    if len(agreeing) >= DECIDING:
        _conclude(session, found, agreeing, by=by, now=now)
    return verdict


def open_appeals(session: Session, election: Election) -> list[Appeal]:
    """Return the appeals that are not decided yet, oldest first."""
    wanted = select(Appeal).where(Appeal.election_uuid == election.uuid, Appeal.decided_at.is_(None))
    return list(session.execute(wanted.order_by(Appeal.id)).scalars())


def appeals(session: Session, election: Election) -> Sequence[Appeal]:
    """Return every appeal, those that wait first and then the newest."""
    return session.execute(wanted(election)).scalars().all()


def wanted(election: Election) -> Select[Appeal]:
    """Return the statement that finds an election's appeals, those that wait first and then the newest."""
    found = select(Appeal).where(Appeal.election_uuid == election.uuid)
    return found.order_by(Appeal.decided_at.desc().nulls_first(), Appeal.id)


def appeals_of(session: Session, election: Election, person: Person) -> Sequence[Appeal]:
    """Return the person's own appeals, newest first."""
    wanted = select(Appeal).where(Appeal.election_uuid == election.uuid, Appeal.person_id == person.id)
    return session.execute(wanted.order_by(Appeal.id.desc())).scalars().all()


def open_of(session: Session, election: Election, person: Person, kind: AppealKind) -> Appeal | None:
    """Return the person's appeal of this kind that waits, if there is one."""
    return next(
        (each for each in open_appeals(session, election) if (each.person_id, each.kind) == (person.id, kind)), None
    )


def find(session: Session, number: int) -> Appeal:
    """Return the appeal with this number, or raise NotFound."""
    found = session.get(Appeal, number) if 0 < number <= LARGEST_NUMBER else None
    if found is None:
        raise NotFound(_("There is no such appeal."), code="no-such-appeal")
    return found


def why_not(session: Session, found: Appeal, official: Person, now: datetime) -> str:
    """Return the sentence why this official cannot give a verdict, or an empty one."""
    try:
        _require_impartial(session, found, official, now)
    except (Conflict, Forbidden) as refusal:
        return refusal.message
    return ""


def can_be_decided(session: Session, found: Appeal, officials: Sequence[Person], now: datetime) -> bool:
    """Answer whether, with these officials, two can still give the same verdict on an appeal."""
    able = sum(not why_not(session, found, official, now) for official in officials)
    granting = sum(verdict.upheld for verdict in found.verdicts)
    return max(granting, len(found.verdicts) - granting) + able >= DECIDING


def _require_impartial(session: Session, found: Appeal, by: Person, now: datetime) -> None:
    interests.require_office(session, found.election, by)
    interests.require_not_own(session, by, found.person, on=now.date())
    if found.nomination is not None and by.id in {each.by_id for each in found.nomination.decisions}:
        sentence = _("You took the decision that is appealed. Two other officials must decide.")
        raise Forbidden(sentence, code="self-dealing")
    if by.id in {each.by_id for each in found.verdicts}:
        raise Conflict(_("You have given your verdict. Another official must give the next."), code="verdict-given")


def _require_built(session: Session, election: Election, kind: AppealKind, person: Person) -> None:
    if not courses.was_built(session, election):
        on = courses.cycle_of(session, election).record_on.isoformat()
        sentence = _("The roll has not been built yet. Come back after the record date, %(on)s (UTC).", on=on)
        raise Conflict(sentence, code="no-roll-yet")
    listed = _is_on(session, election, person)
    if kind is AppealKind.ADD_TO_ROLL and listed:
        raise Conflict(_("You are on the roll already."), code="on-the-roll")
    if kind is AppealKind.LEAVE_ROLL and not listed:
        raise Conflict(_("You are not on the roll."), code="not-on-the-roll")


def _is_on(session: Session, election: Election, person: Person) -> bool:
    wanted = select(Voter.id).where(Voter.election_uuid == election.uuid, Voter.person_id == person.id)
    return session.execute(wanted).first() is not None


def _require_refused(session: Session, election: Election, nomination_id: int | None, person: Person) -> None:
    found = session.get(Nomination, nomination_id) if nomination_id and nomination_id <= LARGEST_NUMBER else None
    if found is None or found.contest.election_uuid != election.uuid or found.person_id != person.id:
        raise NotFound(_("There is no such nomination of yours."), code="not-the-nominee")
    decided = records.decision(found)
    if found.state is not NominationState.ACCEPTED or decided is None or decided.eligible:
        raise Conflict(_("No official has decided that you cannot be elected."), code="nothing-to-appeal")


def _conclude(session: Session, found: Appeal, agreeing: list[AppealVerdict], *, by: Person, now: datetime) -> None:
    upheld = agreeing[0].upheld
    if upheld and found.kind is AppealKind.ADD_TO_ROLL:
        amending.add(session, found)
    elif upheld and found.kind is AppealKind.LEAVE_ROLL:
        amending.leave_out(session, found)
    elif upheld and found.nomination is not None:
        eligibility.record(session, found.nomination, True, agreeing[-1].reason, by=by, now=now)
    found.decided_at, found.upheld = now, upheld
    session.flush()
    officials = [each.by.display_name for each in agreeing]
    _enter(
        session,
        found,
        "appeal.upheld" if upheld else "appeal.dismissed",
        by=", ".join(officials)[:200],
        now=now,
        reasons=[each.reason for each in found.verdicts],
    )
    letters.tell_decided(session, found, now=now)


def _enter(session: Session, found: Appeal, act: str, *, by: str, now: datetime, **facts: object) -> None:
    """Enter it without the appellant's name: who is left off a roll, and why, is theirs to tell."""
    election = session.get_one(Election, found.election_uuid)
    about = {"appeal": found.id, "kind": str(found.kind), **facts}
    register.enter(session, act=act, by=by, now=now, subject=subject(election), facts=about)
