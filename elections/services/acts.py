"""What an official does with one election as a whole: one table for the pages, for programs and for the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.services import course
from elections.models import Election
from elections.nominations import interests
from elections.services import catalogue, ceremony, replacing, voting
from elections.services.replacing import Swap
from foundation.accounts.models import Person
from foundation.core import jobs
from foundation.core.errors import Conflict, Invalid


class Act(StrEnum):
    """An official's act; who stands in the election does none of them."""

    BEGIN = "begin"
    FINISH = "finish"
    OPEN = "open"
    CLOSE = "close"
    ANNUL = "annul"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for an act and when; until when a poll is to be open, why an election is annulled, who is replaced."""

    by: Person
    now: datetime
    closes_at: datetime | None = None
    reason: str = ""
    swap: Swap | None = None


ACTS: dict[Act, Callable[[Session, str, Asked], Election]] = {
    Act.BEGIN: lambda session, uuid, asked: ceremony.begin(session, uuid, by=asked.by, now=asked.now),
    Act.FINISH: lambda session, uuid, asked: ceremony.finish(session, uuid, by=_name(asked), now=asked.now),
    Act.OPEN: lambda session, uuid, asked: voting.open_voting(
        session, uuid, by=_name(asked), now=asked.now, closes_at=asked.closes_at
    ),
    Act.CLOSE: lambda session, uuid, asked: voting.close_voting(session, uuid, by=_name(asked), now=asked.now),
    Act.ANNUL: lambda session, uuid, asked: course.annul_one(
        session, uuid, asked.reason, by=_name(asked), now=asked.now
    ),
    Act.REPLACE: lambda session, uuid, asked: replacing.replace(
        session, uuid, _swap(asked), by=asked.by, now=asked.now
    ),
}
# Under rules the dates that were announced open and close a vote, and nobody else does.
BY_DATE = frozenset({Act.OPEN, Act.CLOSE})


def perform(session: Session, uuid: str, act: Act, asked: Asked) -> Election:
    """Do it, or raise Forbidden where the official stands in the election and Conflict where it is not theirs to do."""
    election = catalogue.find(session, uuid)
    interests.require_office(session, election, asked.by)
    if act in BY_DATE:
        require_poll(election)
    return ACTS[act](session, uuid, asked)


def require_poll(election: Election) -> None:
    """Raise Conflict for an election under rules: much about it is not the officials' to do."""
    if election.cycle_id is not None:
        sentence = _(
            "Only a poll allows this. Under the rules voting opens and closes by itself, at the dates announced, and "
            "the roll comes from the register of members."
        )
        raise Conflict(sentence, code="only-for-polls")


def go_on(uuid: str) -> None:
    """Have the server do its own part of what comes next, at once; call it after the commit."""
    jobs.enqueue("elections.advance", uuid)
    jobs.enqueue("mail.deliver")


def _name(asked: Asked) -> str:
    return asked.by.display_name


def _swap(asked: Asked) -> Swap:
    if asked.swap is None:
        raise Invalid(_("Say which trustee is replaced, and by whom."), code="bad-trustees")
    return asked.swap
