"""What the booth survives, and what it refuses: away servers, ended sessions, missing parts, dishonest descriptions."""

import json
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from tests.browser.conftest import MANY, NARROW, Violations
from tests.browser.stub import Stub
from tests.browser.voter import Voter

pytestmark = pytest.mark.browser

CROWD = {"error": {"code": "busy", "message": "Many ballots are arriving right now. Yours was not recorded."}}
BUSY = {"error": {"code": "busy", "message": "The database is away. Try again in a minute.", "reference": "ab12"}}


@pytest.fixture
def voter(page: Page, stub: Stub) -> Voter:
    return Voter(page, stub)


@pytest.fixture
def sealed(voter: Voter) -> Voter:
    """A voter with a sealed ballot in front of them."""
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.go_to_sealing()
    return voter


def test_after_a_fault_the_same_ballot_is_sent_again_and_counts_once(sealed: Voter, complaints: list[str]) -> None:
    tracker = sealed.tracker()
    sealed.stub.refusals += [(503, BUSY), (503, BUSY)]
    sealed.press("Cast this ballot")
    alert = sealed.page.get_by_role("alert")
    expect(alert).to_contain_text("The database is away. Try again in a minute.")
    expect(alert).to_contain_text("Reference: ab12")
    sealed.press("Try again")
    expect(sealed.button("Try again")).not_to_have_attribute("aria-disabled", "true")
    sealed.press("Try again")
    expect(sealed.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    assert sealed.tracker() == tracker
    assert len(sealed.stub.attempts) == 3
    assert set(sealed.stub.attempts) == set(sealed.stub.ballots)
    complaints.clear()


@pytest.mark.parametrize("viewport", [NARROW], ids=["320 px"])
def test_a_busy_server_is_waited_for_and_the_same_ballot_sent_again_at_once_when_asked(
    sealed: Voter, complaints: list[str], violations: Violations
) -> None:
    page = sealed.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/booth-data") else None)
    sealed.stub.refusals += [(503, CROWD), (503, CROWD), (503, CROWD)]
    sealed.stub.retry_after += ["50", "40", "1"]
    sealed.press("Cast this ballot")
    expect(sealed.button("Try now")).to_be_visible()
    # Whoever goes away from here is not waiting any more: nothing is sent until they cast again.
    page.get_by_role("link", name="Back").click()
    sealed.press("Continue to sealing")
    sealed.press("Try again")
    notice = page.get_by_role("status").filter(has_text="The server is busy.")
    again = re.compile("Your ballot has not been recorded yet. It will be sent again in 4[01] seconds.")
    expect(notice).to_contain_text(again)
    expect(notice).to_be_in_viewport()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(sealed.button("Try now")).to_be_focused()
    expect(sealed.button("Try now")).not_to_have_attribute("aria-disabled", "true")
    assert violations(page) == []
    page.keyboard.press("Enter")
    # The second wait ends by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    assert [len(sealed.stub.attempts), len(set(sealed.stub.attempts)), len(sealed.stub.ballots)] == [4, 1, 1]
    # Only casting anew asks whether the session is still the same; a server that is busy is not asked for more.
    assert len(asked) == 1
    complaints.clear()


def test_a_lost_answer_is_repeated_with_the_same_receipt(sealed: Voter, complaints: list[str]) -> None:

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    sealed.page.route("**/ballots", lose_the_answer, times=1)
    sealed.press("Cast this ballot")
    alert = sealed.page.get_by_role("alert")
    expect(alert).to_contain_text("The server could not be reached")
    expect(alert).to_contain_text("No answer came to this ballot, so it may be on the board already.")
    assert len(sealed.stub.ballots) == 1
    # What a busy server says of this request says nothing of the one before.
    sealed.stub.refusals.append((503, CROWD))
    sealed.stub.retry_after.append("40")
    sealed.press("Try again")
    expect(sealed.page.get_by_text("An earlier answer got lost, so nobody can say here")).to_be_visible()
    expect(sealed.button("Test this ballot instead")).to_have_attribute("aria-disabled", "true")
    sealed.press("Try now")
    expect(sealed.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    assert len(sealed.stub.ballots) == 1
    complaints.clear()


def test_a_ballot_that_was_sent_once_can_no_longer_be_tested(sealed: Voter, complaints: list[str]) -> None:
    sealed.stub.refusals.append((503, BUSY))
    sealed.press("Cast this ballot")
    expect(sealed.button("Test this ballot instead")).to_have_attribute("aria-disabled", "true")
    sealed.button("Test this ballot instead").click(force=True)
    expect(sealed.page.get_by_role("heading", level=1)).to_have_text("Seal and cast")
    sealed.page.get_by_role("link", name="Back").click()
    sealed.press("Continue to sealing")
    expect(sealed.button("Try again")).to_be_visible()
    complaints.clear()


def test_signing_in_again_in_another_tab_is_enough(sealed: Voter, complaints: list[str]) -> None:
    sealed.stub.signed_in = False
    sealed.press("Cast this ballot")
    expect(sealed.page.get_by_role("alert")).to_contain_text("Sign in again in another tab")
    sealed.press("Try again")
    expect(sealed.page.get_by_role("alert")).to_contain_text("Sign in again in another tab")
    sealed.stub.signed_in, sealed.stub.csrf = True, "token of the new session"
    sealed.press("Try again")
    expect(sealed.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    assert len(sealed.stub.ballots) == 1
    complaints.clear()


def test_a_session_that_was_renewed_while_ranking_needs_no_second_try(sealed: Voter, complaints: list[str]) -> None:
    sealed.stub.csrf = "token of the new session"
    sealed.press("Cast this ballot")
    expect(sealed.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    assert len(sealed.stub.ballots) == 1
    complaints.clear()


CLOSED = {"error": {"code": "voting-closed", "message": "Voting has ended. Your ballot came too late."}}


def test_a_ballot_that_came_too_late_is_not_told_to_be_sent_again(sealed: Voter, complaints: list[str]) -> None:
    sealed.stub.refusals.append((409, CLOSED))
    sealed.press("Cast this ballot")
    alert = sealed.page.get_by_role("alert")
    expect(alert).to_contain_text("Voting has ended. Your ballot came too late.")
    expect(alert).to_contain_text("Sending it again would change nothing.")
    expect(alert).not_to_contain_text("Trying again sends the same ballot")
    link = alert.get_by_role("link", name="See what is recorded of your vote")
    assert link.get_attribute("href") == "vote"
    complaints.clear()


def test_an_election_that_changes_under_the_sealed_ballot_stops_the_cast(sealed: Voter, complaints: list[str]) -> None:
    sealed.stub.refusals.append((503, BUSY))
    sealed.press("Cast this ballot")
    expect(sealed.button("Try again")).to_be_visible()
    sealed.stub.data["fingerprint"] = "another"
    sealed.press("Try again")
    expect(sealed.page.get_by_role("alert")).to_contain_text("The server now describes another election")
    assert len(sealed.stub.attempts) == 1
    complaints.clear()


def test_between_start_and_cast_the_booth_needs_no_connection(
    voter: Voter, context: BrowserContext, complaints: list[str]
) -> None:
    voter.enter()
    requests: list[str] = []
    voter.page.on("request", lambda request: requests.append(request.url))
    context.set_offline(True)
    voter.number("Ada Lovelace", 1)
    voter.go_to_sealing()
    voter.press("Test this ballot instead")
    expect(voter.page.get_by_text("The test passed.")).to_be_visible()
    voter.press("Seal a new ballot")
    # Chromium asks for the page's icon again with every step in the history; it is not the booth that asks.
    assert [url for url in requests if not url.endswith("/mark.svg")] == []
    voter.press("Cast this ballot")
    expect(voter.page.get_by_role("alert")).to_contain_text("The server could not be reached")
    context.set_offline(False)
    voter.press("Try again")
    expect(voter.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    complaints.clear()


def test_pressing_twice_casts_once(sealed: Voter) -> None:
    sealed.page.evaluate("""() => {
      const button = [...document.querySelectorAll('button')].find(each => each.textContent === 'Cast this ballot');
      button.click(); button.click();
    }""")
    expect(sealed.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    assert len(sealed.stub.attempts) == 1


def test_leaving_with_unsent_choices_asks_first(voter: Voter, complaints: list[str]) -> None:
    voter.enter()
    voter.press("Rank 1st Ada Lovelace")
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    voter.page.on("dialog", agree)
    voter.page.get_by_role("link", name="Register").click()
    voter.page.wait_for_url("**/register")
    assert asked == ["beforeunload"]
    complaints.clear()


def test_without_script_the_page_explains_and_encrypts_nothing(chromium: Browser, stub: Stub) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stub.booth_url)
    expect(page.get_by_text("The server never encrypts for you")).to_be_visible()
    expect(page.get_by_text("belenios-tool election generate-ballot")).to_be_visible()
    expect(page.get_by_role("link", name="elections@lantern.example")).to_be_visible()
    expect(page.get_by_text("The booth is opening")).to_be_hidden()
    expect(page).to_have_title("Vote: Board election 2026 – Footing")
    assert page.get_by_role("link", name="your voting page").get_attribute("href") == "vote"
    assert page.locator("main form, main input, main button").count() == 0
    context.close()


@pytest.mark.parametrize("missing", ["undefined", "{}"])
def test_without_secure_randomness_the_booth_refuses(page: Page, stub: Stub, missing: str) -> None:
    page.add_init_script(f"Object.defineProperty(globalThis, 'crypto', {{ value: {missing} }});")
    page.goto(stub.booth_url)
    expect(page.get_by_text("no secure source of random numbers")).to_be_visible()
    expect(page.get_by_role("button", name="Start voting")).to_have_count(0)


def test_a_worker_that_does_not_start_is_said(page: Page, stub: Stub, complaints: list[str]) -> None:
    page.route("**/booth-worker.js", lambda route: route.abort())
    page.goto(stub.booth_url)
    expect(page.get_by_text("The part of the booth that encrypts did not start.")).to_be_visible()
    complaints.clear()


def test_a_visitor_who_is_not_signed_in_is_told_so(page: Page, stub: Stub) -> None:
    stub.signed_in = False
    page.goto(stub.booth_url)
    expect(page.get_by_text("You are not signed in any more.")).to_be_visible()
    expect(page.get_by_text("elections@lantern.example")).to_be_visible()


def test_a_server_that_swaps_two_names_finds_the_booth_closed(page: Page, stub: Stub) -> None:
    first, second = stub.data["contests"][0]["candidates"][:2]
    first["name"], second["name"] = second["name"], first["name"]
    page.goto(stub.booth_url)
    expect(page.get_by_text("does not fit together, so the booth does not open")).to_be_visible()


def test_a_server_that_names_another_fingerprint_finds_the_booth_closed(page: Page, stub: Stub) -> None:
    stub.data["fingerprint"] = "x" * 43
    page.goto(stub.booth_url)
    expect(page.get_by_text("does not fit together, so the booth does not open")).to_be_visible()


DISHONEST = """
const answers = %s;
onmessage = ({ data: { id, name } }) => postMessage({ id, ...answers[name] });
"""


def pretend(voter: Voter, **answers: dict[str, object]) -> None:
    """Put a worker in place of the booth's that gives these answers."""
    election = voter.stub.election
    questions = [{"text": question.text, "answers": list(question.answers)} for question in election.questions]
    known = {"uuid": election.uuid, "name": election.name, "fingerprint": election.fingerprint, "questions": questions}
    opened = [{"ranks": [1, 0, 0, 0, 0], "randomness": "7", "alpha": "a", "beta": "b"}]
    usual: dict[str, dict[str, object]] = {
        "open": {"value": known},
        "seal": {"value": {"ballot": "{}", "tracker": "tracker"}},
        "reveal": {"value": {"tracker": "tracker", "problem": None, "contests": opened}},
        "forget": {},
    }
    script = DISHONEST % json.dumps(usual | answers)
    voter.page.route("**/booth-worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))


def revealing(tracker: str, problem: str | None) -> dict[str, object]:
    return {"value": {"tracker": tracker, "problem": problem, "contests": []}}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (revealing("tracker", "wrong-encryption"), "The ballot does not hold your ranking."),
        (revealing("tracker", "bad-signature"), "The signature of the ballot does not hold."),
        (revealing("another", None), "What was opened is not the ballot whose tracker was shown."),
    ],
)
def test_a_test_that_fails_says_so_loudly(voter: Voter, answer: dict[str, object], sentence: str) -> None:
    pretend(voter, reveal=answer)
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.go_to_sealing()
    voter.press("Test this ballot instead")
    expect(voter.page.get_by_text(f"The test failed. {sentence} Do not vote with this device")).to_be_visible()


def test_a_device_that_cannot_seal_says_so_and_sends_nothing(voter: Voter) -> None:
    pretend(voter, seal={"fault": {"code": "wrong-encryption", "message": "…"}})
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.next()
    voter.press("Continue to sealing")
    voter.page.get_by_label("Credential", exact=True).fill(voter.stub.credential)
    voter.press("Seal my ballot")
    expect(voter.page.get_by_role("alert")).to_contain_text("This device could not seal your ballot (wrong-encryption)")
    expect(voter.button("Cast this ballot")).to_have_count(0)
    assert voter.stub.attempts == []


HOSTILE = [
    "<script>document.title = 'owned'</script>said",
    "<style>* { display: none }</style>said",
    "<img src='/static/images/mark.svg'>said",
    "<form action='https://evil.example/'><button>said</button></form>",
    "<a href='javascript:alert(1)'>said</a>",
    "<svg><a href='https://evil.example/'><text>x</text></a></svg>said",
    "<p id='booth' class='govuk-button' style='position: fixed'>said</p>",
    "<iframe srcdoc='<script>parent.document.title = 1</script>'></iframe>said",
]


@pytest.mark.parametrize("contests", [[MANY]])
def test_a_statement_that_is_more_than_text_becomes_text(voter: Voter, complaints: list[str]) -> None:
    contest = voter.stub.data["contests"][0]
    contest["order"] = list(range(len(MANY)))
    for candidate, html in zip(contest["candidates"], HOSTILE, strict=False):
        candidate["statement_html"] = html
    voter.enter()
    boxes = voter.page.locator(".booth-candidate .govuk-details__text")
    for number, html in enumerate(HOSTILE):
        expect(boxes.nth(number)).to_have_text("said")
        inside = boxes.nth(number).evaluate("box => [...box.querySelectorAll('*')].map(each => each.outerHTML)")
        assert inside in ([], ["<span>said</span>"], ['<p class="govuk-body" dir="auto">said</p>']), html
    assert voter.page.title().startswith("Rank the candidates")
    complaints.clear()


def test_nothing_secret_is_left_in_the_browser_neither_after_casting_nor_when_the_page_is_loaded_anew(
    sealed: Voter,
) -> None:
    kept = "[localStorage.length, sessionStorage.length, document.cookie, JSON.stringify(history.state)]"
    sealed.cast()
    assert sealed.page.evaluate(kept) == [0, 0, "", '{"step":"receipt"}']
    assert sealed.page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert sealed.page.url.endswith("#receipt")
    assert sealed.page.title() == "Your ballot is on the board – Board election 2026 – The Lantern Foundation"
    assert sealed.stub.credential not in sealed.page.content()
    sealed.page.reload()
    expect(sealed.page.get_by_text("The booth begins here. It keeps nothing on this device")).to_be_visible()
    assert sealed.page.evaluate(kept) == [0, 0, "", '{"step":"start"}']
    sealed.press("Start voting")
    expect(sealed.page.get_by_label("Rank of Ada Lovelace", exact=True)).to_have_value("0")
