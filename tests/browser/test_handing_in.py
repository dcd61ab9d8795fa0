"""A trustee's page in Chromium, while a file waits to be verified, when it was refused, and when it holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from elections import jobs
from elections.services import voting
from elections.services.setup import NewTrustee
from foundation.core import clock
from foundation.core.access import Office
from tests.browser.conftest import Barriers
from tests.election_factories import OFFICIAL, SERVER, new_election, opened
from tests.factories import appoint, make_person
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.web.test_handing_in import bring, broken, shuffled

pytestmark = [pytest.mark.browser]
TESS = "tess@example.org"


@pytest.mark.parametrize("state", ["waiting", "refused", "accepted"])
def test_the_page_of_each_state_has_no_barrier_and_fits_a_phone(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    barriers: Barriers,
    state: str,
) -> None:
    uuid = live_server.run(lambda session: in_state(session, state))
    live_server.sign_in(page.context, TESS)
    page.goto(f"{live_server.url}/elections/{uuid}/trustee")
    assert barriers(page) == []
    said = {"waiting": "Being verified", "refused": "Refused, and not on the board", "accepted": "Verified, and on"}
    assert said[state] in page.inner_text("main")
    assert page.get_by_role("button", name="Bring the file").count() == (0 if state == "waiting" else 1)


def in_state(session: Session, state: str) -> str:
    """Make an election whose trustee's file is in this state, and return its identifier."""
    tess = make_person(session, TESS)
    appoint(session, tess, Office.TRUSTEE)
    new = new_election(demonstration=False, trustees=[SERVER, NewTrustee("Tess", tess)])
    ready = opened(session, voters=2, new=new)
    for voter in range(2):
        ready.cast(session, voter)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    jobs.advance(ready.uuid)
    bring(session, ready, broken(session, ready) if state == "refused" else shuffled(session, ready).to_json())
    if state != "waiting":
        jobs.advance(ready.uuid)
    return ready.uuid
