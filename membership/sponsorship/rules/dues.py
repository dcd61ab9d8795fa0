"""When the foundation owes a benefit: while contract, term and payment allow it, and never longer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState
from membership.sponsorship.rules.terms import Term


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a sponsorship when one asks whether its benefits are due."""

    state: SponsorshipState
    signed: bool
    term: Term | None
    invoice: InvoiceState | None


def why_not_due(standing: Standing, *, on: date) -> str:
    """Return the sentence that says why benefits are not due on a day, or "" when they are."""
    if standing.state in {SponsorshipState.EXPIRED, SponsorshipState.REJECTED, SponsorshipState.NULLIFIED}:
        return "The sponsorship is over."
    if not standing.signed or standing.state not in {SponsorshipState.EXECUTED, SponsorshipState.ACTIVE}:
        return "The contract has not been signed."
    if standing.term is None or on < standing.term.starts_on:
        return "The term has not begun."
    if not standing.term.covers(on):
        return "The term is over."
    if standing.invoice is not InvoiceState.PAID:
        return "The invoice has not been paid in full."
    return ""


def is_due(standing: Standing, *, on: date) -> bool:
    """Tell whether benefits are due on a day."""
    return not why_not_due(standing, on=on)


def may_begin(standing: Standing, *, on: date) -> bool:
    """Tell whether an executed sponsorship becomes active on a day."""
    return standing.state is SponsorshipState.EXECUTED and is_due(standing, on=on)
