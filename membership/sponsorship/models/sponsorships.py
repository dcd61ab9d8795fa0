"""A company's sponsorship, what it was promised, its contract, and everything that happened to it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.sponsorship.company import Organization
from membership.sponsorship.models.packages import LONGEST_NAME, BenefitKind, Package
from membership.sponsorship.rules.lifecycle import SponsorshipState
from membership.sponsorship.rules.money import Money
from membership.sponsorship.rules.terms import Term

HOLDS_A_PLACE = "state IN ('approved', 'contract_sent', 'executed', 'active')"
SHA256 = "^[0-9a-f]{64}$"


class Sponsorship(Base):
    """One company's sponsorship for one year. Name, tier, price and benefits are copies made when it applied."""

    __tablename__ = "sponsorship"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_above_zero"),
        CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name="term_whole"),
        CheckConstraint("ends_on > starts_on", name="ends_after_it_begins"),
        CheckConstraint(f"({HOLDS_A_PLACE}) = (place IS NOT NULL)", name="place_while_arranged_or_in_force"),
        CheckConstraint(f"NOT ({HOLDS_A_PLACE}) OR starts_on IS NOT NULL", name="term_once_approved"),
        CheckConstraint("place >= 1", name="place_from_one"),
        Index("uq_sponsorship_package_id_place", "package_id", "place", unique=True),
        Index(
            "uq_sponsorship_one_being_arranged",
            "organization_id",
            unique=True,
            postgresql_where=text("state IN ('applied', 'approved', 'contract_sent')"),
        ),
        Index("ix_sponsorship_state_ends_on", "state", "ends_on"),
        ExcludeConstraint(
            (literal_column("int4range(organization_id, organization_id, '[]')"), "&&"),
            (literal_column("daterange(starts_on, ends_on)"), "&&"),
            where=text(HOLDS_A_PLACE),
            name="ex_sponsorship_terms_do_not_overlap",
            using="gist",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("sponsor_package.id"))
    package_name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    package_year: Mapped[int]
    tier: Mapped[int]
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    website: Mapped[str] = mapped_column(String(500))
    billing_address: Mapped[str] = mapped_column(Text)
    order_reference: Mapped[str] = mapped_column(String(100))
    state: Mapped[SponsorshipState] = mapped_column(text_enum(SponsorshipState))
    place: Mapped[int | None]
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship.id"), index=True)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship()
    package: Mapped[Package] = relationship()
    renews: Mapped[Sponsorship | None] = relationship(remote_side="Sponsorship.id")
    benefits: Mapped[list[Benefit]] = relationship(order_by="Benefit.position", back_populates="sponsorship")
    events: Mapped[list[SponsorshipEvent]] = relationship(order_by="SponsorshipEvent.id")
    contract: Mapped[Contract | None] = relationship(back_populates="sponsorship")

    @property
    def money(self) -> Money:
        """The price agreed on."""
        return Money(self.price, self.currency)

    @property
    def term(self) -> Term | None:
        """The term, once one was agreed on."""
        return Term(self.starts_on, self.ends_on) if self.starts_on and self.ends_on else None


class SponsorshipEvent(Base):
    """A step from one state to the next: who, when and why. The table only grows."""

    __tablename__ = "sponsorship_event"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey("sponsorship.id"), index=True)
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))

    person: Mapped[Person | None] = relationship()

    @property
    def who(self) -> str:
        """The person as named now, or what acted by itself."""
        return self.person.display_name if self.person else self.by


class Contract(Base):
    """The exact text a company signs, its hash, and the same text as PDF; after sending only the signature is added."""

    __tablename__ = "sponsorship_contract"
    __table_args__ = (
        CheckConstraint(f"text_sha256 ~ '{SHA256}'", name="text_hashed"),
        CheckConstraint(
            "(signed_at IS NULL) = (signed_by IS NULL) AND (signed_at IS NULL) = (signed_name IS NULL)",
            name="signed_by_somebody",
        ),
        Index("uq_sponsorship_contract_sponsorship_id", "sponsorship_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey("sponsorship.id"))
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_name: Mapped[str | None] = mapped_column(String(200))

    sponsorship: Mapped[Sponsorship] = relationship(back_populates="contract")
    sender: Mapped[Person] = relationship(foreign_keys=[sent_by])


class Benefit(Base):
    """One benefit as promised to one company, and when it was provided."""

    __tablename__ = "sponsorship_benefit"
    __table_args__ = (
        UniqueConstraint("sponsorship_id", "position", name="uq_sponsorship_benefit_sponsorship_id_position"),
        CheckConstraint("(provided_at IS NULL) = (provided_by IS NULL)", name="provided_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey("sponsorship.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[BenefitKind] = mapped_column(text_enum(BenefitKind))
    provided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    provided_note: Mapped[str] = mapped_column(String(500), default="")

    sponsorship: Mapped[Sponsorship] = relationship(back_populates="benefits")
    assets: Mapped[list[Asset]] = relationship(order_by="Asset.id", back_populates="benefit")

    @property
    def asset(self) -> Asset | None:
        """What the company gave last, unless it was taken down."""
        return self.assets[-1] if self.assets and self.assets[-1].taken_down_at is None else None


class Asset(Base):
    """What a company gave for a benefit: a logo as a PNG that we wrote ourselves, or a text."""

    __tablename__ = "sponsorship_asset"
    __table_args__ = (
        CheckConstraint("(png IS NULL) <> (wording IS NULL)", name="image_or_text"),
        CheckConstraint("(png IS NULL) = (sha256 IS NULL)", name="image_hashed"),
        CheckConstraint(f"sha256 ~ '{SHA256}'", name="hash_is_sha256"),
        CheckConstraint("(taken_down_at IS NULL) = (taken_down_why IS NULL)", name="taken_down_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    benefit_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_benefit.id"), index=True)
    png: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    wording: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taken_down_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_down_why: Mapped[str | None] = mapped_column(String(500))

    benefit: Mapped[Benefit] = relationship(back_populates="assets")
