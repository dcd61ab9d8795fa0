"""How names and numbers are compared: Unicode-normalised and without case, so that spelling makes no second party."""

from __future__ import annotations

import re
import unicodedata

NOT_A_WORD = re.compile(r"[\W_]+")


def name_key(name: str) -> str:
    """Return the form in which names are compared and sorted: NFKC, case folded, single spaces (UAX 15)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def search_words(text: str) -> str:
    """Return the words of a text as a search sees them: name_key's form without marks above letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name_key(text)) if not unicodedata.combining(c))
    return " ".join(NOT_A_WORD.sub(" ", bare).split())


def registry_key(number: str) -> str:
    """Return a registry number's letters and digits in capitals: "HRB 12 345/b" and "hrb-12345 B" are one."""
    normal = unicodedata.normalize("NFKC", number).upper()
    return "".join(c for c in normal if c.isascii() and c.isalnum())
