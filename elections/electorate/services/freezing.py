"""Freezing the roll: what waits is decided first, the roll is what a rebuild would give, and its hash is published."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.electorate import roll_lines
from elections.electorate.services import appealing, building, courses
from elections.lifecycle import Phase
from elections.models import Election, Voter
from elections.nominations import interests
from elections.nominations.services import ballot
from elections.services import roll
from elections.services.setup import subject
from elections.services.voting import move
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.errors import Conflict


def freeze(session: Session, uuid: str, *, by: Person, now: datetime) -> Election:
    """Freeze the roll and publish its count and hash: campaign → roll frozen. Nothing changes the roll afterwards."""
    election = courses.locked(session, uuid)
    interests.require_office(session, election, by)
    waits = what_waits(session, election)
    if waits:
        raise Conflict(" ".join(waits), code="not-ready")
    moment = clock.database_now(session)
    election.roll_frozen_at, election.roll_sha256 = moment, digest(session, election)
    move(election, Phase.ROLL_FROZEN, now)
    session.flush()
    facts = {"voters": roll.size(session, election), "sha256": election.roll_sha256}
    who = by.display_name
    register.enter(session, act="electorate.frozen", by=who, now=now, subject=subject(election), facts=facts)
    return election


def what_waits(session: Session, election: Election) -> list[str]:
    """Return what keeps the roll from being frozen, a sentence each."""
    if election.roll_frozen_at is not None:
        return [str(_("The roll is frozen: nothing changes it any more."))]
    if election.phase is not Phase.CAMPAIGN:
        return [str(_("The roll is frozen at the end of the campaign, after nominations have closed."))]
    found = what_is_open(session, election)
    if courses.was_built(session, election):
        found.append(_stale(session, election))
        found.append("" if roll.size(session, election) else _empty())
    else:
        found.append(str(_("The roll has not been built yet.")))
    return [sentence for sentence in found if sentence]


def _empty() -> str:
    return str(_("The roll is empty: nobody could vote. Who should be on it can appeal; else annul this election."))


def what_is_open(session: Session, election: Election) -> list[str]:
    """Return what has to come or be decided before the roll can be frozen, a sentence each; cheap to ask."""
    found = [_record_day(session, election), _undecided(session, election), _appeals(session, election)]
    return [sentence for sentence in found if sentence]


def digest(session: Session, election: Election) -> str:
    """Return the SHA-256 of the roll's lines (SPEC 4.4)."""
    return sha256(document(session, election)).hexdigest()


def document(session: Session, election: Election) -> bytes:
    """Return the roll's lines as they are hashed: no names and no addresses, for auditors who are given the roll."""
    wanted = select(Voter.address, Voter.member_class, Voter.reason).where(Voter.election_uuid == election.uuid)
    rows = session.execute(wanted)
    lines = (roll_lines.line(election.uuid, address, kind or "", reason) for address, kind, reason in rows)
    return roll_lines.document(lines)


def _record_day(session: Session, election: Election) -> str:
    """A record date that the rules set before the vote must be over; where they set none, it is the day itself."""
    cycle, record = courses.cycle_of(session, election), courses.rules_for(session, election).record
    today = clock.database_now(session).date()
    over = today > cycle.record_on if record.days_before_voting else today >= cycle.record_on
    words = {"clause": record.clause, "on": cycle.record_on.isoformat()}
    return "" if over else str(_("The record date under %(clause)s, %(on)s (UTC), is not over.", **words))


def _undecided(session: Session, election: Election) -> str:
    names = [nomination.person.display_name for nomination in ballot.undecided(session, election)]
    if not names:
        return ""
    return str(_("It is not decided whether these can be elected: %(names)s.", names=", ".join(names)))


def _appeals(session: Session, election: Election) -> str:
    numbers = [str(appeal.id) for appeal in appealing.open_appeals(session, election)]
    return str(_("These appeals are not decided: %(numbers)s.", numbers=", ".join(numbers))) if numbers else ""


def _stale(session: Session, election: Election) -> str:
    found = building.differences(session, election)
    if not found:
        return ""
    words = {"added": found.added, "removed": found.removed, "changed": found.changed}
    sentence = _(
        "The directory has changed since the roll was built: building it anew adds %(added)s, removes %(removed)s and "
        "changes %(changed)s voters. Build it first.",
        **words,
    )
    return str(sentence)
