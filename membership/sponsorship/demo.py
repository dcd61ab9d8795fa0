"""A demonstration's packages for sponsors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from membership.sponsorship.models.packages import BenefitKind
from membership.sponsorship.rules.lifecycle import PackageState
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import packages
from membership.sponsorship.services.packages import NewBenefit, PackageTerms
from membership.sponsorship.services.steps import Actor

DEMONSTRATION = Actor("the demonstration", "the demonstration")
LOGO = NewBenefit("Logo on the sponsors' page", BenefitKind.LOGO)
BOOTH = NewBenefit("A booth at the yearly meeting", BenefitKind.PLAIN)
THANKS = NewBenefit("Thanks in the yearly report", BenefitKind.TEXT)
OFFERED = (
    ("Cornerstone", 1, 2_000_000, 4, "For those who carry the foundation's work.", (LOGO, BOOTH, THANKS)),
    ("Keystone", 2, 500_000, None, "For those who want to be seen beside it.", (LOGO, THANKS)),
)


def seed(session: Session, *, now: datetime) -> None:
    """Offer two packages unless there are some."""
    if packages.all_packages(session):
        return
    for name, tier, price, places, description, benefits in OFFERED:
        terms = PackageTerms(now.year, name, tier, Money(price, "EUR"), places, description, benefits)
        package = packages.add_package(session, terms, by=DEMONSTRATION, now=now)
        packages.move_package(
            session, package.id, PackageState.OFFERED, version=package.version, by=DEMONSTRATION, now=now
        )
