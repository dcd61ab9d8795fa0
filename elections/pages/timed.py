"""Instants inside sentences, marked so that the reader's own zone is shown beside UTC."""

from __future__ import annotations

import re
from datetime import datetime

from markupsafe import Markup, escape

from elections.pages.wording import moment

DATES = (
    *("nominations_open_at", "nominations_close_at", "voting_opens_at", "voting_closes_at"),
    *("opens_at", "closes_at", "complaints_until"),
)


def timed(sentence: str, *of: object) -> Markup:
    """Return the sentence as HTML in which each date that it names of an election or a cycle is a <time> element."""
    dates = [getattr(one, name, None) for one in of for name in DATES]
    said = {str(escape(moment(when))): when for when in dates if isinstance(when, datetime)}
    html = str(escape(sentence))
    if said:
        names = re.compile(rf"(?<!\d)(?:{'|'.join(re.escape(each) for each in said)})")
        html = names.sub(lambda found: _element(found[0], said[found[0]]), html)
    return Markup(html)  # noqa: S704 — escaped above


def _element(text: str, when: datetime) -> str:
    return f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}" data-local-time>{text}</time>'
