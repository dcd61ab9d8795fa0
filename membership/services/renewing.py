"""Renewal: when it opens, what it asks, and the letters that remind of it, each once and within a window."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from foundation.accounts.models import Person
from foundation.core.errors import Conflict
from membership.days import day
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import Party
from membership.rules.defaults import RULES
from membership.rules.standing_status import EventKind, Status
from membership.services import admitting, affiliating, agreeing, letters, parties
from membership.services.letters import Letter
from membership.services.standing_now import status_of


def last_day(membership: Membership) -> date | None:
    """Return the day on which the last term ends, if the membership has had one."""
    return max((term.until_on for term in membership.terms), default=None)


def grace_ends(membership: Membership) -> date | None:
    """Return the day from which on it is too late to renew, if the membership has had a term."""
    return max((term.grace_until for term in membership.terms), default=None)


def may_renew(membership: Membership, on: date) -> bool:
    """Tell whether renewal is open: shortly before the end of the term, and in the grace period after it."""
    ends = last_day(membership)
    good = status_of(membership, on) in {Status.ACTIVE, Status.GRACE}
    return good and ends is not None and ends - RULES.renewal_opens <= on


def renew(session: Session, party: Party, *, by: Person, now: datetime) -> Membership:
    """Renew for another year, after the affiliations are confirmed and the agreement is signed."""
    parties.require_actor(session, party, by, now=now)
    number = select(Membership.id).where(Membership.party_id == party.id)
    membership = parties.locked(session, Membership, session.execute(number).scalar_one_or_none() or 0, None)
    session.refresh(membership, ["terms", "events"])
    if not may_renew(membership, now.date()):
        raise Conflict(_("There is nothing to renew now."), code="not-open")
    if agreeing.must_sign_by(session, party) is not None:
        raise Conflict(_("Sign the agreement in force first."), code="sign-first")
    if party.person is not None and affiliating.unconfirmed(session, party.person, now.date()):
        raise Conflict(_("Confirm your affiliations first."), code="confirm-first")
    admitting.begin_term(session, membership, EventKind.RENEWED, by=by, now=now)
    return membership


def remind(session: Session, *, now: datetime) -> int:
    """Write the letters that are due: before the end of a term, and once in the grace period."""
    on, reminded = now.date(), 0
    latest = on + max(RULES.renewal_opens, RULES.grace) + RULES.grace
    wanted = select(Membership).join(DirectoryEntry, DirectoryEntry.membership_id == Membership.id)
    wanted = wanted.where(
        DirectoryEntry.good_from <= on, on < DirectoryEntry.good_until, DirectoryEntry.good_until <= latest
    )
    # All at once: with each member's one by one, a large foundation would keep the worker from sending mail.
    loaded = selectinload(Membership.terms), joinedload(Membership.party).joinedload(Party.person)
    wanted = wanted.options(loaded[0], loaded[1].selectinload(Person.addresses))
    for membership in session.execute(wanted.order_by(Membership.id)).scalars():
        letter = _letter(membership, on)
        if letter is not None:
            letters.tell_party(session, membership.party, letter, now=now)
            reminded += 1
    return reminded


def _letter(membership: Membership, on: date) -> Letter | None:
    ends = last_day(membership)
    if ends is None:
        return None
    values = {"number": membership.party_id}
    key = f"renewal:{membership.id}:{ends.isoformat()}"
    if ends <= on:
        says = _(
            "Your membership ended on %(day)s. Renew it before %(grace)s (UTC), or it lapses.",
            day=day(ends),
            grace=day(grace_ends(membership)),
        )
        return Letter(_("Your membership has ended"), says, f"{key}:grace", "membership.renew", values)
    # The smallest that is due, so that somebody who is told late is told once: a window, not a day that may be missed.
    due = [days for days in RULES.renewal_reminders if (ends - on).days <= days]
    if not due:
        return None
    says = _("Your membership ends on %(day)s. Renew it for another year.", day=day(ends))
    return Letter(_("Renew your membership"), says, f"{key}:{min(due)}", "membership.renew", values)
