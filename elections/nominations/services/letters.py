"""Mails to nominees: short, with what, until when, and one link; each is sent once."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.nominations.models import EligibilityDecision, Nomination
from elections.nominations.services import records
from foundation.accounts.models import Person
from foundation.core import mail
from foundation.core.context import settings

LONGEST_SUBJECT = 200


def tell_proposed(session: Session, nomination: Nomination, *, now: datetime) -> None:
    """Tell a nominee that somebody proposes them, and until when they can accept."""
    cycle = records.cycle_of(session, nomination.contest.election)
    text = _(
        "%(by)s nominates you for “%(contest)s”.\n\nYou stand only if you accept until %(until)s. "
        "If you do nothing, nobody learns of it.",
        by=nomination.by.display_name,
        contest=nomination.contest.title,
        until=f"{format_datetime(cycle.nominations_close_at, 'd MMMM y, HH:mm', rebase=False)} UTC",
    )
    subject = _("You are nominated: %(contest)s", contest=nomination.contest.title)
    _tell(session, nomination, subject, text, key="proposed", now=now)


def tell_decided(session: Session, nomination: Nomination, decision: EligibilityDecision, *, now: datetime) -> None:
    """Tell a nominee whether they can be elected, why, and that they can appeal."""
    words = {"contest": nomination.contest.title, "reason": decision.reason}
    if decision.eligible:
        text = _("You can be elected in “%(contest)s”. The reason given:\n\n%(reason)s", **words)
    else:
        text = _(
            "You cannot be elected in “%(contest)s”. The reason given:\n\n%(reason)s\n\n"
            "You can appeal until the roll is frozen; two other officials then decide.",
            **words,
        )
    subject = _("Your nomination was decided on: %(contest)s", contest=nomination.contest.title)
    _tell(session, nomination, subject, text, key=f"decided {decision.id}", now=now)


def _tell(session: Session, nomination: Nomination, subject: str, says: str, *, key: str, now: datetime) -> None:
    nominee: Person = nomination.person
    link = f"{settings().base_url}/elections/{nomination.contest.election_uuid}/nominations/{nomination.id}"
    text = _("Hello %(name)s,\n\n%(says)s\n\n%(link)s\n", name=nominee.display_name, says=says, link=link)
    key = f"nomination {nomination.id} {key}"
    mail.enqueue(session, to=nominee.address, subject=subject[:LONGEST_SUBJECT], text=text, key=key, now=now)
