"""The secretary's pages: applications, contracts, benefits and packages."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue

from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.errors import Refusal
from membership.sponsorship.forms import ApproveForm, ProvideForm, ReasonForm, VersionForm, shown_version
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.routes import tables
from membership.sponsorship.routes.blueprint import again, bp, page, person, see
from membership.sponsorship.rules.dues import why_not_due
from membership.sponsorship.rules.lifecycle import HOLDS_A_PLACE
from membership.sponsorship.services import applying, benefits, catalogue, contracts, course

RECORDS = Permission.RECORDS_KEEP


@bp.get("/office")
@requires(RECORDS)
def office() -> ResponseReturnValue:
    """List sponsorships with search, filter and paging."""
    return tables.shown(tables.OF_SPONSORSHIPS, "office")


@bp.get("/office.csv")
@requires(RECORDS)
def office_csv() -> ResponseReturnValue:
    """Answer with the sponsorships of the list as CSV."""
    return tables.downloaded(tables.OF_SPONSORSHIPS)


@bp.get("/office/<int:number>")
@requires(RECORDS)
def decide(number: int) -> ResponseReturnValue:
    """Show a sponsorship with what the secretary can do next."""
    return _decide_page(catalogue.sponsorship(db.session, number))


def _decide_page(sponsored: Sponsorship) -> tuple[str, int]:
    today = clock.now().date()
    approve = ApproveForm(formdata=None, version=str(sponsored.version))
    approve.starts_on.data = applying.first_day(sponsored, today)
    return page(
        "decide",
        sponsored=sponsored,
        approve=approve,
        plain=VersionForm(formdata=None, version=str(sponsored.version)),
        provide=ProvideForm(formdata=None),
        invoice=catalogue.invoice_of(db.session, sponsored),
        not_due=why_not_due(course.standing_of(db.session, sponsored), on=today),
        ends_early=sponsored.state in HOLDS_A_PLACE,
    )


@bp.post("/office/<int:number>/approve")
@requires(RECORDS)
def approve(number: int) -> ResponseReturnValue:
    """Approve an application for a year's term."""
    form = ApproveForm()
    if not form.validate_on_submit():
        return page("approve", form, sponsored=catalogue.sponsorship(db.session, number))
    try:
        starts_on, version = form.starts_on.data, shown_version(form)
        applying.approve(db.session, number, starts_on, version=version, by=person(), now=clock.now())
    except Refusal as refusal:
        sponsored = catalogue.sponsorship(db.session, number)
        return again("approve", form, form.starts_on, refusal, sponsored=sponsored)
    db.session.commit()
    flash(_("The sponsorship is approved. Send the contract next."), "success")
    return see("decide", number=number)


@bp.route("/office/<int:number>/reject", methods=["GET", "POST"])
@requires(RECORDS)
def reject(number: int) -> ResponseReturnValue:
    """Reject an application for a reason that the company is told."""
    sponsored, form = catalogue.sponsorship(db.session, number), ReasonForm()
    if not form.validate_on_submit():
        form.version.data = form.version.data or sponsored.version
        return page("reject", form, sponsored=sponsored)
    reason, version = form.reason.data, shown_version(form)
    applying.reject(db.session, number, reason, version=version, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The application is rejected, and the company is told why."))
    return see("decide", number=number)


@bp.post("/office/<int:number>/contract")
@requires(RECORDS)
def send_contract(number: int) -> ResponseReturnValue:
    """Freeze the contract and send it to be signed."""
    contracts.send_contract(db.session, number, version=shown_version(VersionForm()), by=person(), now=clock.now())
    db.session.commit()
    flash(_("The contract is frozen and the company's signatory is asked to sign it."), "success")
    return see("decide", number=number)


@bp.route("/office/<int:number>/end", methods=["GET", "POST"])
@requires(RECORDS)
def nullify(number: int) -> ResponseReturnValue:
    """End a sponsorship before its time."""
    sponsored, form = catalogue.sponsorship(db.session, number), ReasonForm()
    if not form.validate_on_submit():
        form.version.data = form.version.data or sponsored.version
        return page("nullify", form, sponsored=sponsored)
    reason, version = form.reason.data, shown_version(form)
    applying.nullify(db.session, number, reason, version=version, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The sponsorship has ended, and the company is told why."))
    return see("decide", number=number)


@bp.post("/office/benefits/<int:benefit_id>")
@requires(RECORDS)
def provide(benefit_id: int) -> ResponseReturnValue:
    """Check a benefit off as provided."""
    note = (ProvideForm().note.data or "")[:500]
    benefit = benefits.provide(db.session, benefit_id, note, by=person(), now=clock.now())
    db.session.commit()
    flash(_("Checked off: %(benefit)s.", benefit=benefit.name), "success")
    return see("decide", number=benefit.sponsorship_id)


@bp.route("/office/assets/<int:asset_id>/take-down", methods=["GET", "POST"])
@requires(RECORDS)
def take_down(asset_id: int) -> ResponseReturnValue:
    """Take down what a company gave for a benefit."""
    form, asset = ReasonForm(), benefits.asset(db.session, asset_id)
    if not form.validate_on_submit():
        return page("take_down", form, asset=asset, sponsored=asset.benefit.sponsorship)
    benefits.take_down(db.session, asset_id, form.reason.data, by=person(), now=clock.now())
    db.session.commit()
    flash(_("It is taken down, and the company is told why."))
    return see("decide", number=asset.benefit.sponsorship_id)
