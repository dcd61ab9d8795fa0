"""Acting from the command line: always as somebody, within what their offices allow, and never silently.

Whoever runs commands on the server could do anything there. So that nobody need trust them, each act enters the public
register twice: as the act of the person it is done for, and as done by the operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.models import Election
from elections.nominations import interests
from elections.services import catalogue
from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.core import clock, register
from foundation.core.access import Permission
from foundation.core.commands import plainly
from foundation.core.db import db
from foundation.core.errors import Forbidden

OPERATOR = "operator"
Command = TypeVar("Command", bound=Callable[..., Any])

as_person = click.option("--as", "address", required=True, metavar="ADDRESS", help="In whose name; their address.")
because = click.option("--reason", required=True, help="Why; it is public.")


@dataclass(frozen=True, slots=True)
class Acting:
    """Whom a command acts for, on which session, and when."""

    session: Session
    by: Person
    now: datetime

    def official(self, uuid: str) -> Election:
        """Return the election, or raise Forbidden if the official stands in it."""
        election = catalogue.find(self.session, uuid)
        interests.require_office(self.session, election, self.by)
        return election


@contextmanager
def acting(address: str, permission: Permission | None = None) -> Iterator[Acting]:
    """Act for the person with this address, whose appointments must allow it; commit, or say in a line why not."""
    with plainly():
        now = clock.now()
        person = joining.person_of(db.session, address)
        if permission is not None and permission not in person.permissions(now):
            raise Forbidden(_("The offices of %(name)s do not include this.", name=person.display_name))
        yield Acting(db.session, person, now)
        # Last, because the register's lock comes after every other.
        facts = {"command": click.get_current_context().command_path.partition(" ")[2], "as": person.display_name}
        about = f"person:{person.id}"
        register.enter(db.session, act="command.run", by=OPERATOR, now=now, subject=about, facts=facts)
        db.session.commit()


def official(address: str) -> Any:
    """Act for an election official."""
    return acting(address, Permission.ELECTIONS_RUN)


def moment(when: datetime | None) -> str:
    """Write a time as the commands do."""
    return f"{when:%Y-%m-%d %H:%M} UTC" if when else "not set"
