"""Amounts of money: whole minor units of a named currency, never a fraction and never a float. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

# ISO 4217: how many decimal digits the minor unit stands for.
DIGITS: dict[str, int] = {"AUD": 2, "CAD": 2, "CHF": 2, "DKK": 2, "EUR": 2, "GBP": 2, "JPY": 0, "NOK": 2, "SEK": 2}
DIGITS |= {"USD": 2}
CURRENCIES = tuple(sorted(DIGITS))
MOST = 10**12
"""The largest amount in minor units; a slip of the hand, not a sponsorship, is larger."""

# ASCII digits only, and no sign: `int` alone would take "+5", "1_0", " 7" and Arabic digits.
TYPED = re.compile(r"(?P<whole>[0-9]{1,13})(?:\.(?P<part>[0-9]{1,4}))?")
GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,4})?")


class BadAmount(ValueError):
    """What was typed is no amount; the sentence is fit to show."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units; adding different currencies is refused."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in DIGITS:
            raise BadAmount(f"{self.currency} is not a currency we deal in.")

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise BadAmount(f"{self.currency} cannot be added to {other.currency}.")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def __str__(self) -> str:
        return f"{self.currency} {self.number(grouped=True)}"

    def number(self, *, grouped: bool = False) -> str:
        """Return the amount in major units with all its digits: 1234.50, or 1,234.50 when grouped."""
        digits = DIGITS[self.currency]
        whole, part = divmod(abs(self.minor), 10**digits)
        sign = "−" if grouped else "-"
        text = f"{whole:,}" if grouped else str(whole)
        return (sign if self.minor < 0 else "") + text + (f".{part:0{digits}}" if digits else "")


def parse(typed: str, currency: str) -> Money:
    """Return the amount somebody typed in major units (1234.50 or 1,234.50), or raise BadAmount."""
    text = typed.strip()
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    found = TYPED.fullmatch(text)
    if found is None:
        raise BadAmount("Enter an amount in digits, like 1250 or 1250.50.")
    digits, part = DIGITS.get(currency, 0), found["part"] or ""
    if len(part) > digits:
        raise BadAmount(f"{currency} has {digits} digits after the point." if digits else f"{currency} has no cents.")
    money = Money(int(found["whole"]) * 10**digits + int(part.ljust(digits, "0") or "0"), currency)
    if not 0 < money.minor <= MOST:
        raise BadAmount("Enter an amount above zero that is not beyond all reason.")
    return money
