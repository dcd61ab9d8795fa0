"""Mixing: each trustee in turn shuffles the ballots and proves it; nothing enters the board unverified.

A shuffle takes long, so it is computed and verified before the board's head is locked; under the lock only the turn is
decided again.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import shuffle as protocol
from elections.crypto.archive import EventType
from elections.crypto.shuffle import OwnedShuffle, Shuffle
from elections.lifecycle import Phase
from elections.models import Election, Trustee
from elections.services import catalogue, contributions, keys, notices
from elections.services.frozen import protocol_election
from elections.services.refusals import as_invalid
from elections.services.setup import subject
from elections.services.voting import move
from foundation.core import register
from foundation.core.errors import Conflict

MIXING = frozenset({Phase.CLOSED, Phase.MIXING})


def begin(session: Session, uuid: str, *, now: datetime) -> Election:
    """Begin the mixing of a closed election: closed → mixing. A second call changes nothing."""
    board.lock_head(session, uuid)
    election = catalogue.find_locked(session, uuid)
    if election.phase is not Phase.MIXING:
        move(election, Phase.MIXING, now)
    session.flush()
    return election


def server_mix(session: Session, uuid: str, *, now: datetime) -> bool:
    """Shuffle for the next mixer if the server holds its key; answer whether it did."""
    election = catalogue.find(session, uuid)
    if election.phase not in MIXING:
        return False
    mixer = contributions.next_mixer(election, list(contributions.of(session, uuid).shuffles))
    if mixer is None or not keys.reserve(session, mixer):
        return False
    if mixer.owner in contributions.of(session, uuid).shuffles:
        # Another worker finished between the two questions; there may be more to do now.
        return True
    parsed = protocol_election(election)
    before = contributions.ciphertexts(session, uuid)
    mixed = protocol.shuffle(before, parsed.public_key, parsed.fingerprint)
    _append(session, uuid, mixer.owner, mixed.to_json(), now=now)
    return True


def accept_shuffle(session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime) -> Election:
    """Verify a trustee's shuffle of the last list and put it on the board; the last mixer ends the mixing."""
    election = catalogue.find(session, uuid)
    trustee = contributions.trustee(election, owner)
    require_turn(session, election, trustee)
    content = contributions.read_file(data, owner)
    parsed = protocol_election(election)
    before = contributions.ciphertexts(session, uuid)
    with as_invalid():
        mixed = Shuffle.from_json(content)
        protocol.verify(mixed, before, parsed.public_key, parsed.fingerprint)
    election = _append(session, uuid, owner, content, now=now)
    facts = {"trustee": trustee.name, "shuffle": OwnedShuffle.of(owner, content).payload}
    register.enter(session, act="shuffle.accepted", by=by, now=now, subject=subject(election), facts=facts)
    return election


def require_turn(session: Session, election: Election, trustee: Trustee) -> None:
    """Raise Conflict unless the election is being mixed and it is this trustee's turn."""
    if election.phase not in MIXING:
        raise Conflict(_("This election is not being mixed now."), code="wrong-phase")
    done = contributions.of(session, election.uuid).shuffles
    if trustee.owner in done:
        raise Conflict(_("%(name)s has shuffled already.", name=trustee.name), code="already-shuffled")
    turn = contributions.next_mixer(election, list(done))
    if turn is None or turn.owner != trustee.owner:
        name = turn.name if turn else ""
        raise Conflict(_("It is %(name)s's turn to shuffle.", name=name), code="not-your-turn")


def _append(session: Session, uuid: str, owner: int, content: bytes, *, now: datetime) -> Election:
    """Put a shuffle of the newest list on the board, if it still is this owner's turn under the lock."""
    head = board.lock_head(session, uuid)
    election = catalogue.find_locked(session, uuid)
    # Nobody can have shuffled in between unless it was this owner: turns are taken in one order.
    require_turn(session, election, contributions.trustee(election, owner))
    if election.phase is Phase.CLOSED:
        move(election, Phase.MIXING, now)
    board.append(session, head, EventType.SHUFFLE, [content, OwnedShuffle.of(owner, content).to_json()])
    done = contributions.of(session, uuid).shuffles
    if contributions.next_mixer(election, list(done)) is None:
        board.append(session, head, EventType.END_SHUFFLES)
        move(election, Phase.DECRYPTION, now)
        facts = {"shuffles": list(done.values())}
        register.enter(session, act="election.mixed", by="the server", now=now, subject=subject(election), facts=facts)
    session.flush()
    notices.tell_trustees(session, election, now=now)
    return election
