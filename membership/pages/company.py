"""What a signatory sees of the organization: mandates, the domain, and who names it as an employer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from membership.models.affiliations import Affiliation
from membership.models.mandates import Mandate
from membership.models.parties import Organization, OrganizationDomain
from membership.pages.own_affairs import PartyAffairs, party_affairs
from membership.pages.paging import Page, cut
from membership.services import controlling


@dataclass(frozen=True, slots=True)
class CompanyView:
    """An organization as its signatory sees it."""

    affairs: PartyAffairs
    present: Sequence[Mandate]
    former: Sequence[Mandate]
    people: Page[Affiliation]
    group: Sequence[str]
    waiting_code: OrganizationDomain | None


def view(session: Session, organization: Organization, page: int, now: datetime) -> CompanyView:
    """Return what the signatory sees now."""
    wanted = select(Mandate).where(Mandate.organization_id == organization.id).order_by(Mandate.id.desc())
    mandates = session.execute(wanted.options(selectinload(Mandate.person))).scalars().all()
    codes = [each for each in organization.domains if each.verified_at is None and each.expires_at > now]
    return CompanyView(
        party_affairs(session, organization.party, now),
        [each for each in mandates if each.ended_at is None],
        [each for each in mandates if each.ended_at is not None],
        _people(session, organization, page, now),
        controlling.group_names(session, organization.id, now.date()),
        codes[-1] if codes else None,
    )


def _people(session: Session, organization: Organization, page: int, now: datetime) -> Page[Affiliation]:
    on = now.date()
    wanted = select(Affiliation).where(
        Affiliation.organization_id == organization.id,
        or_(Affiliation.until_on.is_(None), on < Affiliation.until_on),
    )
    return cut(session, wanted.order_by(Affiliation.id).options(selectinload(Affiliation.person)), page)
