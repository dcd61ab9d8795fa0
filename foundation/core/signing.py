"""The server's own Ed25519 key, which signs receipts; made once, sealed at rest."""

from __future__ import annotations

import secrets

from sqlalchemy import CheckConstraint, LargeBinary, SmallInteger, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.core.db import Base
from foundation.core.sealing import seal, unseal

CONTEXT = "server signing key"
SEED_BYTES = 32


class ServerKey(Base):
    """The one row that holds the sealed seed (32 bytes, RFC 8032) of the server's signing key."""

    __tablename__ = "server_key"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)


def server_key(session: Session) -> bytes:
    """Return the seed of the server's signing key, making it at the first call."""
    sealed = session.execute(select(ServerKey.sealed_seed)).scalar_one_or_none()
    if sealed is None:
        fresh = seal(secrets.token_bytes(SEED_BYTES), context=CONTEXT)
        # Two first calls at once agree on whichever row was inserted first.
        session.execute(insert(ServerKey).values(id=1, sealed_seed=fresh).on_conflict_do_nothing())
        sealed = session.execute(select(ServerKey.sealed_seed)).scalar_one()
    return unseal(sealed, context=CONTEXT)
