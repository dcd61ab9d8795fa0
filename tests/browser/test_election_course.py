"""The whole course of an election under rules in Chromium: from `seed` to certified, with an official's, a member's and
a certifier's browser, and no barrier on any page at either width.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import jobs
from elections.certification.models import SeatTerm
from elections.crypto import ballot as paper
from elections.cycles.models import Cycle
from elections.lifecycle import Phase
from elections.models import Election
from elections.services import casting, credentials
from elections.services.frozen import protocol_election
from elections.verifier.__main__ import main as verify
from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.register import verify_chain
from tests.browser.walker import Walker, walkers  # noqa: F401 — the fixture of that name
from tests.journey import ADA, CERTIFIERS, GRACE, HEDY, MARY, OFFICIAL, SAM, SECOND, TRUSTEE, hours, voters_of
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name
from tests.time_machine import let_come, let_complaints_end, let_members_be_old
from tests.trustee_tool import TrusteeTool

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1500)]

CANDIDATES = {ADA: "Ada Lovelace", GRACE: "Grace Hopper", HEDY: "Hedy Lamarr"}


@dataclass
class Course:
    """An election on its way, the three browsers, and a folder for files."""

    official: Walker
    member: Walker
    certifier: Walker
    server: LiveServer
    folder: Path
    cycle: int = 0
    uuid: str = ""

    def path(self, rest: str) -> str:
        """Return the address of one of the election's pages."""
        return f"/elections/{self.uuid}/{rest}"

    def let_come(self, date: str) -> None:
        """Let a date of the cycle come, and let the minute's job see it."""
        self.server.run(lambda session: let_come(session, self.cycle, date))
        self.server.run(lambda _session: jobs.watch())

    @property
    def phase(self) -> Phase:
        """The phase the election is in."""
        return self.server.run(lambda session: session.get_one(Election, self.uuid).phase)


def test_from_the_seed_to_the_certificate(
    walkers: list[Walker],  # noqa: F811
    live_server: LiveServer,  # noqa: F811
    tmp_path: Path,
) -> None:
    assert live_server.run(lambda _s: live_server.app.test_cli_runner().invoke(args=["seed"]).exit_code) == 0
    live_server.run(let_members_be_old)
    course = Course(*walkers, live_server, tmp_path)
    announce(course)
    nominate(course)
    decide(course)
    settle_the_roll(course)
    make_the_keys(course)
    vote(course)
    count(course)
    hear_complaints(course)
    certify(course)
    assert course.phase is Phase.CERTIFIED
    assert live_server.run(_seated) == sorted(CANDIDATES.values())
    assert live_server.run(verify_chain) > 0
    check_as_a_stranger(course)


def _seated(session: Session) -> list[str]:
    return sorted(term.person.display_name for term in session.execute(select(SeatTerm)).scalars())


def announce(course: Course) -> None:
    """The official drafts the cycle under the rules in force and announces it."""
    official = course.official
    official.sign_in(OFFICIAL)
    official.go("/elections/", "elections")
    official.go("/elections/start", "start")
    official.go("/elections/rules", "rules")
    official.go("/elections/cycles/new", "new cycle")
    official.press("Draft the elections", "new cycle, in error")
    page = official.page
    page.get_by_label("Title of the elections").fill("Elections of the year")
    page.get_by_label("Directors elected by individual members").check()
    labels = ("Nominations open", "Nominations close", "Voting opens", "Voting closes")
    for label, when in zip(labels, hours().values(), strict=True):
        page.get_by_label(label, exact=True).fill(f"{when:%Y-%m-%dT%H:%M}")
    page.get_by_label("Days for complaints after the result").fill("1")
    page.get_by_label("Tom Trustee").check()
    page.get_by_label("This server: for small elections").check()
    official.press("Draft the elections", "drafted")
    course.cycle, course.uuid = course.server.run(_newest)
    official.go(f"/elections/cycles/{course.cycle}/mails", "mails")
    official.go(f"/elections/cycles/{course.cycle}/announce", "announce?")
    official.press("Announce the elections", "announced")
    official.go(course.path("manage"), "steps of the election")


def _newest(session: Session) -> tuple[int, str]:
    cycle = session.execute(select(Cycle).order_by(Cycle.id.desc()).limit(1)).scalar_one()
    return cycle.id, cycle.elections[0].uuid


def nominate(course: Course) -> None:
    """Three members stand, and two endorse each of them."""
    course.let_come("nominations_open_at")
    member = course.member
    member.sign_in(ADA)
    member.go(f"/elections/cycles/{course.cycle}", "cycle")
    member.go(course.path("nominations/"), "nobody nominated")
    member.go(course.path("nominations/stand"), "stand")
    for address in CANDIDATES:
        member.sign_in(address)
        member.go(course.path("nominations/stand"))
        member.page.get_by_label("These are all organizations").check()
        member.press("Stand for election")
    member.look("stands")
    for endorser in (MARY, SAM):
        member.sign_in(endorser)
        for name in CANDIDATES.values():
            member.go(course.path("nominations/"))
            member.page.get_by_role("link", name=name).click()
            member.press("Endorse this nomination")
    member.look("nominee")
    member.go(course.path("nominations/"), "nominees")
    member.go(course.path("questions/"), "questions")


def decide(course: Course) -> None:
    """The official decides that each nominee can be elected."""
    course.let_come("nominations_close_at")
    official = course.official
    for name in CANDIDATES.values():
        official.go(course.path("nominations/queue"), "nominations to decide on" if name == "Ada Lovelace" else "")
        official.page.get_by_role("link", name=name).click()
        official.page.get_by_label("Yes", exact=True).check()
        official.page.get_by_label("Reason").fill("All that the rules ask is there.")
        if name == "Ada Lovelace":
            official.look("eligibility")
        official.press("Publish the decision")
    official.look("decided")


def settle_the_roll(course: Course) -> None:
    """The roll is built and frozen; two officials commit to the lot, each in the browser."""
    course.server.run(lambda session: let_come(session, course.cycle, "voting_opens_at"))
    official, member = course.official, course.member
    official.go(course.path("electorate/manage"), "no roll yet")
    official.press("Build the roll", "roll")
    member.go(course.path("electorate"), "who can vote")
    member.go(course.path("electorate/mine"), "place on the roll")
    expect(member.page.get_by_text("You are on the roll, because")).to_be_visible()
    for address in (OFFICIAL, SECOND):
        official.sign_in(address)
        official.go(course.path("lots/commitment"), "commit to the lot" if address == OFFICIAL else "")
        official.press("Make a secret")
        secret = official.page.locator("#lot-secret").inner_text()
        (course.folder / f"{address}.lot").write_text("".join(secret.split()))
        official.press("Publish the commitment")
    official.look("committed")
    official.go(course.path("lots"), "lot")
    official.go(course.path("electorate/freeze"), "freeze?")
    official.press("Freeze the roll", "frozen")


def make_the_keys(course: Course) -> None:
    """Credentials are issued, the trustee brings a key made with the command line, and the vote opens by its date."""
    official = course.official
    for path, button, state in (
        ("credentials", "Make the missing credentials", "credentials"),
        ("begin", "Begin the key ceremony", "begin?"),
    ):
        official.go(course.path(path), state)
        official.press(button)
        expect(official.page.get_by_role("alert")).to_be_visible()
    _bring(course, trustee(course).key(), "trustee, key")
    official.sign_in(OFFICIAL)
    official.go(course.path("finish"), "finish?")
    official.press("Combine the keys", "keyed")
    course.server.run(lambda _session: jobs.watch())
    assert course.phase is Phase.VOTING
    official.go(course.path("manage"), "voting")


def trustee(course: Course) -> TrusteeTool:
    """Return the trustee's command line, which reads the archive from the running server."""
    address = f"{course.server.url}/api/elections/{course.uuid}/archive"
    return TrusteeTool(course.uuid, course.folder / "trustee", lambda: course.official.page.request.get(address).body())


def _bring(course: Course, file: Path, state: str) -> None:
    official = course.official
    official.sign_in(TRUSTEE)
    official.go(course.path("trustee"), state)
    official.upload("input[type=file]", file)
    official.press("Bring the file")
    official.told("Your file was checked and accepted.")


def vote(course: Course) -> None:
    """A member votes in the booth; others cast ballots that were made elsewhere."""
    course.server.run(lambda session: _others_vote(session, course.uuid))
    member = course.member
    page = member.page
    member.sign_in(MARY)
    member.go("/account/", "a member's tasks")
    member.go(course.path("vote"), "before voting")
    member.press("Show my credential", "credential")
    credential = page.locator(".footing-code").first.inner_text().strip()
    member.go(course.path("booth"), "booth, start")
    member.press("Start voting", "booth, ranking")
    for rank, name in enumerate(("Grace Hopper", "Ada Lovelace"), 1):
        page.get_by_label(f"Rank of {name}", exact=True).select_option(str(rank))
    member.press("Continue", "booth, review")
    member.press("Continue to sealing")
    page.get_by_label("Credential", exact=True).fill(credential)
    member.press("Seal my ballot")
    expect(page.get_by_role("button", name="Cast this ballot")).to_be_visible()
    member.look("booth, sealed")
    member.press("Cast this ballot")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
    member.look("booth, receipt")
    member.go(course.path("vote"), "vote recorded")
    member.go(course.path("board"), "board")


def _others_vote(session: Session, uuid: str) -> None:
    election = session.get_one(Election, uuid)
    for address in [one for one in voters_of(session, uuid, 24) if one != MARY]:
        person = joining.person_of(session, address)
        secret = credentials.pick_up(session, election, person, now=clock.now())
        ballot = paper.seal(protocol_election(election), secret, [[2, 1, 3]])
        casting.cast(session, uuid, ballot.to_json(), person=person)
    session.commit()


def count(course: Course) -> None:
    """The vote closes by its date; the trustee mixes and decrypts; the officials reveal the lot."""
    course.let_come("voting_closes_at")
    official = course.official
    for step in ("shuffle", "decryption"):
        official.go(course.path("outcome"), f"waiting for the {step}")
        _bring(course, trustee(course).make(step), f"trustee, {step}")
    for address in (OFFICIAL, SECOND):
        official.sign_in(address)
        official.go(course.path("lots/secret"), "reveal" if address == OFFICIAL else "")
        official.page.get_by_label("Secret", exact=True).fill((course.folder / f"{address}.lot").read_text())
        official.press("Publish the secret")
    official.look("revealed")
    course.server.run(lambda _session: jobs.watch())
    assert course.phase is Phase.COMPLAINTS
    official.go(course.path("outcome"), "provisional result")


def hear_complaints(course: Course) -> None:
    """A member complains, the time for it ends, and an official decides."""
    member, official = course.member, course.official
    member.go(course.path("complaints/"), "no complaint")
    member.page.get_by_label("Your complaint").fill("The page was slow on the last evening.")
    member.press("Publish the complaint", "complaint")
    course.server.run(lambda session: let_complaints_end(session, course.uuid))
    official.go(course.path("certificate/"), "what stands before the certificate")
    official.go(course.path("complaints/1"), "decide the complaint")
    official.page.get_by_label("Noted").check()
    official.page.get_by_label("Reason").fill("It was; nobody was kept from voting.")
    official.press("Publish the decision", "decided")
    official.go(course.path("certificate/"))
    official.press("Prepare the certificate", "prepared")


def certify(course: Course) -> None:
    """One certifier makes a key and signs in the browser; the other has ssh-keygen do both."""
    walker = course.certifier
    walker.sign_in(CERTIFIERS[0])
    walker.go("/account/", "a certifier's tasks")
    walker.go("/elections/certifier-key", "signing key")
    walker.press("Make a key")
    with walker.page.expect_download() as saving:
        walker.page.get_by_role("link", name="Save the private key file").click()
    private = course.folder / "certifier_ed25519"
    saving.value.save_as(private)
    walker.press("Register this key", "key registered")
    walker.go(course.path("certificate/sign"), "sign")
    walker.upload("#private-key", private)
    expect(walker.page.get_by_label("Your signature")).to_have_value(re.compile("BEGIN SSH SIGNATURE"))
    _send_signature(walker)
    walker.sign_in(CERTIFIERS[1])
    key = course.folder / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    walker.go("/elections/certifier-key")
    walker.page.get_by_label("Your public key").fill(key.with_suffix(".pub").read_text())
    proving = walker.page.locator("code", has_text="certifier-key@").inner_text()
    line = proving.replace("certifier_ed25519", str(key))
    signed = subprocess.run(["sh", "-e", "-c", line], check=True, capture_output=True, text=True)
    walker.page.get_by_label("Its signature").fill(signed.stdout)
    walker.press("Register this key")
    walker.told("Your key is registered.")
    body = course.folder / "certificate.json"
    body.write_bytes(walker.page.request.get(course.server.url + course.path("certificate/certificate.json")).body())
    namespace = "election-certificate@127.0.0.1"
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key), str(body)], check=True)
    walker.go(course.path("certificate/sign"))
    walker.page.get_by_label("Or the file that ssh-keygen wrote").set_input_files(f"{body}.sig")
    _send_signature(walker)
    walker.look("certified")
    walker.go(course.path("outcome"), "final result")
    walker.go("/elections/feed.atom")


def _send_signature(walker: Walker) -> None:
    walker.page.get_by_label("I have read this certificate").check()
    walker.press("Send my signature")


def check_as_a_stranger(course: Course) -> None:
    """Whoever likes verifies the archive with our verifier and the signatures with ssh-keygen."""
    fetch = course.member.page.request
    base = course.server.url + course.path("certificate")
    archive = course.folder / f"{course.uuid}.bel"
    archive.write_bytes(fetch.get(f"{course.server.url}/api/elections/{course.uuid}/archive").body())
    assert verify([str(archive), "--jobs", "1"]) == 0
    signers, signature = course.folder / "allowed_signers", course.folder / "1.sig"
    signers.write_bytes(fetch.get(f"{base}/allowed_signers").body())
    signature.write_bytes(fetch.get(f"{base}/1.sig").body())
    principal = signers.read_text().split()[0]
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", principal, "-s", str(signature)]
    with (course.folder / "certificate.json").open("rb") as body:
        subprocess.run([*command, "-n", "election-certificate@127.0.0.1"], stdin=body, check=True)
