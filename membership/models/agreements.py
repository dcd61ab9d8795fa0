"""Agreements that members sign: their versions and the signatures, none of which is ever deleted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.models.parties import Party
from membership.rules.classes import MemberClass


class Agreement(Base):
    """A text that members of a class sign; one for each class."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    member_class: Mapped[MemberClass] = mapped_column(text_enum(MemberClass), unique=True)
    title: Mapped[str] = mapped_column(String(200))

    versions: Mapped[list[AgreementVersion]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number"
    )


class AgreementVersion(Base):
    """A text with its hash; a material one asks everyone to sign again by a day, a typo asks nobody."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_counted"),
        CheckConstraint("sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="hash_is_of_the_text"),
        CheckConstraint("sign_by >= published_on", name="notice_follows"),
        Index("uq_agreement_version_number", "agreement_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    material: Mapped[bool]
    published_on: Mapped[date] = mapped_column(Date)
    sign_by: Mapped[date] = mapped_column(Date)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    agreement: Mapped[Agreement] = relationship(back_populates="versions")


class Signature(Base):
    """A party's signature under a version, by the person who gave it; it may be invalidated, never removed."""

    __tablename__ = "signature"
    __table_args__ = (
        CheckConstraint("(invalidated_at IS NULL) = (invalidated_why IS NULL)", name="invalidated_for_a_reason"),
        Index("uq_signature_once", "party_id", "version_id", unique=True, postgresql_where="invalidated_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"), index=True)
    signatory_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    signed_name: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invalidated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invalidated_why: Mapped[str | None] = mapped_column(String(500))

    party: Mapped[Party] = relationship()
    version: Mapped[AgreementVersion] = relationship(lazy="joined", innerjoin=True)
    signatory: Mapped[Person] = relationship()
