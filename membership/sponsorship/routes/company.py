"""The company's pages: applying, reading and signing the contract, giving what benefits need."""

from __future__ import annotations

from flask import Response, flash
from flask.typing import ResponseReturnValue

from foundation.core import clock
from foundation.core.access import signed_in
from foundation.core.db import db
from foundation.core.errors import Forbidden, NotFound, Refusal
from foundation.core.incoming import LARGEST_PICTURE, up_to
from membership.sponsorship import company
from membership.sponsorship.configuration import billing
from membership.sponsorship.forms import ApplyForm, BillingForm, LogoForm, ReasonForm, SignForm, TextForm
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.packages import BenefitKind
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.routes.blueprint import again, attachment, bp, page, person, readable, see
from membership.sponsorship.rules.dues import why_not_due
from membership.sponsorship.rules.lifecycle import BEING_ARRANGED
from membership.sponsorship.services import applying, benefits, catalogue, contracts, course, listing, showing
from membership.sponsorship.services.applying import Asked


@bp.get("/mine")
@signed_in
def mine() -> ResponseReturnValue:
    """List the sponsorships of the companies the person acts for."""
    companies = company.companies_of(db.session, person(), now=clock.now())
    return page("mine", companies=companies, rows=listing.of_companies(db.session, companies))


@bp.route("/packages/<int:number>/apply", methods=["GET", "POST"])
@signed_in
def apply(number: int) -> ResponseReturnValue:
    """Apply for a package in the name of a company that the person signs for."""
    form, package = ApplyForm(), catalogue.package(db.session, number)
    signs = (company.MandateRole.SIGNATORY,)
    companies = company.companies_of(db.session, person(), now=clock.now(), roles=signs)
    if not companies:
        raise Forbidden(_("Only a company's signatory can apply. Register your company and accept that mandate first."))
    form.organization.choices = [(each.id, each.legal_name) for each in companies]
    if not form.validate_on_submit():
        return page("apply", form, package=package)
    asked = Asked(
        organization_id=form.organization.data,
        package_id=package.id,
        website=form.website.data,
        billing_address=form.billing_address.data,
        order_reference=form.order_reference.data or "",
    )
    try:
        made = applying.apply(db.session, asked, by=person(), now=clock.now())
    except Refusal as refusal:
        return again("apply", form, form.organization, refusal, package=package)
    db.session.commit()
    flash(_("Your application is with the foundation."), "success")
    return see("show", number=made.id)


@bp.get("/<int:number>")
@signed_in
def show(number: int) -> ResponseReturnValue:
    """Show a sponsorship to its company and to those who keep the records: where it stands and what is next."""
    sponsored, now = readable(number), clock.now()
    roles = company.roles_in(db.session, person(), sponsored.organization_id, now=now)
    return page(
        "show",
        sponsored=sponsored,
        invoice=catalogue.invoice_of(db.session, sponsored),
        not_due=why_not_due(course.standing_of(db.session, sponsored), on=now.date()),
        signs=company.MandateRole.SIGNATORY in roles,
        acts=bool(roles & set(company.ACTS_FOR)),
        keeper=catalogue.is_keeper(person(), now=now),
        cards=billing().cards is not None,
        open=sponsored.state in BEING_ARRANGED,
    )


@bp.get("/<int:number>/contract")
@signed_in
def contract(number: int) -> ResponseReturnValue:
    """Show the contract as it was sent, with the form to sign it."""
    return _contract_page(readable(number), SignForm())


@bp.post("/<int:number>/contract")
@signed_in
def sign(number: int) -> ResponseReturnValue:
    """Sign the contract that was shown."""
    sponsored, form = readable(number), SignForm()
    if not form.validate_on_submit():
        return _contract_page(sponsored, form)
    contracts.sign(db.session, number, form.name.data, sha256=form.sha256.data or "", by=person(), now=clock.now())
    db.session.commit()
    flash(_("The contract is signed and your invoice is ready."), "success")
    return see("show", number=number)


def _contract_page(sponsored: Sponsorship, form: SignForm) -> ResponseReturnValue:
    if sponsored.contract is None:
        raise NotFound(_("The contract has not been sent yet."))
    form.sha256.data = sponsored.contract.text_sha256
    roles = company.roles_in(db.session, person(), sponsored.organization_id, now=clock.now())
    signs = company.MandateRole.SIGNATORY in roles
    return page("contract", form, sponsored=sponsored, contract=sponsored.contract, signs=signs)


@bp.get("/<int:number>/contract.pdf")
@signed_in
def contract_pdf(number: int) -> ResponseReturnValue:
    """Answer with the contract as it was frozen."""
    found = readable(number).contract
    if found is None:
        raise NotFound(_("The contract has not been sent yet."))
    return attachment(found.pdf, f"sponsorship-contract-{number}.pdf", "application/pdf")


@bp.route("/<int:number>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(number: int) -> ResponseReturnValue:
    """Withdraw before the contract is signed."""
    sponsored, form = readable(number), ReasonForm()
    catalogue.check_signatory(db.session, sponsored.organization_id, person(), now=clock.now())
    if not form.validate_on_submit():
        return page("withdraw", form, sponsored=sponsored)
    applying.withdraw(db.session, number, form.reason.data, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The application is withdrawn."))
    return see("show", number=number)


@bp.route("/<int:number>/billing", methods=["GET", "POST"])
@signed_in
def change_billing(number: int) -> ResponseReturnValue:
    """Correct what is to stand on the invoice."""
    sponsored = readable(number)
    form = BillingForm(obj=sponsored)
    catalogue.check_acting(db.session, sponsored.organization_id, person(), now=clock.now())
    if not form.validate_on_submit():
        return page("billing", form, sponsored=sponsored)
    address, reference = form.billing_address.data, form.order_reference.data or ""
    applying.change_billing(db.session, number, address, reference, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The invoice will say this."), "success")
    return see("show", number=number)


@bp.route("/benefits/<int:benefit_id>", methods=["GET", "POST"])
@signed_in
@up_to(LARGEST_PICTURE)
def give(benefit_id: int) -> ResponseReturnValue:
    """Give the picture or the text that a benefit needs."""
    benefit = catalogue.benefit(db.session, benefit_id)
    sponsored = readable(benefit.sponsorship_id)
    catalogue.check_acting(db.session, sponsored.organization_id, person(), now=clock.now())
    form = LogoForm() if benefit.kind is BenefitKind.LOGO else TextForm()
    if not form.validate_on_submit():
        return page("give", form, benefit=benefit, sponsored=sponsored)
    try:
        _give(benefit_id, form)
    except Refusal as refusal:
        field = form.file if isinstance(form, LogoForm) else form.wording
        return again("give", form, field, refusal, benefit=benefit, sponsored=sponsored)
    db.session.commit()
    flash(_("Thank you, we have it."), "success")
    return see("show", number=sponsored.id)


def _give(benefit_id: int, form: LogoForm | TextForm) -> None:
    if isinstance(form, LogoForm):
        benefits.give_logo(db.session, benefit_id, form.file.data.read(), by=person(), now=clock.now())
    else:
        benefits.give_text(db.session, benefit_id, form.wording.data, by=person(), now=clock.now())


@bp.get("/assets/<int:asset_id>-<sha256>.png")
@signed_in
def preview(asset_id: int, sha256: str) -> ResponseReturnValue:
    """Answer with a picture before it is shown, to its company and to those who keep the records."""
    sponsored, png = showing.preview(db.session, asset_id, sha256)
    catalogue.check_reader(db.session, sponsored, person(), now=clock.now())
    return Response(png, mimetype="image/png")


@bp.get("/invoices/<int:number>.pdf")
@signed_in
def invoice_pdf(number: int) -> ResponseReturnValue:
    """Answer with an invoice as it was issued."""
    invoice = catalogue.invoice(db.session, number)
    readable(invoice.sponsorship_id)
    if invoice.pdf is None:
        raise NotFound(_("This invoice has not been issued."))
    return attachment(invoice.pdf, f"invoice-{invoice.number}.pdf", "application/pdf")
