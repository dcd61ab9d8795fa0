"""One mail per cycle for each member or voter concerned, in the transaction that makes it true; none goes out twice.

A mail's key is of the cycle, the kind of mail and the address, so that a voter in several elections gets one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from elections.cycles.dates import ANYWHERE_ON_EARTH, zone_of
from elections.cycles.models import Cycle, Extension
from elections.cycles.services import catalogue
from elections.models import CastBallot, Election, ElectorateKind, Voter
from foundation.accounts.models import EmailAddress, Person
from foundation.core.context import external_url, render_letter, settings
from foundation.core.mail import OutboxMessage
from membership import directory

AT_ONCE = 5000
LONGEST_SUBJECT = 200
Row = TypeVar("Row")
# It stands for the reader's name until that is filled in; no title can hold it.
NAME = "\x00name\x00"
INTO_OUTBOX = text(
    "INSERT INTO outbox_message (recipient, subject, text, key, created_at, next_attempt_at, attempts) "
    "SELECT one.recipient, :subject, one.text, one.key, :now, :now, 0 FROM unnest("
    "CAST(:recipients AS text[]), CAST(:texts AS text[]), CAST(:keys AS text[])) AS one (recipient, text, key) "
    "ON CONFLICT (key) DO NOTHING"
)


class Kind(StrEnum):
    """What a mail tells; the value stands in its key."""

    ANNOUNCED = "announced"
    OPEN = "open"
    HALF_TIME = "half time"
    LAST_DAY = "last day"
    EXTENDED = "extended"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to, and the titles of the elections that it is about."""

    address: str
    name: str
    elections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it will read: its template is that of its kind."""

    kind: Kind
    subject: str
    template: str
    words: dict[str, object]

    def text(self, cycle: Cycle, to: Recipient) -> str:
        """Return the text for one recipient."""
        link = external_url("cycles.show", cycle_id=cycle.id)
        spoken = partial(in_mail, zone=cycle.zone)
        facts = {"foundation": settings().foundation_name, "link": link, "cycle": cycle, "to": to, "spoken": spoken}
        return render_letter(self.template, **facts, **self.words)


def in_mail(when: datetime, zone: str = "UTC") -> str:
    """Say a moment as a mail does, where no script can add the reader's zone: in UTC, and where the dates were made."""
    said = f"{when:%Y-%m-%d %H:%M} UTC"
    if zone == "UTC":
        return said
    name = _("Anywhere on Earth") if zone == ANYWHERE_ON_EARTH else zone.replace("_", " ")
    return f"{said} ({when.astimezone(zone_of(zone)):%Y-%m-%d %H:%M} {name})"


def letter_of(kind: Kind, cycle: Cycle, **words: object) -> Letter:
    """Return the mail of a kind; those that tell of an extension or an annulment need its facts as `words`."""
    title = {"title": cycle.title}
    subjects: dict[Kind, str] = {
        Kind.ANNOUNCED: _("Elections announced: %(title)s", **title),
        Kind.OPEN: _("Vote now: %(title)s", **title),
        Kind.HALF_TIME: _("You have not voted yet: %(title)s", **title),
        Kind.LAST_DAY: _("Last day to vote: %(title)s", **title),
        Kind.EXTENDED: _("A date has changed: %(title)s", **title),
        Kind.ANNULLED: _("Annulled: %(title)s", **title),
        Kind.WITHDRAWN: _("A candidate has withdrawn: %(title)s", **title),
    }
    reminders = {Kind.HALF_TIME, Kind.LAST_DAY}
    template = "cycle_reminder" if kind in reminders else f"cycle_{kind.value}"
    return Letter(kind, subjects[kind][:LONGEST_SUBJECT], template, words)


def announce(session: Session, cycle: Cycle, *, now: datetime) -> int:
    """Tell the members in good standing who may vote or stand."""
    to = members(session, catalogue.elections_of(session, cycle), now)
    return send(session, cycle, letter_of(Kind.ANNOUNCED, cycle), to, now=now)


def tell_open(session: Session, cycle: Cycle, opened: Sequence[Election], *, now: datetime) -> int:
    """Tell the voters of the elections that have opened, each once in a cycle, of all they can vote in."""
    to = voters(session, [election.uuid for election in opened])
    return send(session, cycle, letter_of(Kind.OPEN, cycle), to, now=now)


def tell_extended(
    session: Session, cycle: Cycle, extension: Extension, elections: Sequence[Election], *, now: datetime
) -> int:
    """Tell those concerned that a period of these elections is longer."""
    letter = letter_of(Kind.EXTENDED, cycle, extension=extension)
    return send(session, cycle, letter, concerned(session, elections, now), now=now, number=extension.id)


def tell_annulled(session: Session, cycle: Cycle, elections: Sequence[Election], reason: str, *, now: datetime) -> int:
    """Tell those concerned that these elections of the cycle were annulled, and why."""
    letter = letter_of(Kind.ANNULLED, cycle, reason=reason, annulled=cycle.title)
    return send(session, cycle, letter, concerned(session, elections, now), now=now)


def tell_one_annulled(session: Session, cycle: Cycle, election: Election, reason: str, *, now: datetime) -> int:
    """Tell the voters of one election that it was annulled, and why; before it has a roll, the members concerned."""
    letter = letter_of(Kind.ANNULLED, cycle, reason=reason, annulled=election.title)
    return send(session, cycle, letter, concerned(session, [election], now), now=now, number=election.uuid)


def tell_withdrawn(
    session: Session, cycle: Cycle, election: Election, words: dict[str, Any], *, now: datetime, number: int
) -> int:
    """Tell the voters of an election, while they can vote, that a candidate has withdrawn from it; each once."""
    letter = letter_of(Kind.WITHDRAWN, cycle, closes=election.closes_at, **words)
    return send(session, cycle, letter, voters(session, [election.uuid]), now=now, number=number)


def concerned(session: Session, elections: Sequence[Election], now: datetime) -> Iterable[Recipient]:
    """Return the voters on the rolls of these elections and, where there is no roll yet, the members concerned."""
    uuids = [election.uuid for election in elections]
    found = {voter.address: voter for voter in voters(session, uuids)}
    listed = select(Voter.election_uuid).where(Voter.election_uuid.in_(uuids)).distinct()
    rolled = set(session.execute(listed).scalars())
    for member in members(session, [election for election in elections if election.uuid not in rolled], now):
        found.setdefault(member.address, member)
    return found.values()


def members(session: Session, elections: Sequence[Election], now: datetime) -> Iterator[Recipient]:
    """Yield the members in good standing now from among whom the electorates of these elections will be."""
    kinds = {election.electorate for election in elections}
    if not kinds:
        return
    # Who contributes to a project votes on it as an individual member.
    asked = {"corporate" if kind is ElectorateKind.CORPORATE else "individual" for kind in kinds}
    classes = frozenset(kind for kind in directory.BOTH if kind.value in asked)
    electorate = directory.electorate(session, now.date(), classes)
    numbers = [*electorate.persons, *(seat.person for seat in electorate.corporate)]
    first = (
        select(EmailAddress.canonical)
        .where(EmailAddress.person_id == Person.id)
        .order_by(EmailAddress.id)
        .limit(1)
        .scalar_subquery()
    )
    for some in _chunks(sorted(set(numbers))):
        wanted = select(first, Person.display_name).where(Person.id.in_(some))
        yield from (Recipient(address, name) for address, name in session.execute(wanted) if address)


def voters(session: Session, uuids: Sequence[str], *, without_ballot: bool = False) -> Iterator[Recipient]:
    """Yield who is on the rolls of these elections, each once; on demand only where they have not voted."""
    titles = func.array_agg(aggregate_order_by(Election.title, Election.title))
    wanted = (
        select(Voter.address, func.min(Voter.name), titles)
        .join(Election, Election.uuid == Voter.election_uuid)
        .where(Voter.election_uuid.in_(uuids), Voter.twin_of_id.is_(None))
        .where(Voter.person_id.is_(None) | Voter.person_id.not_in(directory.erased()))
        .group_by(Voter.address)
        .order_by(Voter.address)
    )
    if without_ballot:
        wanted = wanted.where(~select(CastBallot.voter_id).where(CastBallot.voter_id == Voter.id).exists())
    for address, name, elections in session.execute(wanted).all():
        yield Recipient(address, name, tuple(elections))


def send(
    session: Session,
    cycle: Cycle,
    letter: Letter,
    to: Iterable[Recipient],
    *,
    now: datetime,
    number: int | str | None = None,
) -> int:
    """Put the letter into the outbox for each recipient who has not had it, and return how many that were."""
    written, prefix, texts = 0, key_prefix(cycle, letter.kind, number), _Texts(cycle, letter)
    for some in _chunks(to):
        rows = {
            "recipients": [one.address for one in some],
            "texts": [texts.of(one) for one in some],
            "keys": [prefix + hashlib.sha256(one.address.encode()).hexdigest()[:32] for one in some],
        }
        result = session.execute(INTO_OUTBOX, {"subject": letter.subject, "now": now, **rows})
        written += cast(CursorResult[Any], result).rowcount
    return written


class _Texts:
    """The texts of a letter: it is made once for each set of elections, for there may be a hundred thousand readers."""

    def __init__(self, cycle: Cycle, letter: Letter) -> None:
        self.cycle, self.letter = cycle, letter
        self.made: dict[tuple[str, ...], str] = {}

    def of(self, to: Recipient) -> str:
        if to.elections not in self.made:
            self.made[to.elections] = self.letter.text(self.cycle, Recipient("", NAME, to.elections))
        return self.made[to.elections].replace(NAME, to.name)


def key_prefix(cycle: Cycle, kind: Kind | None = None, number: int | str | None = None) -> str:
    """Return how the keys of a cycle's mails begin: all, those of a kind, those of one extension or election."""
    parts = [f"cycle {cycle.id}", kind, None if number is None else str(number)]
    return " ".join(part for part in parts if part is not None) + " "


def was_sent(
    session: Session, cycle: Cycle, kind: Kind, *, number: int | str | None = None, since: datetime | None = None
) -> bool:
    """Answer whether mails of this kind, and with this number if one is given, were written for the cycle."""
    wanted = select(OutboxMessage.id).where(
        OutboxMessage.key.startswith(key_prefix(cycle, kind, number), autoescape=True)
    )
    if since is not None:
        wanted = wanted.where(OutboxMessage.created_at >= since)
    return session.execute(wanted.limit(1)).first() is not None


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while some := list(islice(iterator, AT_ONCE)):
        yield some
