"""The officials' pages of a cycle: beginning one, announcing it, its mails, extending a period, annulling it."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.cycles.dates import BadDate, instant, zone_of
from elections.cycles.forms import ExtendForm
from elections.cycles.models import Cycle
from elections.cycles.pages import begin, letters, view
from elections.cycles.routes.blueprint import NUMBER, back_to, bp, commit, run_cycle_of
from elections.cycles.rules import Period
from elections.cycles.services import catalogue, course, extending, rules_in_force
from elections.forms import AnnulForm, ConfirmForm, problems_of
from elections.pages import steps
from elections.pages.new_election import refused
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Invalid, NotFound, Refusal


@bp.get("/start")
@requires(Permission.ELECTIONS_RUN)
def start() -> ResponseReturnValue:
    """Offer the two kinds: elections under the rules, and a poll."""
    versions = rules_in_force.all_versions(db.session)
    return render_template("elections/cycles/start.html", version=versions[0] if versions else None)


@bp.route("/cycles/new", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def new() -> ResponseReturnValue:
    """Begin a cycle under the rules in force."""
    version = rules_in_force.rules_in_force(db.session)
    form = begin.form_for(db.session, clock.now(), request.args.get("zone"))
    problems: list[dict[str, str]] = []
    if form.validate_on_submit():
        try:
            cycle = begin.create(db.session, form, by=current_person(), now=clock.now())
        except Refusal as refusal:
            db.session.rollback()
            cycle, problems = None, refused(form, refusal)
        if cycle is not None:
            db.session.commit()
            flash(_("The elections are drafted. Nobody but officials sees them before they are announced."), "success")
            return back_to("manage", cycle)
    problems += problems_of(form)
    page = render_template("elections/cycles/new.html", form=form, version=version, problems=problems)
    return page, 400 if form.is_submitted() else 200


@bp.route(f"/cycles/<{NUMBER}:cycle_id>/redate", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def redate(cycle_id: int) -> ResponseReturnValue:
    """Give a draft other dates."""
    cycle = run_cycle_of(cycle_id)
    form = begin.form_to_redate(cycle)
    if form.validate_on_submit() and begin.redate(db.session, cycle, form, by=current_person(), now=clock.now()):
        db.session.commit()
        flash(_("The dates are changed."), "success")
        return back_to("manage", cycle)
    return render_template("elections/cycles/redate.html", form=form, cycle=cycle), 400 if form.is_submitted() else 200


@bp.get(f"/cycles/<{NUMBER}:cycle_id>/manage")
@requires(Permission.ELECTIONS_RUN)
def manage(cycle_id: int) -> ResponseReturnValue:
    """Show officials where each election of a cycle stands, what is missing, and what they can do."""
    cycle, now = run_cycle_of(cycle_id), clock.now()
    found = view.of(db.session, cycle, None, now)
    context = {
        "tasks": steps.of_cycle(db.session, cycle, found.elections, now),
        "warnings": view.warnings(db.session, cycle, found.elections, now),
        "extensible": view.extensible(db.session, cycle, found.elections),
        "is_over": course.is_over(list(found.elections)),
    }
    return render_template("elections/cycles/manage.html", view=found, cycle=cycle, **context)


@bp.get(f"/cycles/<{NUMBER}:cycle_id>/mails")
@requires(Permission.ELECTIONS_RUN)
def mails(cycle_id: int) -> ResponseReturnValue:
    """Show how each mail of a cycle reads, to how many it goes, how far it came, and what could not be delivered."""
    cycle = run_cycle_of(cycle_id)
    found = letters.of(db.session, cycle, clock.now())
    bounced = letters.bounced(db.session, cycle)
    return render_template("elections/cycles/mails.html", cycle=cycle, letters=found, bounced=bounced)


@bp.route(f"/cycles/<{NUMBER}:cycle_id>/announce", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def announce(cycle_id: int) -> ResponseReturnValue:
    """Show the announcement as it will be mailed, and announce the cycle."""
    cycle, form = run_cycle_of(cycle_id), ConfirmForm()
    refused: Refusal | None = None
    if form.validate_on_submit():
        try:
            course.announce(db.session, cycle_id, by=current_person(), now=clock.now())
        except Invalid as refusal:
            db.session.rollback()
            refused = refusal
        else:
            commit()
            flash(_("The elections are announced, and the members are written to."), "success")
            return back_to("manage", cycle)
    preview = letters.announcement(db.session, cycle, clock.now())
    problems = [{"text": refused.message}] if refused else []
    context = {"cycle": cycle, "form": form, "letter": preview, "problems": problems}
    return render_template("elections/cycles/announce.html", **context), refused.status if refused else 200


@bp.route(f"/cycles/<{NUMBER}:cycle_id>/extend/<period>", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def extend(cycle_id: int, period: str) -> ResponseReturnValue:
    """Extend a period, as far as the rules allow."""
    cycle, form, asked = run_cycle_of(cycle_id), ExtendForm(), _period(period)
    status = 200
    if form.is_submitted():
        status = _extend(cycle, asked, form)
        if status == 303:  # noqa: PLR2004 — see other
            flash(_("The period is extended, and those concerned are written to."), "success")
            return back_to("manage", cycle)
    elections = catalogue.elections_of(db.session, cycle)
    end = extending.end_of(cycle, asked, elections)
    if not form.is_submitted():
        end = extending.require_extensible(cycle, asked, elections, clock.database_now(db.session))
        form.until.data, form.expecting.data = end.astimezone(zone_of(cycle.zone)).replace(tzinfo=None), end.isoformat()
    rule = rules_in_force.rules_of(cycle).extension
    context = {"cycle": cycle, "form": form, "period": asked, "end": end, "rule": rule}
    return render_template("elections/cycles/extend.html", **context), status


def _period(name: str) -> Period:
    if name not in set(Period):
        raise NotFound(_("There is no such period."), code="no-such-period")
    return Period(name)


def _extend(cycle: Cycle, period: Period, form: ExtendForm) -> int:
    if not form.validate():
        return 400
    told = {"reason": form.reason.data, "by": current_person(), "now": clock.now(), "expecting": form.expected()}
    try:
        until = instant(form.until.data, cycle.zone)
        extending.extend(db.session, cycle.id, period, until, **told)
    except (BadDate, Refusal) as refusal:
        db.session.rollback()
        form.until.errors = [str(refusal)]
        return getattr(refusal, "status", 400)
    commit()
    return 303


@bp.route(f"/cycles/<{NUMBER}:cycle_id>/annul", methods=["GET", "POST"])
@requires(Permission.ELECTIONS_RUN)
def annul(cycle_id: int) -> ResponseReturnValue:
    """Annul all elections of a cycle, for a public reason."""
    cycle, form = run_cycle_of(cycle_id), AnnulForm()
    if not form.validate_on_submit():
        page = render_template("elections/cycles/annul.html", cycle=cycle, form=form)
        return page, 400 if form.is_submitted() else 200
    course.annul(db.session, cycle_id, form.reason.data.strip(), by=current_person(), now=clock.now())
    commit()
    flash(_("The elections are annulled."), "success")
    return back_to("show", cycle)
