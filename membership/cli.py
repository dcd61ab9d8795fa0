"""What an operator does with membership: import participation, enter projects, and seed a foundation."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from foundation.config import Environment
from foundation.core import clock
from foundation.core.commands import Unusable, plainly
from foundation.core.context import settings
from foundation.core.db import db
from membership import demo, seeding
from membership.models.participation import Project, Source
from membership.services import participating
from membership.services.participating import Imported
from membership.sources import git_history, participation_file
from membership.sources.records import BadSource, SourceRecord

BATCH = 500
MOST_LISTED = 50

participation = AppGroup("participation", help="Records of who contributed what.")
membership_group = AppGroup("membership", help="Members and organizations.")


@contextmanager
def readable() -> Iterator[None]:
    """Turn what is wrong with a source, as with a request, into lines on standard error; nothing is stored."""
    with plainly():
        try:
            yield
        except BadSource as bad:
            raise Unusable("\n".join(bad.problems)) from None


@participation.command("add-project")
@click.argument("key")
@click.argument("name")
def add_project(key: str, name: str) -> None:
    """Enter a project with the KEY by which imports name it, and its NAME."""
    with readable():
        participating.make_project(db.session, key, name, by="operator", now=clock.now())
        db.session.commit()
    click.echo(f"{name} is entered as {key}.")


@participation.command("import-git")
@click.argument("repository", type=click.Path(path_type=Path))
@click.option("--project", "key", required=True, help="The key of the project.")
@click.option("--mailmap", is_flag=True, help="Let the repository's .mailmap replace addresses; names play no part.")
def import_git(repository: Path, key: str, mailmap: bool) -> None:
    """Import the authors and co-authors of the git history at REPOSITORY, by their confirmed addresses only.

    Running it again adds what is new. Addresses that nobody has confirmed are listed, and nobody is guessed by name.
    """
    left_out: list[str] = []
    with readable():
        project = participating.project_of(db.session, key)
        changes = git_history.count_changes(repository)
        history = git_history.read_history(repository, clock.now().date(), left_out, mailmap=mailmap)
        done = _import(project, Source.GIT, history, changes)
    _report(done)
    if left_out:
        click.echo(f"Left out, since their day has not come yet or is none: {len(left_out)} of the changes:")
        click.echo(f"  {' '.join(left_out[:MOST_LISTED])}")


@participation.command("import-csv")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--project", "key", required=True, help="The key of the project.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows although there are bad ones.")
def import_csv(file: Path, key: str, skip_bad: bool) -> None:
    """Import the rows of FILE: address,kind,date,reference and, if wanted, note; all of them or none."""
    with readable():
        project = participating.project_of(db.session, key)
        reading = participation_file.read_file(file.read_bytes(), clock.now().date())
        if reading.problems and not skip_bad:
            raise BadSource([*reading.problems, "Nothing was imported. Mend these rows, or say --skip-bad."])
        for problem in reading.problems:
            click.echo(problem, err=True)
        done = _import(project, Source.CSV, ([record] for record in reading.records), len(reading.records))
    _report(done)


def _import(project: Project, source: Source, given: Iterable[list[SourceRecord]], length: int) -> Imported:
    """Record batch by batch with progress, and commit once: an import that breaks off leaves nothing."""
    done, batch = Imported(), list[SourceRecord]()
    with click.progressbar(given, length=length, label="Importing", file=sys.stderr) as bar:
        for records in chain(bar, [None]):
            batch += records or []
            if records is None or len(batch) >= BATCH:
                done.plus(
                    participating.record(db.session, project, source, batch, verifier="operator", now=clock.now())
                )
                batch = []
    participating.enter_import(db.session, project, source, done, by="operator", now=clock.now())
    db.session.commit()
    return done


def _report(done: Imported) -> None:
    click.echo(f"{done.added} records are new, {done.known} were known.")
    if done.unmatched:
        total = sum(done.unmatched.values())
        click.echo(f"{total} records belong to addresses that nobody has confirmed:")
        for address, count in done.unmatched.most_common(MOST_LISTED):
            click.echo(f"  {count:6}  {_printable(address)}")
        if len(done.unmatched) > MOST_LISTED:
            click.echo(f"  … and {len(done.unmatched) - MOST_LISTED} more addresses.")


def _printable(address: str) -> str:
    """Keep a repository from steering the terminal."""
    return "".join(character if character.isprintable() else "?" for character in address[:254])


@membership_group.command("seed")
@click.option("--members", type=click.IntRange(0, 1_000_000), default=100, show_default=True)
@click.option("--organizations", type=click.IntRange(0, 100_000), default=10, show_default=True)
def seed(members: int, organizations: int) -> None:
    """Add invented members and organizations, with their terms, mandates, affiliations and participation."""
    if settings().environment is Environment.PRODUCTION:
        raise Unusable("A production foundation is not filled with invented people.")
    seeding.seed(db.session, seeding.Size(members, organizations), now=clock.now())
    db.session.commit()
    seeding.analyse(db.engine)
    click.echo(f"{members} members and {organizations} organizations are added.")


@membership_group.command("demonstrate")
def demonstrate() -> None:
    """Make the demonstration's members, companies and officers, and print who can sign in."""
    with readable():
        accounts = demo.seed(db.session, now=clock.now())
        db.session.commit()
    for account in accounts:
        click.echo(f"{account.address}  {account.password}  {account.what}")


def register_commands(app: Flask) -> None:
    """Add these commands to the application."""
    app.cli.add_command(participation)
    app.cli.add_command(membership_group)
