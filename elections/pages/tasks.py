"""What an election asks of the signed-in person now, for the task list of the account page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from elections.lifecycle import Phase
from elections.models import CastBallot, CredentialSource, Election, Voter
from elections.pages import listing, wording
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.services import credentials, progress
from foundation.accounts.models import Person
from foundation.core.access import Permission
from foundation.core.context import Task

UNFINISHED = frozenset(Phase) - {Phase.PROVISIONAL_RESULT, Phase.ANNULLED}


def election_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """List what the person has to do in elections: vote, and whatever the offices held ask for."""
    allowed = person.permissions(now)
    tasks = [*_votes(session, person, now), *_trusts(session, person)]
    if Permission.CREDENTIALS_ISSUE in allowed:
        tasks += _issues(session)
    if Permission.ELECTIONS_RUN in allowed:
        tasks += _runs(session, now)
    return tasks


def _votes(session: Session, person: Person, now: datetime) -> Iterator[Task]:
    voted = exists().where(CastBallot.voter_id == Voter.id)
    wanted = (
        select(Election, voted)
        .join(Voter, Voter.election_uuid == Election.uuid)
        .where(Voter.person_id == person.id, Election.phase == Phase.VOTING)
        .order_by(Election.closes_at, Election.uuid)
    )
    for election, has_voted in session.execute(wanted):
        if wording.is_open(election, now):
            yield Task(
                _("Vote: %(title)s", title=election.title),
                url_for("elections.vote", uuid=election.uuid),
                hint=_recorded(election, has_voted),
                status="done" if has_voted else "todo",
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


def _issues(session: Session) -> Iterator[Task]:
    asked = (Election.phase == Phase.DRAFT, Election.credential_source == CredentialSource.REGISTRAR)
    for election in session.execute(select(Election).where(*asked).order_by(Election.created_at)).scalars():
        missing = credentials.missing(session, election)
        if missing:
            yield Task(
                _("Registrar: %(title)s", title=election.title),
                url_for("elections.registrar", uuid=election.uuid),
                hint=ngettext("%(num)d voter waits for a credential", "%(num)d voters wait for a credential", missing),
            )


def _runs(session: Session, now: datetime) -> Iterator[Task]:
    unfinished = select(Election).where(Election.phase.in_(UNFINISHED)).order_by(Election.created_at)
    for election in session.execute(unfinished).scalars():
        waiting = progress.what_waits(session, election)
        idle = waiting is not None or wording.is_open(election, now)
        yield Task(
            _("Election: %(title)s", title=election.title),
            url_for("elections.manage", uuid=election.uuid),
            hint=wording.what_next(election, waiting, now),
            status="waiting" if idle else "todo",
        )
