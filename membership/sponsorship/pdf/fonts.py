"""Letters for the documents: a font of this machine that has every script it can, else the ones every reader has."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]  # it comes without types

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"), Path.home() / ".fonts")
FAMILIES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
)
LAST_OF_LATIN_1 = 0xFF
# The readers' own fonts know Latin-1 alone; these are written with what comes nearest.
NEAREST = {"€": "EUR", "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "-"}


@dataclass(frozen=True, slots=True)
class Family:
    """The files of a font."""

    regular: Path
    bold: Path


@cache
def letters_of(font: Path) -> frozenset[int]:
    """Return the characters that a font has; none where it cannot be read."""
    try:
        with TTFont(font, lazy=True) as opened:
            return frozenset(opened.getBestCmap() or ()) if "glyf" in opened else frozenset()
    except (TTLibError, OSError, KeyError, AssertionError):
        return frozenset()


def lacking(text: str, font: Path) -> frozenset[int]:
    """Return the characters of a text that a font does not have; line breaks need none."""
    return frozenset(map(ord, text)) - letters_of(font) - {ord("\n")}


def others_for(text: str, family: Family) -> list[Path]:
    """Return further fonts of this machine that have what the family lacks of a text, as few as there need be."""
    missing, chosen = lacking(text, family.regular), list[Path]()
    found = (font for folder in FOLDERS if missing and folder.is_dir() for font in sorted(folder.rglob("*.ttf")))
    for font in found:
        had = missing & letters_of(font)
        if had:
            chosen.append(font)
            missing -= had
        if not missing:
            break
    return chosen


def can_shape() -> bool:
    """Tell whether the engine is installed that joins letters and sets them from right to left where a script asks."""
    return find_spec("uharfbuzz") is not None


@cache
def installed() -> Family | None:
    """Return the first of the families this machine has, or None."""
    for regular, bold in FAMILIES:
        for folder in FOLDERS:
            found = next(iter(sorted(folder.rglob(regular))), None) if folder.is_dir() else None
            if found is not None and found.with_name(bold).exists():
                return Family(found, found.with_name(bold))
    return None


def is_latin(text: str) -> bool:
    """Tell whether the readers' own fonts know every character."""
    return all(ord(character) <= LAST_OF_LATIN_1 for character in text)


def in_latin(text: str) -> str:
    """Return the text in Latin-1: accents are dropped where need be, and what no letter comes near becomes "?"."""
    return "".join(_latin(character) for character in text)


def _latin(character: str) -> str:
    near = NEAREST.get(character, character)
    if is_latin(near):
        return near
    bare = unicodedata.normalize("NFKD", near).encode("ascii", "ignore").decode()
    return bare or "?"
