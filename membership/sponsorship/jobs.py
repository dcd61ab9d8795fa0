"""What the server does by itself each hour: sponsorships begin and end, invoices fall due, companies are reminded.

Each sponsorship is a commit of its own; what one run misses the next one does, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from foundation.core import clock, jobs
from foundation.core.db import db
from foundation.core.logs import get_logger
from membership.sponsorship.services import adopting, course

log = get_logger()


@jobs.task("sponsorship.follow", every=timedelta(hours=1))
def follow() -> None:
    """Go through the sponsorships for which the day brought something, and those of merged companies."""
    for number in adopting.left_behind(db.session):
        _alone(adopting.adopt, number)
    for number in course.waiting(db.session, now=clock.now()):
        _alone(course.follow, number)


def _alone(act: Callable[..., object], number: int) -> None:
    """Do it in a transaction of its own: one that cannot go on must not keep the others waiting."""
    try:
        act(db.session, number, now=clock.now())
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.error("sponsorship stuck", sponsorship=number, exc_info=error)
