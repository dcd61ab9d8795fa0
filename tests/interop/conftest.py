"""Where other people's programs are found; a test that needs a missing one is skipped loudly, and fails in CI."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Tool = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def belenios() -> Path:
    """The path of belenios-tool: FOOTING_BELENIOS, else .tools/belenios, else the PATH."""
    installed = shutil.which("belenios-tool")
    places = [os.environ.get("FOOTING_BELENIOS"), str(ROOT / ".tools/belenios/bin/belenios-tool"), installed]
    for place in places:
        if place and Path(place).exists():
            return Path(place)
    missing = "belenios-tool was not found: these tests were NOT run. See README on fetching it."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def tool(belenios: Path, tmp_path: Path) -> Tool:
    """Run belenios-tool in the test's folder: `tool("election", "verify", stdin=b"…", check=False)`."""

    def run(*arguments: str, stdin: bytes = b"", check: bool = True) -> "subprocess.CompletedProcess[bytes]":
        done = subprocess.run(
            [str(belenios), *arguments], cwd=tmp_path, input=stdin, capture_output=True, check=False, timeout=120
        )
        if check and done.returncode != 0:
            raise AssertionError(f"belenios-tool {' '.join(arguments)} failed: {done.stderr.decode()}")
        return done

    return run


@pytest.fixture(scope="session")
def ssh_keygen() -> Path:
    """The path of OpenSSH's ssh-keygen."""
    found = shutil.which("ssh-keygen")
    if found:
        return Path(found)
    missing = "ssh-keygen was not found: these tests were NOT run. Install your system's package `openssh-client`."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def peer() -> Path:
    """A Python that can import pref_voting: FOOTING_PEERS, else .tools/peers, else this one."""
    for place in (os.environ.get("FOOTING_PEERS"), str(ROOT / ".tools/peers/bin/python"), sys.executable):
        if place and Path(place).exists():
            found = subprocess.run([place, "-c", "import pref_voting.voting_methods"], capture_output=True, check=False)
            if found.returncode == 0:
                return Path(place)
    missing = "pref_voting was not found: these tests were NOT run. FOOTING_PEERS may name a Python that has it."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
