"""The result of an election: who is elected and why, and what the other methods would have made of the same ballots."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from elections.lifecycle import AFTER_RESULT
from elections.models import Election
from elections.pages import comparison, overview, public_files, result_page, wording
from elections.pages.overview import Overview
from elections.routes.blueprint import bp, public_election_of
from foundation.core import clock
from foundation.core.access import public
from foundation.core.db import db


@bp.get("/<uuid>/outcome")
@public
def outcome(uuid: str) -> ResponseReturnValue:
    """Show who is elected and why, or where the count stands."""
    election = public_election_of(uuid)
    facts = overview.of(db.session, election, clock.now())
    page = result_page.of(db.session, election, facts.turnout) if facts.turnout and _has_result(election) else None
    context = {"facts": facts, "page": page, "listed": wording.listed}
    return render_template("elections/outcome.html", election=election, **context, **public_files.of(election))


@bp.get("/<uuid>/outcome/methods")
@public
def methods(uuid: str) -> ResponseReturnValue:
    """Show what every method makes of the same ballots."""
    election = public_election_of(uuid)
    facts: Overview = overview.of(db.session, election, clock.now())
    contests = comparison.of(db.session, election) if _has_result(election) else []
    context = {"facts": facts, "contests": contests, "listed": wording.listed}
    return render_template("elections/outcome_methods.html", election=election, **context)


def _has_result(election: Election) -> bool:
    return election.phase in AFTER_RESULT
