"""The mails of a cycle before and after they leave: how they read, to how many they go, how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.services import catalogue, mailing, reminding, undelivered
from elections.cycles.services.mailing import Kind, Recipient
from elections.cycles.services.undelivered import Bounced, Progress
from elections.pages.language import translated as _


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail: when it goes to whom (how many, while they are known), how it reads, and how far it has come."""

    title: str
    when: datetime | None
    to: str
    subject: str
    text: str
    progress: Progress

    @property
    def done(self) -> int:
        """How many have left or were given up."""
        return self.progress.sent + self.progress.given_up


def of(session: Session, cycle: Cycle, now: datetime) -> list[Preview]:
    """Return every mail that a cycle sends by itself or with its announcement."""
    reminders = reminding.plan_of(cycle)
    found = [announcement(session, cycle, now), _preview(session, cycle, Kind.OPEN, cycle.voting_opens_at)]
    return found + [_preview(session, cycle, kind, when) for kind, when in reminders.items()]


def announcement(session: Session, cycle: Cycle, now: datetime) -> Preview:
    """Return the announcement as it reads."""
    to, size = _("the members in good standing"), None
    if cycle.announced_at is None:
        asked = catalogue.elections_of(session, cycle)
        size = sum(1 for _one in mailing.members(session, asked, now))
    return _preview(session, cycle, Kind.ANNOUNCED, cycle.announced_at, to=to if size is None else f"{to}: {size}")


def _preview(session: Session, cycle: Cycle, kind: Kind, when: datetime | None, *, to: str | None = None) -> Preview:
    titles = {
        Kind.ANNOUNCED: _("Announcement"),
        Kind.OPEN: _("When voting opens"),
        Kind.HALF_TIME: _("Reminder at half time"),
        Kind.LAST_DAY: _("Reminder on the last day"),
    }
    voters = _("the voters who have not voted") if kind in reminding.plan_of(cycle) else _("all voters, one mail each")
    letter = mailing.letter_of(kind, cycle)
    elections = tuple(election.title for election in catalogue.elections_of(session, cycle))
    example = Recipient("", _("(the reader's name)"), elections)
    progress = undelivered.progress(session, cycle, kind)
    return Preview(titles[kind], when, to or voters, letter.subject, letter.text(cycle, example), progress)


def bounced(session: Session, cycle: Cycle) -> list[Bounced]:
    """Return the mails that could not be delivered."""
    uuids = [election.uuid for election in catalogue.elections_of(session, cycle)]
    return undelivered.of_cycle(session, cycle, uuids)
