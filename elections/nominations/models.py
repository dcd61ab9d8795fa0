"""The tables of nominations. A nomination is left through dated states; nothing of it is deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elections.models import Contest
from elections.nominations.lifecycle import NominationState
from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum


class Nomination(Base):
    """That a person is proposed for a contest, by themselves or another; `statement` is Markdown of the nominee's."""

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("(state = 'proposed') = (answered_at IS NULL)", name="answered_unless_proposed"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at_a_time"),
        Index(
            "uq_nomination_active",
            "contest_id",
            "person_id",
            unique=True,
            postgresql_where="state IN ('proposed', 'accepted')",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[NominationState] = mapped_column(text_enum(NominationState))
    statement: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_why: Mapped[str | None] = mapped_column(Text)

    contest: Mapped[Contest] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    endorsements: Mapped[list[Endorsement]] = relationship(order_by="Endorsement.id", back_populates="nomination")
    decisions: Mapped[list[EligibilityDecision]] = relationship(
        order_by="EligibilityDecision.id", back_populates="nomination"
    )


class Endorsement(Base):
    """That a member endorses a nomination; it can be taken back while nominations are open."""

    __tablename__ = "endorsement"
    __table_args__ = (
        Index(
            "uq_endorsement_standing",
            "nomination_id",
            "person_id",
            unique=True,
            postgresql_where="taken_back_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    nomination: Mapped[Nomination] = relationship(back_populates="endorsements")
    person: Mapped[Person] = relationship()


class EligibilityDecision(Base):
    """An official's decision, with its reason, whether a nominee may stand; the newest stands. Only ever added."""

    __tablename__ = "eligibility_decision"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    eligible: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    nomination: Mapped[Nomination] = relationship(back_populates="decisions")
    by: Mapped[Person] = relationship()


class Question(Base):
    """A member's public question to the candidates of a contest; an official may hide an abusive one, for a reason."""

    __tablename__ = "candidate_question"
    __table_args__ = (CheckConstraint("(hidden_by_id IS NULL) = (hidden_why IS NULL)", name="hidden_for_a_reason"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_why: Mapped[str | None] = mapped_column(Text)

    contest: Mapped[Contest] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id", back_populates="question")


class Answer(Base):
    """A nominee's answer to a question: one each, public, never edited."""

    __tablename__ = "candidate_answer"
    __table_args__ = (Index("uq_candidate_answer_one_each", "question_id", "nomination_id", unique=True),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("candidate_question.id"))
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    question: Mapped[Question] = relationship(back_populates="answers")
    nomination: Mapped[Nomination] = relationship()
