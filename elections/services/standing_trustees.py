"""Trustees who stand as candidates: they lose the office for the election before anybody makes a key."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.models import Election, Trustee
from elections.nominations import interests
from elections.services.setup import subject
from foundation.core import register
from foundation.core.errors import Conflict


def dismiss(session: Session, election: Election, *, by: str, now: datetime) -> list[Trustee]:
    """Take the trustees who stand out of an election under rules, number the others anew, and return who went.

    Raises Conflict where nobody would be left to hold a key.
    """
    standing = [one for one in election.trustees if one.person and interests.stands_in(session, election, one.person)]
    if len(standing) == len(election.trustees):
        raise Conflict(_("Every trustee of this election stands in it: annul it and name others."), code="no-trustee")
    for trustee in standing:
        facts = {"trustee": trustee.name, "owner": trustee.owner, "reason": "stands as a candidate"}
        register.enter(session, act="trustee.dismissed", by=by, now=now, subject=subject(election), facts=facts)
        session.delete(trustee)
    session.flush()
    session.expire(election, ["trustees"])
    # In ascending order a number is always free when it is taken, so that the constraint on numbers holds throughout.
    for owner, trustee in enumerate(election.trustees, start=1):
        if trustee.owner != owner:
            trustee.owner = owner
            session.flush()
    return standing
