"""Strange ballots in Chromium: what the trustee, the reader of the result and the certifier see of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from elections.crypto import ballot
from elections.crypto.group import GENERATOR
from tests.browser.conftest import Barriers
from tests.certification_factories import counted
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.web.test_second_proofs import before_mixing, bring, made, mix

pytestmark = [pytest.mark.browser]


def test_strange_ballots_are_told_of_without_barriers_on_a_phone_too(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ballot, "encode_ints", lambda _ranks: GENERATOR)
    uuid, certified = live_server.run(strange), live_server.run(to_be_certified)
    live_server.sign_in(page.context, "tess@example.org")
    for path, said in (
        (f"elections/{uuid}/trustee", "Please prove that you did not."),
        (f"elections/{uuid}/outcome", "no proof has come yet that this is not their doing"),
        (f"elections/{certified}/certificate/", "Every trustee has proved that this is not their doing"),
    ):
        page.goto(f"{live_server.url}/{path}")
        assert barriers(page) == []
        assert said in page.inner_text("main")


def strange(session: Session) -> str:
    """Make an election in which a voter has encrypted nonsense and Tess has not proved her decryption; say which."""
    ready = before_mixing(session, voters=1)
    ready.cast(session, 0)
    mix(session, ready)
    bring(session, ready, made(session, ready)[:2])
    return ready.uuid


def to_be_certified(session: Session) -> str:
    """Make an election under rules with such a ballot, whose certificate is prepared; say which."""
    case = counted(session)
    case.prepared(session)
    return case.uuid
