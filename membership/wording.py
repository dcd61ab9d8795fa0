"""Short texts as people type them: one form, no characters that deceive."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from foundation.core.errors import Invalid

JOINERS = {"\u200c", "\u200d"}  # letters' business in Persian, Hindi and others; other invisible marks are not
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(typed: str, what: str, limit: int, *, optional: bool = False) -> str:
    """Return the text in NFC with single spaces, or raise Invalid naming `what` it was to be."""
    text = " ".join(unicodedata.normalize("NFC", typed).split(" "))
    _refuse_tricks(text, what)
    text = " ".join(text.split())
    return _measured(text, what, limit, optional=optional)


def paragraphs(typed: str, what: str, limit: int, *, optional: bool = False) -> str:
    """Return the text in NFC with its line breaks and without other controls, or raise Invalid naming `what`."""
    lines = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\t", " ").split("\n")
    for line in lines:
        _refuse_tricks(line, what)
    return _measured("\n".join(line.rstrip() for line in lines).strip(), what, limit, optional=optional)


def _refuse_tricks(text: str, what: str) -> None:
    if any(character not in JOINERS and unicodedata.category(character) in FORBIDDEN for character in text):
        raise Invalid(_("%(what)s cannot contain control or invisible characters.", what=what), code="bad-text")


def _measured(text: str, what: str, limit: int, *, optional: bool) -> str:
    if not text and not optional:
        raise Invalid(_("%(what)s is missing.", what=what), code="bad-text")
    if len(text) > limit:
        raise Invalid(_("%(what)s can have at most %(limit)s characters.", what=what, limit=limit), code="bad-text")
    return text
