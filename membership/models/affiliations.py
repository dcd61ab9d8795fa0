"""Affiliations of persons with organizations, declared by the person and confirmed each year."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.models.parties import Organization, Visibility


class AffiliationKind(StrEnum):
    """How a person belongs to an organization."""

    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"
    OWNER = "owner"
    OTHER = "other"


class DisputeState(StrEnum):
    """Where an organization's objection to an affiliation stands."""

    RAISED = "raised"
    UPHELD = "upheld"
    REJECTED = "rejected"


class Affiliation(Base):
    """A person belongs to an organization from a day until a day; overlapping ones are allowed and all count.

    Without an organization it is a claim: a name the person typed, which an officer links to an organization.
    """

    __tablename__ = "affiliation"
    __table_args__ = (
        CheckConstraint("organization_id IS NOT NULL OR typed_name <> ''", name="names_an_organization"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("(dispute IS NULL) = (dispute_reason IS NULL)", name="disputed_for_a_reason"),
        Index("ix_affiliation_claims", "id", postgresql_where="organization_id IS NULL AND until_on IS NULL"),
        Index("ix_affiliation_disputes", "id", postgresql_where="dispute = 'raised'"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    typed_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[AffiliationKind] = mapped_column(text_enum(AffiliationKind))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_on: Mapped[date] = mapped_column(Date)
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dispute: Mapped[DisputeState | None] = mapped_column(text_enum(DisputeState))
    dispute_reason: Mapped[str | None] = mapped_column(String(500))
    disputed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolution: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organization: Mapped[Organization | None] = relationship()

    @property
    def organization_name(self) -> str:
        """The organization's legal name, or the name that was typed."""
        return self.organization.legal_name if self.organization else self.typed_name
