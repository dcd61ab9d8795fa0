"""What a lot asks of officials: commit before the keys, reveal after the close."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.lots import services as lots
from elections.lots.models import LotCommitment
from elections.models import Election
from elections.nominations import interests
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.pages.official_tasks import DONE, LATER, NEXT, WAITING, OfficialTask
from elections.pages.wording import listed
from elections.services import offices
from foundation.accounts.models import Person
from foundation.core.access import Office, Permission
from foundation.core.context import Task


def official_tasks(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the officials' steps about the lot: enough commitments, and later the secrets."""
    if election.cycle_id is None:
        return []
    missing, made = lots.missing(session, election), len(lots.commitments(session, election))
    waits = lots.waits_for(session, election) if election.phase in lots.CLOSED else []
    asked = ngettext("%(num)d official's commitment is missing", "%(num)d officials' commitments are missing", missing)
    if missing and election.phase in lots.COMMITTING:
        asked += _few(session, election, missing, now)
    enough = not missing or (election.phase not in lots.COMMITTING and made)
    return [
        OfficialTask(
            _("Commit to the lot"),
            _("Enough have committed") if enough else asked,
            DONE if enough else NEXT if election.phase in lots.COMMITTING else LATER,
            "lots.show" if election.phase in lots.COMMITTING or made else None,
        ),
        OfficialTask(
            _("Reveal the lot's secrets"),
            _("Missing: %(names)s", names=listed(waits))
            if waits
            else _("After voting has closed, by each who committed"),
            WAITING if waits else DONE if made and election.phase in lots.CLOSED else LATER,
            "lots.show" if election.phase in lots.CLOSED else None,
        ),
    ]


def _few(session: Session, election: Election, missing: int, now: datetime) -> str:
    """Say that fewer officials can commit than are missing, so that nobody waits for them in vain; else nothing."""
    officials = offices.able(session, election, Office.ELECTION_OFFICIAL, now)
    able = sum(lots.own(session, election, person) is None for person in officials)
    return "" if able >= missing else "; " + _("too few can commit: have election officials appointed")


def person_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """Return the person's own commitments to make and secrets to reveal."""
    tasks = [_reveal(election) for election in _to_reveal(session, person)]
    if Permission.ELECTIONS_RUN in person.permissions(now):
        tasks += [_commit(election) for election in _to_commit(session, person)]
    return tasks


def _to_reveal(session: Session, person: Person) -> list[Election]:
    wanted = (
        select(Election)
        .join(LotCommitment, LotCommitment.election_uuid == Election.uuid)
        .where(LotCommitment.person_id == person.id, LotCommitment.secret.is_(None), Election.phase.in_(lots.CLOSED))
        .order_by(Election.created_at)
    )
    return list(session.execute(wanted).scalars())


def _to_commit(session: Session, person: Person) -> list[Election]:
    wanted = select(Election).where(Election.cycle_id.is_not(None), Election.phase.in_(lots.COMMITTING))
    elections = session.execute(wanted.order_by(Election.created_at)).scalars().all()
    stood_in = interests.cycles_stood_in(session, person)
    return [
        election
        for election in elections
        if lots.missing(session, election)
        and lots.own(session, election, person) is None
        and election.cycle_id not in stood_in
    ]


def _reveal(election: Election) -> Task:
    hint = _("Voting has closed: the count may wait for it")
    href = url_for("lots.reveal_page", uuid=election.uuid)
    return Task(_("Reveal your secret: %(title)s", title=election.title), href, hint=hint)


def _commit(election: Election) -> Task:
    hint = _("Before the key ceremony, so that a tie can be decided by lot")
    href = url_for("lots.commit_page", uuid=election.uuid)
    return Task(_("Commit to the lot: %(title)s", title=election.title), href, hint=hint)
