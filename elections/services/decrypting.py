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
from elections.crypto.whole_decryption import SHOWS_WITHOUT, prove
from elections.lifecycle import FINAL, Phase
from elections.models import BoardHead, Election, Trustee
from elections.services import catalogue, contributions, keys, notices, result_files, whole_proofs
from elections.services.contributions import Decryption
from elections.services.frozen import protocol_election, protocol_trustees
from elections.services.refusals import as_invalid
from elections.services.setup import subject
from elections.services.voting import move
from foundation.core import register
from foundation.core.errors import Conflict, Invalid


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
            key = keys.use(trustee)
            content = protocol.decrypt(key, ciphertexts, fingerprint).to_json()
            about = whole_proofs.statement(session, election, trustee.owner, sha256_hex(content))
            brought = Decryption(content, prove(key, about, ciphertexts))
            _append(session, election, trustee, brought, by="the server", now=now)
            return True
    return False


def accept_partial_decryption(
    session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime
) -> Election:
    """Verify a trustee's partial decryption and put it on the board; the last one publishes the result.

    A second proof that comes with it, or afterwards for the one on the board, is verified and kept beside the board.
    """
    election = catalogue.find(session, uuid)
    trustee = contributions.trustee(election, owner)
    brought = contributions.read_decryption(data, owner)
    require_wanted(session, election, trustee, brought)
    is_late = owner in contributions.of(session, uuid).decryptions
    with as_invalid():
        partial = PartialDecryption.from_json(brought.content)
    if not is_late:
        _verify(session, election, owner, partial)
    if brought.proof is not None:
        whole_proofs.verify(session, election, brought.proof, partial)
    if is_late:
        return _accept_late(session, election, brought, by=by, now=now)
    election = _append(session, election, trustee, brought, by=by, now=now)
    facts = {"trustee": trustee.name, "decryption": brought.sha256}
    register.enter(session, act="decryption.accepted", by=by, now=now, subject=subject(election), facts=facts)
    return election


def _verify(session: Session, election: Election, owner: int, partial: PartialDecryption) -> None:
    ciphertexts = contributions.ciphertexts(session, election.uuid)
    public_key = protocol_trustees(election).owners[owner - 1].public_key
    with as_invalid():
        protocol.verify(partial, ciphertexts, public_key, protocol_election(election).fingerprint)


def require_wanted(session: Session, election: Election, trustee: Trustee, brought: Decryption) -> None:
    """Raise a Refusal unless this decryption is waited for now, or is on the board and can still be proved."""
    there = contributions.of(session, election.uuid).decryptions.get(trustee.owner)
    if there is not None and (brought.proof is None or brought.sha256 != there):
        raise Conflict(_("%(name)s has decrypted already.", name=trustee.name), code="already-decrypted")
    if there is None and election.phase is not Phase.DECRYPTION:
        raise Conflict(_("This election is not being decrypted now."), code="wrong-phase")
    if election.phase in FINAL:
        raise Conflict(_("This election is over: nothing is added to its papers."), code="wrong-phase")
    if brought.proof is None and whole_proofs.is_demanded(election):
        sentence = _(
            "A contest of this election has more than %(many)s candidates, so a decryption is taken only with its "
            "second proof, the third line of the file. “python -m elections.trustee decrypt” writes it; to a file of "
            "another program “python -m elections.trustee vouch” adds it.",
            many=SHOWS_WITHOUT,
        )
        raise Invalid(sentence, code="second-proof-missing")


def _accept_late(session: Session, election: Election, brought: Decryption, *, by: str, now: datetime) -> Election:
    """Keep the second proof of a share that is on the board; it changes no phase, and coming again changes nothing."""
    election = catalogue.find_locked(session, election.uuid)
    if brought.proof is None:
        raise ValueError("Only a second proof comes late.")
    require_wanted(session, election, contributions.trustee(election, brought.proof.owner), brought)
    if brought.proof.owner not in whole_proofs.kept(session, election):
        whole_proofs.keep(session, election, brought.proof, by=by, now=now)
        result_files.publish(session, election, now=now)
    return election


def _append(
    session: Session, election: Election, trustee: Trustee, brought: Decryption, *, by: str, now: datetime
) -> Election:
    head = board.lock_head(session, election.uuid)
    election = catalogue.find_locked(session, election.uuid)
    if trustee.owner in contributions.of(session, election.uuid).decryptions:
        raise Conflict(_("%(name)s has decrypted already.", name=trustee.name), code="already-decrypted")
    require_wanted(session, election, trustee, brought)
    owned = OwnedPartialDecryption.of(trustee.owner, brought.content).to_json()
    board.append(session, head, EventType.PARTIAL_DECRYPTION, [brought.content, owned])
    if brought.proof is not None:
        whole_proofs.keep(session, election, brought.proof, by=by, now=now)
    if len(contributions.of(session, election.uuid).decryptions) == len(election.trustees):
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
    parsed = protocol_election(election)
    messages = result.messages(parsed, protocol_trustees(election), ciphertexts, partials)
    raw, strays = result.decode(parsed, messages).to_json(), result.strays(parsed, messages)
    board.append(session, head, EventType.RESULT, [raw])
    move(election, Phase.PROVISIONAL_RESULT, now)
    keys.forget(election.trustees)
    whole_proofs.note_strays(session, election, strays, now=now)
    if any(strays):
        notices.ask_for_proofs(session, election, whole_proofs.may_still_prove(session, election), now=now)
    facts: dict[str, object] = {"result": sha256_hex(raw), "board": head.hash}
    if any(strays):
        facts["strays"] = strays
    register.enter(session, act="result.published", by="the server", now=now, subject=subject(election), facts=facts)
