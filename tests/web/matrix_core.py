"""Who may what: the pages of the house."""

from __future__ import annotations

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from tests.web.matrix import Row, everyone


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Name the one static file that is in the repository."""
    del session, people
    return {"mark": {"filename": "images/mark.svg"}}


ROWS = (
    Row("core.home", "GET", "", everyone(200)),
    Row("core.register", "GET", "", everyone(200)),
    Row("core.health", "GET", "", everyone(200)),
    Row("core.ready", "GET", "", everyone(200)),
    Row("core.metrics", "GET", "", everyone(404)),
    Row("static", "GET", "mark", everyone(200)),
)
