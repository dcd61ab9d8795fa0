"""The form that begins a cycle: its choices, the dates it suggests, and what the service is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from wtforms import SelectChoice

from elections.cycles.dates import BadDate, Dates, instant, suggested, zone_of
from elections.cycles.forms import CycleForm, RedateForm, zones
from elections.cycles.models import Cycle
from elections.cycles.pages import rules_view
from elections.cycles.rules import ElectionRules, Period
from elections.cycles.services import drafting, redating
from elections.cycles.services.drafting import BadDates, NewCycle
from elections.cycles.services.rules_in_force import parsed, rules_in_force
from elections.models import CredentialSource, TrusteeKind
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.services import once
from elections.services.once import Sent
from elections.services.setup import NewTrustee
from elections.services.standing_trustees import trustees_in_office
from foundation.accounts.models import Person
from foundation.config import Environment
from foundation.core.context import settings

FIELDS = {
    Period.ANNOUNCEMENT: "nominations_open",
    Period.NOMINATIONS: "nominations_close",
    Period.CAMPAIGN: "voting_opens",
    Period.VOTING: "voting_closes",
    Period.COMPLAINTS: "complaint_days",
}
MOMENTS = ("nominations_open", "nominations_close", "voting_opens", "voting_closes")


def form_for(session: Session, now: datetime, zone: str | None) -> CycleForm:
    """Return the form with the contests of the rules in force, and with dates on the wall clock of the zone."""
    form, rules = CycleForm(), parsed(rules_in_force(session))
    form.contests.choices = [SelectChoice(contest.key, _contest(contest)) for contest in rules.contests]
    form.zone.choices = zones()
    form.trustees.choices = [SelectChoice(one.id, one.display_name) for one in trustees_in_office(session, now)]
    if settings().environment is Environment.PRODUCTION:
        del form.demonstration
    if not form.is_submitted():
        form.zone.data = _known(zone)
        _suggest(form, rules, now)
    return form


def _contest(contest: Any) -> str:
    words = {"title": contest.title, "clause": contest.clause, "who": rules_view.electorate(contest)}
    seats = ngettext("%(num)d seat", "%(num)d seats", contest.seats)
    return _("%(title)s: %(seats)s, elected by %(who)s (%(clause)s)", seats=seats, **words)


def _suggest(form: CycleForm, rules: ElectionRules, now: datetime) -> None:
    zone = form.zone.data
    dates = suggested(rules, now, zone)
    moments = (
        dates.nominations_open_at,
        dates.nominations_close_at,
        dates.voting_opens_at,
        dates.voting_closes_at,
    )
    for name, when in zip(MOMENTS, moments, strict=True):
        form[name].data = when.astimezone(zone_of(zone)).replace(tzinfo=None)
    form.complaint_days.data = dates.complaint_days


def _known(zone: str | None) -> str:
    try:
        zone_of(zone or "UTC")
    except BadDate:
        return "UTC"
    return zone or "UTC"


def form_to_redate(cycle: Cycle) -> RedateForm:
    """Return the form that gives a draft other dates, showing those it has in its own zone."""
    form = RedateForm()
    form.zone.choices = zones()
    if not form.is_submitted():
        form.zone.data, form.complaint_days.data = cycle.zone, cycle.complaint_days
        for name, when in zip(MOMENTS, _moments(cycle), strict=True):
            form[name].data = when.astimezone(zone_of(cycle.zone)).replace(tzinfo=None)
        form.expecting.data = _said(cycle)
    return form


def redate(session: Session, cycle: Cycle, form: RedateForm, *, by: Person, now: datetime) -> bool:
    """Give a draft the form's dates; where they are refused, put that at their fields and answer False."""
    if form.expecting.data and form.expecting.data != _said(cycle):
        form.nominations_open.errors = [_("Somebody has changed these dates meanwhile. Look at them again.")]
        return False
    expecting, dates = drafting.chosen_dates(cycle), _dates(form)
    if dates is None:
        return False
    try:
        redating.redate(session, cycle.id, dates, by=by, now=now, expecting=expecting)
    except BadDates as refusal:
        session.rollback()
        _tell_at_fields(form, refusal)
        return False
    return True


def _moments(cycle: Cycle) -> tuple[datetime, ...]:
    """Return a cycle's dates in the order of the form's fields."""
    return (cycle.nominations_open_at, cycle.nominations_close_at, cycle.voting_opens_at, cycle.voting_closes_at)


def _said(cycle: Cycle) -> str:
    """Write a draft's dates so that a form can say which ones it was filled with."""
    return " ".join([*(when.isoformat() for when in _moments(cycle)), cycle.zone, str(cycle.complaint_days)])


def create(session: Session, form: CycleForm, *, by: Person, now: datetime) -> Cycle | None:
    """Make the draft that the form describes, or return the one that was made when the form was sent before.

    Where its dates are refused, that is put at their fields, and None is returned.
    """
    dates = _dates(form)
    if dates is None:
        return None
    sent = Sent.of(by, form.once.data, form.data)
    before = once.earlier(session, sent)
    if before is not None and before.cycle is not None:
        return before.cycle
    made = _draft(session, form, dates, by=by, now=now)
    if made is not None:
        once.keep(session, sent, made, now=now)
    return made


def _draft(session: Session, form: CycleForm, dates: Dates, *, by: Person, now: datetime) -> Cycle | None:
    new = NewCycle(
        title=form.title.data,
        contests=form.contests.data,
        dates=dates,
        trustees=[NewTrustee(_("The election server"), kind=TrusteeKind.SERVER), *_chosen(session, form, now)],
        credential_source=CredentialSource(form.credential_source.data),
        demonstration=bool(form.demonstration.data) if "demonstration" in form else False,
    )
    try:
        return drafting.draft(session, new, by=by, now=now)
    except BadDates as refusal:
        session.rollback()
        _tell_at_fields(form, refusal)
        return None


def _tell_at_fields(form: CycleForm | RedateForm, refusal: BadDates) -> None:
    for problem in refusal.problems:
        field = form[FIELDS[problem.period]]
        field.errors = [*field.errors, problem.sentence]


def _dates(form: CycleForm | RedateForm) -> Dates | None:
    moments = list(_instants(form))
    if any(form[name].errors for name in MOMENTS):
        return None
    opens, ends, votes, closes = moments
    return Dates(opens, ends, votes, closes, form.zone.data, form.complaint_days.data)


def _instants(form: CycleForm | RedateForm) -> Iterator[datetime]:
    for name in MOMENTS:
        try:
            yield instant(form[name].data, form.zone.data)
        except BadDate as error:
            form[name].errors = [str(error)]


def _chosen(session: Session, form: CycleForm, now: datetime) -> list[NewTrustee]:
    people = {person.id: person for person in trustees_in_office(session, now)}
    return [NewTrustee(people[chosen].display_name, people[chosen]) for chosen in form.trustees.data]
