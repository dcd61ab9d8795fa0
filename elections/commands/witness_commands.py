"""The command that holds every board against what was published of it."""

from __future__ import annotations

import click

from elections import board
from elections.commands.groups import election
from elections.services import witnessing
from foundation.core.commands import plainly
from foundation.core.db import db


@election.command("witness")
def check_witness() -> None:
    """Hold every board against what was published of it; exit status 1 where the database is older.

    Run it after a backup was restored, before the service is opened again.
    """
    with plainly():
        known, missing = board.witness().known(), witnessing.all_older(db.session)
    for one in missing:
        click.echo(f"{one.uuid}  {one.to_text()}")
    if missing:
        raise SystemExit(1)
    click.echo(f"Every board is as new as what was published of it: {len(known)} looked at.")
