"""Participation: dated records of contributing, each with its source and who vouches for it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.rules.standing import ContributionKind


class Source(StrEnum):
    """Where a record comes from."""

    GIT = "git"
    CSV = "csv"
    API = "api"
    ATTESTED = "attested"


class Project(Base):
    """Something people contribute to."""

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("key ~ '^[a-z0-9][a-z0-9-]*$'", name="key_is_a_word"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    leads: Mapped[list[ProjectLead]] = relationship(back_populates="project", order_by="ProjectLead.id")


class ProjectLead(Base):
    """Who leads a project and so attests what others did for it, from a moment until a moment."""

    __tablename__ = "project_lead"
    __table_args__ = (
        CheckConstraint("until_at >= from_at", name="ends_after_it_begins"),
        Index("uq_project_lead_open", "project_id", "person_id", unique=True, postgresql_where="until_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    project: Mapped[Project] = relationship(back_populates="leads")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Participation(Base):
    """One contribution; `reference` names it at its source, so that importing twice counts once."""

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_why IS NULL)", name="withdrawn_for_a_reason"),
        Index("uq_participation_once", "project_id", "source", "reference", "person_id", "kind", unique=True),
        Index("ix_participation_person_id_on_date", "person_id", "on_date"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[ContributionKind] = mapped_column(text_enum(ContributionKind))
    on_date: Mapped[date] = mapped_column(Date)
    source: Mapped[Source] = mapped_column(text_enum(Source))
    reference: Mapped[str] = mapped_column(String(200))
    verifier: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_why: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship()
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
