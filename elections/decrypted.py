"""What is kept of decryptions besides the board: trustees' second proofs, and how many ballots make them matter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.core.db import Base, UtcDateTime


class DecryptionProof(Base):
    """A trustee's second proof (SPEC 9.2), about the share on the board with the SHA-256 `decryption`; only added."""

    __tablename__ = "decryption_proof"
    __table_args__ = (
        CheckConstraint("decryption ~ '^[0-9a-f]{64}$'", name="decryption_is_hex"),
        CheckConstraint("challenge ~ '^[0-9]+$' AND response ~ '^[0-9]+$'", name="numbers_are_decimal"),
        ForeignKeyConstraint(
            ["election_uuid", "owner"], ["trustee.election_uuid", "trustee.owner"], name="fk_decryption_proof_trustee"
        ),
    )

    election_uuid: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decryption: Mapped[str] = mapped_column(Text)
    challenge: Mapped[str] = mapped_column(Text)
    response: Mapped[str] = mapped_column(Text)
    brought_by: Mapped[str] = mapped_column(Text)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StrayPlaintexts(Base):
    """How many of a contest's decrypted ballots hold what no ballot program encrypts (SPEC 9.1); for none, no row."""

    __tablename__ = "stray_plaintexts"
    __table_args__ = (CheckConstraint("count >= 1", name="strays_there_are"),)

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    count: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
