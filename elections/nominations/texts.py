"""Longer texts as people type them, and statements in Markdown made safe to show."""

from __future__ import annotations

import unicodedata
from typing import Any

import nh3
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from elections.services.wording import JOINERS
from foundation.core.errors import Invalid

DECEIVING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Emoji are made of parts, joined by characters that are otherwise invisible.
ALLOWED = JOINERS | {"\n", "\t"}
# The outline of the page is the page's own: what was a heading is a paragraph in bold.
BOLD = "<p><strong>", "</strong></p>\n"
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}}
# Each paragraph and list runs in the direction of its own first letter, whatever the page's language.
OWN_DIRECTION = {"dir": "auto"}
CLASSES: dict[str, dict[str, str]] = {
    "p": {"class": "govuk-body"} | OWN_DIRECTION,
    "a": {"class": "govuk-link"},
    "ul": {"class": "govuk-list govuk-list--bullet"} | OWN_DIRECTION,
    "ol": {"class": "govuk-list govuk-list--number"} | OWN_DIRECTION,
    "pre": {"class": "footing-command"},
    "blockquote": {"class": "govuk-inset-text"},
}
TAGS = set(CLASSES) | {"li", "em", "strong", "code", "br"}
SCHEMES = {"http", "https", "mailto"}


def paragraphs(typed: str, what: str, limit: int, *, optional: bool = False) -> str:
    """Return the text in NFC with plain line ends, or raise Invalid naming `what` it was to be."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(character not in ALLOWED and unicodedata.category(character) in DECEIVING for character in text):
        raise Invalid(_("%(what)s cannot contain invisible characters.", what=what), code="bad-text")
    if not text and not optional:
        raise Invalid(_("%(what)s is missing.", what=what), code="bad-text")
    if len(text) > limit:
        raise Invalid(_("%(what)s can have at most %(limit)s characters.", what=what, limit=limit), code="bad-text")
    return text


def _bold(opening: bool) -> Any:
    def render(*_rest: object) -> str:
        return BOLD[0] if opening else BOLD[1]

    return render


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline", "hr"])
    reader.add_render_rule("heading_open", _bold(True))
    reader.add_render_rule("heading_close", _bold(False))
    return reader


def _absolute(_tag: str, attribute: str, value: str) -> str | None:
    """Let a link lead elsewhere openly, and never to a page of ours that acts for whoever is signed in."""
    return None if attribute == "href" and not value.lower().startswith(("https://", "http://", "mailto:")) else value


def rendered(markdown: str) -> Markup:
    """Return a text in Markdown (CommonMark without HTML and images) as HTML of an allow-list of elements.

    The reader makes no HTML of the author's; the cleaner does not depend on that.
    """
    html = nh3.clean(
        _reader().render(markdown),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_absolute,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
        set_tag_attribute_values=CLASSES,
    )
    return Markup(html)  # noqa: S704 — cleaned in the line above
