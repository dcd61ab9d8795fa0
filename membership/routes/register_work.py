"""The committee's work on the register of parties: claims and disputes, merging, control and caps, cases, projects."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from membership.forms.committee import (
    CloseForm,
    ControlForm,
    EndForm,
    LeadForm,
    LinkForm,
    MergeForm,
    ProjectForm,
    ResolveForm,
    SignatoryForm,
)
from membership.models.parties import ControlKind
from membership.pages import caps_view, committee_lists
from membership.routes.blueprint import (
    accepted,
    bp,
    named_in,
    page,
    page_number,
    page_of,
    same_page,
    searched,
    see,
    today,
)
from membership.services import affiliating, controlling, mandating, merging, organizing, participating, parties
from membership.services.controlling import NewEdge


@bp.get("/committee/affiliations")
@requires(Permission.MEMBERS_REVIEW)
def claims() -> ResponseReturnValue:
    """List typed names to link and disputes to decide, with the organizations to look up."""
    return _claims()


def _claims(form: LinkForm | ResolveForm | None = None, failed: int = 0) -> ResponseReturnValue:
    disputes = committee_lists.disputes(db.session, page_of("disputes"))
    return page(
        "claims",
        form,
        claims=committee_lists.claims(db.session, today(), page_number()),
        disputes=disputes,
        resolve_forms={each.id: _resolve_form(each.id, form, failed) for each in disputes.rows},
        listed=committee_lists.organizations(db.session, searched(), 1) if searched() else None,
        query=searched(),
        failed=failed,
    )


def _resolve_form(number: int, form: LinkForm | ResolveForm | None, failed: int) -> ResolveForm:
    """Return the form of one dispute of several: each has ids of its own, and the one that was sent its errors."""
    if number == failed and isinstance(form, ResolveForm):
        return form
    empty = ResolveForm(formdata=None)
    empty.verdict.id = f"verdict-{number}"
    return empty


@bp.post("/committee/affiliations/<int:number>/link")
@requires(Permission.MEMBERS_REVIEW)
def link_claim(number: int) -> ResponseReturnValue:
    """Link a typed name to an organization of the register."""
    form = LinkForm()

    def act() -> None:
        organization = named_in(form, "organization", organizing.find_current)
        affiliating.link_claim(db.session, number, organization, by=current_person(), now=clock.now())

    if accepted(form, "organization", act):
        return see("claims", _("The affiliation is linked."), **same_page())
    return _claims(form, number)


@bp.post("/committee/affiliations/<int:number>/resolve")
@requires(Permission.MEMBERS_REVIEW)
def resolve_dispute(number: int) -> ResponseReturnValue:
    """Decide a dispute about an affiliation."""
    form = ResolveForm()

    def act() -> None:
        upheld, by = form.verdict.data == "upheld", current_person()
        reason = form.reason.data
        affiliating.resolve(db.session, number, upheld=upheld, resolution=reason, by=by, now=clock.now())

    if accepted(form, "reason", act):
        return see("claims", _("The dispute is decided."), **same_page("disputes"))
    return _claims(form, number)


@bp.route("/committee/merge", methods=["GET", "POST"])
@requires(Permission.MEMBERS_REVIEW)
def merge() -> ResponseReturnValue:
    """Merge two entries of one party."""
    form = MergeForm()

    def act() -> None:
        kept, duplicate = (named_in(form, field, parties.find_party) for field in ("kept", "duplicate"))
        merging.merge(db.session, kept, duplicate, form.reason.data, by=current_person(), now=clock.now())

    if accepted(form, "duplicate", act):
        return see("merge", _("The two entries are one."))
    return page("merge", form)


@bp.route("/committee/signatories", methods=["GET", "POST"])
@requires(Permission.MEMBERS_REVIEW)
def signatories() -> ResponseReturnValue:
    """Invite a signatory for an organization that nobody can act for any more."""
    form = SignatoryForm()

    def act() -> None:
        organization, by = named_in(form, "organization", organizing.find_current), current_person()
        mandating.name_signatory(db.session, organization, form.address.data, form.reason.data, by=by, now=clock.now())

    if accepted(form, "address", act, {"bad-text": "reason", "self-dealing": "organization"}):
        return see("signatories", _("The invitation is sent."))
    listed = committee_lists.organizations(db.session, searched(), 1) if searched() else None
    return page("signatories", form, listed=listed, query=searched())


@bp.route("/committee/control", methods=["GET", "POST"])
@requires(Permission.MEMBERS_REVIEW)
def control() -> ResponseReturnValue:
    """Record that one organization controls another, and see which caps that breaches."""
    form = ControlForm()

    def act() -> None:
        kind = ControlKind(form.kind.data)
        parent, child = (named_in(form, field, organizing.find_current) for field in ("parent", "child"))
        new = NewEdge(parent.id, child.id, kind, form.from_on.data, form.source.data)
        controlling.record_control(db.session, new, by=current_person(), now=clock.now())

    if accepted(form, "from_on", act, {"same-organization": "child"}):
        return see("control", _("This is recorded. The caps are computed anew below."))
    return _control(form, form)


def _control(form: ControlForm | EndForm, edge_form: ControlForm, failed: int = 0) -> ResponseReturnValue:
    edges = committee_lists.control_edges(db.session, page_number())
    breaches = caps_view.breaches(db.session, clock.now())
    listed = committee_lists.organizations(db.session, searched(), 1) if searched() else None
    shown = {"edges": edges, "breaches": breaches, "listed": listed, "query": searched()}
    return page("control", form, edge_form=edge_form, failed=failed, **shown)


@bp.post("/committee/control/<int:number>/end")
@requires(Permission.MEMBERS_REVIEW)
def end_control(number: int) -> ResponseReturnValue:
    """Record that control over an organization has ended."""
    form = EndForm()
    by, now = current_person(), clock.now()
    if accepted(form, "until", lambda: controlling.end_control(db.session, number, form.until.data, by=by, now=now)):
        return see("control", _("The end is recorded."), **same_page())
    return _control(form, ControlForm(formdata=None), number)


@bp.get("/committee/cases")
@requires(Permission.MEMBERS_REVIEW)
def cases() -> ResponseReturnValue:
    """List the cases to close."""
    return _cases()


def _cases(form: CloseForm | None = None, failed: int = 0) -> ResponseReturnValue:
    waiting = committee_lists.open_cases(db.session, page_number())
    concerned = caps_view.concerned(db.session, waiting.rows, clock.now())
    return page("cases", form, cases=waiting, concerned=concerned, failed=failed)


@bp.post("/committee/cases/<int:number>")
@requires(Permission.MEMBERS_REVIEW)
def close_case(number: int) -> ResponseReturnValue:
    """Close a case with a sentence."""
    form = CloseForm()

    def act() -> None:
        by, now = current_person(), clock.now()
        controlling.close_case(db.session, number, form.outcome.data, version=form.seen(), by=by, now=now)

    if accepted(form, "outcome", act):
        return see("cases", _("The case is closed."), **same_page())
    return _cases(form, number)


@bp.route("/committee/projects", methods=["GET", "POST"])
@requires(Permission.MEMBERS_REVIEW)
def projects() -> ResponseReturnValue:
    """Enter a project."""
    form = ProjectForm()

    def act() -> None:
        key, name = form.key.data, form.name.data
        participating.make_project(db.session, key, name, by=current_person(), now=clock.now())

    if accepted(form, "key", act):
        return see("projects", _("The project is entered."))
    return _projects(form, project_form=form, lead_form=LeadForm(formdata=None))


def _projects(form: ProjectForm | LeadForm, **forms: ProjectForm | LeadForm) -> ResponseReturnValue:
    return page("projects", form, listed=caps_view.projects(db.session), **forms)


@bp.post("/committee/leads")
@requires(Permission.MEMBERS_REVIEW)
def name_lead() -> ResponseReturnValue:
    """Name somebody as a lead of a project."""
    form = LeadForm()

    def act() -> None:
        project = named_in(form, "project", participating.project_of)
        person = joining.person_of(db.session, form.address.data)
        participating.name_lead(db.session, project, person, by=current_person(), now=clock.now())

    if accepted(form, "address", act):
        return see("projects", _("The lead is named."))
    return _projects(form, project_form=ProjectForm(formdata=None), lead_form=form)


@bp.post("/committee/leads/<int:number>/end")
@requires(Permission.MEMBERS_REVIEW)
def end_lead(number: int) -> ResponseReturnValue:
    """End somebody's lead of a project."""
    participating.end_lead(db.session, number, by=current_person(), now=clock.now())
    db.session.commit()
    return see("projects", _("The lead has ended."))
