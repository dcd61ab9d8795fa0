"""The private keys that the server holds: its own, and in a demonstration everybody's; sealed, and used for one job."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.crypto.trustees import PrivateKey
from elections.models import Trustee
from foundation.core.sealing import seal, unseal


def _context(trustee: Trustee) -> str:
    return f"trustee key {trustee.election_uuid} {trustee.owner}"


def keep(trustee: Trustee, key: PrivateKey) -> None:
    """Seal the private key of a trustee whose part the server does."""
    trustee.sealed_private_key = seal(key.to_json(), context=_context(trustee))


def use(trustee: Trustee) -> PrivateKey:
    """Return the private key of a trustee that `reserve` was true for."""
    if trustee.sealed_private_key is None:
        raise LookupError(f"The server does not hold the key of trustee {trustee.owner}.")
    return PrivateKey.from_json(unseal(trustee.sealed_private_key, context=_context(trustee)))


def forget(trustees: Iterable[Trustee]) -> None:
    """Destroy the sealed keys of trustees whose part is done: what is published needs them no more."""
    for trustee in trustees:
        trustee.sealed_private_key = None


def reserve(session: Session, trustee: Trustee) -> bool:
    """Answer whether the server acts for this trustee, and nobody else is doing it right now.

    The row stays locked until the transaction ends, so that two workers do not compute the same shuffle twice.
    """
    if trustee.sealed_private_key is None:
        return False
    wanted = select(Trustee.id).where(Trustee.id == trustee.id).with_for_update(skip_locked=True)
    return session.execute(wanted).scalar_one_or_none() is not None
