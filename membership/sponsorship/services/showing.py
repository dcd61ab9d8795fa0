"""What everyone sees of sponsors: those whose benefits are due today, by tier, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, undefer

from foundation.core.errors import NotFound
from membership.sponsorship.company import Organization
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.invoices import Invoice
from membership.sponsorship.models.packages import BenefitKind
from membership.sponsorship.models.sponsorships import Asset, Benefit, Contract, Sponsorship
from membership.sponsorship.rules.lifecycle import IN_FORCE, InvoiceState
from membership.sponsorship.services.listing import Page, page_of

LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A sponsor as everyone sees it."""

    name: str
    tier: int
    package: str
    website: str
    logo: Asset | None


def due(on: date) -> ColumnElement[bool]:
    """Return `rules.dues.is_due` as a condition of the database; a test holds the two together."""
    signed = select(Contract.id).where(Contract.sponsorship_id == Sponsorship.id, Contract.signed_at.is_not(None))
    paid = select(Invoice.id).where(Invoice.sponsorship_id == Sponsorship.id, Invoice.state == InvoiceState.PAID)
    return and_(
        Sponsorship.state.in_(IN_FORCE),
        Sponsorship.starts_on <= on,
        Sponsorship.ends_on > on,
        signed.exists(),
        paid.exists(),
    )


def sponsors(session: Session, *, on: date, query: str, page: int) -> Page[Shown]:
    """Return a page of the sponsors, by tier and name, in a number of queries that does not grow with them."""
    wanted = (
        select(Sponsorship.id, Organization.legal_name, Sponsorship.tier, Sponsorship.package_name, Sponsorship.website)
        .join(Organization, Organization.id == Sponsorship.organization_id)
        .where(due(on))
        .order_by(Sponsorship.tier, Sponsorship.package_name, func.lower(Organization.legal_name), Sponsorship.id)
    )
    if query:
        wanted = wanted.where(Organization.legal_name.icontains(query[:LONGEST_QUERY], autoescape=True))
    found: Page[Any] = page_of(session, wanted, page)
    logos = _logos(session, [row.id for row in found.rows])
    rows = [Shown(row.legal_name, row.tier, row.package_name, row.website, logos.get(row.id)) for row in found.rows]
    return Page(rows, found.number, found.pages, found.total)


def by_tier(rows: Sequence[Shown]) -> list[tuple[str, list[Shown]]]:
    """Group sponsors that stand in order of tier under the name of their package."""
    return [(name, list(group)) for (_tier, name), group in groupby(rows, key=lambda each: (each.tier, each.package))]


def _logos(session: Session, sponsorships: list[int]) -> dict[int, Asset]:
    newest = (
        select(Benefit.sponsorship_id, Asset)
        .join(Asset, Asset.benefit_id == Benefit.id)
        .where(Benefit.sponsorship_id.in_(sponsorships), Benefit.kind == BenefitKind.LOGO)
        .ext(distinct_on(Benefit.sponsorship_id))
        .order_by(Benefit.sponsorship_id, Asset.id.desc())
    )
    return {number: asset for number, asset in session.execute(newest) if asset.taken_down_at is None}


def logo(session: Session, asset_id: int, sha256: str, *, on: date) -> bytes:
    """Return the PNG of a logo that is shown today, or raise NotFound."""
    found = _picture(session, asset_id, sha256)
    sponsorship_id = found.benefit.sponsorship_id
    is_due = session.execute(select(Sponsorship.id).where(Sponsorship.id == sponsorship_id, due(on))).first()
    if is_due is None or _logos(session, [sponsorship_id]).get(sponsorship_id) is not found:
        raise _unseen()
    return found.png or b""


def preview(session: Session, asset_id: int, sha256: str) -> tuple[Sponsorship, bytes]:
    """Return a picture and whose it is, for those who may see it before it is due, or raise NotFound."""
    found = _picture(session, asset_id, sha256)
    return found.benefit.sponsorship, found.png or b""


def _picture(session: Session, asset_id: int, sha256: str) -> Asset:
    found = session.get(Asset, asset_id, options=[undefer(Asset.png)]) if asset_id < 2**31 else None
    if found is None or found.sha256 is None or found.sha256 != sha256:
        raise _unseen()
    return found


def _unseen() -> NotFound:
    return NotFound(_("There is no such picture, or it is not shown now."))
