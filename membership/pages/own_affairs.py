"""What a person sees of their own: their membership, their organizations, what they are asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, selectinload

from foundation.accounts.models import Person
from foundation.core.access import Permission
from foundation.core.context import Task
from membership.days import day
from membership.models.applications import Application
from membership.models.mandates import Mandate, MandateRole
from membership.models.memberships import Membership
from membership.models.participation import Project
from membership.models.parties import Party
from membership.pages import committee_lists
from membership.rules.admission import OPEN, ApplicationState
from membership.rules.standing_status import GOOD_STANDING, Status
from membership.services import affiliating, agreeing, applying, mandating, participating, parties, renewing
from membership.services.standing_now import status_of


@dataclass(frozen=True, slots=True)
class PartyAffairs:
    """Where a party stands: its application, its membership, and what is due."""

    party: Party
    application: Application | None
    membership: Membership | None
    status: Status | None
    sign_by: date | None
    ends: date | None
    may_renew: bool
    appeal_until: datetime | None

    @property
    def may_apply(self) -> bool:
        """Whether the party can begin an application now."""
        waits = self.application is not None and self.application.state in OPEN
        return not waits and self.status in {None, Status.RESIGNED, Status.LAPSED}

    @property
    def must_sign(self) -> bool:
        """Whether a signature is due now."""
        waiting = self.status in {Status.PENDING_AGREEMENT, Status.SUSPENDED, Status.ACTIVE, Status.GRACE}
        return waiting and (self.status is Status.PENDING_AGREEMENT or self.sign_by is not None)


@dataclass(frozen=True, slots=True)
class Affairs:
    """A person's affairs: their own and those of the organizations they act for."""

    own: PartyAffairs | None
    organizations: Sequence[PartyAffairs]
    invitations: Sequence[Mandate]
    mandates: Sequence[Mandate]
    leads: Sequence[Project]
    unconfirmed: int


def of(session: Session, person: Person, now: datetime) -> Affairs:
    """Return what the person sees of their own."""
    party, on = parties.party_or_none(session, person), now.date()
    mandates = mandating.of_person(session, person)
    signs_for = [each for each in mandates if each.role is MandateRole.SIGNATORY and each.is_in_force(now)]
    return Affairs(
        party_affairs(session, party, now) if party else None,
        affairs_of_each(session, [each.organization.party for each in signs_for], now),
        [each for each in mandates if each.accepted_at is None],
        [each for each in mandates if each.is_in_force(now)],
        participating.led_by(session, person),
        len(affiliating.unconfirmed(session, person, on)),
    )


def party_affairs(session: Session, party: Party, now: datetime) -> PartyAffairs:
    """Return where a party stands now."""
    return affairs_of_each(session, [party], now)[0]


def affairs_of_each(session: Session, those: Sequence[Party], now: datetime) -> list[PartyAffairs]:
    """Return where each of the parties stands now, in a number of queries that does not grow with them."""
    numbers = [party.id for party in those]
    if not numbers:
        return []
    wanted = select(Membership).where(Membership.party_id.in_(numbers))
    loaded = selectinload(Membership.terms), selectinload(Membership.events)
    memberships = {each.party_id: each for each in session.execute(wanted.options(*loaded)).scalars()}
    applications = _latest_applications(session, numbers)
    due = agreeing.must_sign_by_each(session, [party for party in those if party.id in memberships])
    return [
        _affairs(each, applications.get(each.id), memberships.get(each.id), due=due.get(each.id), now=now)
        for each in those
    ]


def _affairs(
    party: Party, application: Application | None, membership: Membership | None, *, due: date | None, now: datetime
) -> PartyAffairs:
    on, until = now.date(), applying.appeal_until(application) if application else None
    return PartyAffairs(
        party,
        application,
        membership,
        status_of(membership, on) if membership else None,
        due,
        renewing.last_day(membership) if membership else None,
        renewing.may_renew(membership, on) if membership else False,
        until if until and now < until else None,
    )


def latest_application(session: Session, party: Party) -> Application | None:
    """Return the party's open application, or the last one it made."""
    return _latest_applications(session, [party.id]).get(party.id)


def _latest_applications(session: Session, numbers: Sequence[int]) -> dict[int, Application]:
    wanted = (
        select(Application)
        .where(Application.party_id.in_(numbers))
        .ext(distinct_on(Application.party_id))
        .order_by(Application.party_id, Application.state.in_(OPEN).desc(), Application.id.desc())
    )
    found = session.execute(wanted.options(selectinload(Application.events))).scalars()
    return {each.party_id: each for each in found}


def membership_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """List what the person has to do about membership, for themselves, their organizations, and as an officer."""
    affairs = of(session, person, now)
    tasks = [Task(_("Answer an invitation: %(name)s", name=each.organization.legal_name), url_for("membership.mine"))
             for each in affairs.invitations]  # fmt: skip
    for each in [affairs.own, *affairs.organizations]:
        if each is not None:
            tasks += _party_tasks(each)
    if affairs.unconfirmed:
        tasks.append(Task(_("Confirm your affiliations"), url_for("membership.affiliations"), _("Asked once a year.")))
    if Permission.MEMBERS_REVIEW in person.permissions(now):
        tasks += _committee_tasks(session, now)
    return tasks


def _party_tasks(affairs: PartyAffairs) -> list[Task]:
    name, number, tasks = affairs.party.name, affairs.party.id, []
    state = affairs.application.state if affairs.application else None
    if state is ApplicationState.INFORMATION_REQUESTED:
        link = url_for("membership.application", number=number)
        tasks.append(Task(_("Answer the membership committee: %(name)s", name=name), link))
    if state is ApplicationState.DRAFT:
        link = url_for("membership.application", number=number)
        tasks.append(Task(_("Submit the application: %(name)s", name=name), link))
    if affairs.must_sign:
        until = (
            _("Before %(day)s (UTC).", day=day(affairs.sign_by))
            if affairs.sign_by and affairs.status in GOOD_STANDING
            else ""
        )
        link = url_for("membership.sign", number=number)
        tasks.append(Task(_("Sign the agreement: %(name)s", name=name), link, until))
    if affairs.may_renew:
        link = url_for("membership.renew", number=number)
        grace = day(renewing.grace_ends(affairs.membership)) if affairs.membership else ""
        late = _("It has ended. Renew before %(day)s (UTC), or it lapses.", day=grace)
        soon = _("It ends on %(day)s.", day=day(affairs.ends))
        hint = late if affairs.status is Status.GRACE else soon
        tasks.append(Task(_("Renew the membership: %(name)s", name=name), link, hint))
    return tasks


def _committee_tasks(session: Session, now: datetime) -> list[Task]:
    counted = [
        (committee_lists.waiting(session), _("Applications to decide"), "queue"),
        (committee_lists.claims(session, now.date(), 1).place.total, _("Affiliations to link"), "claims"),
        (committee_lists.disputes(session, 1).place.total, _("Affiliations in dispute"), "claims"),
        (committee_lists.open_cases(session, 1).place.total, _("Cases to close"), "cases"),
    ]
    return [
        Task(title, url_for(f"membership.{endpoint}"), _("%(count)s waiting", count=count))
        for count, title, endpoint in counted
        if count
    ]
