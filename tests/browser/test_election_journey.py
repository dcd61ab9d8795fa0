"""An election in Chromium, from the voter's sign-in to the result, and no barrier on any of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from elections.crypto import ballot as paper
from elections.crypto.trustees import generate_key
from elections.models import CredentialSource, Election
from elections.services import casting, ceremony, credentials, mixing, roll, setup, voting
from elections.services.frozen import protocol_election
from elections.services.setup import NewElection, NewTrustee
from elections.verifier.__main__ import main as verify
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.browser.conftest import Barriers
from tests.election_factories import NAMES, OFFICIAL, SERVER, new_election
from tests.factories import PASSWORD, appoint, make_person
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name

pytestmark = pytest.mark.browser

VOTER, RUNNER, TRUSTEE, REGISTRAR = (f"{who}@example.org" for who in ("ada", "official", "trustee", "registrar"))
Look = Callable[[str], None]


@pytest.fixture
def look(page: Page, barriers: Barriers, complaints: list[str]) -> Look:
    """Look at the page in the state named: no violation, nothing wider than the window, one heading."""

    def look(state: str) -> None:
        assert barriers(page) == [], state
        assert page.locator("h1").count() == 1, state
        # A form that is refused answers 400, which the console notes; any other complaint counts.
        complaints[:] = [complaint for complaint in complaints if "status of 4" not in complaint]

    return look


# The voter and the official


def test_a_member_votes_the_official_closes_and_the_winner_is_shown(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    look: Look,
    tmp_path: Path,
) -> None:
    uuid = live_server.run(_open_demonstration)
    _sign_in(page, VOTER, live_server)
    page.get_by_role("link", name="Vote: Board election").click()
    look("before voting")
    _press(page, "Start voting")
    tracker = _vote(page, look)
    page.goto(f"{live_server.url}/elections/{uuid}/vote")
    expect(page.get_by_text("Your vote is recorded.", exact=True)).to_be_visible()
    look("vote recorded")
    page.get_by_role("link", name="Find your ballot on the public board").click()
    expect(page.get_by_role("row", name=tracker)).to_contain_text("counts")
    look("board, one found")
    page.get_by_role("button", name="Sign out").click()

    _sign_in(page, RUNNER, live_server)
    page.get_by_role("link", name="Election: Board election").click()
    look("official's steps")
    page.get_by_role("link", name="Close the vote").click()
    look("close?")
    _press(page, "Close the vote")
    expect(page.get_by_role("alert")).to_contain_text("Voting is closed.")
    page.get_by_role("link", name="Read the result").click()
    expect(page.get_by_text("Elected: Grace Hopper and Betty Holberton")).to_be_visible()
    expect(page.get_by_role("table").get_by_role("columnheader").nth(1)).to_have_text("Grace Hopper")
    page.get_by_text("The method's steps").click()
    look("result")
    archive = page.request.get(f"{live_server.url}/api/elections/{uuid}/archive").body()
    (tmp_path / f"{uuid}.bel").write_bytes(archive)
    assert verify([str(tmp_path / f"{uuid}.bel"), "--jobs", "1"]) == 0


def _vote(page: Page, look: Look) -> str:
    """Go through the booth, and return the tracker of the receipt."""
    look("booth, start")
    _press(page, "Start voting")
    look("booth, ranking")
    for name, rank in zip(NAMES, (3, 1, 2, 0, 0), strict=True):
        page.get_by_label(f"Rank of {name}", exact=True).select_option(str(rank))
    _press(page, "Continue")
    look("booth, review")
    _press(page, "Continue to sealing")
    expect(page.get_by_role("button", name="Cast this ballot")).to_be_visible()
    look("booth, sealed")
    _press(page, "Cast this ballot")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    look("booth, receipt")
    return page.locator(".booth-tracker").first.inner_text().replace("\n", "")


def test_an_official_makes_an_election_and_takes_it_to_the_vote(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    look: Look,
    tmp_path: Path,
) -> None:
    live_server.run(_officials)
    _sign_in(page, RUNNER, live_server)
    page.goto(live_server.url + "/elections/")
    look("no election yet")
    page.get_by_role("button", name="Start an election").click()
    look("elections under rules, or a poll")
    page.get_by_role("button", name="Make a poll").click()
    look("new poll, empty")
    _press(page, "Make the poll")
    _in_error(page, "Enter a title")
    look("new election, in error")
    _fill_in(page, look)
    look("steps of a draft")
    page.get_by_role("link", name="Build the roll").click()
    look("empty roll")
    _upload(page, tmp_path / "bad.csv", "address\nada\n")
    _in_error(page, "Nobody was added")
    look("roll, in error")
    _upload(page, tmp_path / "roll.csv", "address,name\nada@example.org,Ada\n")
    expect(page.get_by_role("alert")).to_contain_text("1 voter added to the roll.")
    look("roll")
    page.get_by_role("link", name="Back to the steps").click()
    _take_steps(page, look)
    page.get_by_role("link", name="Annul this election").click()
    _press(page, "Annul the election")
    _in_error(page, "Enter the reason")
    look("annul, in error")
    page.get_by_label("Reason").fill("It was an exercise.")
    _press(page, "Annul the election")
    expect(page.get_by_role("alert")).to_contain_text("The election is annulled.")
    look("annulled")


def _fill_in(page: Page, look: Look) -> None:
    page.get_by_label("Title of the election").fill("Board election 2027")
    page.get_by_label("What is to be filled").fill("Board of directors")
    page.get_by_label("Candidates").fill("Ada Lovelace; Analytical Engines\nGrace Hopper\nHedy Lamarr")
    _press(page, "Add another contest")
    look("new election, two contests")
    _press(page, "Remove the last contest")
    page.get_by_role("radio", name="This server: for small").check()
    page.get_by_label("This is a demonstration").check()
    look("new election, filled")
    _press(page, "Make the poll")


def _take_steps(page: Page, look: Look) -> None:
    for link, button, state in [
        ("Issue voting credentials", "Make the missing credentials", "credentials"),
        ("Begin the key ceremony", "Begin the key ceremony", "begin?"),
        ("Combine the keys", "Combine the keys", "finish?"),
        ("Open the vote", "Open the vote", "open?"),
    ]:
        page.get_by_role("link", name=link).click()
        look(state)
        _press(page, button)
    expect(page.get_by_role("alert")).to_contain_text("Voting is open.")


# Whoever else has a part


def test_what_the_public_sees_of_elections(page: Page, live_server: LiveServer, look: Look) -> None:  # noqa: F811
    uuid = live_server.run(_open_demonstration)
    for path, state in [
        ("", "list"),
        ("?q=nothing", "list, nothing found"),
        (uuid, "open election"),
        (f"{uuid}/board", "board"),
        (f"{uuid}/board?q=nothing", "board, nothing found"),
        (f"{uuid}/outcome", "no result yet"),
        ("nosuchelection", "no such election"),
    ]:
        page.goto(f"{live_server.url}/elections/{path}")
        look(state)


def test_what_a_registrar_and_a_trustee_are_asked(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,  # noqa: F811
    look: Look,
    tmp_path: Path,
) -> None:
    live_server.run(_officials)
    drafted = live_server.run(_for_the_registrar)
    live_server.sign_in(context, REGISTRAR)
    page.goto(f"{live_server.url}/elections/{drafted}/registrar")
    look("registrar")
    _upload(page, tmp_path / "mapping.json", "{}")
    _in_error(page, "This is not the registrar")
    look("registrar, in error")
    keyless, mixing_now = live_server.run(_for_the_trustee)
    live_server.sign_in(context, TRUSTEE)
    page.goto(f"{live_server.url}/elections/{keyless}/trustee")
    look("trustee, key")
    _upload(page, tmp_path / "key.pubkey", "{}")
    _in_error(page, "missing key")
    look("trustee, in error")
    _upload(page, tmp_path / "good.pubkey", generate_key()[1].to_json().decode())
    expect(page.get_by_role("alert")).to_contain_text("Your file was checked and accepted.")
    look("trustee, done")
    page.goto(f"{live_server.url}/elections/{mixing_now}/trustee")
    look("trustee, shuffle")


def test_a_page_that_waits_notices_by_itself_that_something_changed(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    look: Look,
) -> None:
    live_server.run(_officials)
    _keyless, uuid = live_server.run(_for_the_trustee)
    page.clock.install()
    page.goto(f"{live_server.url}/elections/{uuid}/outcome")
    expect(page.get_by_text("1 of 2 trustees have mixed the ballots")).to_be_visible()
    look("mixing")
    live_server.run(lambda session: _annul(session, uuid))
    page.clock.run_for(6_000)
    expect(page.get_by_text("This election was annulled")).to_be_visible()


def test_a_credential_of_the_server_is_shown_once(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,  # noqa: F811
    look: Look,
) -> None:
    live_server.run(_officials)
    uuid = live_server.run(_credentials_wait)
    live_server.sign_in(context, VOTER)
    page.goto(f"{live_server.url}/elections/{uuid}/vote")
    page.get_by_text("Hand in a ballot that you made elsewhere").click()
    look("credential waits")
    _press(page, "Show my credential")
    expect(page.get_by_text("This is shown once.")).to_be_visible()
    look("credential")
    page.goto(f"{live_server.url}/elections/{uuid}/vote")
    expect(page.get_by_role("button", name="Show my credential")).to_have_count(0)


# What they begin with


def _officials(session: Session) -> None:
    make_person(session, VOTER)
    for address, office in {
        RUNNER: Office.ELECTION_OFFICIAL,
        TRUSTEE: Office.TRUSTEE,
        REGISTRAR: Office.REGISTRAR,
    }.items():
        appoint(session, make_person(session, address), office)


def _drafted(session: Session, new: NewElection) -> Election:
    """Make a committed draft with two voters on its roll, of whom one can sign in."""
    election = setup.create(session, new, by=OFFICIAL, now=clock.now())
    lines = f"address\n{VOTER}\ngrace@example.org\n"
    roll.import_roll(session, election, lines, by=OFFICIAL, now=clock.now())
    session.commit()
    return election


def _begun(session: Session, new: NewElection) -> Election:
    election = _drafted(session, new)
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    return election


def _opened(session: Session, new: NewElection) -> Election:
    election = _begun(session, new)
    for trustee in ceremony.missing_keys(session, election):
        key = generate_key()[1].to_json()
        ceremony.accept_trustee_key(session, election.uuid, trustee.owner, key, by=trustee.name, now=clock.now())
    ceremony.finish(session, election.uuid, by=OFFICIAL, now=clock.now())
    voting.open_voting(session, election.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    session.commit()
    return election


def _open_demonstration(session: Session) -> str:
    """An open demonstration in which Grace has voted and Ada has not; return its identifier."""
    _officials(session)
    grace = make_person(session, "grace@example.org")
    election = _opened(session, new_election())
    secret = credentials.pick_up(session, election, grace, now=clock.now())
    ballot = paper.seal(protocol_election(election), secret, [[3, 1, 2, 0, 0]])
    casting.cast(session, election.uuid, ballot.to_json(), person=grace)
    session.commit()
    return election.uuid


def _for_the_registrar(session: Session) -> str:
    return _drafted(session, new_election(source=CredentialSource.REGISTRAR)).uuid


def _with_the_trustee(session: Session) -> NewElection:
    person = session.query(Person).join(Person.addresses).filter_by(canonical=TRUSTEE).one()
    return new_election(demonstration=False, trustees=[SERVER, NewTrustee(person.display_name, person)])


def _for_the_trustee(session: Session) -> tuple[str, str]:
    """One election that waits for the trustee's key, and one for the shuffle."""
    keyless = _begun(session, _with_the_trustee(session))
    closed = _opened(session, _with_the_trustee(session))
    voting.close_voting(session, closed.uuid, by=OFFICIAL, now=clock.now())
    mixing.server_mix(session, closed.uuid, now=clock.now())
    session.commit()
    return keyless.uuid, closed.uuid


def _credentials_wait(session: Session) -> str:
    return _opened(session, _with_the_trustee(session)).uuid


def _annul(session: Session, uuid: str) -> None:
    voting.annul(session, uuid, by=OFFICIAL, now=clock.now(), reason="An exercise.")
    session.commit()


# What everybody does


def _sign_in(page: Page, address: str, server: LiveServer) -> None:
    page.goto(server.url + "/account/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    _press(page, "Sign in")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def _press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _upload(page: Page, path: Path, content: str) -> None:
    path.write_text(content)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("main").locator("form button[type=submit]").click()


def _in_error(page: Page, message: str) -> None:
    """Expect the error summary, its focus, and that its link leads to the field."""
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(message)
    expect(page).to_have_title(re.compile("^Error: "))
    link = summary.get_by_role("link").first
    field = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f"#{field}")).to_be_focused()
