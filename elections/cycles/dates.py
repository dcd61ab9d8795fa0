"""The dates of a cycle: how long its periods are, whether the rules allow them, and which ones to suggest. Pure.

Days are counted on the wall clock of the zone in which the dates were chosen: a fortnight is a fortnight, also where
the clocks change within it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import gettext as _
from flask_babel import ngettext

from elections.cycles.rules import ElectionRules, Period, PeriodRule

ANYWHERE_ON_EARTH = "Etc/GMT+12"
NOON = time(12)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FURTHEST = timedelta(days=5 * 366)
MOST_COMPLAINT_DAYS = 366


class BadDate(ValueError):
    """A date and time that a zone does not have, or has twice; the sentence is fit to show."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When the periods of a cycle begin and end (aware times), in the zone whose days count.

    Without `complaint_days` complaints last as long as the rules ask at least.
    """

    nominations_open_at: datetime
    nominations_close_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime
    zone: str = "UTC"
    complaint_days: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the dates: the period that is too short, too long or impossible, and the sentence."""

    period: Period
    sentence: str


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this name, or raise BadDate."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadDate(_("There is no time zone called %(name)s.", name=name[:40])) from error


def instant(wall: datetime, zone: str) -> datetime:
    """Return the moment at which the clocks of a zone show `wall`, or raise BadDate if they never or twice do."""
    where = zone_of(zone)
    try:
        first, second = (wall.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError as error:
        raise _off_the_calendar() from error
    if first.astimezone(where).replace(tzinfo=None) != wall:
        sentence = _("The clocks in %(zone)s skip %(wall)s: choose another time.", zone=zone, wall=_wall(wall))
        raise BadDate(sentence)
    if first != second:
        sentence = _("The clocks in %(zone)s show %(wall)s twice: choose another time.", zone=zone, wall=_wall(wall))
        raise BadDate(sentence)
    return first


def _wall(wall: datetime) -> str:
    return f"{wall:%Y-%m-%d %H:%M}"


def length(begin: datetime, end: datetime, zone: str) -> timedelta:
    """Return how much time passes between two moments on the wall clock of a zone, or raise BadDate."""
    where = zone_of(zone)
    try:
        return end.astimezone(where).replace(tzinfo=None) - begin.astimezone(where).replace(tzinfo=None)
    except OverflowError as error:
        raise _off_the_calendar() from error


def _off_the_calendar() -> BadDate:
    return BadDate(_("This date is too far away."))


def record_day(rules: ElectionRules, dates: Dates) -> date:
    """Return the record date: so many days before the day on which voting opens, in UTC."""
    return dates.voting_opens_at.astimezone(UTC).date() - rules.record.days_before_voting * DAY


def complaint_days(rules: ElectionRules, dates: Dates) -> int:
    """Return how many days complaints can be made."""
    return rules.complaints.days_min if dates.complaint_days is None else dates.complaint_days


def problems(rules: ElectionRules, dates: Dates, announced_at: datetime) -> list[Problem]:
    """List what is impossible about the dates, or shorter or longer than the rules allow, citing their clauses."""
    moments = (
        announced_at,
        dates.nominations_open_at,
        dates.nominations_close_at,
        dates.voting_opens_at,
        dates.voting_closes_at,
    )
    found = [*_reversed(rules, moments), *_endless(complaint_days(rules, dates))]
    if found:
        return found
    spans = [length(begin, end, dates.zone) for begin, end in pairwise(moments)]
    # Where the rules ask for no announcement, nominations may have opened when it comes.
    spans[0] = max(spans[0], timedelta(0))
    spans.append(complaint_days(rules, dates) * DAY)
    for (period, rule), span in zip(rules.periods.items(), spans, strict=True):
        found += _measured(period, rule, span)
    if dates.voting_closes_at - announced_at > FURTHEST:
        found.append(Problem(Period.VOTING, _("These dates are more than five years away.")))
    return found


def _reversed(rules: ElectionRules, moments: tuple[datetime, ...]) -> Iterator[Problem]:
    announced, opens, ends, voting, closes = moments
    if (opens if rules.announcement.days_min else ends) < announced:
        yield Problem(Period.ANNOUNCEMENT, _("Nominations would open before the election is announced."))
    if ends < opens:
        yield Problem(Period.NOMINATIONS, _("Nominations would close before they open."))
    if voting < ends:
        yield Problem(Period.CAMPAIGN, _("Voting would open before nominations close."))
    if closes <= voting:
        yield Problem(Period.VOTING, _("Voting would close before it opens."))


def _endless(days: int) -> Iterator[Problem]:
    if not 0 <= days <= MOST_COMPLAINT_DAYS:
        most = days_spoken(MOST_COMPLAINT_DAYS)
        yield Problem(Period.COMPLAINTS, _("Complaints can be made for %(most)s at most.", most=most))


def _measured(period: Period, rule: PeriodRule, span: timedelta) -> Iterator[Problem]:
    words = {"clause": rule.clause, "these": spoken(span), "what": NAMES[period]()}
    if span < rule.days_min * DAY:
        words["days"] = days_spoken(rule.days_min)
        yield Problem(period, _("%(clause)s asks for at least %(days)s of %(what)s; these are %(these)s.", **words))
    if rule.days_max is not None and span > rule.days_max * DAY:
        words["days"] = days_spoken(rule.days_max)
        yield Problem(period, _("%(clause)s allows at most %(days)s of %(what)s; these are %(these)s.", **words))


NAMES = {
    Period.ANNOUNCEMENT: lambda: _("announcement before nominations open"),
    Period.NOMINATIONS: lambda: _("nominations"),
    Period.CAMPAIGN: lambda: _("campaign between nominations and voting"),
    Period.VOTING: lambda: _("voting"),
    Period.COMPLAINTS: lambda: _("complaints"),
}


def days_spoken(days: int) -> str:
    """Say a number of days."""
    said: str = ngettext("%(num)d day", "%(num)d days", days)
    return said


def spoken(span: timedelta) -> str:
    """Say a length of time in days, and the hours or minutes that are left."""
    days, rest = divmod(span, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = 0 if days else rest // MINUTE
    parts = [days_spoken(days)] if days else []
    if hours:
        parts.append(ngettext("%(num)d hour", "%(num)d hours", hours))
    if minutes:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if not parts:
        return str(_("less than a minute")) if rest else days_spoken(0)
    return str(_("%(days)s and %(hours)s", days=parts[0], hours=parts[1])) if len(parts) > 1 else str(parts[0])


def suggested(rules: ElectionRules, now: datetime, zone: str = "UTC") -> Dates:
    """Return the earliest dates the rules allow, each at noon, where no zone changes its clocks."""
    where = zone_of(zone)
    first = now.astimezone(where).date() + (rules.announcement.days_min + 1) * DAY
    begins = [first]
    for rule in (rules.nominations, rules.campaign, rules.voting):
        begins.append(begins[-1] + max(1, rule.days_min) * DAY)
    opens, ends, votes, closes = (datetime.combine(day, NOON, where).astimezone(UTC) for day in begins)
    return Dates(opens, ends, votes, closes, zone, rules.complaints.days_min)
