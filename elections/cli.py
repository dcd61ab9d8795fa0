"""The operator's commands about elections: rehearse one, and seed a demonstration."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from elections import demo
from elections.commands import (
    certification_commands,
    course_commands,
    cycle_commands,
    nomination_commands,
    roll_commands,
    witness_commands,
)
from elections.commands.groups import election as election_group
from elections.counting.caps import Cap, read_cap
from elections.counting.errors import BadInput
from elections.crypto.errors import Refusal as ProtocolRefusal
from elections.pages.result_view import undecided
from elections.rehearsal import record
from elections.rehearsal.ballots import read_ballots
from elections.rehearsal.house import rehearsal_house
from elections.rehearsal.run import Plan, rehearse
from elections.rehearsal.stages import Stages
from elections.rehearsal.verdict import Unverified, verify_folder
from foundation.core import clock
from foundation.core.commands import Unusable
from foundation.core.context import settings
from foundation.core.db import db
from foundation.core.errors import Refusal

# Importing these is what adds their commands to the group; naming them keeps that from looking like a mistake.
REGISTERED = (
    certification_commands,
    course_commands,
    cycle_commands,
    nomination_commands,
    roll_commands,
    witness_commands,
)
UNUSABLE = (BadInput, ProtocolRefusal, Refusal, record.FolderTaken, OSError)


@click.command("rehearse")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trustees", type=click.IntRange(1, 30), default=3, show_default=True, help="The server is one of them.")
@click.option("--method", default="schulze", show_default=True, help="The counting method.")
@click.option("--seats", type=click.IntRange(1), default=1, show_default=True, help="How many seats are filled.")
@click.option("--cap", type=click.IntRange(1), help="The most seats of one control group; needs --affiliations.")
@click.option("--affiliations", type=click.Path(path_type=Path), help="CSV: name,control group.")
@click.option("--sitting", type=click.Path(path_type=Path), help="CSV: name,control group of members who stay.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder for the archive and reports.")
@click.option("--limit", type=click.IntRange(1), help="Take only the first N ballots of the file.")
@click.option("--repeat", type=click.IntRange(1), default=1, show_default=True, help="Cast the file K times over.")
@click.option("--keep", is_flag=True, help="Keep the rehearsal's database instead of dropping it.")
def rehearse_command(file: Path, *, out: Path, limit: int | None, repeat: int, keep: bool, **plan: Any) -> None:
    """Run a whole election with the ballots of FILE, from the roll to the verified result.

    It uses the services that a real election uses, on a database of its own that is dropped at the end.
    """
    try:
        ballots = read_ballots(file, limit=limit, repeat=repeat)
        cap = _cap(ballots.candidates, plan.pop("cap"), plan.pop("affiliations"), plan.pop("sitting"))
        record.prepare_folder(out)
        _rehearse(Plan(ballots, **plan, cap=cap), out, keep=keep)
    except Unverified as error:
        raise click.ClickException(str(error)) from None
    except UNUSABLE as error:
        raise Unusable(_one_line(error)) from None


def _cap(candidates: Sequence[str], limit: int | None, affiliations: Path | None, sitting: Path | None) -> Cap | None:
    """Return the cap to rehearse with, if any; a cap and the affiliations that it counts are given together."""
    if limit is None and affiliations is None and sitting is None:
        return None
    if limit is None or affiliations is None:
        raise BadInput("A cap needs both --cap and --affiliations.")
    return read_cap(limit, affiliations, sitting, candidates)


def _rehearse(plan: Plan, out: Path, *, keep: bool) -> None:
    for note in plan.ballots.notes:
        click.echo(note)
    stages = Stages(len(plan.ballots.rankings))
    server = db.engine.url
    with rehearsal_house(settings(), server, keep=keep):
        if keep:
            click.echo(f"The rehearsal's database stays: {db.engine.url.render_as_string()}")
        election = rehearse(db.session, plan, stages, _bar)
        archive = record.write_election(db.session, election, out)
    with stages.measure("verification"):
        verdict = verify_folder(out)
    record.write_timings(stages, _facts(plan), out)
    click.echo(f"{stages.table()}\n\n{_elected(out)}\n{verdict.to_text().splitlines()[-1]}\nArchive: {archive}")


def _bar(length: int, label: str) -> AbstractContextManager[Any]:
    bar: AbstractContextManager[Any] = click.progressbar(length=length, label=f"{label:12}", file=sys.stderr)
    return bar


def _elected(out: Path) -> str:
    report = json.loads((out / "outcome.json").read_text())
    tied = "".join(f" Tied, for a lot to decide: {', '.join(tier)}." for tier in undecided(report))
    return f"Elected: {', '.join(report['results'][0]['seats']) or 'nobody'}.{tied}"


def _facts(plan: Plan) -> dict[str, Any]:
    return {
        "file": plan.ballots.name,
        "ballots": len(plan.ballots.rankings),
        "candidates": len(plan.ballots.candidates),
        "trustees": plan.trustees,
        "method": plan.method,
        "seats": plan.seats,
    }


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return " ".join(str(error).split())


@click.command("seed")
@click.option("--members", type=click.IntRange(0, 1_000_000), default=0, help="How many invented members to add.")
@click.option("--organizations", type=click.IntRange(0, 100_000), help="And companies; default: one for 20 members.")
@click.pass_context
def seed_command(context: click.Context, members: int, organizations: int | None) -> None:
    """Fill the database with a demonstration foundation, of any size, and print who can sign in."""
    accounts = demo.seed(db.session, now=clock.now())
    db.session.commit()
    for account in accounts:
        click.echo(f"{account.address}  {account.password}  {account.what}")
    # Another feature's commands, asked for by their names: elections know of members only what the directory tells.
    membership = current_app.cli.commands["membership"]
    context.invoke(membership.get_command(context, "demonstrate"))  # type: ignore[attr-defined]
    if members:
        crowd = membership.get_command(context, "seed")  # type: ignore[attr-defined]
        context.invoke(crowd, members=members, organizations=members // 20 if organizations is None else organizations)


def register_commands(app: Flask) -> None:
    """Add these commands to the application."""
    app.cli.add_command(election_group)
    app.cli.add_command(rehearse_command)
    app.cli.add_command(seed_command)
