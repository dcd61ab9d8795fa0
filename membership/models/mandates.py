"""Mandates: the only way in which an organization acts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, String, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.models.parties import Organization


class MandateRole(StrEnum):
    """What a person does for an organization."""

    SIGNATORY = "signatory"
    REPRESENTATIVE = "representative"
    ALTERNATE = "alternate"
    BILLING = "billing"


class Mandate(Base):
    """A person was asked to act for an organization; it holds from their acceptance until its end."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("accepted_at >= invited_at", name="accepted_after_the_invitation"),
        CheckConstraint("ended_at >= coalesce(accepted_at, invited_at)", name="ends_after_it_begins"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_for_a_reason"),
        ExcludeConstraint(
            (literal_column("int4range(organization_id, organization_id, '[]')"), "&&"),
            (literal_column("tstzrange(accepted_at, ended_at)"), "&&"),
            name="ex_mandate_one_representative",
            using="gist",
            where=literal_column("role = 'representative' AND accepted_at IS NOT NULL"),
        ),
        Index(
            "uq_mandate_open",
            "organization_id",
            "person_id",
            "role",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[MandateRole] = mapped_column(text_enum(MandateRole))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str | None] = mapped_column(String(500))

    organization: Mapped[Organization] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether the mandate holds at `now`; its last moment is not part of it."""
        return (
            self.accepted_at is not None and self.accepted_at <= now and (self.ended_at is None or now < self.ended_at)
        )
