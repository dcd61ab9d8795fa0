"""What everyone may see of a roll: how many are on it, why, its hash, and names where the rules publish them."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from elections.cycles.rules import Published
from elections.electorate.pages import lists
from elections.electorate.routes.blueprint import bp, page, ruled_election_of
from elections.electorate.services import courses, explaining
from elections.routes.blueprint import in_office, page_number, query
from elections.services import roll
from foundation.core.access import current_person_or_none, public
from foundation.core.db import db


@bp.get("/<uuid>/electorate")
@public
def show(uuid: str) -> ResponseReturnValue:
    """Show what is published of the roll, and to a member why they are, or are not, on it."""
    election, reader = ruled_election_of(uuid), current_person_or_none()
    names = courses.rules_for(db.session, election).roll.published is Published.NAMES
    listed = lists.named(db.session, election, query=query(), page=page_number()) if names else None
    return page(
        "show",
        election,
        is_built=courses.was_built(db.session, election),
        size=roll.size(db.session, election),
        page=listed,
        query=query(),
        why=explaining.why(db.session, election, reader) if reader else None,
        runs=in_office(election),
    )
