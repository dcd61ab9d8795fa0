"""What everyone may see: a cycle, its dates, the rules and their versions, and the feeds."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.cycles.pages import atom, icalendar, rules_view, subscriptions, view
from elections.cycles.routes.blueprint import NUMBER, bp, cycle_of
from elections.cycles.services import rules_in_force
from elections.routes.blueprint import attachment, in_office
from foundation.core import clock
from foundation.core.access import current_person_or_none, public
from foundation.core.context import settings
from foundation.core.db import db

KEPT = "public, max-age=300"


@bp.get(f"/cycles/<{NUMBER}:cycle_id>")
@public
def show(cycle_id: int) -> ResponseReturnValue:
    """Show a cycle: where it stands, its dates, its elections, and where the reader can vote."""
    found = view.of(db.session, cycle_of(cycle_id), current_person_or_none(), clock.now())
    context = {
        "runs": any(in_office(election) for election in found.elections[:1]),
        "officials_email": settings().officials_email,
    }
    return render_template("elections/cycles/show.html", view=found, cycle=found.cycle, **context)


@bp.get(f"/cycles/<{NUMBER}:cycle_id>/dates.ics")
@public
def dates(cycle_id: int) -> ResponseReturnValue:
    """Serve the dates as an iCalendar file, to be subscribed to."""
    cycle = cycle_of(cycle_id)
    content = icalendar.calendar(cycle.title, subscriptions.events(cycle))
    return attachment(content, f"cycle-{cycle.id}.ics", "text/calendar; charset=utf-8")


@bp.get("/feed.atom")
@public
def feed() -> ResponseReturnValue:
    """Serve the newest acts of all elections as a feed."""
    content = atom.document(subscriptions.feed(db.session, clock.now()))
    return Response(content, content_type="application/atom+xml", headers={"Cache-Control": KEPT})


@bp.get("/rules")
@public
def rules() -> ResponseReturnValue:
    """Show the rules in force, and the versions before."""
    versions = rules_in_force.all_versions(db.session)
    return _rules_page(versions[0].version if versions else None)


@bp.get("/rules/versions/<version>")
@public
def rules_version(version: str) -> ResponseReturnValue:
    """Show one version of the rules."""
    return _rules_page(version)


def _rules_page(version: str | None) -> str:
    versions = rules_in_force.all_versions(db.session)
    shown = rules_in_force.version_of(db.session, version) if version else None
    context: dict[str, object] = {"versions": versions, "shown": shown}
    if shown is not None:
        parsed = rules_in_force.parsed(shown)
        context |= {"rows": rules_view.rows(parsed), "contests": rules_view.contest_rows(parsed)}
    return render_template("elections/cycles/rules.html", **context)


@bp.get("/rules/versions/<version>/rules.toml")
@public
def rules_file(version: str) -> ResponseReturnValue:
    """Serve the exact text of a version."""
    found = rules_in_force.version_of(db.session, version)
    return attachment(found.text.encode(), f"rules-{found.id}.toml", "application/toml; charset=utf-8")


@bp.get("/rules/difference")
@public
def rules_difference() -> ResponseReturnValue:
    """Show what changed between two versions of the rules."""
    versions = rules_in_force.all_versions(db.session)
    chosen = {name: request.args.get(name, "") for name in ("from", "to")}
    context: dict[str, object] = {"versions": versions, "chosen": chosen}
    if all(chosen.values()):
        old, new = (rules_in_force.version_of(db.session, chosen[name]) for name in ("from", "to"))
        context |= {"old": old, "new": new, "lines": rules_view.difference(old, new)}
    signs = {"added": ("+", _("added")), "removed": ("−", _("removed")), "same": (" ", "")}
    return render_template("elections/cycles/difference.html", signs=signs, **context)
