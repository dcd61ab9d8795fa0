"""What an election asks of the signed-in person now, for the task list of the account page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from elections.certification.tasks import person_tasks as certification_tasks
from elections.cycles.services import catalogue
from elections.electorate.tasks import person_tasks as electorate_tasks
from elections.lifecycle import FINAL, Phase
from elections.lots.tasks import person_tasks as lot_tasks
from elections.models import CastBallot, CredentialSource, Election, Voter
from elections.nominations import interests
from elections.nominations.tasks import person_tasks as nomination_tasks
from elections.pages import listing, official_tasks, steps, wording
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.services import credentials, progress, whole_proofs
from foundation.accounts.models import Person
from foundation.core.access import Permission
from foundation.core.context import Task

UNFINISHED = frozenset(Phase) - FINAL
PARTS = (nomination_tasks, electorate_tasks, lot_tasks, certification_tasks)


def election_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """List what the person has to do in elections: vote, stand, and whatever the offices held ask for."""
    allowed = person.permissions(now)
    tasks = [*_votes(session, person, now), *_trusts(session, person)]
    for part in PARTS:
        tasks += part(person, session, now)
    if Permission.CREDENTIALS_ISSUE in allowed:
        tasks += _issues(session, person)
    if Permission.ELECTIONS_RUN in allowed:
        tasks += _runs(session, person, now)
    return tasks


def _votes(session: Session, person: Person, now: datetime) -> Iterator[Task]:
    voted = exists().where(CastBallot.voter_id == Voter.id)
    wanted = (
        select(Election, voted)
        .join(Voter, Voter.election_uuid == Election.uuid)
        .where(Voter.person_id == person.id, Voter.twin_of_id.is_(None), Election.phase == Phase.VOTING)
        .order_by(Election.closes_at, Election.uuid)
    )
    events: dict[int | str, list[tuple[Election, bool]]] = {}
    for election, has_voted in session.execute(wanted):
        if wording.is_open(election, now):
            events.setdefault(election.cycle_id or election.uuid, []).append((election, has_voted))
    for found in events.values():
        yield _vote(*found[0]) if len(found) == 1 else _votes_of_cycle(session, found)


def _vote(election: Election, has_voted: bool) -> Task:
    return Task(
        _("Vote: %(title)s", title=election.title),
        url_for("elections.vote", uuid=election.uuid),
        hint=_recorded(election, has_voted),
        status="done" if has_voted else "todo",
    )


def _votes_of_cycle(session: Session, found: list[tuple[Election, bool]]) -> Task:
    """Return one task for the elections that are one event for the voter."""
    last, missing = found[0][0], sum(not has_voted for _election, has_voted in found)
    cycle = catalogue.cycle_of(session, last)
    title = cycle.title if cycle is not None else last.title
    count = ngettext("Vote in %(num)d election", "Vote in %(num)d elections", missing or len(found))
    return Task(
        f"{count}: {title}",
        url_for("cycles.show", cycle_id=last.cycle_id),
        hint=_recorded(last, missing == 0),
        status="todo" if missing else "done",
    )


def _recorded(election: Election, has_voted: bool) -> str:
    until = ""
    if election.closes_at:
        until = _("Voting closes on %(when)s.", when=wording.moment(election.closes_at))
    return " ".join(part for part in (_("Your vote is recorded.") if has_voted else "", until) if part)


def _trusts(session: Session, person: Person) -> Iterator[Task]:
    for seat in listing.trustee_seats(session, person):
        waiting = progress.what_waits(session, seat.election) if seat.election.phase in UNFINISHED else None
        if waiting and seat in waiting.trustees and seat.sealed_private_key is None:
            yield Task(
                _("Trustee: %(title)s", title=seat.election.title),
                url_for("elections.trustee", uuid=seat.election_uuid),
                hint=wording.STEPS[waiting.step],
            )
        elif whole_proofs.is_asked(session, seat.election, seat):
            yield Task(
                _("Trustee: %(title)s", title=seat.election.title),
                url_for("elections.trustee", uuid=seat.election_uuid),
                hint=_("Prove that strange ballots are not your doing"),
            )


def _issues(session: Session, person: Person) -> Iterator[Task]:
    # A poll's are asked for while it is drafted, those under rules when the roll is final.
    open_now = or_(
        and_(Election.phase == Phase.DRAFT, Election.cycle_id.is_(None)), Election.phase == Phase.ROLL_FROZEN
    )
    asked = (open_now, Election.credential_source == CredentialSource.REGISTRAR)
    stood_in = interests.cycles_stood_in(session, person)
    for election in session.execute(select(Election).where(*asked).order_by(Election.created_at)).scalars():
        missing = credentials.missing(session, election)
        if missing and election.cycle_id not in stood_in:
            yield Task(
                _("Registrar: %(title)s", title=election.title),
                url_for("elections.registrar", uuid=election.uuid),
                hint=ngettext("%(num)d voter waits for a credential", "%(num)d voters wait for a credential", missing),
            )


def _runs(session: Session, person: Person, now: datetime) -> Iterator[Task]:
    # With its result a poll is over; an election under rules may wait there for a lot, or be refused by its method.
    poll_is_over = and_(Election.phase == Phase.PROVISIONAL_RESULT, Election.cycle_id.is_(None))
    unfinished = select(Election).where(Election.phase.in_(UNFINISHED), ~poll_is_over)
    stood_in = interests.cycles_stood_in(session, person)
    for election in session.execute(unfinished.order_by(Election.created_at)).scalars():
        if election.cycle_id in stood_in:
            continue
        found = steps.of(session, election, now)
        yield Task(
            _("Election: %(title)s", title=election.title),
            url_for("elections.manage", uuid=election.uuid),
            hint=steps.said(session, election, found, now),
            status="todo" if official_tasks.has_next(found) else "waiting",
        )
