"""The booth in Chromium: from the first page to the receipt, and what is in the ballot that arrives."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from elections.crypto import credentials, group
from elections.crypto.ballot import Ballot
from tests.browser.conftest import FEW, MANY
from tests.browser.stub import Stub
from tests.browser.voter import Voter

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / "elections/booth/check.mjs"
RECEIPT = {"tracker": "pEi+zk/45LgUJdJFHuJ1CCva8QDNIjtQ8SFQTvJYcMc", "height": 3, "time": "2031-05-30T08:00:00Z"}

pytestmark = pytest.mark.browser


@pytest.fixture
def voter(page: Page, stub: Stub) -> Voter:
    return Voter(page, stub)


def opened(stub: Stub, data: bytes) -> list[list[int]]:
    """Decrypt a ballot with the stub's only trustee key."""
    answers = Ballot.from_json(data).answers
    pairs = zip(answers, stub.election.questions, strict=True)
    return [_ranks(stub, answer, len(question.answers)) for answer, question in pairs]


def _ranks(stub: Stub, answer: object, count: int) -> list[int]:
    choices = answer.choices  # type: ignore[attr-defined]
    return group.decode_ints(group.divide(choices.beta, stub.private_key.factor(choices)), count)


def test_the_ballot_that_arrives_holds_the_ranking_with_ties_and_without_gaps(voter: Voter) -> None:
    voter.enter()
    for name, rank in [("Ada Lovelace", 4), ("Grace Hopper", 1), ("Hedy Lamarr", 4), ("Konrad Zuse", 5)]:
        voter.number(name, rank)
    voter.go_to_sealing()
    tracker = voter.tracker()
    voter.cast()
    assert voter.tracker() == tracker
    [ballot] = voter.stub.ballots
    assert opened(voter.stub, ballot) == [[2, 1, 2, 0, 3]]
    assert Ballot.from_json(ballot).credential == credentials.public_credential(voter.stub.credential, "BoothStubTest1")


@pytest.mark.parametrize("contests", [[FEW, MANY]])
def test_several_contests_are_ranked_page_after_page_and_one_may_be_blank(voter: Voter) -> None:
    voter.enter()
    voter.heading("Rank the candidates: Seat A")
    voter.page.get_by_label("Blank vote").check()
    voter.next()
    voter.heading("Rank the candidates: Seat B")
    voter.press("Rank 1st Dorothy Vaughan")
    voter.go_to_sealing()
    voter.cast()
    assert opened(voter.stub, voter.stub.ballots[0]) == [[0] * 5, [0] * 12 + [1]]


def test_nothing_is_preselected_and_an_empty_ballot_does_not_go_on(voter: Voter) -> None:
    voter.enter()
    values = voter.page.locator("select").evaluate_all("all => all.map(each => each.value)")
    assert values == ["0"] * 5
    voter.next()
    expect(voter.page.get_by_role("alert")).to_contain_text("Rank at least one candidate, or choose the blank vote")
    expect(voter.page).to_have_title(re.compile("^Error: Rank the candidates"))
    voter.page.get_by_role("link", name="Rank at least one").click()
    expect(voter.page.get_by_label("Rank of Grace Hopper")).to_be_focused()
    voter.press("Rank 1st Grace Hopper")
    expect(voter.page.get_by_role("alert")).to_have_count(0)


def test_the_status_line_and_the_count_follow_every_move(voter: Voter) -> None:
    voter.enter()
    voter.counts("0 ranked, 5 not ranked: they count as tied last")
    voter.press("Rank 1st Ada Lovelace")
    voter.says("Ada Lovelace is now 1st of 1.")
    voter.number("Grace Hopper", 1)
    voter.says("Grace Hopper is now 1st of 2, tied with Ada Lovelace.")
    voter.press("Down Grace Hopper")
    voter.says("Grace Hopper is now 2nd of 2.")
    voter.press("Rank 3rd Hedy Lamarr")
    voter.press("Up Hedy Lamarr")
    assert voter.ranking() == ["1st Ada Lovelace", "2nd Hedy Lamarr", "3rd Grace Hopper"]
    voter.press("Tie with above Grace Hopper")
    assert voter.ranking() == ["1st Ada Lovelace", "2nd, tied Grace Hopper", "2nd, tied Hedy Lamarr"]
    voter.counts("3 ranked, 2 not ranked: they count as tied last")
    voter.press("Remove Ada Lovelace")
    voter.says("Ada Lovelace is no longer ranked.")
    assert voter.ranking() == ["1st, tied Grace Hopper", "1st, tied Hedy Lamarr"]


def test_a_name_can_be_dragged_above_another_one(voter: Voter) -> None:
    voter.enter()
    for place, name in enumerate(["Ada Lovelace", "Grace Hopper", "Hedy Lamarr"]):
        voter.press(f"Rank {['1st', '2nd', '3rd'][place]} {name}")
    items = voter.page.locator(".booth-ranked")
    items.nth(2).drag_to(items.nth(0))
    assert voter.ranking() == ["1st Hedy Lamarr", "2nd Ada Lovelace", "3rd Grace Hopper"]
    voter.says("Hedy Lamarr is now 1st of 3.")


def test_the_list_stands_in_the_published_order_until_the_voter_asks(voter: Voter) -> None:
    voter.enter()
    names = voter.page.locator(".booth-candidate__name")
    published = ["Grace Hopper", "Hedy Lamarr", "Betty Holberton", "Konrad Zuse", "Ada Lovelace"]
    voter.number("Konrad Zuse", 1)
    assert names.all_inner_texts() == published
    voter.press("Put the list in my order")
    assert names.all_inner_texts() == ["Konrad Zuse", "Grace Hopper", "Hedy Lamarr", "Betty Holberton", "Ada Lovelace"]
    voter.says("The list is now in your order.")
    voter.press("Put the list in the published order")
    assert names.all_inner_texts() == published


def test_five_candidates_have_no_filter(voter: Voter) -> None:
    voter.enter()
    expect(voter.page.get_by_label("Find a candidate")).to_have_count(0)


@pytest.mark.parametrize("contests", [[MANY]])
def test_more_than_twelve_candidates_are_found_by_name(voter: Voter) -> None:
    voter.enter()
    voter.page.get_by_label("Find a candidate").fill(" GRÁCE")
    expect(voter.page.locator(".booth-candidate:visible")).to_have_count(1)
    expect(voter.page.get_by_text("1 of 13 candidates shown")).to_be_visible()


def test_the_blank_vote_sets_the_ranking_aside_and_ranking_undoes_it(voter: Voter) -> None:
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.page.get_by_label("Blank vote").check()
    voter.counts("Blank vote: nobody is ranked")
    assert voter.ranking() == []
    voter.press("Rank 2nd Grace Hopper")
    expect(voter.page.get_by_label("Blank vote")).not_to_be_checked()
    assert voter.ranking() == ["1st Ada Lovelace", "2nd Grace Hopper"]


def test_the_review_says_the_ballot_in_one_sentence_and_leads_back_to_change_it(voter: Voter) -> None:
    voter.enter()
    for name, rank in [("Ada Lovelace", 2), ("Grace Hopper", 1), ("Hedy Lamarr", 2)]:
        voter.number(name, rank)
    voter.next()
    voter.heading("Review your ballot")
    sentence = "You like Grace Hopper best, then Hedy Lamarr and Ada Lovelace equally; "
    sentence += "the 2 you did not rank count as tied last."
    expect(voter.page.get_by_text(sentence)).to_be_visible()
    expect(voter.page.get_by_text("Hedy Lamarr and Ada Lovelace (tied)")).to_be_visible()
    voter.page.get_by_role("link", name="Change your ranking for Seat A").click()
    voter.heading("Rank the candidates: Seat A")
    assert voter.ranking()[0] == "1st Grace Hopper"


def test_who_has_withdrawn_is_marked_and_the_method_is_named(stub: Stub, voter: Voter) -> None:
    stub.data["contests"][0]["candidates"][1]["withdrawn"] = True
    voter.enter()
    rows = voter.page.locator(".booth-candidate")
    withdrawn = rows.filter(has_text="Has withdrawn: the count leaves this name out")
    expect(withdrawn).to_have_count(1)
    expect(withdrawn).to_contain_text("Grace Hopper")
    expect(voter.page.get_by_text("One seat is filled. Counted by: Schulze (winning votes).")).to_be_visible()


def test_back_and_forward_walk_the_steps_and_nothing_is_lost(voter: Voter) -> None:
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.next()
    expect(voter.page).to_have_title("Review your ballot – Board election 2026 – The Lantern Foundation")
    voter.page.go_back()
    voter.heading("Rank the candidates: Seat A")
    assert voter.ranking() == ["1st Ada Lovelace"]
    voter.page.go_forward()
    voter.heading("Review your ballot")


def test_after_casting_back_shows_the_receipt_and_the_choices_are_forgotten(voter: Voter) -> None:
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.go_to_sealing()
    voter.cast()
    voter.page.go_back()
    voter.heading("Your ballot is on the board")
    text = voter.page.locator("#booth").inner_text()
    assert not any(name in text for name in FEW)
    assert voter.stub.credential not in voter.page.content()


def test_the_receipt_can_be_copied_and_saved_as_the_server_signed_it(voter: Voter, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.go_to_sealing()
    voter.cast()
    with voter.page.expect_download() as saving:
        voter.press("Save the receipt")
    assert saving.value.suggested_filename == "receipt-BoothStubTest1-1.txt"
    note = Path(saving.value.path()).read_text(encoding="utf-8")
    assert voter.tracker() in note
    voter.press("Copy the receipt")
    expect(voter.page.get_by_text("The receipt is copied.")).to_be_visible()
    assert voter.page.evaluate("navigator.clipboard.readText()") == note


def test_voting_again_says_which_receipt_it_replaces(voter: Voter) -> None:
    voter.stub.data["receipts"] = [RECEIPT, {**RECEIPT, "tracker": "older", "height": 2}]
    voter.open()
    expect(voter.page.get_by_text("You have already voted")).to_be_visible()
    voter.press("Start voting")
    voter.number("Ada Lovelace", 1)
    voter.go_to_sealing()
    replaced = voter.page.get_by_text("Casting this ballot replaces the one with the tracker").inner_text()
    assert "".join(replaced.split()).endswith(str(RECEIPT["tracker"]))


def test_a_tested_ballot_opens_elsewhere_is_not_cast_and_a_new_one_is_sealed(voter: Voter, tmp_path: Path) -> None:
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.number("Grace Hopper", 2)
    voter.go_to_sealing()
    tested = voter.tracker()
    voter.press("Test this ballot instead")
    expect(voter.page.get_by_text("The test passed.")).to_be_visible()
    with voter.page.expect_download() as saving:
        voter.press("Save the tested ballot")
    saving.value.save_as(tmp_path / "tested-ballot.json")
    assert voter.stub.credential not in (tmp_path / "tested-ballot.json").read_text(encoding="utf-8")
    voter.press("Seal a new ballot")
    expect(voter.button("Cast this ballot")).to_be_visible()
    assert voter.tracker() != tested
    voter.cast()
    assert voter.stub.attempts == voter.stub.ballots
    checked = check(tmp_path / "tested-ballot.json")
    assert checked.returncode == 0, checked.stderr
    assert tested in checked.stdout
    assert "Ada Lovelace 1, Grace Hopper 2, Hedy Lamarr 0" in checked.stdout
    lie = json.loads((tmp_path / "tested-ballot.json").read_text(encoding="utf-8"))
    lie["contests"][0]["ranks"] = [2, 1, 0, 0, 0]
    (tmp_path / "lie.json").write_text(json.dumps(lie), encoding="utf-8")
    assert check(tmp_path / "lie.json").returncode == 1
    assert check(tmp_path / "absent.json").returncode == 2


def check(path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["node", str(CHECK), str(path)], capture_output=True, text=True, check=False, timeout=60)


def test_a_credential_of_somebody_else_is_noticed_where_the_server_names_the_voters_own(voter: Voter) -> None:
    own = credentials.public_credential(voter.stub.credential, "BoothStubTest1")
    voter.stub.data["public_credential"] = own.text
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.next()
    voter.press("Continue to sealing")
    field = voter.page.get_by_label("Credential", exact=True)
    for typed, complaint in [
        ("", "Enter your voting credential"),
        ("O" * 22, "never contains “O”"),
        ("abc", "this has 3"),
        (credentials.generate(), "not the credential that was issued to you"),
    ]:
        field.fill(typed)
        voter.press("Seal my ballot")
        expect(voter.page.get_by_role("alert")).to_contain_text(complaint)
    field.fill(voter.stub.credential.replace("-", " "))
    voter.press("Seal my ballot")
    expect(voter.button("Cast this ballot")).to_be_visible()


def test_a_demonstration_that_hands_out_the_credential_does_not_ask_for_it(voter: Voter) -> None:
    voter.stub.data.update(credential=voter.stub.credential, credential_source="server")
    voter.enter()
    voter.number("Ada Lovelace", 1)
    voter.next()
    voter.press("Continue to sealing")
    voter.cast()
    assert len(voter.stub.ballots) == 1


def test_the_close_is_shown_in_utc_and_in_the_readers_zone(voter: Voter) -> None:
    voter.open()
    expect(voter.page.get_by_text("12 June 2031 at 14:00 UTC (12 June 2031 at 10:00 GMT-4)")).to_be_visible()


@pytest.mark.interop
@pytest.mark.parametrize("contests", [[MANY[:10]], [FEW, FEW[:2]]])
def test_a_ballot_sealed_in_chromium_is_valid_for_belenios_tool(voter: Voter, belenios: Path, tmp_path: Path) -> None:
    voter.enter()
    for index in range(len(voter.stub.election.questions)):
        voter.press("Rank 1st Ada Lovelace")
        voter.number("Grace Hopper", 1)
        if index + 1 < len(voter.stub.election.questions):
            voter.next()
    voter.go_to_sealing()
    voter.cast()
    voter.stub.write_archive(tmp_path)
    (tmp_path / "ballot.json").write_bytes(voter.stub.ballots[0])
    command = [str(belenios), "election", "verify-ballot", "--dir", str(tmp_path), "--ballot", "ballot.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ballot is valid" in done.stderr
    spoilt = voter.stub.ballots[0].replace(b'"response":"', b'"response":"1', 1)
    (tmp_path / "ballot.json").write_bytes(spoilt)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60).returncode != 0
