"""The lists of officers: each is searched, paged and downloaded in the same way, over a table of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask.typing import ResponseReturnValue

from foundation.core.csv_files import csv_file
from foundation.core.db import db
from membership.sponsorship.models.invoices import Invoice, LedgerEntry
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.routes.blueprint import attachment, filters, page, page_number
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import listing


@dataclass(frozen=True, slots=True)
class Table:
    """A long list: what selects its rows for a query and a state, and its columns in the order of the file."""

    name: str
    select: Callable[[str, str], Any]
    columns: Mapping[str, Callable[[Any], object]]


def shown(table: Table, template: str) -> ResponseReturnValue:
    """Answer with the page of the list that is asked for."""
    query, state, arguments = filters()
    found = listing.page_of(db.session, table.select(query, state), page_number(), entities=True)
    return page(template, found=found, query=query, state=state, arguments=arguments)


def downloaded(table: Table) -> ResponseReturnValue:
    """Answer with the rows of the list as CSV."""
    query, state, _arguments = filters()
    found = db.session.execute(table.select(query, state)).scalars()
    rows = ([cell(each) for cell in table.columns.values()] for each in found)
    return attachment(csv_file(tuple(table.columns), rows), f"{table.name}.csv", "text/csv")


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _amount(money: Money) -> Decimal:
    """Return an amount as a number with all its digits, which a spreadsheet adds up."""
    return Decimal(money.number())


SPONSORSHIPS: Mapping[str, Callable[[Sponsorship], object]] = {
    "number": lambda each: each.id,
    "company": lambda each: each.organization.legal_name,
    "package": lambda each: each.package_name,
    "year": lambda each: each.package_year,
    "price": lambda each: _amount(each.money),
    "currency": lambda each: each.currency,
    "state": lambda each: each.state.value,
    "starts": lambda each: _day(each.starts_on),
    "ends": lambda each: _day(each.ends_on),
}
INVOICES: Mapping[str, Callable[[Invoice], object]] = {
    "number": lambda each: each.number,
    "company": lambda each: each.sponsorship.organization.legal_name,
    "issued": lambda each: _day(each.issued_on),
    "due": lambda each: _day(each.due_on),
    "total": lambda each: _amount(each.money),
    "open": lambda each: _amount(each.balance),
    "currency": lambda each: each.currency,
    "state": lambda each: each.state.value,
    "order": lambda each: each.order_reference,
}
LEDGER: Mapping[str, Callable[[LedgerEntry], object]] = {
    "entry": lambda each: each.id,
    "invoice": lambda each: each.invoice.number,
    "company": lambda each: each.invoice.sponsorship.organization.legal_name,
    "kind": lambda each: each.kind.value,
    "amount": lambda each: _amount(Money(each.amount, each.invoice.currency)),
    "currency": lambda each: each.invoice.currency,
    "day": lambda each: each.on.isoformat(),
    "source": lambda each: each.source.value if each.source else "",
    "reference": lambda each: each.reference,
    "credit note": lambda each: each.credit_number,
    "reverses": lambda each: each.reverses_id,
    "reason": lambda each: each.reason,
    "written": lambda each: each.at.isoformat(),
    "by": lambda each: each.who,
}
OF_SPONSORSHIPS = Table("sponsorships", listing.sponsorships, SPONSORSHIPS)
OF_INVOICES = Table("invoices", listing.invoices, INVOICES)
# The ledger is read as a whole: a part of it would not add up.
OF_LEDGER = Table("ledger", lambda _query, _state: listing.ledger(), LEDGER)
