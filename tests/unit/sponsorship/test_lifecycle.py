from __future__ import annotations

import itertools

import pytest

from membership.sponsorship.rules.lifecycle import (
    INVOICE_NEXT,
    PACKAGE_NEXT,
    SPONSORSHIP_NEXT,
    IllegalTransition,
    InvoiceState,
    PackageState,
    SponsorshipState,
    advance,
)

S = SponsorshipState


@pytest.mark.parametrize(("current", "to"), list(itertools.product(S, S)))
def test_a_sponsorship_goes_only_where_the_table_says(current: S, to: S) -> None:
    if to in SPONSORSHIP_NEXT[current]:
        assert advance(current, to) is to
    else:
        with pytest.raises(IllegalTransition):
            advance(current, to)


def test_the_way_of_a_sponsorship_is_the_domains() -> None:
    way = [S.APPLIED, S.APPROVED, S.CONTRACT_SENT, S.EXECUTED, S.ACTIVE, S.EXPIRED]
    for current, to in itertools.pairwise(way):
        assert advance(current, to) is to
    assert not any(SPONSORSHIP_NEXT[final] for final in (S.EXPIRED, S.REJECTED, S.NULLIFIED))


def test_nothing_reaches_a_later_step_without_the_one_before() -> None:
    into = {to: {current for current in S if to in SPONSORSHIP_NEXT[current]} for to in S}
    assert into[S.CONTRACT_SENT] == {S.APPROVED}
    assert into[S.EXECUTED] == {S.CONTRACT_SENT}
    assert into[S.ACTIVE] == {S.EXECUTED}
    assert into[S.REJECTED] == {S.APPLIED}


def test_states_of_different_things_that_share_a_name_keep_their_own_tables() -> None:
    assert advance(PackageState.DRAFT, PackageState.OFFERED) is PackageState.OFFERED
    assert advance(InvoiceState.DRAFT, InvoiceState.ISSUED) is InvoiceState.ISSUED
    assert set(PACKAGE_NEXT) == set(PackageState)
    assert set(INVOICE_NEXT) == set(InvoiceState)


def test_the_refusal_is_a_sentence() -> None:
    with pytest.raises(IllegalTransition, match=r"A sponsorship that is expired cannot become active\."):
        advance(S.EXPIRED, S.ACTIVE)
