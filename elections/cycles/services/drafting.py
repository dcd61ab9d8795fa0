"""Beginning a cycle: its contests, seats, methods and caps are the rules'; only dates and trustees are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles import dates as calendar
from elections.cycles.dates import ANYWHERE_ON_EARTH, BadDate, Dates, Problem
from elections.cycles.models import Cycle
from elections.cycles.rules import ContestRule, ElectionRules
from elections.cycles.services.rules_in_force import parsed, rules_in_force
from elections.lifecycle import Phase
from elections.models import Contest, CredentialSource, Election, ElectorateKind
from elections.services import setup, standing_trustees
from elections.services.setup import LONGEST_TITLE, NewTrustee
from elections.services.wording import one_line
from foundation.accounts.models import Person
from foundation.config import Environment
from foundation.core import clock, register
from foundation.core.context import settings
from foundation.core.errors import Invalid

LONGEST_CYCLE_TITLE = 80
Electorate = tuple[ElectorateKind, str | None]


class BadDates(Invalid):
    """The rules do not allow these dates; `problems` says what is wrong with which period."""

    code = "bad-dates"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCycle:
    """All that an official says to begin a cycle: which contests of the rules are up, when, and with which trustees.

    The dates' zone decides how days are counted; `anywhere_on_earth` is short for Etc/GMT+12.
    """

    title: str
    contests: Sequence[str]
    dates: Dates
    trustees: Sequence[NewTrustee]
    credential_source: CredentialSource
    anywhere_on_earth: bool = False
    demonstration: bool = False
    uuids: Sequence[str] = field(default=())


def draft(session: Session, new: NewCycle, *, by: Person, now: datetime) -> Cycle:
    """Make a cycle under the rules in force with one draft election for each electorate, or raise Invalid."""
    version = rules_in_force(session)
    rules, title = parsed(version), one_line(new.title, _("The title"), LONGEST_CYCLE_TITLE)
    contests = _contests(rules, new.contests)
    if new.demonstration and settings().environment is Environment.PRODUCTION:
        sentence = _("In production no election is a demonstration: the server would keep every key.")
        raise Invalid(sentence, code="no-demonstration")
    setup.check_trustees(new.trustees, demonstration=new.demonstration)
    standing_trustees.require_all_choosable(session, new.trustees, by=by, now=now)
    zone = ANYWHERE_ON_EARTH if new.anywhere_on_earth else new.dates.zone
    check_dates(rules, new.dates, clock.database_now(session), zone)
    cycle = Cycle(
        title=title,
        foundation=settings().foundation_name,
        rules=version,
        anywhere_on_earth=zone == ANYWHERE_ON_EARTH,
        zone=zone,
        nominations_open_at=new.dates.nominations_open_at,
        nominations_close_at=new.dates.nominations_close_at,
        voting_opens_at=new.dates.voting_opens_at,
        voting_closes_at=new.dates.voting_closes_at,
        complaint_days=calendar.complaint_days(rules, new.dates),
        record_on=calendar.record_day(rules, new.dates),
        created_by_id=by.id,
        created_at=now,
    )
    session.add(cycle)
    session.flush()
    by_electorate = _by_electorate(contests)
    for number, (electorate, ruled) in enumerate(by_electorate.items()):
        alone = len(by_electorate) == 1
        election = _election(cycle, electorate, new, by, alone=alone)
        election.uuid = setup.free_uuid(session, new.uuids[number] if number < len(new.uuids) else None)
        election.contests = [_contest(position, rule, rules) for position, rule in enumerate(ruled)]
        session.add(election)
    session.flush()
    _enter(session, cycle, by, now)
    return cycle


def subject(cycle: Cycle) -> str:
    """Return how the register calls the cycle."""
    return f"cycle {cycle.id}"


def check_dates(rules: ElectionRules, dates: Dates, announced_at: datetime, zone: str) -> None:
    """Raise BadDates unless the rules allow these dates, announced when they are to be."""
    if any(moment.tzinfo is None for moment in (dates.nominations_open_at, dates.voting_closes_at)):
        raise Invalid(_("A date needs its zone."), code="bad-dates")
    try:
        found = calendar.problems(rules, Dates(*_moments(dates), zone, dates.complaint_days), announced_at)
    except BadDate as error:
        raise Invalid(str(error), code="bad-dates") from error
    if found:
        raise BadDates(found)


def _moments(dates: Dates) -> tuple[datetime, datetime, datetime, datetime]:
    return dates.nominations_open_at, dates.nominations_close_at, dates.voting_opens_at, dates.voting_closes_at


def _contests(rules: ElectionRules, keys: Sequence[str]) -> list[ContestRule]:
    """Return the rules of the chosen contests in the order of the rules, each once."""
    try:
        chosen = {rules.contest(key).key for key in keys}
    except LookupError as error:
        raise Invalid(str(error), code="bad-contests") from error
    if not chosen:
        raise Invalid(_("Choose at least one contest that is up."), code="bad-contests")
    return [contest for contest in rules.contests if contest.key in chosen]


def _by_electorate(contests: Sequence[ContestRule]) -> dict[Electorate, list[ContestRule]]:
    found: dict[Electorate, list[ContestRule]] = {}
    for contest in contests:
        found.setdefault((ElectorateKind(contest.electorate), contest.project), []).append(contest)
    return found


def _election(cycle: Cycle, electorate: Electorate, new: NewCycle, by: Person, *, alone: bool) -> Election:
    kind, project = electorate
    return Election(
        title=cycle.title if alone else f"{cycle.title}: {electorate_in_words(kind, project)}"[:LONGEST_TITLE],
        foundation=cycle.foundation,
        phase=Phase.DRAFT,
        credential_source=new.credential_source,
        demonstration=new.demonstration,
        created_by=by.display_name,
        created_at=cycle.created_at,
        phase_since=cycle.created_at,
        cycle_id=cycle.id,
        electorate=kind,
        project=project,
        trustees=setup.trustees_of(new.trustees),
    )


def electorate_in_words(kind: ElectorateKind | None, project: str | None) -> str:
    """Say who votes in an election under rules."""
    words: dict[ElectorateKind | None, str] = {
        ElectorateKind.INDIVIDUAL: _("individual members"),
        ElectorateKind.CORPORATE: _("corporate members"),
    }
    return words.get(kind) or str(_("contributors of the project %(project)s", project=project))


def _contest(position: int, rule: ContestRule, rules: ElectionRules) -> Contest:
    return Contest(
        position=position,
        title=rule.title,
        seats=rule.seats,
        method=rule.method,
        display_order=[],
        kind=rule.key,
        cap=rules.cap.seats if rules.cap else None,
        sitting={},
        candidates=[],
    )


def _enter(session: Session, cycle: Cycle, by: Person, now: datetime) -> None:
    session.refresh(cycle)
    # The register is public, and a draft is not: what it says is entered when it is announced.
    facts = {"rules": cycle.rules.version}
    act = "cycle.drafted"
    register.enter(session, act=act, by=by.display_name, now=now, subject=subject(cycle), facts=facts)


def dates_of(cycle: Cycle) -> dict[str, str]:
    """Return the dates of a cycle as the register states them."""
    moments = {
        "nominations_open_at": cycle.nominations_open_at,
        "nominations_close_at": cycle.nominations_close_at,
        "voting_opens_at": cycle.voting_opens_at,
        "voting_closes_at": cycle.voting_closes_at,
    }
    return {name: when.isoformat() for name, when in moments.items()} | {"record_on": cycle.record_on.isoformat()}


def chosen_dates(cycle: Cycle) -> Dates:
    """Return the dates of a cycle as they stand."""
    return Dates(
        cycle.nominations_open_at,
        cycle.nominations_close_at,
        cycle.voting_opens_at,
        cycle.voting_closes_at,
        cycle.zone,
        cycle.complaint_days,
    )
