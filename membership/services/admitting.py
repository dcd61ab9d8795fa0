"""The course of a membership: admitted, signed, renewed, suspended, reinstated, and the ways in which it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict, Invalid, NotFound
from membership.days import day
from membership.models.applications import Application
from membership.models.memberships import Membership, MembershipEvent, MembershipTerm
from membership.models.parties import Party, PartyKind
from membership.rules.defaults import RULES
from membership.rules.standing import months_before
from membership.rules.standing_status import EventKind, IllegalAct, Status, require_possible
from membership.services import letters, listing, parties, records, ties
from membership.services.letters import Letter
from membership.services.standing_now import status_of
from membership.wording import one_line, paragraphs

K = EventKind


@dataclass(frozen=True, slots=True)
class Measure:
    """Why something is done to a membership, what it rests on, and the day it takes effect or ends."""

    reason: str = ""
    reference: str = ""
    until: date | None = None
    on: date | None = None


def membership_of(session: Session, party: Party) -> Membership | None:
    """Return the party's membership, if it ever had one."""
    return session.execute(select(Membership).where(Membership.party_id == party.id)).scalar_one_or_none()


def find(session: Session, number: int) -> Membership:
    """Return the membership with this number, or raise NotFound."""
    membership = session.get(Membership, number) if 0 < number <= parties.LARGEST_NUMBER else None
    if membership is None:
        raise NotFound(_("There is no member with this number."), code="no-such-member")
    return membership


def admit(session: Session, application: Application, *, by: Person, now: datetime) -> Membership:
    """Begin the membership of an approved party, or take up that of a former member; it waits for the signature."""
    membership = membership_of(session, application.party)
    kind = K.ADMITTED if membership is None else K.READMITTED
    if membership is None:
        membership = Membership(
            party=application.party, member_class=application.member_class, admitted_on=now.date(), version=1
        )
        session.add(membership)
        session.flush()
        _enter(session, membership, kind, Measure(), by=by, now=now)
    else:
        act(session, membership, kind, Measure(), by=by, now=now)
    listing.list_membership(session, membership, now=now)
    return membership


def act(
    session: Session, membership: Membership, kind: EventKind, measure: Measure, *, by: Person | None, now: datetime
) -> None:
    """Let something happen to a membership: the only door to its events, where the table says what is possible."""
    try:
        require_possible(status_of(membership, now.date()), kind)
    except IllegalAct as error:
        raise Conflict(str(error), code="illegal-transition") from None
    membership.version += 1
    _enter(session, membership, kind, measure, by=by, now=now)


def _enter(
    session: Session, membership: Membership, kind: EventKind, measure: Measure, *, by: Person | None, now: datetime
) -> None:
    on = measure.on or now.date()
    event = MembershipEvent(
        membership=membership,
        kind=kind,
        on_date=on,
        until_on=measure.until,
        reason=measure.reason,
        reference=measure.reference,
        by=by,
        at=now,
    )
    session.add(event)
    session.flush()
    facts = {"class": membership.member_class.value, "on": on.isoformat()}
    if measure.reference:
        facts["reference"] = measure.reference
    officer = by is not None and membership.party.person_id != by.id and kind not in {K.SIGNED, K.RENEWED, K.RESIGNED}
    actor: Person | str = by if officer and by is not None else "member" if by is not None else "rule"
    subject = f"membership:{membership.id}"
    records.enter(session, f"membership.{kind.value}", by=actor, subject=subject, facts=facts, now=now)


def begin_term(session: Session, membership: Membership, kind: EventKind, *, by: Person, now: datetime) -> None:
    """Add a year: from today for somebody who has just signed, from the end of the last term for a renewal."""
    start = now.date() if kind is K.SIGNED else max(term.until_on for term in membership.terms)
    act(session, membership, kind, Measure(), by=by, now=now)
    until = months_before(start, -RULES.term_months)
    for earlier in membership.terms:
        # What was grace until today is part of the new term.
        earlier.grace_until = min(earlier.grace_until, max(start, earlier.until_on))
    session.flush()
    person = membership.party.person_id
    term = MembershipTerm(person_id=person, from_on=start, until_on=until, grace_until=until + RULES.grace, made_at=now)
    membership.terms.append(term)
    session.flush()
    listing.list_membership(session, membership, now=now)


def resign(session: Session, membership: Membership, *, by: Person, now: datetime) -> None:
    """Leave today; signatures, terms and votes stay in the record."""
    parties.require_actor(session, membership.party, by, now=now)
    # Two ways out at once, such as a measure of the committee, follow one another; the table refuses the second.
    held = parties.locked(session, Membership, membership.id, None)
    session.refresh(held, ["terms", "events"])
    _end(session, held, K.RESIGNED, Measure(), by=by, now=now)


def suspend(session: Session, number: int, measure: Measure, *, version: int, by: Person, now: datetime) -> Membership:
    """Suspend a member for a reason, until a day or until reinstated."""
    membership = _before_the_committee(session, number, version, by=by, now=now)
    if measure.until is not None and measure.until <= now.date():
        raise Invalid(_("A suspension must end after today."), code="dates-reversed")
    checked = _checked(measure)
    act(session, membership, K.SUSPENDED, checked, by=by, now=now)
    listing.list_membership(session, membership, now=now)
    name, until = membership.party.name, day(checked.until)
    says = (
        _("The membership of %(name)s is suspended until %(day)s (UTC).", name=name, day=until)
        if until
        else _("The membership of %(name)s is suspended until it is reinstated.", name=name)
    )
    _tell(session, membership, checked, subject=_("Your membership is suspended"), says=says, now=now)
    return membership


def reinstate(
    session: Session, number: int, measure: Measure, *, version: int, by: Person, now: datetime
) -> Membership:
    """End a suspension today."""
    membership = _before_the_committee(session, number, version, by=by, now=now)
    checked = _checked(measure)
    act(session, membership, K.REINSTATED, checked, by=by, now=now)
    listing.list_membership(session, membership, now=now)
    says = _("The membership of %(name)s is no longer suspended.", name=membership.party.name)
    _tell(session, membership, checked, subject=_("Your membership is reinstated"), says=says, now=now)
    return membership


def expel(session: Session, number: int, measure: Measure, *, version: int, by: Person, now: datetime) -> Membership:
    """Carry out an expulsion; it names the motion by which it was decided."""
    membership = _before_the_committee(session, number, version, by=by, now=now)
    if not measure.reference.strip():
        raise Invalid(_("Name the carried motion that expels the member."), code="no-motion")
    checked = _checked(measure)
    _end(session, membership, K.EXPELLED, checked, by=by, now=now)
    about = {"name": membership.party.name, "reference": checked.reference}
    says = _("The membership of %(name)s ended today by expulsion (%(reference)s).", **about)
    _tell(session, membership, checked, subject=_("Your membership has ended"), says=says, now=now)
    return membership


def record_end(
    session: Session, number: int, measure: Measure, *, version: int, by: Person, now: datetime
) -> Membership:
    """Record that a person died or an organization was dissolved."""
    membership = _before_the_committee(session, number, version, by=by, now=now)
    if measure.on is not None and measure.on > now.date():
        raise Invalid(_("This day has not come yet."), code="dates-reversed")
    kind = K.DECEASED if membership.party.kind is PartyKind.PERSON else K.DISSOLVED
    checked = _checked(measure)
    _end(session, membership, kind, checked, by=by, now=now)
    says = _(
        "The membership of %(name)s is recorded as ended by death or dissolution. If that is wrong, write to the "
        "membership committee at once.",
        name=membership.party.name,
    )
    _tell(session, membership, checked, subject=_("Your membership has ended"), says=says, now=now)
    return membership


def _end(
    session: Session, membership: Membership, kind: EventKind, measure: Measure, *, by: Person, now: datetime
) -> None:
    act(session, membership, kind, measure, by=by, now=now)
    last = measure.on or now.date()
    for term in membership.terms:
        # A term that would go on is cut, so that a later readmission begins with a new signature.
        term.until_on = max(term.from_on, min(term.until_on, last))
        term.grace_until = max(term.until_on, min(term.grace_until, last))
    session.flush()
    listing.list_membership(session, membership, now=now)


def _before_the_committee(session: Session, number: int, version: int, *, by: Person, now: datetime) -> Membership:
    membership = parties.locked(session, Membership, number, version)
    ties.refuse_self_dealing(session, by, membership.party, now)
    return membership


def _tell(
    session: Session, membership: Membership, measure: Measure, *, subject: str, says: str, now: datetime
) -> None:
    """Tell the member, or the organization's signatories, what was done and why."""
    text = says + "\n\n" + _("The reason: %(reason)s", reason=measure.reason)
    letter = Letter(subject, text, f"measure:{membership.id}:{membership.version}")
    letters.tell_party(session, membership.party, letter, now=now)


def _checked(measure: Measure) -> Measure:
    reason = paragraphs(measure.reason, _("The reason"), 4000)
    reference = one_line(measure.reference, _("The reference"), 200, optional=True)
    return Measure(reason, reference, measure.until, measure.on)


def is_in_good_standing(membership: Membership | None, on: date) -> bool:
    """Tell whether the membership counts on the day: active, or in its grace period."""
    return membership is not None and status_of(membership, on) in {Status.ACTIVE, Status.GRACE}
