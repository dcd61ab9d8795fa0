"""A member's own pages: the agreement, renewal, leaving, the profile, affiliations, participation, privacy."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound
from membership import directory
from membership.forms.parties import (
    AffiliationForm,
    ConfirmForm,
    EraseForm,
    ProfileForm,
    SignForm,
    StandingAppealForm,
)
from membership.models.affiliations import AffiliationKind
from membership.models.memberships import Membership
from membership.models.parties import Party, ProfileField, Visibility
from membership.pages import committee_lists
from membership.pages.paging import PAGE, place_of
from membership.routes.blueprint import (
    accepted,
    bp,
    commit_and_post,
    own_party,
    page,
    page_number,
    searched,
    see,
    today,
)
from membership.rules.defaults import RULES
from membership.rules.standing_status import Status
from membership.services import (
    admitting,
    affiliating,
    agreeing,
    appealing,
    exporting,
    listing,
    privacy,
    profiling,
    renewing,
)
from membership.services.affiliating import Declared
from membership.services.standing_now import status_of

AT_FIELDS = {
    "no-such-organization": "organization",
    "merged": "organization",
    "dates-reversed": "until_on",
    "not-begun": "from_on",
}


def _membership_of(party: Party) -> Membership:
    membership = admitting.membership_of(db.session, party)
    if membership is None:
        raise NotFound(_("There is no membership yet."), code="no-such-member")
    return membership


@bp.route("/parties/<int:number>/agreement", methods=["GET", "POST"])
@signed_in
def sign(number: int) -> ResponseReturnValue:
    """Read the agreement in force and sign it."""
    party, form = own_party(number), SignForm()
    membership = _membership_of(party)
    newest = agreeing.current(db.session, membership.member_class)

    def act() -> None:
        by, now = current_person(), clock.now()
        agreeing.sign(db.session, party, form.name.data, version=form.seen(), by=by, now=now)

    if accepted(form, "name", act):
        return see("mine", _("You have signed the agreement."))
    form.version.data = str(newest.number)
    status = status_of(membership, today())
    context = {"party": party, "version": newest, "status": status, "sign_by": agreeing.must_sign_by(db.session, party)}
    return page("sign", form, signatures=agreeing.signatures_of(db.session, party), **context)


@bp.route("/parties/<int:number>/renew", methods=["GET", "POST"])
@signed_in
def renew(number: int) -> ResponseReturnValue:
    """Renew the membership for another year."""
    party = own_party(number)
    membership = _membership_of(party)
    if request.method == "POST":
        renewing.renew(db.session, party, by=current_person(), now=clock.now())
        commit_and_post()
        return see("mine", _("The membership is renewed."))
    open_now = renewing.may_renew(membership, today())
    unconfirmed = affiliating.unconfirmed(db.session, party.person, today()) if party.person else []
    must_sign = agreeing.must_sign_by(db.session, party) is not None
    context = {"party": party, "membership": membership, "open_now": open_now, "ends": renewing.last_day(membership)}
    context |= {"grace": renewing.grace_ends(membership), "in_grace": status_of(membership, today()) is Status.GRACE}
    return page("renew", ConfirmForm(), unconfirmed=unconfirmed, must_sign=must_sign, **context)


@bp.route("/parties/<int:number>/resign", methods=["GET", "POST"])
@signed_in
def resign(number: int) -> ResponseReturnValue:
    """Leave the foundation."""
    party = own_party(number)
    membership = _membership_of(party)
    if request.method == "POST":
        admitting.resign(db.session, membership, by=current_person(), now=clock.now())
        commit_and_post()
        return see("mine", _("The membership has ended."))
    return page("resign", ConfirmForm(), party=party, membership=membership)


@bp.route("/parties/<int:number>/profile", methods=["GET", "POST"])
@signed_in
def profile(number: int) -> ResponseReturnValue:
    """Choose what the directory shows, and to whom."""
    party = own_party(number)
    form = ProfileForm(data=_shown_now(party)) if request.method == "GET" else ProfileForm()

    def act() -> None:
        fields = {kind: (form[kind.value].data or "", _seen(form, kind)) for kind in ProfileField}
        seen = Visibility(form.name_visibility.data)
        profiling.change(db.session, party, seen, fields, by=current_person(), now=clock.now())

    if accepted(form, "website", act):
        return see("mine", _("The directory shows what you chose."))
    return page("profile", form, party=party)


def _seen(form: ProfileForm, kind: ProfileField) -> Visibility:
    return Visibility(form[f"{kind.value}_visibility"].data)


def _shown_now(party: Party) -> dict[str, str]:
    data = {"name_visibility": party.name_visibility.value}
    for entry in party.profile:
        data |= {entry.field.value: entry.value, f"{entry.field.value}_visibility": entry.visibility.value}
    return data


@bp.route("/affiliations", methods=["GET", "POST"])
@signed_in
def affiliations() -> ResponseReturnValue:
    """Declare which organizations one belongs to."""
    form = AffiliationForm()
    if accepted(form, "typed_name", lambda: _declare(form), AT_FIELDS):
        return see("affiliations", _("The affiliation is declared."))
    person, on = current_person(), today()
    present = listing.affiliations_on(db.session, person.id, on)
    listed = committee_lists.organizations(db.session, searched(), 1)
    unconfirmed = affiliating.unconfirmed(db.session, person, on)
    context = {"present": present, "unconfirmed": unconfirmed, "listed": listed, "query": searched()}
    return page("affiliations", form, **context)


def _declare(form: AffiliationForm) -> None:
    declared = Declared(
        AffiliationKind(form.kind.data),
        form.from_on.data,
        form.organization.data,
        form.typed_name.data or "",
        form.until_on.data,
        Visibility(form.visibility.data),
    )
    affiliating.declare(db.session, declared, by=current_person(), now=clock.now())


@bp.post("/affiliations/confirm")
@signed_in
def confirm_affiliations() -> ResponseReturnValue:
    """Confirm that one's affiliations are as they stand."""
    affiliating.confirm_all(db.session, by=current_person(), now=clock.now())
    db.session.commit()
    return see("affiliations", _("Your affiliations are confirmed."))


@bp.post("/affiliations/<int:number>/end")
@signed_in
def end_affiliation(number: int) -> ResponseReturnValue:
    """Say that an affiliation ended today."""
    affiliating.end(db.session, number, today(), by=current_person(), now=clock.now())
    db.session.commit()
    return see("affiliations", _("The affiliation has ended."))


@bp.route("/participation", methods=["GET", "POST"])
@signed_in
def participation() -> ResponseReturnValue:
    """Show one's records and one's standing, line by line, and take an appeal against it."""
    form, person = StandingAppealForm(), current_person()
    if accepted(
        form, "text", lambda: appealing.appeal_standing(db.session, form.text.data, by=person, now=clock.now())
    ):
        return see("participation", _("Your appeal is sent. An officer will look at it."))
    standing = directory.standing(db.session, person, RULES.standing, today())
    place = place_of(len(standing.finding.lines), page_number())
    shown = standing.finding.lines[place.offset : place.offset + PAGE]
    return page(
        "participation",
        form,
        standing=standing,
        rule=RULES.standing,
        lines=shown,
        place=place,
        appeals=appealing.appeals_of(db.session, person),
    )


@bp.get("/privacy")
@signed_in
def privacy_page() -> ResponseReturnValue:
    """Show what can be done about one's data."""
    return _privacy(EraseForm())


def _privacy(form: EraseForm) -> ResponseReturnValue:
    hindrance = privacy.why_not_erase(db.session, current_person(), clock.now())
    return page("privacy", form, hindrance=hindrance)


@bp.get("/export.json")
@signed_in
def export() -> ResponseReturnValue:
    """Download everything about oneself."""
    content: dict[str, Any] = exporting.export(db.session, current_person())
    response = Response(json.dumps(content, ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="everything-about-me.json"'
    return response


@bp.post("/erase")
@signed_in
def erase() -> ResponseReturnValue:
    """Erase oneself, after saying so twice."""
    form = EraseForm()
    if not form.validate_on_submit():
        return _privacy(form)
    privacy.erase(db.session, current_person(), now=clock.now())
    commit_and_post()
    return redirect(url_for("core.home"), code=303)
