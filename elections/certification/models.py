"""The tables of certification: complaints, second counts, certificates, keys, signatures, and seats filled."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elections.models import Contest, Election
from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum


class Disposition(StrEnum):
    """What became of a complaint."""

    DISMISSED = "dismissed"
    NOTED = "noted"
    UPHELD = "upheld"


class Complaint(Base):
    """A complaint about an election, and its recorded disposition; both are public."""

    __tablename__ = "election_complaint"
    __table_args__ = (
        CheckConstraint(
            "(disposition IS NULL) = (disposed_at IS NULL) AND (disposition IS NULL) = (reason IS NULL)"
            " AND (disposition IS NULL) = (disposed_by_id IS NULL)",
            name="disposed_as_a_whole",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    disposition: Mapped[Disposition | None] = mapped_column(text_enum(Disposition))
    reason: Mapped[str | None] = mapped_column(Text)
    disposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    disposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    disposed_by: Mapped[Person | None] = relationship(foreign_keys=[disposed_by_id])


class SecondCount(Base):
    """What another counting program made of a contest's raw result, and whether it agrees; only ever added."""

    __tablename__ = "second_count"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    program: Mapped[str] = mapped_column(Text)
    inputs_sha256: Mapped[str] = mapped_column(Text)
    agrees: Mapped[bool]
    difference: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship()


class Certificate(Base):
    """The exact bytes that certifiers sign; a newer one replaces one that no longer says what is so."""

    __tablename__ = "election_certificate"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        Index("uq_election_certificate_standing", "election_uuid", unique=True, postgresql_where="replaced_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    election: Mapped[Election] = relationship()
    signatures: Mapped[list[CertificateSignature]] = relationship(
        order_by="CertificateSignature.id", back_populates="certificate"
    )


class CertifierKey(Base):
    """A certifier's public SSH key (ssh-ed25519), as `ssh-keygen` writes it; withdrawn, never deleted."""

    __tablename__ = "certifier_key"
    __table_args__ = (
        Index("uq_certifier_key_standing", "person_id", unique=True, postgresql_where="withdrawn_at IS NULL"),
        UniqueConstraint("public_key", name="uq_certifier_key_public_key"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    public_key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class CertificateSignature(Base):
    """A certifier's SSHSIG signature over a certificate's bytes; only ever added."""

    __tablename__ = "certificate_signature"
    __table_args__ = (UniqueConstraint("certificate_id", "person_id", name="uq_certificate_signature_one_each"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("election_certificate.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("certifier_key.id"))
    signature: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    certificate: Mapped[Certificate] = relationship(back_populates="signatures")
    person: Mapped[Person] = relationship()
    key: Mapped[CertifierKey] = relationship()


class SeatTerm(Base):
    """A seat of a body filled by a certified election: whose it is, from when until when, and how it ended."""

    __tablename__ = "seat_term"
    __table_args__ = (
        CheckConstraint("until_on > from_on", name="ends_after_it_begins"),
        CheckConstraint("(ended_on IS NULL) = (ended_why IS NULL)", name="ended_for_a_reason"),
        UniqueConstraint("contest_id", "person_id", name="uq_seat_term_one_each"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    seat: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date]
    until_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_why: Mapped[str | None] = mapped_column(Text)

    contest: Mapped[Contest] = relationship()
    person: Mapped[Person] = relationship()
