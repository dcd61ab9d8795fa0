"""What membership does by itself, once a day: the letters that are due, and what the end of a notice period brings."""

from __future__ import annotations

from datetime import timedelta

from foundation.core import clock, jobs
from foundation.core.db import db
from membership.services import agreeing, renewing


@jobs.task("membership.daily", every=timedelta(hours=6))
def daily() -> None:
    """Write the letters that are due; running twice writes none twice, since each has a key."""
    renewing.remind(db.session, now=clock.now())
    db.session.commit()
    agreeing.remind_to_sign(db.session, now=clock.now())
    db.session.commit()
