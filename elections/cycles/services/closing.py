"""Closing a vote under rules at its date, or extending it where its quorum is missed and the rules say so."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import board
from elections.cycles.dates import DAY, days_spoken
from elections.cycles.models import Cycle, Extension
from elections.cycles.rules import Missed, Period, TurnoutRule
from elections.cycles.services import catalogue, mailing
from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import Phase
from elections.models import Election
from elections.services import catalogue as elections
from elections.services import outcome, setup, voting
from foundation.core import clock, register

SERVER = "the server"


def close_due(session: Session, uuid: str, *, now: datetime) -> Election:
    """Close a vote whose date has come, or extend it once where the quorum is missed; before its date, Conflict."""
    found = elections.find(session, uuid)
    if found.cycle_id is not None and found.phase is Phase.VOTING:
        cycle = catalogue.find_locked(session, found.cycle_id)
        # The board's lock: no ballot comes between counting who voted and closing.
        board.lock_head(session, uuid)
        election = elections.find_locked(session, uuid)
        rule = _broken(session, cycle, election) if _is_due(session, election) else None
        if rule is not None:
            return _extend(session, cycle, election, rule=rule, now=now)
    return voting.close_voting(session, uuid, by=SERVER, now=now)


def _is_due(session: Session, election: Election) -> bool:
    closes = election.closes_at
    return election.phase is Phase.VOTING and closes is not None and closes <= clock.database_now(session)


def _broken(session: Session, cycle: Cycle, election: Election) -> TurnoutRule | None:
    """Return the rule that makes this vote longer, if its quorum is missed for the first time."""
    rule = rules_of(cycle).turnout
    if rule is None or rule.missed is not Missed.EXTEND or extension_by_rule(session, election) is not None:
        return None
    return rule if misses(rule, *outcome.turnout(session, election)) else None


def misses(rule: TurnoutRule, cast: int, on_roll: int) -> bool:
    """Answer whether fewer have voted than the rule asks for."""
    return cast < rule.quorum * on_roll


def extension_by_rule(session: Session, election: Election) -> Extension | None:
    """Return the extension by which the rules made this election's vote longer, if they did."""
    return session.execute(select(Extension).where(Extension.election_uuid == election.uuid)).scalar_one_or_none()


def _extend(session: Session, cycle: Cycle, election: Election, *, rule: TurnoutRule, now: datetime) -> Election:
    decided = clock.database_now(session)
    closes = election.closes_at or decided
    words = {"clause": rule.clause, "days": days_spoken(rule.extend_days), "quorum": str(rule.quorum)}
    reason = _("%(clause)s: fewer than %(quorum)s of the roll have voted, so voting goes on for %(days)s.", **words)
    # What counts is the close that was published, or now where the server was away: a day is a whole day.
    begin = max(closes, decided)
    extension = Extension(
        period=Period.VOTING,
        from_at=closes,
        until_at=begin + rule.extend_days * DAY,
        reason=reason,
        election_uuid=election.uuid,
        at=now,
    )
    cycle.extensions.append(extension)
    election.closes_at = extension.until_at
    session.flush()
    facts = {"until": extension.until_at.isoformat(), "reason": reason, "clause": rule.clause}
    subject = setup.subject(election)
    register.enter(session, act="election.extended", by=SERVER, now=now, subject=subject, facts=facts)
    letter = mailing.letter_of(mailing.Kind.EXTENDED, cycle, extension=extension)
    mailing.send(session, cycle, letter, mailing.voters(session, [election.uuid]), now=now, number=extension.id)
    return election
