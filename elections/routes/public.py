"""What everyone may see of an election: the list, one election, its board, its progress."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from elections.cycles.pages import cycle_list
from elections.cycles.services import catalogue as cycles
from elections.pages import facts as rows_of_facts
from elections.pages import links, listing, overview, public_files, wording
from elections.routes.blueprint import bp, in_office, public_election_of
from elections.services import result_files, witnessing
from foundation.core import clock
from foundation.core.access import Permission, current_person_or_none, may, public
from foundation.core.context import settings
from foundation.core.db import db


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """List elections with search, filter and paging."""
    query, state, now = request.args.get("q", "").strip(), request.args.get("state", ""), clock.now()
    runs = may(Permission.ELECTIONS_RUN)
    number = request.args.get("page", 1, type=int)
    page = listing.elections(db.session, query=query, state=state, page=number, drafts=runs)
    filters = {name: value for name, value in (("q", query), ("state", state)) if value}
    rows = [wording.list_entry(election, now) for election in page.rows]
    context = {"page": page, "rows": rows, "filters": filters, "query": query, "state": state, "runs": runs}
    return render_template("elections/index.html", cycles=cycle_list.going_on(db.session, now, drafts=runs), **context)


@bp.get("/<uuid>")
@public
def show(uuid: str) -> ResponseReturnValue:
    """Show one election: where it stands, who is waited for, its facts, and how to check it."""
    election = public_election_of(uuid)
    facts = overview.of(db.session, election, clock.now())
    reader = overview.reader(db.session, election, current_person_or_none())
    cycle = cycles.cycle_of(db.session, election)
    context = {"facts": facts, "reader": reader, "rows": rows_of_facts.rows(election, facts, cycle)}
    context |= {"cycle": cycle, "links": links.of(election), "runs": in_office(election)}
    context["older"] = witnessing.older(db.session, uuid)
    context["files"] = public_files.files(election, is_counted=result_files.is_published(db.session, election))
    return render_template("elections/show.html", election=election, **context, **public_files.of(election))


@bp.get("/<uuid>/board")
@public
def board(uuid: str) -> ResponseReturnValue:
    """Show the ballots on the board, newest first, and find one by its tracker."""
    election = public_election_of(uuid)
    query = "".join(request.args.get("q", "").split())
    page = listing.ballots(db.session, election, query=query, page=request.args.get("page", 1, type=int))
    officials = settings().officials_email
    return render_template("elections/board.html", election=election, page=page, query=query, officials_email=officials)


@bp.get("/<uuid>/progress")
@public
def progress(uuid: str) -> ResponseReturnValue:
    """Say where an election stands as JSON, for a page that waits."""
    facts = overview.of(db.session, public_election_of(uuid), clock.now())
    return jsonify(phase=facts.phase, done=facts.done, total=facts.total, sentence=facts.next)
