"""Trustees' second proofs (SPEC 9.2): verified, kept beside the board and published; who is asked for one, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import proving
from elections.crypto import whole_decryption as protocol
from elections.crypto.decryption import PartialDecryption
from elections.crypto.proofs import Proof
from elections.crypto.whole_decryption import Statement, WholeProof
from elections.decrypted import DecryptionProof, StrayPlaintexts
from elections.lifecycle import AFTER_RESULT
from elections.models import Contest, Election, Trustee, TrusteeKind
from elections.services import contributions
from elections.services.frozen import protocol_election, protocol_trustees
from elections.services.refusals import as_invalid
from elections.services.setup import subject
from foundation.core import register
from foundation.core.errors import NotFound


def statement(session: Session, election: Election, owner: int, decryption: str) -> Statement:
    """Return what a trustee's second proof of the share with this SHA-256 is about."""
    key = protocol_trustees(election).owners[owner - 1].public_key
    last = contributions.ciphertexts_sha256(session, election.uuid)
    return Statement(protocol_election(election).fingerprint, owner, key, last, decryption)


def verify(session: Session, election: Election, proof: WholeProof, partial: PartialDecryption) -> None:
    """Raise Invalid unless the second proof holds for this share, whose own proofs have been verified."""
    about = statement(session, election, proof.owner, proof.decryption)
    with as_invalid():
        protocol.verify(proof, about, contributions.ciphertexts(session, election.uuid), partial.factors)


def keep(session: Session, election: Election, proof: WholeProof, *, by: str, now: datetime) -> None:
    """Keep a verified second proof of a share that is on the board; of one trustee there is only one."""
    trustee = contributions.trustee(election, proof.owner)
    row = DecryptionProof(owner=proof.owner, decryption=proof.decryption, brought_by=by, accepted_at=now)
    row.election_uuid = election.uuid
    row.challenge, row.response = str(proof.proof.challenge), str(proof.proof.response)
    session.add(row)
    facts = {"trustee": trustee.name, "decryption": proof.decryption}
    register.enter(session, act="decryption.proved", by=by, now=now, subject=subject(election), facts=facts)
    session.flush()


def kept(session: Session, election: Election) -> dict[int, DecryptionProof]:
    """Return the second proofs that have come, by owner."""
    wanted = select(DecryptionProof).where(DecryptionProof.election_uuid == election.uuid)
    found = session.execute(wanted.order_by(DecryptionProof.owner)).scalars()
    return {row.owner: row for row in found}


def published(session: Session, election: Election) -> bytes:
    """Return the second proofs as they are published, or raise NotFound before there is one."""
    rows = kept(session, election).values()
    if not rows:
        raise NotFound(_("No trustee of this election has brought a second proof yet."), code="no-proofs-yet")
    return protocol.published(
        WholeProof(row.owner, row.decryption, Proof(int(row.challenge), int(row.response))) for row in rows
    )


def is_demanded(election: Election) -> bool:
    """Answer whether a decryption is taken with its second proof only."""
    return proving.is_demanded(len(contest.candidates) for contest in election.contests)


def unproved(session: Session, election: Election) -> list[Trustee]:
    """Return the trustees whose share is on the board and who have not proved it as a whole, in order."""
    proved = kept(session, election)
    missing = [one for one in election.trustees if one.owner not in proved]
    # A result needs every share: the board need not be asked whose are there, on a page that everybody reads.
    if not missing or election.phase in AFTER_RESULT:
        return missing
    brought = contributions.of(session, election.uuid).decryptions
    return [one for one in missing if one.owner in brought]


def may_still_prove(session: Session, election: Election) -> list[Trustee]:
    """Return the trustees, with keys of their own, who can still bring a second proof."""
    able = [one for one in election.trustees if _may_prove(election, one)]
    return [one for one in unproved(session, election) if one in able] if able else []


def _may_prove(election: Election, trustee: Trustee) -> bool:
    by_server = election.demonstration or trustee.kind is TrusteeKind.SERVER
    return proving.may_come(election.phase, by_server=by_server)


def may_prove(session: Session, election: Election, trustee: Trustee) -> bool:
    """Answer whether this trustee, with a key of their own, can still bring a second proof."""
    return trustee in may_still_prove(session, election)


def is_asked(session: Session, election: Election, trustee: Trustee) -> bool:
    """Answer whether ballots wait for this trustee's second proof to tell whose doing they are."""
    found = sum(count for _contest, count in strays(session, election))
    return proving.is_asked(found) and may_prove(session, election, trustee)


def note_strays(session: Session, election: Election, counts: Sequence[int], *, now: datetime) -> None:
    """Keep how many plaintexts of each contest hold what no ballot program encrypts."""
    session.add_all(
        StrayPlaintexts(contest_id=contest.id, count=count, found_at=now)
        for contest, count in zip(election.contests, counts, strict=True)
        if count
    )


def strays(session: Session, election: Election) -> list[tuple[Contest, int]]:
    """Return the contests with plaintexts that hold what no ballot program encrypts, and how many."""
    wanted = (
        select(Contest, StrayPlaintexts.count)
        .join(StrayPlaintexts, StrayPlaintexts.contest_id == Contest.id)
        .where(Contest.election_uuid == election.uuid)
        .order_by(Contest.position)
    )
    return [(contest, count) for contest, count in session.execute(wanted)]
