"""The table of lots: a hash published before the vote, and the secret revealed after it (SPEC 8.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime


class LotCommitment(Base):
    """One official's share of a lot; the server's own has no person, and its secret is sealed until the close."""

    __tablename__ = "lot_commitment"
    __table_args__ = (
        CheckConstraint("commitment ~ '^[0-9a-f]{64}$'", name="commitment_is_sha256"),
        CheckConstraint("secret ~ '^[0-9a-f]{64}$'", name="secret_is_32_bytes"),
        CheckConstraint("(secret IS NULL) = (revealed_at IS NULL)", name="revealed_at_a_time"),
        CheckConstraint("sealed_secret IS NULL OR person_id IS NULL", name="only_the_servers_is_sealed"),
        Index("uq_lot_commitment_name", "election_uuid", "name", unique=True),
        Index("uq_lot_commitment_person", "election_uuid", "person_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    commitment: Mapped[str] = mapped_column(Text)
    committed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret: Mapped[str | None] = mapped_column(Text)
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()
