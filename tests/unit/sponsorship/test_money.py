from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.sponsorship.rules.money import CURRENCIES, DIGITS, MOST, BadAmount, Money, parse

AMOUNTS = st.builds(Money, st.integers(1, MOST), st.sampled_from(CURRENCIES))


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12500", "EUR", 1_250_000),
        ("12,500.00", "EUR", 1_250_000),
        ("1,234,567.8", "USD", 123_456_780),
        ("0.01", "EUR", 1),
        (" 7.5 ", "CHF", 750),
        ("5000", "JPY", 5000),
    ],
)
def test_an_amount_is_read_to_the_minor_unit(typed: str, currency: str, minor: int) -> None:
    assert parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "typed",
    ["", "-5", "+5", "1_000", "0x10", "1e5", "١٢", "1.234,50", "1,23.00", "12.345", "NaN", "∞", ".5", "5.", "1 000"],
)
def test_what_is_no_plain_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadAmount):
        parse(typed, "EUR")


def test_nothing_and_more_than_reason_are_refused() -> None:
    with pytest.raises(BadAmount, match="above zero"):
        parse("0", "EUR")
    with pytest.raises(BadAmount, match="above zero"):
        parse("9999999999999", "EUR")


def test_a_currency_without_cents_has_none() -> None:
    with pytest.raises(BadAmount, match="no cents"):
        parse("5.5", "JPY")


def test_different_currencies_are_not_added() -> None:
    with pytest.raises(BadAmount):
        Money(1, "EUR") + Money(1, "USD")


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(BadAmount):
        Money(1, "XXX")


@given(AMOUNTS)
def test_what_is_written_is_read_back(money: Money) -> None:
    assert parse(money.number(), money.currency) == money
    assert parse(money.number(grouped=True), money.currency) == money


@given(AMOUNTS)
def test_an_amount_has_all_its_digits_and_a_debt_its_sign(money: Money) -> None:
    digits = DIGITS[money.currency]
    assert len(money.number().partition(".")[2]) == digits
    assert (-money).number() == "-" + money.number()


@given(AMOUNTS, st.integers(1, MOST))
def test_taking_away_undoes_adding(money: Money, minor: int) -> None:
    other = Money(minor, money.currency)
    assert money + other - other == money
