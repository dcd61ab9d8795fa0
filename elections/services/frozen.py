"""The election as the protocol knows it: parsed once from the bytes that froze when the key ceremony ended."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import gettext as _

from elections.crypto import election as protocol
from elections.crypto.trustees import Single, TrusteePublicKey, Trustees
from elections.models import Election
from foundation.core.errors import Conflict


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> protocol.Election:
    return protocol.Election.from_json(data)


def protocol_election(election: Election) -> protocol.Election:
    """Return the parsed election.json, or raise Conflict while the key ceremony is not finished."""
    if election.election_json is None:
        raise Conflict(_("The key ceremony of this election is not finished."), code="keys-missing")
    return _parsed(election.election_json)


def protocol_trustees(election: Election) -> Trustees:
    """Return the trustees structure of the accepted keys, in the order of owners, or raise Conflict."""
    keys = [trustee.public_key for trustee in election.trustees]
    if any(key is None for key in keys):
        raise Conflict(_("Not every trustee has brought a key yet."), code="keys-missing")
    return Trustees(tuple(Single(TrusteePublicKey.from_json(key)) for key in keys if key is not None))
