"""The secretary's pages of packages."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.errors import Invalid, NotFound, Refusal
from membership.sponsorship.forms import PackageForm, VersionForm, shown_version
from membership.sponsorship.language import translated as _
from membership.sponsorship.routes.blueprint import again, bp, page, person, see
from membership.sponsorship.rules.lifecycle import PackageState
from membership.sponsorship.rules.money import BadAmount
from membership.sponsorship.services import catalogue, packages, steps
from membership.sponsorship.services.packages import PackageTerms

RECORDS = Permission.RECORDS_KEEP
MOVES = {"offer": PackageState.OFFERED, "close": PackageState.CLOSED}


@bp.get("/office/packages")
@requires(RECORDS)
def manage_packages() -> ResponseReturnValue:
    """List every package."""
    found = packages.all_packages(db.session)
    return page("manage_packages", packages=found)


@bp.route("/office/packages/new", methods=["GET", "POST"])
@requires(RECORDS)
def new_package() -> ResponseReturnValue:
    """Draft a package."""
    form = PackageForm()
    if request.method == "GET":
        form.year.data = clock.now().year + 1
    if not form.validate_on_submit():
        return page("package_form", form, package=None)
    try:
        packages.add_package(db.session, _terms(form), by=steps.officer(person()), now=clock.now())
    except Refusal as refusal:
        return again("package_form", form, _field(form, refusal), refusal, package=None)
    db.session.commit()
    flash(_("The package is drafted. Companies see it when you offer it."), "success")
    return see("manage_packages")


@bp.route("/office/packages/<int:number>", methods=["GET", "POST"])
@requires(RECORDS)
def change_package(number: int) -> ResponseReturnValue:
    """Change a package for those who apply from now on."""
    form, package = PackageForm(), catalogue.package(db.session, number)
    if request.method == "GET":
        form.show(package)
    if not form.validate_on_submit():
        return page("package_form", form, package=package)
    try:
        terms, version = _terms(form), shown_version(form)
        packages.change_package(db.session, number, terms, version=version, by=steps.officer(person()), now=clock.now())
    except Refusal as refusal:
        return again("package_form", form, _field(form, refusal), refusal, package=package)
    db.session.commit()
    flash(_("The package is changed for those who apply from now on."), "success")
    return see("manage_packages")


@bp.post("/office/packages/<int:number>/<move>")
@requires(RECORDS)
def move_package(number: int, move: str) -> ResponseReturnValue:
    """Offer or close a package."""
    if move not in MOVES:
        raise NotFound(_("There is no such page. If you typed the address, check that it is right."))
    version, by = shown_version(VersionForm()), steps.officer(person())
    packages.move_package(db.session, number, MOVES[move], version=version, by=by, now=clock.now())
    db.session.commit()
    said = {"offer": _("Companies can apply for the package now."), "close": _("The package is no longer offered.")}
    flash(said[move], "success")
    return see("manage_packages")


def _terms(form: PackageForm) -> PackageTerms:
    try:
        return form.terms()
    except BadAmount as error:
        raise Invalid(_(str(error)), code="bad-amount") from error


def _field(form: PackageForm, refusal: Refusal) -> object:
    return form.amount if refusal.code == "bad-amount" else form.name
