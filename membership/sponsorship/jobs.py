"""What the server does by itself each hour: sponsorships begin and end, invoices fall due, companies are reminded.

Each sponsorship is a commit of its own; what one run misses the next one does, and nothing is done twice.
"""

from __future__ import annotations

from datetime import timedelta

from foundation.core import clock, jobs
from foundation.core.db import db
from foundation.core.logs import get_logger
from membership.sponsorship.services import course

log = get_logger()


@jobs.task("sponsorship.follow", every=timedelta(hours=1))
def follow() -> None:
    """Go through the sponsorships for which the day brought something."""
    for number in course.waiting(db.session, now=clock.now()):
        try:
            course.follow(db.session, number, now=clock.now())
            db.session.commit()
        except Exception as error:
            # One that cannot go on must not keep the others waiting.
            db.session.rollback()
            log.error("sponsorship stuck", sponsorship=number, exc_info=error)
