"""Who can be a member: a person or an organization, and how organizations belong together."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum


class PartyKind(StrEnum):
    """What a party is; both kinds go through the same lifecycle."""

    PERSON = "person"
    ORGANIZATION = "organization"


class Visibility(StrEnum):
    """Who may see a field."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    NOBODY = "nobody"


class ProfileField(StrEnum):
    """What a party may say of itself in the directory, beside its name."""

    ABOUT = "about"
    LOCATION = "location"
    WEBSITE = "website"
    CONTACT = "contact"


class Organization(Base):
    """A company or other body, known by its number in a register; never made by typing a name in a profile."""

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("legal_name = btrim(legal_name) AND legal_name <> ''", name="legal_name_given"),
        CheckConstraint("jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'", name="jurisdiction_is_a_code"),
        CheckConstraint("registry_key ~ '^[A-Z0-9]+$'", name="registry_key_normalised"),
        Index("uq_organization_registry_key", "jurisdiction", "registry_key", unique=True),
        Index("ix_organization_name_key", "name_key"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    legal_name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    jurisdiction: Mapped[str] = mapped_column(String(6))
    registry_number: Mapped[str] = mapped_column(String(60))
    registry_key: Mapped[str] = mapped_column(String(60))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    domains: Mapped[list[OrganizationDomain]] = relationship(
        back_populates="organization", order_by="OrganizationDomain.id"
    )
    party: Mapped[Party] = relationship(back_populates="organization", uselist=False)

    @property
    def domain(self) -> str | None:
        """The mail domain that was proved, if one was."""
        return next((each.domain for each in self.domains if each.verified_at and not each.released_at), None)


class OrganizationDomain(Base):
    """A mail domain an organization claims; a code sent to an address at it proves the claim."""

    __tablename__ = "organization_domain"
    __table_args__ = (
        CheckConstraint("domain = lower(domain) AND domain <> ''", name="domain_in_lower_case"),
        CheckConstraint("octet_length(code_sha256) = 32", name="code_is_hashed"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index(
            "uq_organization_domain_verified",
            "domain",
            unique=True,
            postgresql_where="verified_at IS NOT NULL AND released_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    domain: Mapped[str] = mapped_column(String(253))
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organization: Mapped[Organization] = relationship(back_populates="domains")


class ControlKind(StrEnum):
    """How one organization came to control another."""

    SUBSIDIARY = "subsidiary"
    ACQUIRED = "acquired"


class ControlEdge(Base):
    """One organization controls another from a day, until a day or still; connected ones are a control group."""

    __tablename__ = "control_edge"
    __table_args__ = (
        CheckConstraint("parent_id <> child_id", name="nobody_controls_itself"),
        CheckConstraint("until_on > from_on", name="ends_after_it_begins"),
        ExcludeConstraint(
            (literal_column("int4range(parent_id, parent_id, '[]')"), "&&"),
            (literal_column("int4range(child_id, child_id, '[]')"), "&&"),
            (literal_column("daterange(from_on, until_on)"), "&&"),
            name="ex_control_edge_not_twice_at_once",
            using="gist",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[ControlKind] = mapped_column(text_enum(ControlKind))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(500))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    parent: Mapped[Organization] = relationship(foreign_keys=[parent_id])
    child: Mapped[Organization] = relationship(foreign_keys=[child_id])


class Party(Base):
    """A person or an organization as somebody who applies, is a member, signs, appeals and leaves."""

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'person') = (person_id IS NOT NULL) AND (kind = 'organization') = (organization_id IS NOT NULL)",
            name="is_one_or_the_other",
        ),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(text_enum(PartyKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), unique=True)
    name_visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship(lazy="joined", innerjoin=False)
    organization: Mapped[Organization | None] = relationship(lazy="joined", innerjoin=False, back_populates="party")
    profile: Mapped[list[ProfileEntry]] = relationship(back_populates="party", order_by="ProfileEntry.field")

    @property
    def name(self) -> str:
        """The name as the party itself gives it."""
        return self.organization.legal_name if self.organization else self.person.display_name  # type: ignore[union-attr]


class ProfileEntry(Base):
    """One field of the directory, and who may see it."""

    __tablename__ = "profile_entry"
    __table_args__ = (CheckConstraint("value <> ''", name="value_given"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    field: Mapped[ProfileField] = mapped_column(text_enum(ProfileField), primary_key=True)
    value: Mapped[str] = mapped_column(String(2000))
    visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility))

    party: Mapped[Party] = relationship(back_populates="profile")


class PartyMerge(Base):
    """Two entries of one party became one; `moved` names every row that went over, so that it can be told apart."""

    __tablename__ = "party_merge"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    duplicate_id: Mapped[int] = mapped_column(ForeignKey("party.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
