"""How a date is written out for people, in the language of whoever reads it."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date


def day(on: date | None) -> str:
    """Return a date as it is written out: 7 March 2027; nothing for none."""
    return str(format_date(on, "d MMMM y")) if on else ""
