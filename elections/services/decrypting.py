"""Decryption: every trustee's partial decryption, verified before it enters; all of them together are the result."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import decryption as protocol
from elections.crypto import result
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption
from elections.lifecycle import Phase
from elections.models import BoardHead, Election, Trustee
from elections.services import catalogue, contributions, keys
from elections.services.frozen import protocol_election, protocol_trustees
from elections.services.refusals import as_invalid
from elections.services.setup import subject
from elections.services.voting import move
from foundation.core import register
from foundation.core.errors import Conflict


def server_decrypt(session: Session, uuid: str, *, now: datetime) -> bool:
    """Decrypt for one trustee whose key the server holds and who has not yet; answer whether it did."""
    election = catalogue.find(session, uuid)
    if election.phase is not Phase.DECRYPTION:
        return False
    done = contributions.of(session, uuid).decryptions
    for trustee in election.trustees:
        if trustee.owner not in done and keys.reserve(session, trustee):
            if trustee.owner in contributions.of(session, uuid).decryptions:
                # Another worker finished between the two questions; there may be more to do now.
                return True
            ciphertexts = contributions.ciphertexts(session, uuid)
            fingerprint = protocol_election(election).fingerprint
            partial = protocol.decrypt(keys.use(trustee), ciphertexts, fingerprint)
            _append(session, uuid, trustee.owner, partial.to_json(), now=now)
            return True
    return False


def accept_partial_decryption(
    session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime
) -> Election:
    """Verify a trustee's partial decryption and put it on the board; the last one publishes the result."""
    election = catalogue.find(session, uuid)
    trustee = contributions.trustee(election, owner)
    require_wanted(session, election, trustee)
    content = contributions.read_file(data, owner)
    ciphertexts = contributions.ciphertexts(session, uuid)
    public_key = protocol_trustees(election).owners[owner - 1].public_key
    with as_invalid():
        partial = PartialDecryption.from_json(content)
        protocol.verify(partial, ciphertexts, public_key, protocol_election(election).fingerprint)
    election = _append(session, uuid, owner, content, now=now)
    facts = {"trustee": trustee.name, "decryption": sha256_hex(content)}
    register.enter(session, act="decryption.accepted", by=by, now=now, subject=subject(election), facts=facts)
    return election


def require_wanted(session: Session, election: Election, trustee: Trustee) -> None:
    """Raise Conflict unless the election is being decrypted and this trustee has not decrypted yet."""
    if election.phase is not Phase.DECRYPTION:
        raise Conflict(_("This election is not being decrypted now."), code="wrong-phase")
    if trustee.owner in contributions.of(session, election.uuid).decryptions:
        raise Conflict(_("%(name)s has decrypted already.", name=trustee.name), code="already-decrypted")


def _append(session: Session, uuid: str, owner: int, content: bytes, *, now: datetime) -> Election:
    head = board.lock_head(session, uuid)
    election = catalogue.find_locked(session, uuid)
    require_wanted(session, election, contributions.trustee(election, owner))
    owned = OwnedPartialDecryption.of(owner, content).to_json()
    board.append(session, head, EventType.PARTIAL_DECRYPTION, [content, owned])
    brought = contributions.of(session, uuid).decryptions
    if len(brought) == len(election.trustees):
        _publish_result(session, election, head, now=now)
    session.flush()
    return election


def _publish_result(session: Session, election: Election, head: BoardHead, *, now: datetime) -> None:
    brought = contributions.of(session, election.uuid).decryptions
    partials = {
        owner: PartialDecryption.from_json(board.content(session, election.uuid, digest))
        for owner, digest in brought.items()
    }
    ciphertexts = contributions.ciphertexts(session, election.uuid)
    raw = result.combine(protocol_election(election), protocol_trustees(election), ciphertexts, partials).to_json()
    board.append(session, head, EventType.RESULT, [raw])
    move(election, Phase.PROVISIONAL_RESULT, now)
    keys.forget(election.trustees)
    facts = {"result": sha256_hex(raw), "board": head.hash}
    register.enter(session, act="result.published", by="the server", now=now, subject=subject(election), facts=facts)
