"""What an applicant does: draft, submit, answer, withdraw, appeal; the same for a person and an organization."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict, Invalid
from membership.models.applications import Application, ApplicationEvent
from membership.models.memberships import Membership
from membership.models.parties import Party
from membership.rules.admission import OPEN, ApplicationState, IllegalTransition, advance
from membership.rules.classes import CLASS_OF
from membership.rules.defaults import RULES
from membership.rules.standing_status import Status
from membership.services import parties, records
from membership.services.standing_now import status_of
from membership.wording import paragraphs

LONGEST_STATEMENT = 4000
S = ApplicationState


def step(
    session: Session, application: Application, to: ApplicationState, *, note: str, by: Person, now: datetime
) -> None:
    """Take one step of the lifecycle and record it: the only place where an application's state changes."""
    try:
        reached = advance(application.state, to)
    except IllegalTransition as error:
        raise Conflict(str(error), code="illegal-transition") from None
    before, application.state = application.state, reached
    application.version += 1
    session.add(
        ApplicationEvent(application=application, from_state=before.value, to_state=reached, note=note, by=by, at=now)
    )
    session.flush()


def begin(session: Session, party: Party, statement: str, *, by: Person, now: datetime) -> Application:
    """Draft an application for the party, or raise Conflict when it is a member or has one open."""
    parties.require_actor(session, party, by, now=now)
    _refuse_members(session, party, now)
    # The party's row is the lock: two drafts begun at once do not both see that there is none.
    session.execute(select(Party.id).where(Party.id == party.id).with_for_update(of=Party))
    if open_application(session, party) is not None:
        raise Conflict(_("There is an open application already."), code="already-open")
    application = Application(
        party=party,
        member_class=CLASS_OF[party.kind.value],
        state=S.DRAFT,
        statement=_statement(statement),
        applicant=by,
        created_at=now,
        version=1,
    )
    session.add(application)
    session.flush()
    return application


def open_application(session: Session, party: Party) -> Application | None:
    """Return the party's application that is not finished, if there is one."""
    wanted = select(Application).where(Application.party_id == party.id, Application.state.in_(OPEN))
    return session.execute(wanted).scalar_one_or_none()


def edit(session: Session, number: int, statement: str, *, version: int, by: Person, now: datetime) -> Application:
    """Change what a draft says."""
    application = _own(session, number, version, by=by, now=now)
    if application.state is not S.DRAFT:
        raise Conflict(_("Only a draft can be changed."), code="illegal-transition")
    application.statement = _statement(statement)
    application.version += 1
    session.flush()
    return application


def submit(
    session: Session, number: int, *, version: int, by: Person, now: datetime, statement: str | None = None
) -> Application:
    """Hand the application to the committee, as saved or with what is said now; an organization proves its mail domain
    before.
    """
    application = _own(session, number, version, by=by, now=now)
    if statement is not None:
        application.statement = _statement(statement)
    organization = application.party.organization
    if organization is not None and organization.domain is None:
        raise Conflict(_("Prove the organization's mail domain first."), code="domain-not-proved")
    application.submitted_at = now
    step(session, application, S.SUBMITTED, note="", by=by, now=now)
    facts = {"class": application.member_class.value}
    records.enter(
        session, "application.submitted", by="applicant", subject=f"application:{application.id}", facts=facts, now=now
    )
    return application


def answer(session: Session, number: int, text: str, *, version: int, by: Person, now: datetime) -> Application:
    """Give the information that the committee asked for."""
    application = _own(session, number, version, by=by, now=now)
    if application.state is not S.INFORMATION_REQUESTED:
        raise Conflict(_("The committee has asked for nothing."), code="illegal-transition")
    step(session, application, S.UNDER_REVIEW, note=paragraphs(text, _("Your answer"), 4000), by=by, now=now)
    return application


def withdraw(session: Session, number: int, *, version: int, by: Person, now: datetime) -> Application:
    """Take the application back, as long as it is not decided."""
    application = _own(session, number, version, by=by, now=now)
    take_back(session, application, by=by, now=now)
    return application


def take_back(session: Session, application: Application, *, by: Person, now: datetime, officer_says: str = "") -> None:
    """End an application that is not decided; where the register says that it was made, it says this as well."""
    step(session, application, S.WITHDRAWN, note=officer_says, by=by, now=now)
    if application.submitted_at is not None:
        actor, subject = by if officer_says else "applicant", f"application:{application.id}"
        records.enter(session, "application.withdrawn", by=actor, subject=subject, facts={}, now=now)


def appeal(session: Session, number: int, text: str, *, version: int, by: Person, now: datetime) -> Application:
    """Appeal against a decline, in time; somebody else will decide."""
    application = _own(session, number, version, by=by, now=now)
    until = appeal_until(application)
    if until is not None and now >= until:
        days = RULES.appeal_within.days
        raise Conflict(_("The %(days)s days to appeal are over. You can apply again.", days=days), code="too-late")
    if open_application(session, application.party) is not None:
        raise Conflict(_("There is an open application already."), code="already-open")
    step(session, application, S.APPEALED, note=paragraphs(text, _("Your reason"), 4000), by=by, now=now)
    subject = f"application:{application.id}"
    records.enter(session, "application.appealed", by="applicant", subject=subject, facts={}, now=now)
    return application


def appeal_until(application: Application) -> datetime | None:
    """Return the moment at which the time to appeal is over, if the application is one that was declined."""
    if application.state is not S.DECLINED or application.decided_at is None:
        return None
    return application.decided_at + RULES.appeal_within


def _own(session: Session, number: int, version: int, *, by: Person, now: datetime) -> Application:
    application = parties.locked(session, Application, number, None)
    parties.require_actor(session, application.party, by, now=now)
    if application.version != version:
        return parties.locked(session, Application, number, version)
    return application


def _statement(typed: str) -> str:
    text = paragraphs(typed, _("What you do in the community"), LONGEST_STATEMENT)
    if len(text) < 20:  # noqa: PLR2004 — shorter than a sentence
        raise Invalid(_("Say in a sentence or more what you do in the community."), code="bad-text")
    return text


def _refuse_members(session: Session, party: Party, now: datetime) -> None:
    membership = session.execute(select(Membership).where(Membership.party_id == party.id)).scalar_one_or_none()
    if membership is None:
        return
    status = status_of(membership, now.date())
    if status is Status.EXPELLED:
        raise Conflict(_("A membership that ended by expulsion is not applied for again."), code="expelled")
    if status not in {Status.RESIGNED, Status.LAPSED}:
        raise Conflict(_("You are a member already."), code="already-a-member")
