"""What officers list: sponsorships, invoices and the ledger, a page at a time or whole as CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from membership.sponsorship.company import Organization
from membership.sponsorship.models.invoices import Invoice, LedgerEntry
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState

PAGE = 25
LONGEST_QUERY = 100
MOST_PAGES = 1_000_000
NUMBER = re.compile(r"(?P<year>[0-9]{4})(-(?P<serial>[0-9]{0,9}))?")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Page(Generic[Found]):
    """One page of a long list."""

    rows: Sequence[Found]
    number: int
    pages: int
    total: int


def page_of(session: Session, wanted: Any, number: int, *, entities: bool = False) -> Page[Any]:
    """Return the page of what a statement selects; a page beyond the last is the last."""
    total = session.execute(select(func.count()).select_from(wanted.order_by(None).subquery())).scalar_one()
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    result = session.execute(wanted.limit(PAGE).offset((number - 1) * PAGE))
    rows: Sequence[Any] = result.scalars().all() if entities else result.all()
    return Page(rows, number, pages, total)


def sponsorships(query: str, state: str) -> Select[Sponsorship]:
    """Select sponsorships whose company's name has the query in it, newest first."""
    wanted = select(Sponsorship).join(Sponsorship.organization).options(joinedload(Sponsorship.organization))
    if query:
        wanted = wanted.where(Organization.legal_name.icontains(query[:LONGEST_QUERY], autoescape=True))
    if state in set(SponsorshipState):
        wanted = wanted.where(Sponsorship.state == SponsorshipState(state))
    return wanted.order_by(Sponsorship.id.desc())


def invoices(query: str, state: str) -> Select[Invoice]:
    """Select invoices by number, year of issue ("2026-") or company's name, newest first; drafts come before all."""
    wanted = (
        select(Invoice)
        .join(Invoice.sponsorship)
        .join(Sponsorship.organization)
        .options(
            joinedload(Invoice.sponsorship).joinedload(Sponsorship.organization),
            selectinload(Invoice.entries).joinedload(LedgerEntry.reverses),
        )
    )
    if query:
        wanted = wanted.where(_named(query.strip()[:LONGEST_QUERY]))
    if state in set(InvoiceState):
        wanted = wanted.where(Invoice.state == InvoiceState(state))
    return wanted.order_by(Invoice.id.desc())


def _named(query: str) -> Any:
    named = Organization.legal_name.icontains(query, autoescape=True)
    number = NUMBER.fullmatch(query)
    if number is None:
        return named
    numbered = Invoice.year == int(number["year"])
    return or_(named, (numbered & (Invoice.serial == int(number["serial"]))) if number["serial"] else numbered)


def ledger() -> Select[LedgerEntry]:
    """Select every line of the ledger in the order of its writing."""
    deep = joinedload(LedgerEntry.invoice).joinedload(Invoice.sponsorship).joinedload(Sponsorship.organization)
    return select(LedgerEntry).options(deep, joinedload(LedgerEntry.person)).order_by(LedgerEntry.id)


def of_companies(session: Session, companies: Sequence[Organization]) -> Sequence[Sponsorship]:
    """Return the companies' sponsorships, newest first."""
    mine = select(Sponsorship).where(Sponsorship.organization_id.in_([company.id for company in companies]))
    wanted = mine.options(joinedload(Sponsorship.organization)).order_by(Sponsorship.id.desc())
    return session.execute(wanted).scalars().all()
