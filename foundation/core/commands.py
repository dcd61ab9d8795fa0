"""What the operator's commands share: a refusal is one clear line and exit status 2, and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from foundation.core.db import db
from foundation.core.errors import Refusal


class Unusable(click.ClickException):
    """The input cannot be used: clear lines on standard error, and exit status 2."""

    exit_code = 2


@contextmanager
def plainly() -> Iterator[None]:
    """Turn a refusal into a line on standard error; what was not committed is rolled back."""
    try:
        yield
    except Refusal as refusal:
        raise Unusable(refusal.message) from None
    except OperationalError:
        raise Unusable("The database does not answer.") from None
    finally:
        db.session.rollback()
