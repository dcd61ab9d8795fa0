"""The rules, the feeds and the sentences about what comes next, in a browser without script."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from flask import Flask
from sqlalchemy.orm import Session

import elections
from elections.cycles.pages.acts import ACTS
from elections.pages.timed import timed
from foundation.accounts.models import Person
from tests.cycle_factories import (
    DEMONSTRATION,
    adopted,
    announced,
)
from tests.factories import Visitor, visitor
from tests.web.test_cycle_pages import text_of

# Rules.


def test_the_rules_and_what_changed_between_versions_are_public(
    session: Session, runner: Visitor, olga: Person, app: Flask
) -> None:
    stranger = visitor(app)
    assert "No election rules have been adopted yet" in stranger.get("/elections/rules").text
    adopted(session, DEMONSTRATION, olga)
    newer = DEMONSTRATION.replace('version = "2026-1"', 'version = "2027-1"').replace("needed = 2", "needed = 5")
    adopted(session, newer, olga)
    page = text_of(stranger.get("/elections/rules"))
    assert "Endorsements (3.4) 5 needed, at most 1/2 of them from one control group" in page
    old = text_of(stranger.get("/elections/rules/versions/2026-1"))
    assert "not in force any more" in old
    assert stranger.get("/elections/rules/versions/2026-1/rules.toml").data == DEMONSTRATION.encode()
    changes = stranger.get("/elections/rules/difference?from=2026-1&to=2027-1").text
    assert '<ins class="footing-code">needed = 5</ins>' in changes
    assert '<del class="footing-code">needed = 2</del>' in changes
    assert stranger.get("/elections/rules/versions/none").status_code == 404
    assert stranger.get("/elections/rules/difference?from=2026-1&to=none").status_code == 404


# Feeds.


def test_the_feed_tells_what_happened_in_elections(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga, title="Elections <2027> & more")
    answer = runner.get("/elections/feed.atom")
    assert answer.content_type == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)  # noqa: S314 — our own
    atom = {"a": "http://www.w3.org/2005/Atom"}
    titles = [one.text for one in root.findall("a:entry/a:title", atom)]
    assert titles[0] == "Elections <2027> & more – Elections are announced"
    summaries = [one.text or "" for one in root.findall("a:entry/a:summary", atom)]
    assert not any("T00:" in said or "+00:00" in said for said in summaries), "instants are said as people say them"
    links = [one.attrib["href"] for one in root.findall("a:entry/a:link", atom)]
    assert links[0].endswith(f"/elections/cycles/{cycle.id}")
    ids = [one.text for one in root.findall("a:entry/a:id", atom)]
    assert len(set(ids)) == len(ids)


def test_the_sentence_about_what_comes_next_names_instants_that_can_be_shown_in_the_readers_zone(
    session: Session, app: Flask, olga: Person
) -> None:
    adopted(session)
    cycle = announced(session, olga)
    opens = cycle.nominations_open_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = f'Nominations open on <time datetime="{opens}" data-local-time>'
    stranger = visitor(app)
    for path in ("/elections/", f"/elections/cycles/{cycle.id}", f"/elections/{cycle.elections[0].uuid}"):
        assert wanted in stranger.get(path).text, path


def test_a_day_is_not_found_inside_another_day_and_a_sentence_is_never_markup(app: Flask) -> None:
    class Dates:
        opens_at = datetime(2026, 11, 2, 9, tzinfo=UTC)
        closes_at = datetime(2026, 11, 22, 9, tzinfo=UTC)

    said = timed("<b> from 2 November 2026, 09:00 UTC until 22 November 2026, 09:00 UTC", Dates)
    assert "&lt;b&gt;" in said
    assert re.findall(r'datetime="([^"]+)" data-local-time>([^<]+)<', said) == [
        ("2026-11-02T09:00:00Z", "2 November 2026, 09:00 UTC"),
        ("2026-11-22T09:00:00Z", "22 November 2026, 09:00 UTC"),
    ]


def test_each_act_of_an_election_has_words_in_the_feed() -> None:
    written = re.compile(r'(?:act=|enter\(session, )"([a-z_]+\.[a-z_]+)"')
    sources = [path.read_text(encoding="utf-8") for path in Path(elections.__path__[0]).rglob("*.py")]
    found = {act for source in sources for act in written.findall(source)}
    assert len(found) > 30
    assert sorted(act for act in found if not act.endswith(".drafted") and act not in ACTS) == []


def test_a_feed_without_acts_is_a_feed(session: Session, app: Flask) -> None:
    root = ElementTree.fromstring(visitor(app).get("/elections/feed.atom").data)  # noqa: S314 — our own
    assert root.tag.endswith("feed")
