"""`make run`: a demonstration foundation with an open election, a server and its worker, until interrupted."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import click

from elections import demo as elections_demo
from foundation.app import ROOT, create_app
from foundation.config import Settings, load_settings
from foundation.core import clock, migrate, postgres
from foundation.core.db import db
from membership import demo as membership_demo
from membership.sponsorship import demo as sponsorship_demo

PATIENCE_SECONDS = 60
Account = elections_demo.Account | membership_demo.Account


def prepare(settings: Settings) -> list[Account]:
    """Start the database, bring it to the newest schema, seed it once, and return who can sign in."""
    url = settings.database_url or postgres.start(settings.instance / "postgres")
    migrate.upgrade(url)
    app = create_app(settings)
    with app.app_context():
        now = clock.now()
        accounts: list[Account] = [
            *elections_demo.seed(db.session, now=now),
            *membership_demo.seed(db.session, now=now),
        ]
        sponsorship_demo.seed(db.session, now=now)
        db.session.commit()
    return accounts


def serve(settings: Settings, port: int) -> list[subprocess.Popen[bytes]]:
    """Start the web server and the worker; both inherit the settings through the environment."""
    environ = os.environ | {
        "BASE_URL": settings.base_url,
        "FOOTING_ENV": settings.environment.value,
        "FOOTING_INSTANCE": str(settings.instance),
    }
    python = [sys.executable, "-m"]
    gunicorn = ["gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    quiet = ["--log-level", "warning", "--no-control-socket"]
    commands = ([*python, *gunicorn, *quiet], [*python, "flask", "--app", "wsgi", "worker"])
    return [subprocess.Popen(command, cwd=ROOT, env=environ) for command in commands]  # noqa: S603


def wait_until_ready(base_url: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Return once the server answers; raise SystemExit when a process ended or the patience did."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ended = [process for process in processes if process.poll() is not None]
        if ended:
            raise SystemExit(f"A process ended at once with status {ended[0].returncode}; its reason is above.")
        try:
            with urllib.request.urlopen(f"{base_url}/ready", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The server did not answer within a minute; its messages are above.")


def announce(base_url: str, accounts: Sequence[Account], settings: Settings) -> None:
    """Print the address and the accounts."""
    width = max(len(account.address) for account in accounts)
    lines = [f"  {account.address:{width}}  {account.password}  {account.what}" for account in accounts]
    outbox = settings.instance / "outbox"
    click.echo(f"\nFooting is running at  {base_url}\n\nSign in as:")
    click.echo("\n".join(lines))
    click.echo(f"\nMails are files in {outbox}. Press Ctrl-C to stop.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m foundation.demonstration", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where to listen on this machine (default: 8000)")
    chosen = parser.parse_args(arguments)
    base_url = f"http://127.0.0.1:{chosen.port}"
    instance = Path(os.environ.get("FOOTING_INSTANCE", ROOT / "instance"))
    settings = load_settings({"BASE_URL": base_url} | dict(os.environ), instance)
    accounts = prepare(settings)
    processes = serve(settings, chosen.port)
    try:
        wait_until_ready(base_url, processes)
        announce(base_url, accounts, settings)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        stop(processes)


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End the processes in good order, and for certain after ten seconds."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
