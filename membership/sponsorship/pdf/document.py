"""A plain A4 document. Its bytes depend on what it says alone: no clock, no network, no images from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from foundation.core.logs import get_logger
from membership.sponsorship.pdf import fonts

SIZE, LEADING, MARGIN = 10, 5.2, 22
FAMILY = "footing"
MISSING = "?"
log = get_logger()

# The library that cuts fonts down to the letters used tells its every step.
logging.getLogger("fontTools").setLevel(logging.WARNING)


class Document(FPDF):
    """A titled document whose pages are numbered and say what they belong to.

    `words` is all it will say: what fits into the letters that every reader has needs no font of its own.
    """

    def __init__(self, title: str, foot: str, *, words: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self._family = None if fonts.is_latin(title + foot + words) else fonts.installed()
        self._foot = foot
        self._unknown: frozenset[int] = frozenset()
        if self._family is not None:
            self.add_font(FAMILY, "", self._family.regular)
            self.add_font(FAMILY, "B", self._family.bold)
            self._add_others(title + foot + words)
        self.set_title(self.letters(title))
        self.set_creation_date(made_at)
        self.set_lang("en")
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.add_page()

    def _add_others(self, words: str) -> None:
        """Add fonts for the letters that the family lacks; what no font of this machine has is remembered."""
        assert self._family is not None  # noqa: S101 — the caller has just asked
        others = fonts.others_for(words, self._family)
        for number, font in enumerate(others):
            self.add_font(f"{FAMILY}{number}", "", font)
        self.set_fallback_fonts([f"{FAMILY}{number}" for number in range(len(others))], exact_match=False)
        self._unknown = fonts.lacking(words, self._family.regular).difference(*map(fonts.letters_of, others))
        if self._unknown:
            log.warning("letters missing", letters="".join(map(chr, sorted(self._unknown))))
        if fonts.can_shape():
            self.set_text_shaping(use_shaping_engine=True)

    def letters(self, text: str) -> str:
        """Return the text in letters the document has; one that no font has is seen to be missing."""
        if self._family is None:
            return fonts.in_latin(text)
        return "".join(MISSING if ord(character) in self._unknown else character for character in text)

    def style(self, *, bold: bool = False, size: float = SIZE) -> None:
        """Choose how the following text looks."""
        self.set_font(FAMILY if self._family is not None else "Helvetica", "B" if bold else "", size)

    def footer(self) -> None:
        """Number the page; called by the library at the end of each."""
        self.set_y(-15)
        self.style(size=7.5)
        self.cell(0, 4, self.letters(self._foot), align="L")
        self.set_x(MARGIN)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def paragraph(self, text: str, *, bold: bool = False, size: float = SIZE) -> None:
        """Write a paragraph over the whole width."""
        self.style(bold=bold, size=size)
        # Line by line, since the direction in which a line runs is that of its own first letter.
        for line in self.letters(text).split("\n"):
            self.multi_cell(0, LEADING * size / SIZE, line, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def gap(self, lines: float = 1) -> None:
        """Leave some lines free."""
        self.ln(LEADING * lines)

    def rows(self, rows: Sequence[tuple[str, str]], *, bold_last: bool = False) -> None:
        """Write rows of a word and its value, the values in a column of their own."""
        for number, (word, value) in enumerate(rows):
            bold = bold_last and number == len(rows) - 1
            self.style(bold=bold)
            self.cell(52, LEADING, self.letters(word))
            self.multi_cell(0, LEADING, self.letters(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def line_item(self, text: str, amount: str, *, bold: bool = False) -> None:
        """Write what is charged for and, at the right, how much."""
        self.style(bold=bold)
        top = self.get_y()
        self.multi_cell(120, LEADING, self.letters(text), align="L", new_x=XPos.RIGHT, new_y=YPos.NEXT)
        bottom = self.get_y()
        self.set_y(top)
        self.cell(0, LEADING, self.letters(amount), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(bottom, self.get_y()))

    def rule(self) -> None:
        """Draw a line across."""
        self.set_draw_color(120)
        self.line(MARGIN, self.get_y() + 1.5, self.w - MARGIN, self.get_y() + 1.5)
        self.ln(4)

    def bytes(self) -> bytes:
        """Return the finished document."""
        return bytes(self.output())
