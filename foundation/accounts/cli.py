"""What an operator does with accounts from the command line, and what is tidied up by itself."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import click
from flask import Flask
from flask.cli import AppGroup

from foundation.accounts.models import Person
from foundation.accounts.services import appointments, joining, letters, sessions
from foundation.accounts.services.appointments import Term
from foundation.core import clock, jobs
from foundation.core.access import Office
from foundation.core.commands import plainly
from foundation.core.db import db

OPERATOR = "operator"
OFFICE = click.Choice([office.value for office in Office])

people = AppGroup("person", help="Accounts of people.")


@click.command("appoint")
@click.argument("person")
@click.argument("office", type=OFFICE)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the term, in UTC.")
@click.option("--reason", default="", help="Why; it is published.")
def appoint(person: str, office: str, until: datetime | None, reason: str) -> None:
    """Appoint PERSON, named by e-mail address, to OFFICE; this enters the public register."""
    now = clock.now()
    end = until.replace(tzinfo=UTC) + timedelta(days=1) if until else None
    with plainly():
        holder = joining.person_of(db.session, person)
        term, kind = Term(now, end), Office(office)
        appointments.appoint(db.session, holder, kind, term=term, reason=reason, by=OPERATOR, now=now)
        db.session.commit()
    lasting = f"until the end of {until:%Y-%m-%d} UTC" if until else "until dismissed"
    click.echo(f"{holder.display_name} is appointed {office} {lasting}.")


@click.command("dismiss")
@click.argument("person")
@click.argument("office", type=OFFICE)
@click.option("--reason", default="", help="Why; it is published.")
def dismiss(person: str, office: str, reason: str) -> None:
    """End the appointment of PERSON to OFFICE and sign them out; this enters the public register."""
    with plainly():
        holder = joining.person_of(db.session, person)
        appointments.dismiss(db.session, holder, Office(office), reason=reason, by=OPERATOR, now=clock.now())
        db.session.commit()
    click.echo(f"{holder.display_name} no longer is {office}.")


@people.command("add")
@click.argument("address")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, not by letter.")
def add(address: str, name: str, password_stdin: bool) -> None:
    """Make an account for NAME at ADDRESS, which you vouch for; a letter lets them choose a password."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    now = clock.now()
    with plainly():
        person = joining.make_person(db.session, address, name, password=password, now=now)
        if password is None:
            letters.send_reset(db.session, person, person.address, asked="operator", now=now)
        db.session.commit()
    click.echo(f"{person.display_name} has an account." + ("" if password_stdin else _where_to_look(person)))


def _where_to_look(person: Person) -> str:
    return f" A letter to {person.address} says how to choose a password."


@jobs.task("accounts.forget", every=timedelta(days=1))
def forget() -> None:
    """Remove sessions, links and failures that were over long ago."""
    sessions.forget(db.session, now=clock.now())
    letters.forget(db.session, now=clock.now())
    db.session.commit()


def register_commands(app: Flask) -> None:
    """Add these commands to the application."""
    for command in (appoint, dismiss, people):
        app.cli.add_command(command)
