"""What a trustee brings after the close: taken in by the request, verified by a job, and only then on the board.

Verifying ten thousand ballots' proofs takes longer than anybody waits for an answer. The request looks at what costs
nothing (whose turn it is, the file's form) and keeps the file; the job does the rest, and says what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from elections.crypto.decryption import PartialDecryption
from elections.crypto.shuffle import Shuffle
from elections.models import Election, FileState, Step, Trustee, TrusteeFile
from elections.services import catalogue, contributions, decrypting, mixing, notices
from elections.services.contributions import Decryption
from elections.services.refusals import as_invalid
from elections.services.setup import subject
from foundation.core import register
from foundation.core.errors import Conflict, Refusal

READ: dict[Step, Callable[[bytes], object]] = {
    Step.SHUFFLE: Shuffle.from_json,
    Step.DECRYPTION: PartialDecryption.from_json,
}
ACCEPT: dict[Step, Callable[..., object]] = {
    Step.SHUFFLE: mixing.accept_shuffle,
    Step.DECRYPTION: decrypting.accept_partial_decryption,
}


def hand_in(session: Session, uuid: str, owner: int, data: bytes, *, step: Step, by: str, now: datetime) -> TrusteeFile:
    """Keep a trustee's shuffle or partial decryption until it is verified; the same file again is the same one."""
    election = catalogue.find(session, uuid)
    trustee = contributions.trustee(election, owner)
    brought = _read(session, trustee, data, step)
    kept, digest = brought.to_file(), brought.sha256
    with as_invalid():
        READ[step](brought.content)
    # Two at once: the second waits here and then sees the first.
    session.execute(select(Trustee.id).where(Trustee.id == trustee.id).with_for_update())
    before = newest(session, election, owner)
    if before is not None and before.state is FileState.WAITING:
        if before.sha256 == digest and before.content == kept:
            return before
        raise Conflict(_("A file of yours is being verified. Wait for what comes of it."), code="being-verified")
    made = TrusteeFile(owner=owner, step=step, sha256=digest, content=kept, brought_by=by)
    made.election_uuid, made.brought_at = uuid, now
    session.add(made)
    session.flush()
    return made


def _read(session: Session, trustee: Trustee, data: bytes, step: Step) -> Decryption:
    """Return what a file holds if it is waited for; a shuffle is content without a second proof."""
    election = trustee.election
    if step is Step.SHUFFLE:
        mixing.require_turn(session, election, trustee)
        return Decryption(contributions.read_file(data, trustee.owner))
    brought = contributions.read_decryption(data, trustee.owner)
    decrypting.require_wanted(session, election, trustee, brought)
    return brought


def newest(session: Session, election: Election, owner: int) -> TrusteeFile | None:
    """Return the file that a trustee brought last, if there is one."""
    wanted = select(TrusteeFile).where(TrusteeFile.election_uuid == election.uuid, TrusteeFile.owner == owner)
    return session.execute(wanted.order_by(TrusteeFile.id.desc()).limit(1)).scalar_one_or_none()


def examine(session: Session, uuid: str, *, now: datetime) -> bool:
    """Verify the oldest file that waits and put it on the board, or refuse it; answer whether there was one.

    A worker that is killed meanwhile leaves the file waiting for the next.
    """
    wanted = select(TrusteeFile).where(TrusteeFile.election_uuid == uuid, TrusteeFile.state == FileState.WAITING)
    wanted = wanted.order_by(TrusteeFile.id).limit(1).options(undefer(TrusteeFile.content))
    file = session.execute(wanted.with_for_update(skip_locked=True)).scalar_one_or_none()
    if file is None:
        return False
    try:
        ACCEPT[file.step](session, uuid, file.owner, file.content, by=file.brought_by, now=now)
    except Refusal as refusal:
        # Whatever refuses does so before anything is written: the file's fate is all there is to commit.
        _decide(session, file, FileState.REFUSED, refusal.message, now=now)
        _tell_of_refusal(session, file, now=now)
    else:
        _decide(session, file, FileState.ACCEPTED, None, now=now)
    return True


def _decide(session: Session, file: TrusteeFile, state: FileState, reason: str | None, *, now: datetime) -> None:
    file.state, file.reason, file.content, file.decided_at = state, reason, None, now
    session.flush()


def _tell_of_refusal(session: Session, file: TrusteeFile, *, now: datetime) -> None:
    election = catalogue.find(session, file.election_uuid)
    trustee = contributions.trustee(election, file.owner)
    facts = {"trustee": trustee.name, "step": str(file.step), "sha256": file.sha256, "reason": file.reason}
    register.enter(
        session, act="trustee_file.refused", by="the server", now=now, subject=subject(election), facts=facts
    )
    notices.tell_of_refusal(session, trustee, file, now=now)
