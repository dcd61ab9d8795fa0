"""Cases: a breach of an affiliation cap, and an appeal against a finding about standing; officers close them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum


class CaseKind(StrEnum):
    """What a case is about."""

    CAP = "cap"
    STANDING = "standing"


class Case(Base):
    """Something that officers must look at and close with a sentence."""

    __tablename__ = "membership_case"
    __table_args__ = (
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (outcome IS NULL)",
            name="closed_by_somebody_with_an_outcome",
        ),
        CheckConstraint("(kind = 'standing') = (person_id IS NOT NULL)", name="standing_is_somebodys"),
        Index("uq_membership_case_open", "kind", "subject", unique=True, postgresql_where="closed_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[CaseKind] = mapped_column(text_enum(CaseKind))
    subject: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    opened_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
