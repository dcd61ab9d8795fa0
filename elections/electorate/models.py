"""The tables of appeals: about the roll, and about who may stand. Two officials decide each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elections.models import Election
from elections.nominations.models import Nomination
from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum


class AppealKind(StrEnum):
    """What is appealed: to be added to the roll, to be left out of it, or a decision on eligibility."""

    ADD_TO_ROLL = "add_to_roll"
    LEAVE_ROLL = "leave_roll"
    ELIGIBILITY = "eligibility"


class Appeal(Base):
    """A person's appeal; it is decided when two officials have given the same verdict (`upheld`)."""

    __tablename__ = "election_appeal"
    __table_args__ = (
        CheckConstraint("(kind = 'eligibility') = (nomination_id IS NOT NULL)", name="eligibility_is_of_a_nomination"),
        CheckConstraint("(decided_at IS NULL) = (upheld IS NULL)", name="decided_one_way"),
        Index(
            "uq_election_appeal_open",
            "election_uuid",
            "person_id",
            "kind",
            unique=True,
            postgresql_where="decided_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), index=True)
    kind: Mapped[AppealKind] = mapped_column(text_enum(AppealKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nomination.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    upheld: Mapped[bool | None]

    election: Mapped[Election] = relationship()
    person: Mapped[Person] = relationship()
    nomination: Mapped[Nomination | None] = relationship()
    verdicts: Mapped[list[AppealVerdict]] = relationship(order_by="AppealVerdict.id", back_populates="appeal")


class AppealVerdict(Base):
    """One official's verdict on an appeal, with its reason; only ever added."""

    __tablename__ = "election_appeal_verdict"
    __table_args__ = (Index("uq_election_appeal_verdict_one_each", "appeal_id", "by_id", unique=True),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("election_appeal.id"))
    upheld: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    appeal: Mapped[Appeal] = relationship(back_populates="verdicts")
    by: Mapped[Person] = relationship()
