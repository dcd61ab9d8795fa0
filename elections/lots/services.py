"""Lots: officials commit to secrets before the vote and reveal them after it; the seed of a tie is made of them all."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.counting import lots as drawing
from elections.cycles.models import Cycle
from elections.cycles.services.rules_in_force import rules_of
from elections.lifecycle import BEFORE_KEYS, FINAL, ORDER, Phase
from elections.lots.models import LotCommitment
from elections.models import Contest, Election
from elections.nominations import interests
from elections.services import catalogue
from elections.services.setup import subject
from elections.verifier import lots as protocol
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.access import Permission
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from foundation.core.sealing import seal, unseal

SERVER_NAME = "the election server"
COMMITMENT = re.compile("[0-9a-f]{64}")
CLOSED = frozenset(ORDER[ORDER.index(Phase.CLOSED) :]) - FINAL
COMMITTING = BEFORE_KEYS - {Phase.DRAFT}


def commit(session: Session, uuid: str, commitment_hex: str, *, by: Person, now: datetime) -> LotCommitment:
    """Publish an official's commitment to a secret that stays with them until the close; each commits once."""
    election = catalogue.find_locked(session, uuid)
    if election.phase not in COMMITTING or election.cycle_id is None:
        raise Conflict(_("Commitments to the lot are taken before the key ceremony begins."), code="wrong-phase")
    interests.require_office(session, election, by)
    if not COMMITMENT.fullmatch(commitment_hex):
        sentence = _("A commitment is 64 hexadecimal digits in lower case.")
        raise Invalid(sentence, code="bad-commitment")
    if own(session, election, by) is not None:
        raise Conflict(_("You have committed to a secret already, and it stays."), code="committed-already")
    made = LotCommitment(name=name_for(session, election, by), commitment=commitment_hex, person_id=by.id)
    return _keep(session, election, made, now)


def commit_server(session: Session, election: Election, *, now: datetime) -> LotCommitment:
    """Commit to a secret of the server's own, sealed until the close; a second call finds the first one's."""
    known = _server(session, election)
    if known is not None:
        return known
    secret = secrets.token_bytes(protocol.SECRET_BYTES)
    digest = protocol.commitment(election.uuid, SERVER_NAME, secret)
    sealed = seal(secret, context=_context(election))
    return _keep(session, election, LotCommitment(name=SERVER_NAME, commitment=digest, sealed_secret=sealed), now)


def commitments(session: Session, election: Election) -> list[LotCommitment]:
    """Return the commitments in the order in which they were made, which is the manifest's."""
    wanted = select(LotCommitment).where(LotCommitment.election_uuid == election.uuid)
    return list(session.execute(wanted.order_by(LotCommitment.id)).scalars())


def missing(session: Session, election: Election) -> int:
    """Return how many officials the rules still ask to commit; who has come to stand as a candidate counts for none."""
    people = [made.person for made in commitments(session, election) if made.person is not None]
    able = sum(not interests.stands_in(session, election, person) for person in people)
    return max(0, _needed(session, election) - able)


def require_enough(session: Session, election: Election) -> None:
    """Raise Conflict unless as many officials have committed as the rules ask."""
    lacking = missing(session, election)
    if lacking:
        words = {"needed": _needed(session, election), "missing": lacking, "clause": _clause(session, election)}
        sentence = _(
            "%(clause)s asks for %(needed)s officials' commitments to the lot; %(missing)s are missing.", **words
        )
        raise Conflict(sentence, code="commitments-missing")


def reveal(session: Session, uuid: str, secret_hex: str, *, by: Person, now: datetime) -> LotCommitment:
    """Publish a secret that was committed to, after the close; raise Invalid where nobody committed to it.

    Whoever committed brings it, or any official who was left a copy: the hash tells whose it is, and no other number
    can take its place (SPEC 8.3).
    """
    election = catalogue.find_locked(session, uuid)
    if election.phase not in CLOSED:
        raise Conflict(_("Secrets of the lot are revealed after voting has closed."), code="wrong-phase")
    require_may_reveal(session, election, by, now=now)
    try:
        secret = protocol.read_secret("".join(secret_hex.split()))
    except protocol.BadSecret as error:
        raise Invalid(_("The secret is 64 hexadecimal digits in lower case."), code="bad-secret") from error
    made = _committed_to(session, election, secret)
    if made.secret is None:
        brought_by = made.name if made.person_id == by.id else by.display_name
        _publish(session, made, secret, by=brought_by, now=now)
    return made


def require_may_reveal(session: Session, election: Election, person: Person, *, now: datetime) -> None:
    """Raise Forbidden unless the person committed, whatever became of their office, or is an official now."""
    if own(session, election, person) is not None:
        return
    if Permission.ELECTIONS_RUN not in person.permissions(now):
        raise Forbidden(_("You have not committed to a secret in this election."), code="not-committed")
    interests.require_office(session, election, person)


def _committed_to(session: Session, election: Election, secret: bytes) -> LotCommitment:
    for made in commitments(session, election):
        if protocol.commitment(election.uuid, made.name, secret) == made.commitment:
            return made
    raise Invalid(_("Nobody committed to this secret: its hash is another one."), code="wrong-secret")


def reveal_server(session: Session, election: Election, *, now: datetime) -> None:
    """Publish the server's secret, once voting has closed; a second call changes nothing."""
    made = _server(session, election)
    if made is None or made.sealed_secret is None or election.phase not in CLOSED:
        return
    secret = unseal(made.sealed_secret, context=_context(election))
    made.sealed_secret = None
    _publish(session, made, secret, by=made.name, now=now)


def waits_for(session: Session, election: Election) -> list[str]:
    """Return the names of those whose secret has not been revealed yet."""
    return [made.name for made in commitments(session, election) if made.secret is None]


def seed_of(session: Session, election: Election, contest_position: int) -> bytes | None:
    """Return the seed of a contest's lot, or None until every secret is revealed and where nobody committed."""
    made = commitments(session, election)
    if not made or any(each.secret is None for each in made):
        return None
    reveals = [(each.name, bytes.fromhex(each.secret or "")) for each in made]
    return protocol.seed(election.uuid, contest_position, reveals)


def drawn(contest: Contest, seed: bytes) -> list[str]:
    """Return the names of a contest's candidates in the order in which the seed draws them."""
    return list(drawing.draw([candidate.name for candidate in contest.candidates], seed).order)


def own(session: Session, election: Election, person: Person) -> LotCommitment | None:
    """Return the person's commitment in this election, if they made one."""
    wanted = select(LotCommitment).where(
        LotCommitment.election_uuid == election.uuid, LotCommitment.person_id == person.id
    )
    return session.execute(wanted).scalar_one_or_none()


def name_for(session: Session, election: Election, person: Person) -> str:
    """Return the name the person commits under, which the commitment covers: two of one name are told apart."""
    mine = own(session, election, person)
    if mine is not None:
        return mine.name
    taken = {made.name for made in commitments(session, election)} | {SERVER_NAME}
    name, number = person.display_name, 1
    while name in taken:
        number += 1
        name = f"{person.display_name} ({number})"
    return name


def _keep(session: Session, election: Election, made: LotCommitment, now: datetime) -> LotCommitment:
    made.election_uuid, made.committed_at = election.uuid, now
    session.add(made)
    session.flush()
    _enter(session, "lot.committed", made, by=made.name, now=now)
    return made


def _publish(session: Session, made: LotCommitment, secret: bytes, *, by: str, now: datetime) -> None:
    made.secret, made.revealed_at = secret.hex(), now
    session.flush()
    _enter(session, "lot.revealed", made, by=by, now=now)


def _server(session: Session, election: Election) -> LotCommitment | None:
    wanted = select(LotCommitment).where(
        LotCommitment.election_uuid == election.uuid, LotCommitment.person_id.is_(None)
    )
    return session.execute(wanted).scalar_one_or_none()


def _enter(session: Session, act: str, made: LotCommitment, *, by: str, now: datetime) -> None:
    facts = {"name": made.name, "commitment": made.commitment}
    facts |= {"secret": made.secret} if made.secret is not None else {}
    about = subject(catalogue.find(session, made.election_uuid))
    register.enter(session, act=act, by=by, now=now, subject=about, facts=facts)


def _context(election: Election) -> str:
    return f"lot secret {election.uuid}"


def _cycle(session: Session, election: Election) -> Cycle:
    cycle = session.get(Cycle, election.cycle_id) if election.cycle_id is not None else None
    if cycle is None:
        raise NotFound(_("This is a poll: no lot is drawn for it."), code="no-lot")
    return cycle


def _needed(session: Session, election: Election) -> int:
    return rules_of(_cycle(session, election)).lots.officials


def _clause(session: Session, election: Election) -> str:
    return rules_of(_cycle(session, election)).lots.clause
