"""What every answer carries, where nobody is led, and every page that a link leads to, whoever follows it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import demo as elections_demo
from foundation.config import Settings
from foundation.core import clock
from foundation.core.access import safe_next
from membership import demo as membership_demo
from membership.sponsorship import demo as sponsorship_demo
from tests.factories import PASSWORD, Visitor, another_app, make_person, sign_in, visitor

HOME = "http://127.0.0.1"
OTHERS = (
    *(
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
    ),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r//evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
    ),
    *(
        "https:///evil.example",
        "http://127.0.0.1@evil.example",
        "/\u2028/evil.example",
        "evil.example",
        ".//evil.example",
    ),
)


@dataclass
class Page(HTMLParser):
    """What matters of one page: where it leads, what it would run, and its forms."""

    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    unguarded: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    headings: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.inline += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.inline += [value for value in given.values() if re.match(r"\s*(javascript|data):", value, re.IGNORECASE)]
        if tag == "style" or (tag == "script" and not given.get("src") and given.get("type") != "application/json"):
            self.inline.append(tag)
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.unguarded.append(given.get("action", ""))
        if tag == "input" and given.get("name") == "csrf_token" and given.get("value") and self.unguarded:
            self.unguarded.pop()
        self.headings += tag == "h1"
        self.ids.update([given["id"]] if "id" in given else [])


def _check_headers(path: str, headers: dict[str, str], *, is_page: bool) -> None:
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), path
    assert not {"unsafe-inline", "unsafe-eval", "*", "data:", "http:"} & set(re.split(r"[ ;']+", policy)), path
    assert headers["X-Content-Type-Options"] == "nosniff", path
    assert headers["Referrer-Policy"] == "same-origin", path
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
    assert headers["Cache-Control"] == "no-store" or not is_page, path


def _check_page(path: str, text: str) -> list[str]:
    page = Page()
    page.feed(text)
    assert page.inline == [], path
    assert page.unguarded == [], path
    assert page.headings == 1, path
    assert [name for name, times in page.ids.items() if times > 1] == [], path
    assert not re.search(r"\{\{|\{%|&lt;bound method|jinja2\.|%\(\w+\)", text), path
    return page.links


def _pattern(address: str) -> str:
    """Pages about another number or another election are the same page; three of each are looked at."""
    return re.sub(r"\d+", "1", re.sub(r"[1-9A-HJ-NP-Za-km-z]{22}", "U", address))


def _walk(client: Visitor) -> int:
    """Follow every link within the house from the start, and return how many pages answered."""
    waiting, met, alike = ["/"], {"/"}, Counter[str]()
    for path in waiting:
        with client.get(path) as answer:
            assert answer.status_code < 400, path
            is_page = answer.mimetype == "text/html"
            _check_headers(path, dict(answer.headers), is_page=is_page and answer.status_code == 200)
            links = _check_page(path, answer.text) if is_page and answer.status_code == 200 else []
        for link in [*links, *answer.headers.getlist("Location")]:
            parts = urlsplit(urljoin(HOME + path, link))
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.scheme == "http" and parts.hostname == "127.0.0.1" and address not in met:
                alike[_pattern(address)] += 1
                waiting += [address] if alike[_pattern(address)] <= 3 else []
            met.add(address)
    return len(waiting)


@pytest.mark.slow
def test_every_page_that_a_link_leads_to_is_there_and_runs_nothing_of_its_own(app: Flask, session: Session) -> None:
    now = clock.now()
    accounts = [*elections_demo.seed(session, now=now), *membership_demo.seed(session, now=now)]
    # One of each: who holds the same office, or may stand as well, sees the same pages.
    different = {(account.office, account.what[:14]): account for account in accounts}
    sponsorship_demo.seed(session, now=now)
    session.commit()
    assert _walk(visitor(app, forgery_protection=True)) > 30
    for account in different.values():
        client = visitor(app, forgery_protection=True)
        sign_in(client, account.address)
        assert _walk(client) > 40, account


def test_every_answer_carries_the_headers_errors_too(app: Flask) -> None:
    client = visitor(app, forgery_protection=True)
    for path in ("/", "/nowhere", "/register?page=0", "/account/", "/api/elections/x/election", "/metrics"):
        for method in ("GET", "POST", "HEAD", "OPTIONS", "DELETE"):
            answer = client.open(path, method=method)
            _check_headers(path, dict(answer.headers), is_page=True)
            assert answer.status_code < 500
            assert answer.status_code != 405 or "GET" in answer.headers["Allow"], path


def test_over_https_browsers_are_told_to_stay_there(settings: Settings, app: Flask) -> None:
    assert "Strict-Transport-Security" not in visitor(app).get("/").headers
    with another_app(replace(settings, base_url="https://vote.example.org")) as secure:
        answer = visitor(secure).get("/", base_url="https://vote.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_nobody_is_led_elsewhere_after_signing_in(app: Flask, session: Session) -> None:
    person = make_person(session)
    for target in OTHERS:
        assert safe_next(target) is None, target
        client, onward = visitor(app), {"next": target}
        form = {"address": person.address, "password": PASSWORD}
        answer = client.post("/account/sign-in", query_string=onward, data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/"), target
        assert client.get("/account/sign-in", query_string=onward).headers["Location"] == "/account/", target


@pytest.mark.parametrize("target", ["/", "/elections/?q=a%20b", "/account/security#sessions"])
def test_whoever_was_on_the_way_to_a_page_arrives_there(target: str) -> None:
    assert safe_next(target) == target
