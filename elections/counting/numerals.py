"""Numbers in sentences: exact where they can be written so, and in agreement with what they count."""

from fractions import Fraction

PLACES = 20
"""Decimals after which a number is no longer written exactly."""


def written(number: int | Fraction) -> str:
    """Write a number as whole or decimal number if it is one, else rounded to two places and called `about`."""
    fraction = Fraction(number)
    shifted = fraction * 10**PLACES
    if shifted.denominator != 1:
        return f"about {written(Fraction(round(fraction * 100), 100))}"
    digits = str(abs(shifted.numerator)).rjust(PLACES + 1, "0")
    sign, decimals = "−" if fraction < 0 else "", digits[-PLACES:].rstrip("0")
    return f"{sign}{digits[:-PLACES]}{'.' if decimals else ''}{decimals}"


def counted(number: int | Fraction, one: str) -> str:
    """Write a number with what it counts: `1 vote`, `2 votes`."""
    return f"{written(number)} {one if number == 1 else f'{one}s'}"


def listed(names: list[str]) -> str:
    """Join names with commas and a last "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"
