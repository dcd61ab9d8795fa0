"""Display names: any script, no control characters, no tricks of direction, of look-alikes or of office."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from foundation.core.errors import Invalid

LONGEST_NAME = 100
# Zero-width joiner and non-joiner are letters' business in Persian, Hindi and others; other invisible marks are not.
JOINERS = {"\u200c", "\u200d"}
# Letters of these look like one another's, and need no joiners (UTS 39, section 5.1, "mixed-script confusables").
ALIKE = {"LATIN", "CYRILLIC", "GREEK"}
MOST_MARKS = 4
# How the public register names who acts where it is no person, or not to be named.
SPOKEN_FOR = frozenset(
    {"operator", "the operator", "server", "the server", "rule", "the rules", "mandate holder", "a voter"}
    | {"the nominee", "the foundation"}
)


def display_name(typed: str) -> str:
    """Return a name in NFC with single spaces, or raise Invalid with a sentence.

    Line breaks and other controls are refused rather than removed, because no honest form sends them.
    """
    name = unicodedata.normalize("NFC", typed)
    if any(_deceives(character) for character in name) or _hides_joiners(name):
        raise Invalid(_("A name cannot contain line breaks or invisible characters."), code="bad-name")
    name = " ".join(name.split())
    if not any(character.isalpha() for character in name):
        raise Invalid(_("Enter your name as others should see it."), code="bad-name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("A name can have at most 100 characters."), code="bad-name")
    _refuse_masks(name)
    return name


def _deceives(character: str) -> bool:
    return character not in JOINERS and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _hides_joiners(name: str) -> bool:
    """Tell whether a joiner stands where it does nothing but make two equal names different."""
    around = zip(" " + name, name, name[1:] + " ", strict=False)
    return any(here in JOINERS and not (_is_joined(before) and _is_joined(after)) for before, here, after in around)


def _is_joined(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and _script(character) not in ALIKE


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def _refuse_masks(name: str) -> None:
    """Raise Invalid for a name that passes for another: by letters that look alike, piled-up marks, or an office's."""
    for word in re.split(r"[\W_]+", name):
        if len({_script(character) for character in word} & ALIKE) > 1:
            sentence = _("“%(word)s” mixes letters of alphabets that look alike. Use those of one.", word=word)
            raise Invalid(sentence, code="bad-name")
    marks = "".join(
        "m" if unicodedata.combining(character) else "." for character in unicodedata.normalize("NFD", name)
    )
    if "m" * (MOST_MARKS + 1) in marks:
        raise Invalid(_("A name cannot pile up marks on one letter."), code="bad-name")
    if " ".join(unicodedata.normalize("NFKC", name).casefold().split()) in SPOKEN_FOR:
        raise Invalid(_("The public register uses this name for somebody else. Enter your own."), code="bad-name")
