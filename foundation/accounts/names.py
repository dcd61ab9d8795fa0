"""Display names: any script, no control characters, no tricks of direction."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from foundation.core.errors import Invalid

LONGEST_NAME = 100
# Zero-width joiner and non-joiner are letters' business in Persian, Hindi and others; other invisible marks are not.
JOINERS = {"\u200c", "\u200d"}


def display_name(typed: str) -> str:
    """Return a name in NFC with single spaces, or raise Invalid with a sentence.

    Line breaks and other controls are refused rather than removed, because no honest form sends them.
    """
    name = unicodedata.normalize("NFC", typed)
    if any(_deceives(character) for character in name):
        raise Invalid(_("A name cannot contain line breaks or invisible characters."), code="bad-name")
    name = " ".join(name.split())
    if not any(character.isalpha() for character in name):
        raise Invalid(_("Enter your name as others should see it."), code="bad-name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("A name can have at most 100 characters."), code="bad-name")
    return name


def _deceives(character: str) -> bool:
    return character not in JOINERS and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
