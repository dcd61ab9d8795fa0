"""Translation with a type: what the library returns is text, and says so here once."""

from __future__ import annotations

from flask_babel import gettext, ngettext


def translated(text: str, **values: object) -> str:
    """Return the text in the reader's language, with its values filled in."""
    return str(gettext(text, **values))


def translated_number(one: str, many: str, number: int) -> str:
    """Return the form that fits the number; both forms say it as %(num)d."""
    return str(ngettext(one, many, number))
