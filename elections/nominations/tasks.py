"""What nominations ask of officials and of everyone who is signed in, for their task lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.lifecycle import ORDER, Phase
from elections.models import Contest, Election
from elections.nominations import interests
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.pages import lists
from elections.nominations.services import ballot, nominating, questions, records
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.pages.official_tasks import DONE, LATER, NEXT, WAITING, OfficialTask
from elections.pages.wording import moment
from foundation.accounts.models import Person
from foundation.core.access import Permission
from foundation.core.context import Task

ORDER_OF = {phase: place for place, phase in enumerate(ORDER)}


def official_tasks(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the officials' steps about nominations: let members nominate, then decide who can be elected."""
    if election.cycle_id is None:
        return []
    return [_nominations(session, election, now), _eligibility(session, election)]


def _nominations(session: Session, election: Election, now: datetime) -> OfficialTask:
    cycle = records.cycle_of(session, election)
    listed, gone = lists.nominees(session, election).total, lists.withdrawn(session, election)
    count = ngettext("%(num)d nomination", "%(num)d nominations", listed)
    if gone:
        count = _("%(count)s, %(gone)s of them withdrawn", count=count, gone=gone)
    begun = election.phase not in {Phase.DRAFT, Phase.ANNOUNCED}
    if not begun:
        hint, state = _("From %(when)s", when=moment(cycle.nominations_open_at)), LATER
    elif records.are_open(election, cycle, now):
        hint = _("%(count)s; open until %(when)s", count=count, when=moment(cycle.nominations_close_at))
        state = WAITING
    else:
        hint, state = count, WAITING if election.phase is Phase.NOMINATIONS else DONE
    return OfficialTask(_("Members nominate"), hint, state, "nominations.index" if begun else None)


def _eligibility(session: Session, election: Election) -> OfficialTask:
    waiting = len(ballot.undecided(session, election))
    hint, state = _("When nominations have closed, with the reason for each"), LATER
    if election.phase is Phase.CAMPAIGN and waiting:
        hint = ngettext("%(num)d nomination to decide on", "%(num)d nominations to decide on", waiting)
        state = NEXT
    elif election.phase is Phase.CAMPAIGN or ORDER_OF.get(election.phase, 0) > ORDER_OF[Phase.CAMPAIGN]:
        hint, state = _("Nobody waits for a decision"), DONE
    shown = election.phase not in {Phase.DRAFT, Phase.ANNOUNCED}
    return OfficialTask(_("Decide who can be elected"), hint, state, "nominations.queue" if shown else None)


def person_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """List what a person has to do: answer a nomination, write a statement, answer questions; or decide."""
    tasks = [task for each in lists.nominations_of(session, person) for task in _of_nominee(session, each, now)]
    if Permission.ELECTIONS_RUN in person.permissions(now):
        tasks += _of_official(session, person)
    return tasks


def _of_nominee(session: Session, nomination: Nomination, now: datetime) -> Iterator[Task]:
    election, title = nomination.contest.election, nomination.contest.title
    values: dict[str, Any] = {"uuid": election.uuid, "number": nomination.id}
    if nomination.state is NominationState.PROPOSED:
        cycle = records.cycle_of(session, election)
        if records.are_open(election, cycle, now):
            until = _("Until %(when)s", when=moment(cycle.nominations_close_at))
            yield Task(
                _("Accept or decline: %(title)s", title=title), url_for("nominations.accept", **values), hint=until
            )
        return
    if not nomination.statement and election.phase in nominating.STATEMENTS_OPEN:
        yield Task(_("Write your statement: %(title)s", title=title), url_for("nominations.statement", **values))
    waiting = lists.open_questions(session, nomination) if questions.are_open(election) else 0
    if waiting and records.is_standing(nomination):
        hint = ngettext("%(num)d question to you", "%(num)d questions to you", waiting)
        href = url_for("nominations.questions", uuid=election.uuid, contest=nomination.contest_id)
        yield Task(_("Answer questions: %(title)s", title=title), href, hint=hint)


def _of_official(session: Session, person: Person) -> Iterator[Task]:
    waiting = (
        select(Election)
        .join(Contest)
        .join(Nomination)
        .where(Election.phase == Phase.CAMPAIGN, Nomination.state == NominationState.ACCEPTED)
        .where(~Nomination.decisions.any())
        .distinct()
        .order_by(Election.uuid)
    )
    stood_in = interests.cycles_stood_in(session, person)
    for election in session.execute(waiting).scalars():
        if election.cycle_id in stood_in:
            continue
        count = len(ballot.undecided(session, election))
        yield Task(
            _("Decide who can be elected: %(title)s", title=election.title),
            url_for("nominations.queue", uuid=election.uuid),
            hint=ngettext("%(num)d nomination to decide on", "%(num)d nominations to decide on", count),
        )
