"""The roll: who may vote in an election. A file is taken whole or not at all, and every bad row is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, any_, bindparam, func, insert, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session

from elections.lifecycle import ROLL_OPEN, Phase
from elections.models import Election, Voter
from elections.registrar import roll as roll_file
from elections.services import catalogue
from elections.services.setup import subject
from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import EmailAddress, Person
from foundation.core import register
from foundation.core.errors import Conflict, Forbidden, Invalid

MOST_VOTERS = 200_000
MOST_NAMED = 20


class BadRoll(Invalid):
    """The file cannot be the roll; `rows` holds one sentence for each bad row, naming it."""

    code = "bad-roll"

    def __init__(self, rows: Sequence[str] | str) -> None:
        rows = [rows] if isinstance(rows, str) else rows
        shown = list(rows[:MOST_NAMED])
        if len(rows) > MOST_NAMED:
            shown.append(_("… and %(more)s more.", more=len(rows) - MOST_NAMED))
        super().__init__(_("Nobody was added to the roll.") + "\n" + "\n".join(shown))
        self.rows = tuple(rows)


@dataclass(frozen=True, slots=True)
class RollHash:
    """What is published of the roll: how many may vote, and the hash of their sorted public credentials."""

    count: int
    sha256: str


def import_roll(session: Session, election: Election, csv_text: str, *, by: str, now: datetime) -> int:
    """Add the voters of a CSV file with the columns address[,name] and return how many, or raise BadRoll."""
    election = require_draft(session, election)
    if election.cycle_id is not None:
        raise Conflict(_("The roll of an election under rules is built from the directory."), code="roll-is-built")
    rows = _read(csv_text)
    _refuse_known(session, election, [address for address, name in rows])
    people = _people(session, [address for address, name in rows])
    _refuse_same_person(session, election, people)
    voters = [
        {"election_uuid": election.uuid, "address": address, "name": name, "person_id": people.get(address)}
        for address, name in rows
    ]
    session.execute(insert(Voter), voters)
    facts = {"added": len(rows), "voters": size(session, election)}
    register.enter(session, act="roll.imported", by=by, now=now, subject=subject(election), facts=facts)
    return len(rows)


def require_draft(session: Session, election: Election) -> Election:
    """Return the election locked, or raise Conflict unless its roll may still change."""
    locked = catalogue.find_locked(session, election.uuid)
    if locked.phase not in ROLL_OPEN:
        raise Conflict(_("The roll is frozen: nothing changes it any more."), code="roll-frozen")
    return locked


def require_credentials_open(session: Session, election: Election) -> Election:
    """Return the election locked, or raise Conflict unless credentials may be issued: a poll's before its keys, an
    election's between the freezing of its roll and its keys.
    """
    locked = catalogue.find_locked(session, election.uuid)
    if locked.phase is not (Phase.DRAFT if locked.cycle_id is None else Phase.ROLL_FROZEN):
        sentence = _("Credentials are issued when the roll is final and before the key ceremony begins.")
        raise Conflict(sentence, code="no-credentials-now")
    return locked


def voter_of(session: Session, election: Election, person: Person) -> Voter:
    """Return the person's row on the roll, or raise Forbidden."""
    voter = voter_or_none(session, election, person)
    if voter is None:
        sentence = _("You are not on the roll of this election. If you think you should be, write to the officials.")
        raise Forbidden(sentence, code="not-on-the-roll")
    return voter


def voter_or_none(session: Session, election: Election, person: Person) -> Voter | None:
    """Return the person's row on the roll if there is one, for pages that say whether somebody may vote.

    A row found by a confirmed address is linked to the person at once: another address of theirs then has no vote.
    """
    confirmed = select(EmailAddress.canonical).where(EmailAddress.person_id == person.id)
    wanted = (
        select(Voter)
        .where(Voter.election_uuid == election.uuid)
        .where(or_(Voter.person_id == person.id, (Voter.person_id.is_(None)) & Voter.address.in_(confirmed)))
        .order_by(Voter.person_id.nulls_last(), Voter.id)
        .limit(1)
    )
    return session.execute(wanted).scalar_one_or_none()


def link(session: Session, voter: Voter, person: Person) -> None:
    """Note whose row it is when they first act on it, so that a second address of theirs gives no second vote."""
    if voter.person_id is None:
        voter.person_id = person.id
        session.flush()


def size(session: Session, election: Election) -> int:
    """Return how many voters are on the roll."""
    wanted = select(func.count()).select_from(Voter).where(Voter.election_uuid == election.uuid)
    return session.execute(wanted).scalar_one()


def public_credentials(session: Session, election: Election) -> list[str]:
    """Return the roll's public credentials, sorted; raise Conflict while the roll is empty or one is missing."""
    wanted = select(Voter.public_credential).where(Voter.election_uuid == election.uuid)
    found = session.execute(wanted).scalars().all()
    if not found:
        raise Conflict(_("The roll is empty: nobody could vote."), code="empty-roll")
    issued = [credential for credential in found if credential is not None]
    if len(issued) < len(found):
        count = len(found) - len(issued)
        sentence = _("%(count)s voters on the roll have no credential yet.", count=count)
        raise Conflict(sentence, code="credentials-missing")
    return sorted(issued)


def hash_of(credentials: Sequence[str]) -> RollHash:
    """Return the count and hash of sorted public credentials: SHA-256 over one a line, each ended by a newline."""
    digest = sha256("".join(f"{credential}\n" for credential in credentials).encode()).hexdigest()
    return RollHash(len(credentials), digest)


def _read(csv_text: str) -> list[tuple[str, str]]:
    try:
        rows = roll_file.read_roll(csv_text.encode())
    except roll_file.BadRoll as error:
        raise BadRoll(str(error).split("\n")) from error
    if len(rows) > MOST_VOTERS:
        raise BadRoll([_("A roll can have at most %(most)s voters.", most=MOST_VOTERS)])
    found, bad = [], []
    for row in rows:
        try:
            found.append((canonical_address(row.address), row.name))
        except Invalid:
            bad.append(_("“%(address)s” is not an address that mail can be sent to.", address=row.address[:80]))
    repeated = [address for address, count in Counter(address for address, name in found).items() if count > 1]
    bad += [_("%(address)s stands in the file more than once.", address=address) for address in repeated]
    if bad:
        raise BadRoll(bad)
    return found


def _refuse_known(session: Session, election: Election, addresses: Sequence[str]) -> None:
    wanted = select(Voter.address).where(Voter.election_uuid == election.uuid, _among(Voter.address, addresses))
    known = sorted(session.execute(wanted).scalars())
    if known:
        raise BadRoll([_("%(address)s is on the roll already.", address=address) for address in known])


def _people(session: Session, addresses: Sequence[str]) -> dict[str, int]:
    wanted = select(EmailAddress.canonical, EmailAddress.person_id).where(_among(EmailAddress.canonical, addresses))
    return dict(session.execute(wanted).all())


def _refuse_same_person(session: Session, election: Election, people: dict[str, int]) -> None:
    wanted = select(Voter.person_id).where(Voter.election_uuid == election.uuid, Voter.person_id.is_not(None))
    there = Counter(session.execute(wanted).scalars()) + Counter(people.values())
    twice = sorted(address for address, person in people.items() if there[person] > 1)
    if twice:
        raise BadRoll([_("%(address)s belongs to a person who is on the roll twice.", address=one) for one in twice])


def _among(column: Mapped[str], values: Iterable[str]) -> ColumnElement[bool]:
    # One array instead of a parameter a value: a roll is longer than the 65,535 parameters a statement may have.
    return column == any_(bindparam(None, list(values), type_=ARRAY(Text), unique=True))
