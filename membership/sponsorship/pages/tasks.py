"""What sponsoring asks of the signed-in person now, for the task list of the account page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.access import Permission
from foundation.core.context import Task
from membership.sponsorship import company
from membership.sponsorship.company import MandateRole, Organization
from membership.sponsorship.language import translated as _
from membership.sponsorship.language import translated_number
from membership.sponsorship.models.invoices import Invoice
from membership.sponsorship.models.packages import BenefitKind
from membership.sponsorship.models.sponsorships import Asset, Benefit, Sponsorship
from membership.sponsorship.pages.wording import day
from membership.sponsorship.rules.lifecycle import IN_FORCE, InvoiceState, SponsorshipState
from membership.sponsorship.services.showing import due

OWED = (InvoiceState.ISSUED, InvoiceState.OVERDUE)


def sponsorship_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """List what the person has to do for a company, as secretary or as treasurer; one line a kind of work."""
    allowed = person.permissions(now)
    tasks = [*_signs(session, person, now), *_pays(session, person, now), *_gives(session, person, now)]
    if Permission.RECORDS_KEEP in allowed:
        tasks += _keeps_records(session, now)
    if Permission.LEDGER_KEEP in allowed:
        tasks += _keeps_ledger(session)
    return tasks


def _mine(session: Session, person: Person, now: datetime, *roles: MandateRole) -> dict[int, str]:
    return {each.id: each.legal_name for each in company.companies_of(session, person, now=now, roles=roles)}


def _signs(session: Session, person: Person, now: datetime) -> Iterator[Task]:
    names = _mine(session, person, now, MandateRole.SIGNATORY)
    wanted = select(Sponsorship.id, Sponsorship.organization_id).where(
        Sponsorship.organization_id.in_(names), Sponsorship.state == SponsorshipState.CONTRACT_SENT
    )
    for number, organization in session.execute(wanted.order_by(Sponsorship.id)):
        link = url_for("sponsorship.contract", number=number)
        yield Task(_("Sign the sponsorship contract of %(company)s", company=names[organization]), link)


def _pays(session: Session, person: Person, now: datetime) -> Iterator[Task]:
    names = _mine(session, person, now, *company.ACTS_FOR)
    wanted = (
        select(Invoice, Sponsorship.organization_id)
        .join(Invoice.sponsorship)
        .where(Sponsorship.organization_id.in_(names), Invoice.state.in_(OWED))
    )
    for invoice, organization in session.execute(wanted.order_by(Invoice.id)):
        values = {"number": invoice.number, "company": names[organization]}
        late = _("It is overdue.") if invoice.state is InvoiceState.OVERDUE else ""
        hint = f"{_('Due by %(day)s.', day=day(invoice.due_on))} {late}".strip()
        link = url_for("sponsorship.show", number=invoice.sponsorship_id)
        yield Task(_("Pay invoice %(number)s of %(company)s", **values), link, hint=hint)


def _gives(session: Session, person: Person, now: datetime) -> Iterator[Task]:
    names = _mine(session, person, now, *company.ACTS_FOR)
    given = select(Asset.id).where(Asset.benefit_id == Benefit.id, Asset.taken_down_at.is_(None))
    wanted = (
        select(Sponsorship.id, Sponsorship.organization_id, func.count(Benefit.id))
        .join(Benefit, Benefit.sponsorship_id == Sponsorship.id)
        .where(
            Sponsorship.organization_id.in_(names),
            Sponsorship.state.in_(IN_FORCE),
            Benefit.kind != BenefitKind.PLAIN,
            ~given.exists(),
        )
        .group_by(Sponsorship.id, Sponsorship.organization_id)
    )
    for number, organization, missing in session.execute(wanted.order_by(Sponsorship.id)):
        hint = translated_number(missing, "%(num)d benefit waits for it", "%(num)d benefits wait for it")
        link = url_for("sponsorship.show", number=number)
        yield Task(_("Give your logo or text for %(company)s", company=names[organization]), link, hint=hint)


def _keeps_records(session: Session, now: datetime) -> Iterator[Task]:
    for state, title in (
        (SponsorshipState.APPLIED, _("Answer applications to sponsor")),
        (SponsorshipState.APPROVED, _("Send sponsors their contracts")),
    ):
        waiting = session.execute(select(func.count(Sponsorship.id)).where(Sponsorship.state == state)).scalar_one()
        if waiting:
            link = url_for("sponsorship.office", state=state.value)
            yield Task(title, link, hint=translated_number(waiting, "%(num)d company waits", "%(num)d companies wait"))
    unprovided = select(func.count(Benefit.id)).join(Benefit.sponsorship)
    left = session.execute(unprovided.where(Benefit.provided_at.is_(None), due(now.date()))).scalar_one()
    if left:
        link = url_for("sponsorship.office", state=SponsorshipState.ACTIVE.value)
        hint = translated_number(left, "%(num)d benefit is due", "%(num)d benefits are due")
        yield Task(_("Provide sponsors' benefits"), link, hint=hint)


def _keeps_ledger(session: Session) -> Iterator[Task]:
    late = select(func.count(Invoice.id)).where(Invoice.state == InvoiceState.OVERDUE)
    overdue = session.execute(late).scalar_one()
    if overdue:
        link = url_for("sponsorship.invoices", state=InvoiceState.OVERDUE.value)
        hint = translated_number(overdue, "%(num)d invoice is overdue", "%(num)d invoices are overdue")
        yield Task(_("Look after overdue invoices"), link, hint=hint)
    drafted = (
        select(func.count(Invoice.id))
        .join(Invoice.sponsorship)
        .join(Organization, Organization.id == Sponsorship.organization_id)
        .where(Invoice.state == InvoiceState.DRAFT, Sponsorship.state.in_(IN_FORCE))
    )
    again = session.execute(drafted).scalar_one()
    if again:
        link = url_for("sponsorship.invoices", state=InvoiceState.DRAFT.value)
        hint = translated_number(again, "%(num)d draft replaces a void one", "%(num)d drafts replace void ones")
        yield Task(_("Issue invoices again"), link, hint=hint)
