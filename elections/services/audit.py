"""What an auditor compares first: the checksums of an election's public data, as `compute-checksums` prints them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from elections import board
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.exact_json import dumps
from elections.crypto.tally import SizedEncryptedTally
from elections.models import Election
from elections.services import contributions, roll
from elections.services.frozen import protocol_trustees


def audit_cache(session: Session, election: Election) -> dict[str, Any]:
    """Return the hash of the roll and the checksums, or raise NotFound before the board begins."""
    checked = checksums(session, election)
    credentials = roll.public_credentials(session, election)
    return {"voters_hash": roll.hash_of(credentials).sha256, "checksums": checked}


def checksums(session: Session, election: Election) -> dict[str, Any]:
    """Return the checksums in the form of `belenios-tool election compute-checksums`."""
    setup = board.setup_data(session, election.uuid)
    keys = [owner.public_key.text for owner in protocol_trustees(election).owners]
    found: dict[str, Any] = {
        "election": setup.election,
        "trustees": [{"checksum": sha256_hex(dumps(key))} for key in keys],
        "trustees_threshold": [],
        "num_voters": roll.size(session, election),
        "public_credentials": setup.credentials,
    }
    brought = contributions.of(session, election.uuid)
    if brought.shuffles:
        found["shuffles"] = [{"checksum": digest} for digest in brought.shuffles.values()]
    if any(event.type is EventType.ENCRYPTED_TALLY for event in board.after_close(session, election.uuid)):
        sized = board.payload_of(session, election.uuid, EventType.ENCRYPTED_TALLY)
        found["encrypted_tally"] = SizedEncryptedTally.from_json(sized).encrypted_tally
    return found
