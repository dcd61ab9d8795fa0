"""The booth for everybody: keyboard alone, 320 pixels, focus, targets, and axe-core on every step."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, MANY, NARROW, WIDE, Violations
from tests.browser.stub import Stub
from tests.browser.voter import Voter

pytestmark = pytest.mark.browser

BUSY = {"error": {"code": "busy", "message": "The database is away.", "reference": "ab12"}}
ACTIVE_NAME = "document.activeElement.textContent.replace(/\\s+/g, ' ').trim()"
WIDEST = "document.documentElement.scrollWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll('#booth button, #booth select, #booth input, #booth summary')]
  .filter(each => each.checkVisibility()).map(each => [each.textContent.slice(0, 30), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([text, box]) => `${text} ${box.width}×${box.height}`)"""
COVERED = """() => {
  const focused = document.activeElement, bar = document.querySelector('.booth-bar').getBoundingClientRect();
  const box = focused.getBoundingClientRect();
  if (focused === document.body) return null;
  const behind = !focused.closest('.booth-bar') && box.bottom > bar.top && box.top < bar.bottom;
  return behind || box.bottom <= 0 || box.top >= innerHeight ? focused.textContent : null;
}"""


@pytest.fixture
def voter(page: Page, stub: Stub) -> Voter:
    return Voter(page, stub)


def walk(voter: Voter, look: Callable[[str], None]) -> None:
    """Go through every step, empty, filled and in error, and look at each."""
    voter.open()
    look("start")
    voter.press("Start voting")
    look("ranking, empty")
    voter.next()
    look("ranking, in error")
    voter.press("Rank 1st Grace Hopper")
    voter.number("Ada Lovelace", 2)
    voter.number("Hedy Lamarr", 2)
    voter.page.locator("summary").first.click()
    look("ranking, filled")
    voter.next()
    voter.page.get_by_label("Blank vote").check()
    look("ranking of many, blank")
    voter.next()
    look("review")
    voter.press("Continue to sealing")
    look("credential")
    voter.press("Seal my ballot")
    look("credential, in error")
    voter.page.get_by_label("Credential", exact=True).fill(voter.stub.credential)
    voter.press("Seal my ballot")
    expect(voter.button("Cast this ballot")).to_be_visible()
    look("sealed")
    voter.press("Test this ballot instead")
    expect(voter.button("Save the tested ballot")).to_be_visible()
    look("tested")
    voter.press("Seal a new ballot")
    voter.stub.refusals.append((503, BUSY))
    voter.press("Cast this ballot")
    expect(voter.page.get_by_role("alert")).to_contain_text("The database is away")
    look("refused")
    voter.press("Try again")
    expect(voter.button("Print")).to_be_visible()
    look("receipt")


@pytest.mark.parametrize("contests", [[FEW, MANY]])
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["320 px", "1280 px"])
def test_every_step_satisfies_axe_fits_the_window_and_has_targets_of_44_pixels(
    voter: Voter, viewport: dict[str, int], violations: Violations, complaints: list[str]
) -> None:
    found: list[str] = []

    def look(step: str) -> None:
        found.extend(f"{step}: {each}" for each in violations(voter.page))
        width = voter.page.evaluate(WIDEST)
        found.extend([f"{step}: {width} px wide"] if width > viewport["width"] else [])
        found.extend(f"{step}: {each}" for each in voter.page.evaluate(SMALL_TARGETS))

    walk(voter, look)
    assert found == []
    assert len(complaints) == 1, "the one refused request is the only complaint"
    complaints.clear()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the control of that name."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(ACTIVE_NAME) == name:
            return
    raise AssertionError(f"Tab never reached {name!r}.")


def tab_to_select(page: Page, name: str) -> None:
    """Press Tab until the focus is on the number of a candidate."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.labels?.[0]?.textContent") == f"Rank of {name}":
            return
    raise AssertionError(f"Tab never reached the number of {name}.")


def test_a_voter_votes_with_the_keyboard_alone(voter: Voter) -> None:
    page = voter.page
    voter.open()
    tab_to(page, "Start voting")
    page.keyboard.press("Enter")
    voter.heading("Rank the candidates: Seat A")
    tab_to(page, "Rank 1st Hedy Lamarr")
    page.keyboard.press("Space")
    tab_to_select(page, "Ada Lovelace")
    page.keyboard.press("2")
    voter.says("Ada Lovelace is now 2nd of 2.")
    tab_to(page, "Up Ada Lovelace")
    page.keyboard.press("Enter")
    assert voter.ranking() == ["1st Ada Lovelace", "2nd Hedy Lamarr"]
    assert page.evaluate(ACTIVE_NAME) == "Up Ada Lovelace"
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    tab_to(page, "Continue to sealing")
    page.keyboard.press("Enter")
    voter.heading("Your voting credential")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "booth-credential":
            break
    page.keyboard.type(voter.stub.credential)
    page.keyboard.press("Enter")
    expect(voter.button("Cast this ballot")).to_be_visible()
    tab_to(page, "Cast this ballot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert len(voter.stub.ballots) == 1


def test_the_focus_stays_on_a_moved_button_and_goes_to_the_neighbour_of_a_removed_name(voter: Voter) -> None:
    voter.enter()
    for place, name in [("1st", "Ada Lovelace"), ("2nd", "Grace Hopper"), ("3rd", "Hedy Lamarr")]:
        voter.press(f"Rank {place} {name}")
    for move in ("Up", "Up"):
        voter.press(f"{move} Hedy Lamarr")
        expect(voter.button("Up Hedy Lamarr")).to_be_focused()
    voter.press("Tie with above Ada Lovelace")
    expect(voter.button("Tie with above Ada Lovelace")).to_be_focused()
    voter.press("Remove Hedy Lamarr")
    expect(voter.button("Remove Ada Lovelace")).to_be_focused()
    voter.press("Remove Ada Lovelace")
    voter.press("Remove Grace Hopper")
    expect(voter.page.get_by_role("heading", name="Your ranking")).to_be_focused()


def test_changing_a_number_moves_no_row_under_the_focus(voter: Voter) -> None:
    voter.enter()
    select = voter.page.get_by_label("Rank of Konrad Zuse")
    select.focus()
    before = select.bounding_box()
    voter.number("Konrad Zuse", 1)
    voter.number("Konrad Zuse", 3)
    expect(select).to_be_focused()
    assert select.bounding_box() == before


def test_a_move_with_nothing_left_to_do_stays_reachable_and_says_why(voter: Voter) -> None:
    voter.enter()
    voter.press("Rank 1st Ada Lovelace")
    for name, reason in [
        ("Up Ada Lovelace", "Ada Lovelace is already first."),
        ("Down Ada Lovelace", "Ada Lovelace is already last of the ranked ones."),
        ("Tie with above Ada Lovelace", "There is nobody above Ada Lovelace to tie with."),
        ("Ranked 1st Ada Lovelace", "Ada Lovelace is already ranked 1st."),
    ]:
        button = voter.button(name)
        expect(button).to_have_attribute("aria-disabled", "true")
        button.focus()
        expect(button).to_be_focused()
        voter.page.keyboard.press("Enter")
        expect(voter.page.locator(".booth-bar [role=status]")).to_contain_text(reason)
        assert voter.ranking() == ["1st Ada Lovelace"]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["320 px", "1280 px"])
def test_where_the_ranking_is_far_below_a_link_leads_to_it(voter: Voter, viewport: dict[str, int]) -> None:
    voter.enter()
    voter.press("Rank 1st Grace Hopper")
    link = voter.page.get_by_role("link", name="Your ranking")
    if viewport == WIDE:
        expect(link).to_be_hidden()
        return
    link.click()
    expect(voter.page.get_by_role("heading", name="Your ranking")).to_be_focused()
    expect(voter.page.get_by_role("heading", name="Your ranking")).to_be_in_viewport()


def test_letters_alone_do_nothing(voter: Voter) -> None:
    voter.enter()
    voter.page.get_by_role("heading", level=1).focus()
    voter.page.keyboard.type("abcdefghijklmnopqrstuvwxyz1234567890?/")
    voter.counts("0 ranked, 5 not ranked: they count as tied last")
    voter.heading("Rank the candidates: Seat A")


@pytest.mark.parametrize("viewport", [NARROW], ids=["320 px"])
def test_the_line_that_is_always_visible_never_covers_the_focus(voter: Voter) -> None:
    voter.enter()
    voter.press("Rank 1st Grace Hopper")
    voter.page.get_by_role("heading", level=1).focus()
    covered = []
    for key in ["Tab"] * 24 + ["Shift+Tab"] * 24:
        voter.page.keyboard.press(key)
        voter.page.wait_for_timeout(20)
        covered.append(voter.page.evaluate(COVERED))
    assert [each for each in covered if each] == []


@pytest.mark.parametrize("viewport", [NARROW], ids=["320 px"])
def test_on_a_phone_the_candidates_come_first_and_the_ranking_below(voter: Voter) -> None:
    voter.enter()
    candidates = voter.page.locator(".booth-list").bounding_box()
    ranking = voter.page.locator(".booth-panel").bounding_box()
    assert candidates
    assert ranking
    assert candidates["y"] + candidates["height"] <= ranking["y"]


def test_the_skip_link_leads_to_the_booth_and_leaves_the_step_alone(voter: Voter) -> None:
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.page.get_by_role("link", name="Skip to main content").press("Enter")
    expect(voter.page.get_by_role("heading", level=1)).to_have_text(re.compile("Seat A"))
    assert voter.ranking() == ["1st Ada Lovelace"]
