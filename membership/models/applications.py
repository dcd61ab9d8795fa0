"""Applications for membership and everything that happened to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.models.parties import Party
from membership.rules.admission import ApplicationState
from membership.rules.classes import MemberClass

OPEN_STATES = "state IN ('draft', 'submitted', 'under_review', 'information_requested', 'appealed')"


class Application(Base):
    """A party asks to be a member; `version` grows with every act, so that a stale form is recognised."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('approved', 'declined', 'appealed', 'decline_upheld')) = (decider_id IS NOT NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint(
            "(decider_id IS NULL) = (reason IS NULL) AND (decider_id IS NULL) = (decided_at IS NULL)",
            name="decided_for_a_reason",
        ),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("state = 'draft' OR state = 'withdrawn' OR submitted_at IS NOT NULL", name="was_submitted"),
        CheckConstraint("version >= 1", name="version_counted"),
        Index("uq_application_one_open", "party_id", unique=True, postgresql_where=OPEN_STATES),
        Index("ix_application_queue", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    member_class: Mapped[MemberClass] = mapped_column(text_enum(MemberClass))
    state: Mapped[ApplicationState] = mapped_column(text_enum(ApplicationState))
    statement: Mapped[str] = mapped_column(Text)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    party: Mapped[Party] = relationship(lazy="joined", innerjoin=True)
    applicant: Mapped[Person] = relationship(foreign_keys=[applicant_id])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decider_id])
    events: Mapped[list[ApplicationEvent]] = relationship(back_populates="application", order_by="ApplicationEvent.id")


class ApplicationEvent(Base):
    """One step of an application: who took it, when, from where to where, and what they said.

    It only grows, but for what was said, which an erasure takes out.
    """

    __tablename__ = "application_event"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    from_state: Mapped[str] = mapped_column(String(40))
    to_state: Mapped[ApplicationState] = mapped_column(text_enum(ApplicationState))
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped[Application] = relationship(back_populates="events")
    by: Mapped[Person] = relationship()
