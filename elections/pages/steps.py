"""All the steps that officials take in an election or a cycle, put together from what each part of it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from elections.certification.tasks import official_tasks as certification_tasks
from elections.cycles.models import Cycle
from elections.cycles.pages import wording as cycle_wording
from elections.cycles.rules import Period
from elections.cycles.services import catalogue, closing, course, extending, rules_in_force
from elections.electorate.tasks import official_tasks as electorate_tasks
from elections.lifecycle import BEFORE_KEYS, Phase
from elections.lots import services as lots
from elections.lots.tasks import official_tasks as lot_tasks
from elections.models import Election
from elections.nominations.tasks import official_tasks as nomination_tasks
from elections.pages import official_tasks, overview, stray_ballots, wording
from elections.pages.language import translated as _
from elections.pages.official_tasks import DONE, LATER, NEXT, WAITING, OfficialTask
from elections.services import credentials, outcome, progress, roll
from foundation.core import clock

FEW_VOTERS = 20


def of(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the steps of an election as they stand now, from first to last."""
    cycle = catalogue.cycle_of(session, election)
    if cycle is None:
        return [*official_tasks.of_poll(session, election, now), *stray_ballots.official_tasks(session, election)]
    return list(_under_rules(session, cycle, election, now))


def said(session: Session, election: Election, tasks: Sequence[OfficialTask], now: datetime) -> str:
    """Say to officials what is theirs to do next in an election or what it waits for, and the date that decides."""
    cycle = catalogue.cycle_of(session, election)
    sentence = "" if election.phase is Phase.ANNULLED else official_tasks.in_a_sentence(tasks)
    if not sentence:
        return overview.next_of(session, election, progress.what_waits(session, election), now)
    if cycle is None or cycle.announced_at is None or election.phase not in BEFORE_KEYS | {Phase.KEY_CEREMONY}:
        return sentence
    return f"{sentence} {cycle_wording.opening(cycle, now)}"


def _under_rules(session: Session, cycle: Cycle, election: Election, now: datetime) -> Iterator[OfficialTask]:
    yield announcing(cycle)
    yield from nomination_tasks(session, election, now)
    yield from electorate_tasks(session, election, now)
    *commit, reveal = lot_tasks(session, election, now)
    yield from commit
    may_issue = election.phase is Phase.ROLL_FROZEN
    yield official_tasks.credential_task(session, election, may_issue=may_issue)
    ready = may_issue and not credentials.missing(session, election) and not lots.missing(session, election)
    yield from official_tasks.ceremony_tasks(session, election, ready=ready)
    yield _opening(session, cycle, election)
    yield _closing(session, cycle, election)
    yield reveal
    yield from official_tasks.count_tasks(session, election, now)
    yield from stray_ballots.official_tasks(session, election)
    yield from official_tasks.twin_tasks(session, election)
    yield from certification_tasks(session, election, now)


def announcing(cycle: Cycle) -> OfficialTask:
    """Return the step that makes a draft public."""
    values = {"cycle_id": cycle.id}
    if cycle.announced_at is None:
        return OfficialTask(
            _("Announce the elections"), _("The members are written to"), NEXT, "cycles.announce", values
        )
    hint = _("Announced on %(when)s", when=wording.moment(cycle.announced_at))
    return OfficialTask(_("Announce the elections"), hint, DONE, None)


def _opening(session: Session, cycle: Cycle, election: Election) -> OfficialTask:
    text, hint = _("Voting opens by itself"), _("On %(when)s", when=wording.moment(cycle.voting_opens_at))
    if election.phase not in BEFORE_KEYS | {Phase.KEY_CEREMONY}:
        return OfficialTask(text, hint, DONE, None)
    size = roll.size(session, election)
    if 0 < size < FEW_VOTERS:
        warning = _("only %(size)s voters: a ranking can tell who voted", size=size)
        hint = f"{hint}; {warning}"
    moment = clock.database_now(session)
    if course.is_too_late(cycle, moment):
        hint = _("Too little time is left to vote: extend the campaign, or annul")
        if Period.CAMPAIGN not in extending.extensible(cycle, [election], moment):
            hint = _("Too little time is left to vote, and the rules allow no further extension: annul")
        return OfficialTask(text, hint, NEXT, "cycles.manage", {"cycle_id": cycle.id})
    return OfficialTask(text, hint, WAITING if election.election_json is not None else LATER, None)


def _closing(session: Session, cycle: Cycle, election: Election) -> OfficialTask:
    closes = election.closes_at or cycle.voting_closes_at
    text, hint = _("Voting closes by itself"), _("On %(when)s", when=wording.moment(closes))
    if election.phase is not Phase.VOTING:
        before = election.phase in BEFORE_KEYS | {Phase.KEY_CEREMONY}
        return OfficialTask(text, hint, LATER if before else DONE, None)
    cast, on_roll = outcome.turnout(session, election)
    hint += "; " + _("%(cast)s of %(all)s have voted", cast=cast, all=on_roll)
    rule = rules_in_force.rules_of(cycle).turnout
    if rule is not None and closing.misses(rule, cast, on_roll):
        hint += "; " + _("%(clause)s asks for %(quorum)s", clause=rule.clause, quorum=str(rule.quorum))
    return OfficialTask(text, hint, WAITING, None)


def of_cycle(session: Session, cycle: Cycle, elections: Sequence[Election], now: datetime) -> list[dict[str, Any]]:
    """Return a cycle's own step and each of its elections, as the task list macro wants them."""
    found: list[dict[str, Any]] = list(official_tasks.rows([announcing(cycle)], ""))
    for election in elections:
        tag = wording.phase_tag(election)
        found.append(
            {
                "text": election.title,
                "hint": said(session, election, of(session, election, now), now),
                "href": url_for("elections.manage", uuid=election.uuid),
                "status": tag["text"],
                "colour": tag["colour"],
            }
        )
    return found
