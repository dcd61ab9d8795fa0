"""What the electorate asks of officials and of whoever appealed, for their task lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.electorate.models import Appeal, AppealKind
from elections.electorate.pages import wording
from elections.electorate.services import appealing, courses, freezing
from elections.lifecycle import Phase
from elections.models import Election
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.pages.official_tasks import DONE, LATER, NEXT, WAITING, OfficialTask
from elections.services import offices, roll
from foundation.accounts.models import Person
from foundation.core.access import Office, Permission
from foundation.core.context import Task


def official_tasks(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the officials' steps about the roll: build it, decide the appeals, freeze it."""
    if election.cycle_id is None:
        return []
    built, appeals = courses.was_built(session, election), appealing.open_appeals(session, election)
    waiting = len(appeals)
    waits = ngettext("%(num)d appeal waits", "%(num)d appeals wait", waiting) + _few(session, election, appeals, now)
    frozen = election.roll_frozen_at is not None
    return [
        _build(session, election, now, built=built or frozen),
        OfficialTask(
            _("Decide appeals"),
            waits if waiting else _("None waits"),
            NEXT if waiting else DONE if frozen else LATER,
            "electorate.queue" if built else None,
        ),
        _freeze(session, election, built=built),
    ]


def _few(session: Session, election: Election, appeals: Sequence[Appeal], now: datetime) -> str:
    """Name the appeals for which too few officials are left who are not concerned; else nothing."""
    officials = offices.able(session, election, Office.ELECTION_OFFICIAL, now) if appeals else []
    stuck = [appeal for appeal in appeals if not appealing.can_be_decided(session, appeal, officials, now)]
    if not stuck:
        return ""
    numbers = ", ".join(str(appeal.id) for appeal in stuck)
    return "; " + _("too few officials can decide %(numbers)s: have others appointed", numbers=numbers)


def person_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """Return what waits about appeals: one's own, and those that an official has not given a verdict on."""
    wanted = select(Appeal).where(Appeal.decided_at.is_(None)).order_by(Appeal.id)
    runs = Permission.ELECTIONS_RUN in person.permissions(now)
    tasks = []
    for appeal in session.execute(wanted).scalars():
        if appeal.election.phase not in courses.CHANGEABLE:
            continue
        words = {"number": appeal.id, "title": appeal.election.title}
        if appeal.person_id == person.id:
            href = url_for("electorate.mine", uuid=appeal.election_uuid)
            hint = str(wording.KINDS[appeal.kind])
            tasks.append(Task(_("Your appeal: %(title)s", **words), href, hint=hint, status="waiting"))
        elif runs and not appealing.why_not(session, appeal, person, now):
            href = url_for("electorate.show_appeal", uuid=appeal.election_uuid, number=appeal.id)
            hint = str(wording.KINDS[AppealKind(appeal.kind)])
            tasks.append(Task(_("Appeal %(number)s: %(title)s", **words), href, hint=hint))
    return tasks


def _build(session: Session, election: Election, now: datetime, *, built: bool) -> OfficialTask:
    on = courses.cycle_of(session, election).record_on
    come = now.date() >= on and election.phase is not Phase.DRAFT
    size = roll.size(session, election)
    voters = ngettext("%(num)d voter on the roll", "%(num)d voters on the roll", size)
    hint = voters if built else _("On the record date, %(on)s (UTC), or later", on=on.isoformat())
    state = DONE if built else NEXT if come else LATER
    return OfficialTask(_("Build the roll"), hint, state, "electorate.manage" if come or built else None)


def _freeze(session: Session, election: Election, *, built: bool) -> OfficialTask:
    if election.roll_frozen_at is not None:
        return OfficialTask(_("Freeze the roll"), _("Its hash is published"), DONE, "electorate.manage")
    come = election.phase is Phase.CAMPAIGN
    hint = _("After nominations have closed, when nothing is left to decide")
    waits = freezing.what_is_open(session, election) if come else []
    state = NEXT if come and built and not waits else WAITING if come else LATER
    hint = waits[0] if waits else hint
    return OfficialTask(_("Freeze the roll"), hint, state, "electorate.freeze_page" if come else None)
