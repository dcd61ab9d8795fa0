"""The states of sponsorships, packages and invoices, and the only ways from one to the next (domain, "Companies as
sponsors"). Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar


class SponsorshipState(StrEnum):
    """Where a sponsorship stands."""

    APPLIED = "applied"
    APPROVED = "approved"
    CONTRACT_SENT = "contract_sent"
    EXECUTED = "executed"
    ACTIVE = "active"
    EXPIRED = "expired"
    REJECTED = "rejected"
    NULLIFIED = "nullified"


class PackageState(StrEnum):
    """Whether companies can apply for a package."""

    DRAFT = "draft"
    OFFERED = "offered"
    CLOSED = "closed"


class InvoiceState(StrEnum):
    """Where an invoice stands; from its issue on this follows from its ledger (`billing.state_of`)."""

    DRAFT = "draft"
    ISSUED = "issued"
    OVERDUE = "overdue"
    PAID = "paid"
    VOID = "void"
    CREDITED = "credited"


State = TypeVar("State", SponsorshipState, PackageState, InvoiceState)

_S, _P, _I = SponsorshipState, PackageState, InvoiceState
SPONSORSHIP_NEXT: dict[SponsorshipState, frozenset[SponsorshipState]] = {
    _S.APPLIED: frozenset({_S.APPROVED, _S.REJECTED, _S.NULLIFIED}),
    _S.APPROVED: frozenset({_S.CONTRACT_SENT, _S.NULLIFIED}),
    _S.CONTRACT_SENT: frozenset({_S.EXECUTED, _S.NULLIFIED}),
    _S.EXECUTED: frozenset({_S.ACTIVE, _S.NULLIFIED}),
    _S.ACTIVE: frozenset({_S.EXPIRED, _S.NULLIFIED}),
    _S.EXPIRED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.NULLIFIED: frozenset(),
}
PACKAGE_NEXT: dict[PackageState, frozenset[PackageState]] = {
    _P.DRAFT: frozenset({_P.OFFERED}),
    _P.OFFERED: frozenset({_P.CLOSED}),
    _P.CLOSED: frozenset({_P.OFFERED}),
}
# A payment that is reversed opens an invoice again; what is void or credited stays so.
INVOICE_NEXT: dict[InvoiceState, frozenset[InvoiceState]] = {
    _I.DRAFT: frozenset({_I.ISSUED, _I.VOID}),
    _I.ISSUED: frozenset({_I.OVERDUE, _I.PAID, _I.VOID, _I.CREDITED}),
    _I.OVERDUE: frozenset({_I.PAID, _I.VOID, _I.CREDITED}),
    _I.PAID: frozenset({_I.ISSUED, _I.OVERDUE, _I.CREDITED}),
    _I.VOID: frozenset(),
    _I.CREDITED: frozenset(),
}
HOLDS_A_PLACE = frozenset({_S.APPROVED, _S.CONTRACT_SENT, _S.EXECUTED, _S.ACTIVE})
IN_FORCE = frozenset({_S.EXECUTED, _S.ACTIVE})
BEING_ARRANGED = frozenset({_S.APPLIED, _S.APPROVED, _S.CONTRACT_SENT})
"""A company arranges one sponsorship at a time."""


class IllegalTransition(ValueError):
    """The lifecycle has no such step; the sentence is fit to show."""


def advance(current: State, to: State) -> State:
    """Return `to` if the lifecycle allows it from `current`, else raise IllegalTransition."""
    if to not in _next_of(current):
        kind = {_S: "A sponsorship", _P: "A package", _I: "An invoice"}[type(current)]
        raise IllegalTransition(f"{kind} that is {words_of(current)} cannot become {words_of(to)}.")
    return to


def _next_of(current: State) -> frozenset[State]:
    tables: dict[type[Any], dict[Any, Any]] = {_S: SPONSORSHIP_NEXT, _P: PACKAGE_NEXT, _I: INVOICE_NEXT}
    found: frozenset[State] = tables[type(current)][current]
    return found


def words_of(state: SponsorshipState | PackageState | InvoiceState) -> str:
    """Return the state as it stands in a sentence."""
    return {"applied": "applied for", "contract_sent": "waiting for a signature"}.get(state.value, state.value)
