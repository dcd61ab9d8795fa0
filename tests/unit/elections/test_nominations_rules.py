"""Which endorsements count, and what of a text can reach a page."""

from __future__ import annotations

import re
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.nominations.endorsing import Given, Weight, most_of_one_group, weigh
from elections.nominations.texts import TAGS, paragraphs, rendered
from foundation.core.errors import Invalid

HALF = Fraction(1, 2)
FREE = Given(True, frozenset())


def of(*groups: int) -> Given:
    return Given(True, frozenset(groups))


def test_at_most_the_share_of_those_needed_counts_from_one_control_group() -> None:
    weights = weigh([of(1), of(1), of(2), FREE], 4, Fraction(1, 4))
    assert weights == [Weight.COUNTS, Weight.GROUP_FULL, Weight.COUNTS, Weight.COUNTS]


def test_somebody_of_two_groups_counts_in_both() -> None:
    assert weigh([of(1), of(2), of(1, 2)], 2, HALF) == [Weight.COUNTS, Weight.COUNTS, Weight.GROUP_FULL]
    assert weigh([of(1, 2), of(2)], 2, HALF) == [Weight.COUNTS, Weight.GROUP_FULL]


def test_whoever_is_no_member_any_more_does_not_count_and_takes_no_place_of_the_group() -> None:
    assert weigh([Given(False, frozenset({1})), of(1)], 2, HALF) == [Weight.NO_MEMBER, Weight.COUNTS]


def test_one_of_a_group_may_always_endorse_however_small_the_share() -> None:
    assert most_of_one_group(2, Fraction(1, 10)) == 1
    assert most_of_one_group(10, Fraction(1, 3)) == 3
    assert most_of_one_group(0, HALF) == 1


@given(
    st.lists(st.builds(Given, st.booleans(), st.frozensets(st.integers(1, 4), max_size=2)), max_size=12),
    st.integers(0, 12),
    st.fractions(0, 1),
)
def test_no_group_ever_has_more_than_its_share(endorsers: list[Given], needed: int, share: Fraction) -> None:
    weights = weigh(endorsers, needed, share)
    counted = [each for each, weight in zip(endorsers, weights, strict=True) if weight is Weight.COUNTS]
    for group in range(1, 5):
        assert sum(group in each.groups for each in counted) <= most_of_one_group(needed, share)
    assert all(each.is_member for each in counted)
    assert all(
        weight is Weight.COUNTS
        for each, weight in zip(endorsers, weights, strict=True)
        if each.is_member and not each.groups
    )


class Elements(HTMLParser):
    """Collects what a browser would make of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![](https://example.org/tracking.png)",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](/accounts/sign-out)",
    "[click](//example.org/x)",
    "<javascript:alert(1)>",
    '[a](https://example.org "onmouseover=alert(1)")',
    '[a](<https://example.org/" onclick=alert(1)>)',
    "<svg><script>alert(1)</script></svg>",
    "<style>body{display:none}</style>",
    "<iframe src=https://example.org></iframe>",
    "<form action=/x><input name=y></form>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "# <h1 id=main>",
    "[x]: javascript:alert(1)\n\n[click][x]",
    "<!-- --!><img src=x onerror=alert(1)> -->",
)
LINK_ATTRIBUTES = {"href", "rel", "class"}


def refuse_harm(html: str) -> None:
    for tag, attributes in Elements(html).tags:
        assert tag in TAGS, html
        assert set(attributes) <= (LINK_ATTRIBUTES if tag == "a" else {"class", "dir"}), html
        assert (attributes.get("href") or "https://").startswith(("https://", "http://", "mailto:")), html


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_statement_can_act_in_the_reader_s_browser(text: str) -> None:
    refuse_harm(rendered(text))
    refuse_harm(rendered(f"* **{text}**\n\n> {text}\n"))


@given(st.text(alphabet="<>/\"'=:;&#()[]!*_`\\ \n-ajvscriptonexl1x", max_size=80))
def test_no_text_becomes_an_element_outside_the_list(text: str) -> None:
    refuse_harm(rendered(text))


def test_markdown_is_shown_as_its_author_meant_it() -> None:
    html = rendered("# Why\n\nI *care*, **much**.\n\n- one\n- two\n\nSee [our page](https://example.org/a?b=1&c=2).")
    assert re.search(r'<p [^>]*class="govuk-body"[^>]*><strong>Why</strong></p>', html)
    assert "<em>care</em>" in html
    assert re.search(r'<ul [^>]*class="govuk-list govuk-list--bullet"', html)
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert 'rel="nofollow noopener"' in html


def test_each_paragraph_runs_in_its_own_direction() -> None:
    html = rendered("שלום\n\nHello\n\n- one\n\n1. two\n")
    assert html.count('dir="auto"') == 4


def test_a_heading_is_no_heading_of_the_page() -> None:
    assert "<h" not in rendered("# One\n\n## Two\n\nThree\n=====\n")


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b", "a\u2028b", "\ufeffa", "a\u200bb", "x\ud800"])
def test_characters_that_deceive_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        paragraphs(text, "The text", 100)


def test_lines_end_plainly_and_the_rest_is_kept() -> None:
    assert paragraphs("  a\r\nb\rc\td\u200d  ", "The text", 100) == "a\nb\nc\td\u200d"
    assert paragraphs("   ", "The text", 100, optional=True) == ""


def test_a_text_that_is_missing_or_too_long_is_refused_by_its_name() -> None:
    with pytest.raises(Invalid, match="The reason is missing"):
        paragraphs(" \n ", "The reason", 10)
    with pytest.raises(Invalid, match="at most 10"):
        paragraphs("x" * 11, "The reason", 10)
