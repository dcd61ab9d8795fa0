"""A year's packages: making, changing, offering and closing them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from foundation.core import register
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, Invalid
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.packages import BenefitKind, Package, PackageBenefit
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.lifecycle import PackageState, SponsorshipState, advance
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import catalogue
from membership.sponsorship.services.refusals import in_words, lines_of
from membership.sponsorship.services.steps import Actor

MOST_BENEFITS = 40


@dataclass(frozen=True, slots=True)
class NewBenefit:
    """A promise, and what the company has to give for it."""

    name: str
    kind: BenefitKind


@dataclass(frozen=True, slots=True)
class PackageTerms:
    """What a package is to say."""

    year: int
    name: str
    tier: int
    price: Money
    places: int | None
    description: str
    benefits: tuple[NewBenefit, ...]


def add_package(session: Session, terms: PackageTerms, *, by: Actor, now: datetime) -> Package:
    """Draft a package, or raise Invalid or Conflict; nobody sees it before it is offered."""
    package = Package(state=PackageState.DRAFT, version=1, made_at=now, **_columns(terms))
    package.benefits = _benefits(terms)
    with _name_once():
        session.add(package)
        session.flush()
    _enter(session, package, "drafted", by=by, now=now)
    return package


def change_package(
    session: Session, number: int, terms: PackageTerms, *, version: int, by: Actor, now: datetime
) -> Package:
    """Change a package for those who apply from now on, or raise Invalid or Conflict; no sponsorship changes."""
    package = _locked(session, number, version)
    for name, value in _columns(terms).items():
        setattr(package, name, value)
    package.benefits.clear()
    with _name_once():
        session.flush()
        package.benefits.extend(_benefits(terms))
        package.version += 1
        session.flush()
    _enter(session, package, "changed", by=by, now=now)
    return package


def move_package(session: Session, number: int, to: PackageState, *, version: int, by: Actor, now: datetime) -> Package:
    """Offer or close a package, or raise Conflict."""
    package = _locked(session, number, version)
    with in_words():
        package.state = advance(package.state, to)
    package.version += 1
    session.flush()
    _enter(session, package, to.value, by=by, now=now)
    return package


def offered(session: Session) -> list[Package]:
    """Return what companies can apply for, dearest tier first."""
    wanted = select(Package).where(Package.state == PackageState.OFFERED).options(selectinload(Package.benefits))
    return list(session.execute(wanted.order_by(Package.year, Package.tier, Package.id)).scalars())


def all_packages(session: Session) -> list[Package]:
    """Return every package, newest year first."""
    wanted = select(Package).options(selectinload(Package.benefits))
    return list(session.execute(wanted.order_by(Package.year.desc(), Package.tier, Package.id)).scalars())


def _locked(session: Session, number: int, version: int) -> Package:
    package = catalogue.package(session, number)
    session.refresh(package, with_for_update=True)
    if package.version != version:
        raise Conflict(_("Somebody else has changed this in the meantime. Look at it again before you decide."))
    return package


def _columns(terms: PackageTerms) -> dict[str, object]:
    name = " ".join(terms.name.split())
    if not name or not name.isprintable():
        raise Invalid(_("Enter the package's name."))
    return {
        "year": terms.year,
        "name": name,
        "tier": terms.tier,
        "price": terms.price.minor,
        "currency": terms.price.currency,
        "places": terms.places,
        "description": lines_of(terms.description, 2000, what=_("The description")),
    }


def _benefits(terms: PackageTerms) -> list[PackageBenefit]:
    if not 0 < len(terms.benefits) <= MOST_BENEFITS:
        raise Invalid(_("A package has between 1 and %(most)s benefits.", most=MOST_BENEFITS))
    return [
        PackageBenefit(position=position, name=benefit.name, kind=benefit.kind)
        for position, benefit in enumerate(terms.benefits)
    ]


class _name_once:  # noqa: N801 — reads as a clause
    """Turn the breach of the constraint on names into a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError) and is_breach(error, "uq_sponsor_package_year_name"):
            raise Conflict(_("There is a package of this name for this year already.")) from error


def _enter(session: Session, package: Package, verb: str, *, by: Actor, now: datetime) -> None:
    register.enter(
        session,
        act=f"sponsor_package.{verb}",
        by=by.public_name,
        now=now,
        subject=f"sponsor_package:{package.id}",
        facts={"year": package.year, "name": package.name, "version": package.version},
    )


def places_left(session: Session, packages: Sequence[Package], holding: Collection[SponsorshipState]) -> dict[int, int]:
    """Return how many places are left of each package that has a limit, in one query."""
    ids = [package.id for package in packages if package.places is not None]
    held = select(Sponsorship.package_id, func.count()).where(
        Sponsorship.package_id.in_(ids), Sponsorship.state.in_(holding)
    )
    taken = dict(session.execute(held.group_by(Sponsorship.package_id)).all())
    return {each.id: max(0, each.places - taken.get(each.id, 0)) for each in packages if each.places is not None}


def compared(packages: Sequence[Package]) -> list[tuple[str, list[bool]]]:
    """Return each benefit once, in the order of its first mention, and which packages hold it."""
    names = dict.fromkeys(benefit.name for package in packages for benefit in package.benefits)
    holds = [{benefit.name for benefit in package.benefits} for package in packages]
    return [(name, [name in held for held in holds]) for name in names]
