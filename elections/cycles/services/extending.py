"""Extending a period, only as the rules allow: later dates move along, so that no other period becomes shorter."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from elections.cycles import dates as calendar
from elections.cycles.dates import DAY, days_spoken
from elections.cycles.models import Cycle, Extension
from elections.cycles.rules import ExtensionRule, Period
from elections.cycles.services import catalogue, mailing
from elections.cycles.services.drafting import subject
from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import BEFORE_KEYS, ORDER, Phase
from elections.models import Election
from elections.services.wording import public_reason
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.errors import Conflict, Invalid

LONGEST_REASON = 1000
# Until which phases a period can be extended: a vote that has not opened yet can still be put off.
RUNNING: dict[Period, frozenset[Phase]] = {
    Period.ANNOUNCEMENT: frozenset({Phase.ANNOUNCED}),
    Period.NOMINATIONS: frozenset({Phase.ANNOUNCED, Phase.NOMINATIONS}),
    Period.CAMPAIGN: (BEFORE_KEYS - {Phase.DRAFT}) | {Phase.KEY_CEREMONY},
    Period.VOTING: (BEFORE_KEYS - {Phase.DRAFT}) | {Phase.KEY_CEREMONY, Phase.VOTING},
    Period.COMPLAINTS: frozenset({Phase.COMPLAINTS}),
}
BEFORE_COMPLAINTS = frozenset(ORDER[: ORDER.index(Phase.COMPLAINTS)])


def extend(
    session: Session,
    cycle_id: int,
    period: Period,
    until: datetime,
    *,
    reason: str,
    by: Person,
    now: datetime,
    expecting: datetime | None = None,
) -> Extension:
    """Extend a period until a later moment, tell those concerned, and enter it in the register.

    Raises Conflict where the rules do not allow it, and when its end is not the one that was `expecting`ed any more.
    """
    reason = public_reason(reason, LONGEST_REASON)
    cycle = catalogue.find_locked(session, cycle_id)
    catalogue.require_official(session, cycle, by)
    decided = clock.database_now(session)
    elections = _concerned(cycle, period, catalogue.elections_locked(session, cycle), decided)
    end = end_of(cycle, period, elections)
    if expecting is not None and expecting != end:
        raise Conflict(_("Somebody has changed this date meanwhile. Look at it again."), code="date-changed")
    _require_allowed(cycle, period, end, decided)
    extension = Extension(period=period, from_at=end, until_at=until, reason=reason, by_id=by.id, at=now)
    _check_length(cycle, extension, decided)
    _move(cycle, extension, elections)
    cycle.extensions.append(extension)
    session.flush()
    _enter(session, cycle, extension, by.display_name)
    mailing.tell_extended(session, cycle, extension, elections, now=now)
    return extension


def extensible(cycle: Cycle, elections: Sequence[Election], at: datetime) -> dict[Period, datetime]:
    """Return the periods that the rules let officials extend at this moment, and when each ends as things stand."""
    found = {}
    for period in Period:
        with suppress(Conflict):
            found[period] = require_extensible(cycle, period, elections, at)
    return found


def require_extensible(cycle: Cycle, period: Period, elections: Sequence[Election], at: datetime) -> datetime:
    """Return when a period ends as things stand, or raise Conflict with the reason why it cannot be extended."""
    end = end_of(cycle, period, _concerned(cycle, period, elections, at))
    _require_allowed(cycle, period, end, at)
    return end


def end_of(cycle: Cycle, period: Period, elections: Sequence[Election]) -> datetime:
    """Return when a period ends as things stand."""
    if period is Period.COMPLAINTS:
        ends = [election.complaints_until for election in elections if election.complaints_until is not None]
        return max(ends, default=cycle.voting_closes_at)
    return {
        Period.ANNOUNCEMENT: cycle.nominations_open_at,
        Period.NOMINATIONS: cycle.nominations_close_at,
        Period.CAMPAIGN: cycle.voting_opens_at,
        Period.VOTING: cycle.voting_closes_at,
    }[period]


def used(cycle: Cycle, period: Period) -> int:
    """Return how many times officials have extended a period."""
    return sum(extension.period is period and extension.by_id is not None for extension in cycle.extensions)


def _concerned(cycle: Cycle, period: Period, elections: Sequence[Election], at: datetime) -> list[Election]:
    """Return the elections that an extension moves; complaints that are over stay so, whatever others wait for."""
    if cycle.announced_at is None:
        raise Conflict(_("These elections are not announced: there is nothing to extend yet."), code="wrong-phase")
    found = [election for election in elections if election.phase in RUNNING[period]]
    if period is Period.COMPLAINTS:
        found = [election for election in found if election.complaints_until and at < election.complaints_until]
        if not found and any(election.phase in BEFORE_COMPLAINTS for election in elections):
            raise Conflict(_("The time for complaints has not begun: there is nothing to extend."), code="wrong-phase")
    if not found:
        raise _is_over()
    return found


def _is_over() -> Conflict:
    return Conflict(_("This period is over: it cannot be extended any more."), code="period-over")


def _require_allowed(cycle: Cycle, period: Period, end: datetime, at: datetime) -> None:
    _check_rule(rules_of(cycle).extension, period, used(cycle, period))
    # The vote that should have opened and did not, because keys are missing, can still be put off.
    if end <= at and period is not Period.CAMPAIGN:
        raise _is_over()


def _check_length(cycle: Cycle, asked: Extension, decided: datetime) -> None:
    rule, end, until = rules_of(cycle).extension, asked.from_at, asked.until_at
    if until <= end or until <= decided:
        raise Invalid(_("An extension ends later than the period would, and in the future."), code="bad-dates")
    if _length(end, until, cycle) > rule.days_max * DAY:
        words = {"clause": rule.clause, "days": days_spoken(rule.days_max)}
        raise Invalid(_("%(clause)s allows an extension by at most %(days)s.", **words), code="bad-dates")


def _length(begin: datetime, end: datetime, cycle: Cycle) -> timedelta:
    try:
        return calendar.length(begin, end, cycle.zone)
    except calendar.BadDate as error:
        raise Invalid(str(error), code="bad-dates") from error


def _check_rule(rule: ExtensionRule, period: Period, times: int) -> None:
    if period not in rule.periods:
        sentence = _("%(clause)s does not allow to extend this period.", clause=rule.clause)
        raise Conflict(sentence, code="not-extensible")
    if times >= rule.times:
        often = ngettext("%(num)d time", "%(num)d times", rule.times)
        words = {"clause": rule.clause, "often": often}
        sentence = _("%(clause)s allows to extend a period %(often)s, and that was done.", **words)
        raise Conflict(sentence, code="extended-already")


def _move(cycle: Cycle, extension: Extension, elections: Sequence[Election]) -> None:
    period, until = extension.period, extension.until_at
    by = until - extension.from_at
    if period is Period.COMPLAINTS:
        for election in elections:
            election.complaints_until = until
        return
    order = (Period.ANNOUNCEMENT, Period.NOMINATIONS, Period.CAMPAIGN, Period.VOTING)
    for moved in reversed(order[order.index(period) :]):
        column = {
            Period.ANNOUNCEMENT: "nominations_open_at",
            Period.NOMINATIONS: "nominations_close_at",
            Period.CAMPAIGN: "voting_opens_at",
            Period.VOTING: "voting_closes_at",
        }[moved]
        setattr(cycle, column, getattr(cycle, column) + by)
    for election in elections:
        if election.phase is Phase.VOTING and election.closes_at is not None:
            election.closes_at = max(election.closes_at, cycle.voting_closes_at)


def _enter(session: Session, cycle: Cycle, extension: Extension, by: str) -> None:
    facts = {
        "period": str(extension.period),
        "from": extension.from_at.isoformat(),
        "until": extension.until_at.isoformat(),
        "reason": extension.reason,
        "clause": rules_of(cycle).extension.clause,
    }
    act, at = "cycle.extended", extension.at
    register.enter(session, act=act, by=by, now=at, subject=subject(cycle), facts=facts)
