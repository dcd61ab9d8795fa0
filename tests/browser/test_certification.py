"""Complaints and certification in Chromium: keys made and used there, which never leave the browser; no barriers."""

from __future__ import annotations

import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy.orm import Session

from elections.certification.models import CertifierKey
from elections.lifecycle import Phase
from elections.models import Election
from elections.verifier.certificate import verify_certificate
from foundation.accounts.services import joining
from foundation.core.access import Office
from tests.browser.conftest import Barriers
from tests.certification_factories import counted
from tests.factories import official
from tests.interop.conftest import ssh_keygen  # noqa: F401 — the fixture of that name
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name

pytestmark = [pytest.mark.browser]
Look = Callable[[str], None]


@dataclass(frozen=True)
class World:
    """An election, and the addresses of those who act in it."""

    uuid: str
    official: str
    voter: str
    certifiers: tuple[str, str]


@pytest.fixture
def look(page: Page, barriers: Barriers, complaints: list[str]) -> Look:
    """Look at the page at both widths: no violation, nothing wider than the window, one heading."""

    def look(state: str) -> None:
        assert barriers(page) == [], state
        assert page.locator("h1").count() == 1, state
        complaints[:] = [complaint for complaint in complaints if "status of 4" not in complaint]

    return look


def _counted(session: Session, days: int = 0) -> World:
    case = counted(session, complaint_days=days)
    pair = [official(session, Office.CERTIFIER).address for _number in range(2)]
    return World(case.uuid, case.official.address, case.voters[0].address, (pair[0], pair[1]))


def test_a_key_made_in_the_browser_signs_there_and_never_leaves_it(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    look: Look,
    tmp_path: Path,
    ssh_keygen: Path,  # noqa: F811
) -> None:
    world = live_server.run(_counted)
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(_all_of(request)))
    _official_prepares(page, live_server, world, look)

    live_server.sign_in(page.context, world.certifiers[0])
    page.goto(f"{live_server.url}/account/")
    page.get_by_role("link", name="Register your signing key").click()
    look("before a key is made")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("status")).to_contain_text("The key is made")
    look("a key is made")
    with page.expect_download() as saving:
        page.get_by_role("link", name=re.compile("Save the private key")).click()
    file = tmp_path / "certifier_ed25519"
    saving.value.save_as(file)
    file.chmod(0o600)
    page.get_by_role("button", name="Register this key").click()
    expect(page.get_by_text("Your key is registered")).to_be_visible()
    look("a key is registered")
    assert _line_of(ssh_keygen, file) == live_server.run(_registered(world.certifiers[0]))

    page.goto(f"{live_server.url}/elections/{world.uuid}/certificate/")
    page.get_by_role("link", name="Sign the certificate").or_(
        page.get_by_role("button", name="Sign the certificate")
    ).click()
    look("the certificate to sign")
    page.get_by_label("Private key file").set_input_files(file)
    expect(page.get_by_role("status")).to_contain_text("The signature is made")
    expect(page.get_by_label("Your signature")).to_have_value(re.compile("^-----BEGIN SSH SIGNATURE-----"))
    page.get_by_label("I have read this certificate").check()
    page.get_by_role("button", name="Send my signature").click()
    expect(page.get_by_text("Others are still needed")).to_be_visible()
    look("one signature")

    secret = _secrets(file.read_text())
    assert len(sent) > 10
    assert [piece for piece in secret for whole in sent if piece in whole] == []
    assert live_server.run(lambda session: _phase(session, world.uuid)) is Phase.COMPLAINTS

    _second_signs_with_ssh_keygen(page, live_server, world, tmp_path)
    expect(page.get_by_text("the election is certified")).to_be_visible()
    expect(page.get_by_role("heading", name="Seats filled")).to_be_visible()
    look("certified")
    _everything_verifies(page, live_server, world, tmp_path)


def test_each_key_that_cannot_sign_here_is_told_why(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    look: Look,
    tmp_path: Path,
    ssh_keygen: Path,  # noqa: F811
) -> None:
    world = live_server.run(_counted)
    _official_prepares(page, live_server, world)
    live_server.sign_in(page.context, world.certifiers[0])
    mine, other, locked = (tmp_path / name for name in ("mine", "other", "locked"))
    for path, passphrase in ((mine, ""), (other, ""), (locked, "secret")):
        _make_key(ssh_keygen, path, passphrase)
    page.goto(f"{live_server.url}/elections/{world.uuid}/certificate/sign")
    expect(page.get_by_text("You have not registered a key yet")).to_be_visible()
    page.get_by_role("link", name="Register your public key").click()
    page.get_by_label("Your public key").fill("ssh-rsa AAAA")
    page.get_by_label("Its signature").fill(_proof(page, other))
    page.get_by_role("button", name="Register this key").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("must be of the kind ssh-ed25519")
    look("a key of another kind")
    page.get_by_label("Your public key").fill(Path(f"{mine}.pub").read_text())
    page.get_by_role("button", name="Register this key").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("The signature is of the key")
    look("a signature of another key")
    page.get_by_label("Its signature").fill(_proof(page, mine))
    page.get_by_role("button", name="Register this key").click()
    expect(page.get_by_role("alert")).to_contain_text("Your key is registered.")

    page.goto(f"{live_server.url}/elections/{world.uuid}/certificate/sign")
    for path, words in (
        (other, "not the private key of the public key you have registered"),
        (locked, "has a passphrase"),
        (Path(f"{mine}.pub"), "not the file of an OpenSSH Ed25519 private key"),
    ):
        page.get_by_label("Private key file").set_input_files(path)
        expect(page.get_by_role("status")).to_contain_text(words)
        expect(page.get_by_label("Your signature")).to_have_value("")
    look("a key that cannot sign")
    page.get_by_role("button", name="Send my signature").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Sign in the browser, paste a signature")
    look("no signature")
    page.get_by_label("Your signature").fill("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----")
    page.get_by_label("I have read this certificate").check()
    page.get_by_role("button", name="Send my signature").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("The signature is")
    look("a signature that is none")


def test_a_member_complains_and_an_official_decides(
    page: Page,
    live_server: LiveServer,  # noqa: F811
    look: Look,
) -> None:
    world = live_server.run(lambda session: _counted(session, days=7))
    address = f"{live_server.url}/elections/{world.uuid}/complaints/"
    page.goto(address)
    expect(page.get_by_role("link", name="Sign in to complain")).to_be_visible()
    look("complaints to a stranger")
    live_server.sign_in(page.context, world.voter)
    page.goto(address)
    page.get_by_role("button", name="Publish the complaint").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Enter your complaint")
    look("an empty complaint")
    page.get_by_label("Your complaint").fill("<b>The clock</b> was wrong.\n\nIt stood still at noon.")
    page.get_by_role("button", name="Publish the complaint").click()
    expect(page.get_by_text("<b>The clock</b> was wrong.")).to_be_visible()
    expect(page.get_by_text("Waits for a decision")).to_be_visible()
    look("a complaint")

    live_server.sign_in(page.context, world.official)
    page.goto(address)
    page.get_by_role("link", name="Decide complaint 1").click()
    look("a complaint to decide")
    page.get_by_role("button", name="Publish the decision").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose what becomes of the complaint")
    look("no decision")
    page.get_by_label("Noted").check()
    page.get_by_label("Reason").fill("The clock on the wall counts for nothing.")
    page.get_by_role("button", name="Publish the decision").click()
    expect(page.get_by_text("The clock on the wall counts for nothing.")).to_be_visible()
    look("a decision")
    page.goto(f"{live_server.url}/elections/{world.uuid}/certificate/")
    expect(page.get_by_text("Complaints can still be made.")).to_be_visible()
    look("no certificate yet")


# What they do


def _official_prepares(page: Page, server: LiveServer, world: World, look: Look | None = None) -> None:
    server.sign_in(page.context, world.official)
    page.goto(f"{server.url}/elections/{world.uuid}/certificate/")
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_text("have counted again")).to_be_visible()
    if look:
        look("before the certificate")
    page.get_by_role("button", name="Prepare the certificate").click()
    expect(page.get_by_text("The certificate is prepared")).to_be_visible()
    if look:
        look("a certificate without signatures")


def _second_signs_with_ssh_keygen(page: Page, server: LiveServer, world: World, folder: Path) -> None:
    """Do what the page says for those whose key is not for the browser: its own lines, in a shell."""
    server.sign_in(page.context, world.certifiers[1])
    key, body = folder / "id_ed25519", folder / "certificate.json"
    _make_key(Path("ssh-keygen"), key, "")
    page.goto(f"{server.url}/elections/certifier-key")
    page.get_by_label("Your public key").fill(Path(f"{key}.pub").read_text())
    page.get_by_label("Its signature").fill(_proof(page, key))
    page.get_by_role("button", name="Register this key").click()
    expect(page.get_by_role("alert")).to_contain_text("Your key is registered.")
    page.goto(f"{server.url}/elections/{world.uuid}/certificate/sign")
    line = page.locator("code", has_text="-Y sign").inner_text().splitlines()[-1]
    body.write_bytes(page.request.get(f"{server.url}/elections/{world.uuid}/certificate/certificate.json").body())
    subprocess.run(line.replace("~/.ssh/id_ed25519", str(key)).split(), cwd=folder, check=True, capture_output=True)
    page.get_by_label("Or the file that ssh-keygen wrote").set_input_files(f"{body}.sig")
    page.get_by_label("I have read this certificate").check()
    page.get_by_role("button", name="Send my signature").click()


def _proof(page: Page, key: Path) -> str:
    """Run the line that the page prints, with this key."""
    line = page.locator("code", has_text="certifier-key@").inner_text().replace("certifier_ed25519", str(key))
    return subprocess.run(["sh", "-e", "-c", line], check=True, capture_output=True, text=True).stdout


def _everything_verifies(page: Page, server: LiveServer, world: World, folder: Path) -> None:
    """Fetch the public files and run the very lines that the page prints."""
    base = f"{server.url}/elections/{world.uuid}/certificate/"
    for name in ("certificate.json", "allowed_signers", "1.sig", "2.sig"):
        (folder / name).write_bytes(page.request.get(base + name).body())
    archive = page.request.get(f"{server.url}/api/elections/{world.uuid}/archive").body()
    (folder / f"{world.uuid}.bel").write_bytes(archive)
    lines = page.locator("code", has_text="-Y verify").inner_text()
    done = subprocess.run(["sh", "-e", "-c", lines], cwd=folder, check=True, capture_output=True, text=True)
    assert done.stdout.count('Good "election-certificate@127.0.0.1" signature') == 2
    verify_certificate(
        (folder / "certificate.json").read_bytes(),
        [(folder / name).read_text() for name in ("1.sig", "2.sig")],
        (folder / "allowed_signers").read_text(),
        sha256(archive).hexdigest(),
        namespace="election-certificate@127.0.0.1",
    )


def _make_key(ssh_keygen: Path, path: Path, passphrase: str) -> None:  # noqa: F811
    subprocess.run(
        [str(ssh_keygen), "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)], check=True, capture_output=True
    )


def _line_of(ssh_keygen: Path, file: Path) -> str:  # noqa: F811
    done = subprocess.run([str(ssh_keygen), "-y", "-f", str(file)], check=True, capture_output=True, text=True)
    return " ".join(done.stdout.split()[:2])


def _registered(address: str) -> Callable[[Session], str]:
    def find(session: Session) -> str:
        person = joining.person_of(session, address)
        return session.query(CertifierKey).filter(CertifierKey.person_id == person.id).one().public_key

    return find


def _phase(session: Session, uuid: str) -> Phase:
    return session.get_one(Election, uuid).phase


def _all_of(request: Request) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    body = request.post_data_buffer or b""
    return f"{request.url}\n{headers}\n".encode() + body + unquote_to_bytes(body.replace(b"+", b" "))


def _secrets(file: str) -> list[bytes]:
    """Every form in which the private key could leave: lines of its file, and its seed in hexadecimal and Base64."""
    lines = file.splitlines()[1:-1]
    raw = b64decode("".join(lines))
    # The seed is the first half of the 64 bytes before the comment, and the public key follows it.
    marker = b"\0\0\0\x0bssh-ed25519\0\0\0 "
    place = raw.rindex(marker) + len(marker) + 32 + 4
    seed = raw[place : place + 32]
    forms = [seed, seed.hex(), b64encode(seed).decode().rstrip("=")[:-1], *lines[2:], "OPENSSH PRIVATE KEY"]
    return [form if isinstance(form, bytes) else form.encode() for form in forms]
