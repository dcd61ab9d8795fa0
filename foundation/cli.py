"""What an operator does from the command line; features add their own commands."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from foundation.core import clock, jobs, mail, migrate, register, roles
from foundation.core.commands import plainly
from foundation.core.context import settings
from foundation.core.db import db
from foundation.core.jobs import Queue

database = AppGroup("db", help="Care for the database.")
outbox = AppGroup("outbox", help="Mail that waits to be sent.")
public_register = AppGroup("register", help="The public register.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema."""
    url = db.engine.url.render_as_string(hide_password=False)
    migrate.upgrade(url)
    click.echo("The database is at the newest schema.")


@database.command("grant")
@click.argument("role")
def grant(role: str) -> None:
    """Let ROLE, which owns nothing, serve: it uses the tables and can change none. Run as their owner, and after each
    upgrade.
    """
    with plainly():
        roles.grant(db.engine.url, role)
    click.echo(f"{role} may use the tables, and change neither them nor what protects them.")


@jobs.task("mail.deliver", every=clock.MINUTE)
def deliver_mail() -> None:
    """Send what waits in the outbox, one commit a message."""
    transport = mail.transport_of(settings())
    while mail.deliver(db.session, transport, now=clock.now()):
        db.session.commit()
    db.session.rollback()


@outbox.command("deliver")
def deliver() -> None:
    """Send what waits in the outbox now."""
    deliver_mail()


@public_register.command("verify")
def verify() -> None:
    """Check every link of the register's chain."""
    try:
        count = register.verify_chain(db.session)
    except register.BrokenRegister as broken:
        raise click.ClickException(str(broken)) from None
    click.echo(f"The register's {count} entries follow from one another.")


@click.command("worker")
@click.option("--workers", default=1, show_default=True, help="Tasks worked on at the same time.")
def worker(workers: int) -> None:
    """Work on mail, mixing, decryption and other tasks until interrupted."""
    queue: Queue | None = current_app.extensions["jobs"]
    if queue is None:
        raise click.ClickException("Tasks run at once in this configuration; no worker is needed.")
    # The consumer runs in this process, so that it shares the application and stops with it.
    queue.huey.create_consumer(workers=workers, periodic=True, check_worker_health=True).run()


def register_commands(app: Flask) -> None:
    """Add these commands to the application."""
    for command in (database, outbox, public_register, worker):
        app.cli.add_command(command)
