"""What a company can choose from: a year's packages, and the benefits each holds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.core.db import Base, UtcDateTime, text_enum
from membership.sponsorship.rules.lifecycle import PackageState
from membership.sponsorship.rules.money import Money

LONGEST_NAME = 100


class BenefitKind(StrEnum):
    """What the company gives so that a benefit can be provided."""

    LOGO = "logo"
    TEXT = "text"
    PLAIN = "plain"


class Package(Base):
    """One package of one year. A sponsorship copies what it promises, so a later change touches no contract."""

    __tablename__ = "sponsor_package"
    __table_args__ = (
        UniqueConstraint("year", "name", name="uq_sponsor_package_year_name"),
        CheckConstraint("price > 0", name="price_above_zero"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        CheckConstraint("places > 0", name="places_above_zero"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year_plausible"),
        CheckConstraint("tier >= 1", name="tier_from_one"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    tier: Mapped[int]
    """Where it stands on the sponsors' page: 1 is first."""
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    places: Mapped[int | None]
    """How many companies can have it; None: any number."""
    description: Mapped[str] = mapped_column(Text)
    state: Mapped[PackageState] = mapped_column(text_enum(PackageState))
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    benefits: Mapped[list[PackageBenefit]] = relationship(
        order_by="PackageBenefit.position", back_populates="package", cascade="all, delete-orphan"
    )

    @property
    def money(self) -> Money:
        """The yearly price."""
        return Money(self.price, self.currency)


class PackageBenefit(Base):
    """One thing a package promises."""

    __tablename__ = "sponsor_package_benefit"
    __table_args__ = (
        UniqueConstraint("package_id", "position", name="uq_sponsor_package_benefit_package_id_position"),
        CheckConstraint("name <> ''", name="name_given"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("sponsor_package.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[BenefitKind] = mapped_column(text_enum(BenefitKind))

    package: Mapped[Package] = relationship(back_populates="benefits")
