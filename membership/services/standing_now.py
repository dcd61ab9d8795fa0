"""A membership's status on a day, asked of the pure rule with what the tables hold."""

from __future__ import annotations

from datetime import date

from membership.models.memberships import Membership
from membership.rules.standing_status import Event, Status, Term, status_on


def terms_of(membership: Membership) -> list[Term]:
    """Return the membership's terms as the rule sees them."""
    return [Term(term.from_on, term.until_on, term.grace_until) for term in membership.terms]


def events_of(membership: Membership) -> list[Event]:
    """Return the membership's events as the rule sees them, in their order."""
    return [Event(event.kind, event.on_date, event.until_on) for event in membership.events]


def status_of(membership: Membership, on: date) -> Status:
    """Return the membership's status on the day."""
    return status_on(terms_of(membership), events_of(membership), on)
