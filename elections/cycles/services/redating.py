"""Changing the dates of a drafted cycle: once it is announced its dates are only ever extended."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles import dates as calendar
from elections.cycles.dates import ANYWHERE_ON_EARTH, Dates
from elections.cycles.models import Cycle
from elections.cycles.services import catalogue
from elections.cycles.services.drafting import check_dates, chosen_dates, subject
from elections.cycles.services.rules_in_force import rules_of
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.errors import Conflict


def redate(
    session: Session, cycle_id: int, dates: Dates, *, by: Person, now: datetime, expecting: Dates | None = None
) -> Cycle:
    """Give a draft other dates that the rules allow, or raise BadDates; `expecting` are those the official saw."""
    cycle = catalogue.find_locked(session, cycle_id)
    catalogue.require_official(session, cycle, by)
    catalogue.running(catalogue.elections_locked(session, cycle))
    if cycle.announced_at is not None:
        sentence = _("These elections are announced: their dates stand, and can only be extended.")
        raise Conflict(sentence, code="announced-already")
    if expecting is not None and expecting != chosen_dates(cycle):
        raise Conflict(_("Somebody has changed these dates meanwhile. Look at them again."), code="date-changed")
    rules = rules_of(cycle)
    check_dates(rules, dates, clock.database_now(session), dates.zone)
    cycle.nominations_open_at, cycle.nominations_close_at = dates.nominations_open_at, dates.nominations_close_at
    cycle.voting_opens_at, cycle.voting_closes_at = dates.voting_opens_at, dates.voting_closes_at
    cycle.zone, cycle.anywhere_on_earth = dates.zone, dates.zone == ANYWHERE_ON_EARTH
    cycle.complaint_days = calendar.complaint_days(rules, dates)
    cycle.record_on = calendar.record_day(rules, dates)
    session.flush()
    who, facts = by.display_name, {"rules": cycle.rules.version}
    register.enter(session, act="cycle.redrafted", by=who, now=now, subject=subject(cycle), facts=facts)
    return cycle
