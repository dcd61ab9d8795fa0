"""Short texts as officials type them: one line, one form, no characters that deceive."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from foundation.core.errors import Invalid

JOINERS = {"\u200c", "\u200d"}  # letters' business in Persian, Hindi and others; other invisible marks are not
SHORTEST_REASON = 10
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(typed: str, what: str, limit: int) -> str:
    """Return the text in NFC with single spaces, or raise Invalid naming `what` it was to be."""
    text = unicodedata.normalize("NFC", typed)
    if any(character not in JOINERS and unicodedata.category(character) in FORBIDDEN for character in text):
        raise Invalid(_("%(what)s cannot contain line breaks or invisible characters.", what=what), code="bad-text")
    text = " ".join(text.split())
    if not text:
        raise Invalid(_("%(what)s is missing.", what=what), code="bad-text")
    if len(text) > limit:
        raise Invalid(_("%(what)s can have at most %(limit)s characters.", what=what, limit=limit), code="bad-text")
    return text


def public_reason(typed: str, limit: int) -> str:
    """Return a reason that is published, as one line, or raise Invalid where it is missing, too long or no sentence."""
    text = one_line(typed, _("The reason"), limit)
    require_sentence(text)
    return text


def require_sentence(reason: str) -> None:
    """Raise Invalid where a reason is too short to tell those whom it is published for anything."""
    if len(reason) < SHORTEST_REASON:
        raise Invalid(_("Give the reason in a sentence."), code="bad-text")
