"""A feed in the Atom format (RFC 4287). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
NO_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: `identifier` is an IRI that stays."""

    identifier: str
    title: str
    link: str
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What the feed is, where it is, where its page is, and its entries, newest first."""

    title: str
    here: str
    page: str
    updated: datetime
    entries: Sequence[Entry]


def document(feed: Feed) -> bytes:
    """Return the feed's bytes."""
    root = ElementTree.Element("feed", xmlns=NAMESPACE)
    _add(root, "id", feed.here)
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.updated))
    ElementTree.SubElement(root, "link", rel="self", href=feed.here, type="application/atom+xml")
    ElementTree.SubElement(root, "link", rel="alternate", href=feed.page, type="text/html")
    for entry in feed.entries:
        _entry(ElementTree.SubElement(root, "entry"), entry)
    encoded: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return encoded


def _entry(parent: ElementTree.Element, entry: Entry) -> None:
    _add(parent, "id", entry.identifier)
    _add(parent, "title", entry.title)
    _add(parent, "updated", _moment(entry.at))
    _add(ElementTree.SubElement(parent, "author"), "name", entry.author)
    ElementTree.SubElement(parent, "link", rel="alternate", href=entry.link, type="text/html")
    _add(parent, "summary", entry.text)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    # Characters that XML cannot carry at all are left out: a feed that no reader opens tells nothing.
    ElementTree.SubElement(parent, name).text = NO_XML.sub("", text)


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
