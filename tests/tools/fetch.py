"""Fetch the programs of others that tests ask for a second opinion: belenios-tool, ssh-keygen and Chromium.

All come from Debian's own packages. belenios-tool and its libraries are only unpacked, below .tools; the others are
installed with apt-get where that is allowed. What cannot be had is said loudly, and is a failure where CI is set.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / ".tools"
# The version we are measured against, and a newer one that walks the board event by event.
SUITES = {"belenios": "trixie", "belenios-newer": "forky"}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LAUNCHER = """#!/bin/sh
root=$(dirname "$(dirname "$(readlink -f "$0")")")/root
exec "$root/{loader}" --library-path "$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" \\
  "$root/usr/bin/belenios-tool" "$@"
"""


class CannotFetch(Exception):
    """A program cannot be had on this machine; the sentence says why."""


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command and return what it printed, or raise CannotFetch with its last line of error."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise CannotFetch(f"{Path(command[0]).name}: {last}")
    return done.stdout


def answers(program: Path) -> bool:
    """Tell whether the program is there and runs."""
    with contextlib.suppress(OSError, CannotFetch):
        return bool(run(str(program), "--version"))
    return False


def mirror() -> str:
    """Return the Debian mirror that this machine's own apt uses."""
    for path in [*sorted(Path("/etc/apt").glob("sources.list.d/*.sources")), Path("/etc/apt/sources.list")]:
        found = re.search(r"https?://\S+/debian/?(?=\s|$)", path.read_text()) if path.exists() else None
        if found:
            return found[0]
    raise CannotFetch("no Debian mirror among this machine's apt sources")


def fetch_belenios(name: str) -> str:
    """Unpack belenios-tool with its own libraries below .tools/`name` and return its version."""
    home = TOOLS / name
    program = home / "bin" / "belenios-tool"
    if not answers(program):
        shutil.rmtree(home, ignore_errors=True)
        unpack_belenios(home, SUITES[name])
        program.parent.mkdir(parents=True, exist_ok=True)
        loader = next((home / "root").rglob("ld-linux-x86-64.so.2")).relative_to(home / "root")
        program.write_text(LAUNCHER.replace("{loader}", str(loader)))
        program.chmod(0o755)
    return run(str(program), "--version").strip()


def unpack_belenios(home: Path, suite: str) -> None:
    """Download the package and what it depends on with a private apt state, and unpack them all."""
    state = home / "apt"
    for folder in (
        state / "lists" / "partial",
        state / "cache" / "archives" / "partial",
        state / "debs",
        home / "root",
    ):
        folder.mkdir(parents=True)
    (state / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n")
    settings = {
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::Lists": state / "lists",
        "Dir::Cache": state / "cache",
        "APT::Sandbox::User": "root",
    }
    options = ["-qq", *(f"-o{name}={value}" for name, value in settings.items())]
    run("apt-get", *options, "update")
    wanted = run("apt-cache", *options, "depends", f"belenios-tool/{suite}")
    libraries = re.findall(r"^\s*Depends: ([^<\s]+)$", wanted, flags=re.MULTILINE)
    for package in ("belenios-tool", "libzstd1", *libraries):
        run("apt-get", *options, "download", f"{package}/{suite}", cwd=state / "debs")
    for archive in sorted((state / "debs").glob("*.deb")):
        run("dpkg-deb", "-x", str(archive), str(home / "root"))
    shutil.rmtree(state)


def fetch_chromium() -> str:
    """Return Chromium's version, installing Debian's package where this user may."""
    found = shutil.which("chromium")
    if not found:
        if os.geteuid() != 0:
            raise CannotFetch("Chromium is not installed: install your system's package `chromium`")
        run("apt-get", "-qq", "update")
        run("apt-get", "-qq", "-y", "install", "--no-install-recommends", "chromium", "fonts-dejavu-core")
        found = shutil.which("chromium") or "chromium"
    return run(found, "--version").strip()


def fetch_ssh_keygen() -> str:
    """Return OpenSSH's version, installing Debian's package where this user may."""
    if not shutil.which("ssh-keygen"):
        if os.geteuid() != 0:
            raise CannotFetch("ssh-keygen is not installed: install your system's package `openssh-client`")
        run("apt-get", "-qq", "update")
        run("apt-get", "-qq", "-y", "install", "--no-install-recommends", "openssh-client")
    return subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr.strip()


def main() -> int:
    """Fetch all of them and say what came of it."""
    missing = 0
    programs = [(name, partial(fetch_belenios, name)) for name in SUITES]
    programs += [("OpenSSH", fetch_ssh_keygen), ("Chromium", fetch_chromium)]
    for name, fetch in programs:
        try:
            print(f"{name}: {fetch()}")
        except (CannotFetch, OSError, subprocess.SubprocessError) as problem:
            missing += 1
            print(f"*** {name} CANNOT BE HAD, so the tests that need it WILL NOT RUN: {problem}", file=sys.stderr)
    return 1 if missing and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
