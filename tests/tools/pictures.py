"""Make the README's pictures from the running demonstration: `make pictures`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "foundation" / "static" / "pictures"
SIZE = {"width": 1100, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@contextmanager
def demonstration() -> Iterator[str]:
    """Run the demonstration on a free port, with an instance of its own, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    instance = Path(tempfile.mkdtemp(prefix="footing-pictures-"))
    instance.chmod(0o755)
    environ = os.environ | {"FOOTING_INSTANCE": str(instance)}
    command = [sys.executable, "-m", "foundation.demonstration", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        yield ready(f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(instance, ignore_errors=True)


def ready(address: str) -> str:
    """Return the address once it answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/ready", timeout=2):
                return address
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The demonstration did not start.")


def sign_in(page: Page, address: str) -> None:
    """Sign in as the demonstration's first member."""
    page.goto(f"{address}/account/sign-in")
    page.fill("input[type=email]", "member@footing.example")
    page.fill("input[type=password]", "equal footing for all")
    page.press("input[type=password]", "Enter")
    page.wait_for_url("**/account/**")


def booth(page: Page, address: str) -> None:
    """Rank three candidates in the open election and take the picture."""
    page.goto(f"{address}/elections/")
    page.click("main a:has-text('Board election')")
    election = page.url
    page.goto(f"{election}/booth")
    page.click("button:has-text('Start voting')")
    for place in ("1st", "2nd", "3rd"):
        page.click(f"main button:has-text('Rank {place}') >> nth=0")
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=PICTURES / "booth.png")


def result(page: Page, address: str) -> None:
    """Take the picture of the decided election's result."""
    page.goto(f"{address}/elections/")
    page.click("main a:has-text('Programme committee')")
    page.goto(f"{page.url}/outcome")
    page.set_viewport_size({"width": SIZE["width"], "height": 1300})
    page.screenshot(path=PICTURES / "result.png")


def main() -> None:
    """Make both pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        page = playwright.chromium.launch(executable_path=chromium, args=FLAGS).new_page(viewport=SIZE)
        sign_in(page, address)
        booth(page, address)
        result(page, address)


if __name__ == "__main__":
    main()
