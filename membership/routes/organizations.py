"""An organization's pages: its registration, domain, mandates, and who names it as an employer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound, Refusal
from foundation.core.limits import limiter
from membership.forms.parties import CodeAddressForm, CodeForm, InviteForm, OrganizationForm, ReasonForm
from membership.models.mandates import MandateRole
from membership.models.parties import Organization
from membership.pages import company
from membership.routes.blueprint import accepted, bp, commit_and_post, page, page_number, same_page, see
from membership.services import affiliating, mandating, organizing, parties
from membership.services.organizing import NewOrganization

CODE_RATE = "20 per minute; 100 per hour"


def _own(number: int) -> Organization:
    """Return an organization that the person signs for; of any other, nobody learns more than the directory says."""
    organization = organizing.find(db.session, number)
    if not parties.acts_for(db.session, organization.party, current_person(), now=clock.now()):
        raise NotFound(_("There is no such organization."), code="no-such-organization")
    return organization


@bp.route("/organizations/new", methods=["GET", "POST"])
@signed_in
def new_organization() -> ResponseReturnValue:
    """Enter an organization, as its first signatory."""
    form, made = OrganizationForm(), []

    def act() -> None:
        new = NewOrganization(form.legal_name.data, form.jurisdiction.data, form.registry_number.data)
        made.append(organizing.register_organization(db.session, new, by=current_person(), now=clock.now()))

    if accepted(form, "jurisdiction", act):
        return see("organization", _("The organization is entered. Prove its mail domain next."), number=made[0].id)
    return page("new_organization", form)


@bp.get("/organizations/<int:number>")
@signed_in
def organization(number: int) -> ResponseReturnValue:
    """Show the signatory who acts for the organization, and who names it as an employer."""
    return _shown(_own(number))


def _shown(own: Organization, form: Any = None, failed: int = 0) -> ResponseReturnValue:
    kinds = {"address_form": CodeAddressForm, "code_form": CodeForm, "invite_form": InviteForm}
    forms = {name: form if type(form) is kind else kind(formdata=None) for name, kind in kinds.items()}
    view = company.view(db.session, own, page_number(), clock.now())
    return page("organization", form, organization=own, view=view, failed=failed, **forms)


@bp.post("/organizations/<int:number>/code")
@signed_in
@limiter.limit(CODE_RATE)
def send_code(number: int) -> ResponseReturnValue:
    """Send a code to an address at the domain."""
    own, form = _own(number), CodeAddressForm()
    by, now = current_person(), clock.now()
    if accepted(form, "address", lambda: organizing.send_code(db.session, own, form.address.data, by=by, now=now)):
        return see("organization", _("The code is on its way. Enter it here when it has come."), number=number)
    return _shown(own, form)


@bp.post("/organizations/<int:number>/domain")
@signed_in
@limiter.limit(CODE_RATE)
def prove_domain(number: int) -> ResponseReturnValue:
    """Prove the domain with the code."""
    own, form = _own(number), CodeForm()
    if form.validate_on_submit():
        try:
            organizing.prove_domain(db.session, own, form.code.data, by=current_person(), now=clock.now())
        except Refusal as refusal:
            # A wrong code is counted, so that they cannot be tried one after another; what else is refused is not kept.
            db.session.commit() if refusal.code == "wrong-code" else db.session.rollback()
            form.code.errors, form.refused = [refusal.message], refusal.status
            return _shown(own, form)
        db.session.commit()
        return see("organization", _("The mail domain is proved."), number=number)
    return _shown(own, form)


@bp.post("/organizations/<int:number>/invite")
@signed_in
@limiter.limit(CODE_RATE)
def invite(number: int) -> ResponseReturnValue:
    """Invite somebody to act for the organization."""
    own, form = _own(number), InviteForm()

    def act() -> None:
        role = MandateRole(form.role.data)
        mandating.invite(db.session, own, role, form.address.data, by=current_person(), now=clock.now())

    if accepted(form, "address", act):
        return see("organization", _("The invitation is sent."), number=number)
    return _shown(own, form)


@bp.post("/mandates/<int:number>/<act>")
@signed_in
def mandate_act(number: int, act: str) -> ResponseReturnValue:
    """Accept or decline an invitation, or end a mandate."""
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    service, says = ACTS[act]
    mandate = service(number)
    commit_and_post()
    if act == "end" and mandate.person_id != current_person().id:
        return see("organization", str(says()), number=mandate.organization_id)
    return see("mine", str(says()))


def _end(number: int) -> Any:
    why = request.form.get("reason") or _("Ended by its holder or a signatory.")
    return mandating.end(db.session, number, why, by=current_person(), now=clock.now())


ACTS: dict[str, tuple[Callable[[int], Any], Callable[[], str]]] = {
    "accept": (
        lambda number: mandating.accept(db.session, number, by=current_person(), now=clock.now()),
        lambda: _("You have accepted."),
    ),
    "decline": (
        lambda number: mandating.decline(db.session, number, by=current_person(), now=clock.now()),
        lambda: _("You have declined."),
    ),
    "end": (_end, lambda: _("The mandate has ended.")),
}


@bp.post("/organizations/<int:number>/affiliations/<int:affiliation>/dispute")
@signed_in
def dispute(number: int, affiliation: int) -> ResponseReturnValue:
    """Say that somebody does not belong to the organization."""
    own, form = _own(number), ReasonForm()
    if affiliating.find(db.session, affiliation).organization_id != own.id:
        raise NotFound(_("There is no such affiliation."))
    by, now = current_person(), clock.now()
    if accepted(form, "reason", lambda: affiliating.dispute(db.session, affiliation, form.reason.data, by=by, now=now)):
        says = _("The affiliation is disputed. An officer will decide.")
        return see("organization", says, number=number, **same_page())
    return _shown(own, form, affiliation)
