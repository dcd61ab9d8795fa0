"""What the membership committee does with an application: review, ask, approve, decline, and decide appeals."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict
from membership.days import day
from membership.models.applications import Application
from membership.models.parties import Party
from membership.rules.admission import ApplicationState
from membership.rules.defaults import RULES
from membership.services import admitting, letters, parties, records, ties
from membership.services.applying import step
from membership.services.letters import Letter
from membership.wording import paragraphs

LONGEST_REASON = 4000
S = ApplicationState


def begin_review(session: Session, number: int, *, version: int, by: Person, now: datetime) -> Application:
    """Take a submitted application up."""
    application = _case(session, number, version, by=by, now=now)
    step(session, application, S.UNDER_REVIEW, note="", by=by, now=now)
    return application


def request_information(
    session: Session, number: int, question: str, *, version: int, by: Person, now: datetime
) -> Application:
    """Ask the applicant for something; the application waits for the answer."""
    application = _case(session, number, version, by=by, now=now)
    text = paragraphs(question, _("The question"), LONGEST_REASON)
    step(session, application, S.INFORMATION_REQUESTED, note=text, by=by, now=now)
    _tell(session, application, _("A question about your application"), text, now=now)
    return application


def approve(session: Session, number: int, reason: str, *, version: int, by: Person, now: datetime) -> Application:
    """Admit the party, also on appeal; it is a member once it has signed."""
    application = _case(session, number, version, by=by, now=now)
    if is_gone(application.party):
        raise Conflict(gone_in_words(), code="party-gone")
    _decide(session, application, S.APPROVED, reason, by=by, now=now)
    admitting.admit(session, application, by=by, now=now)
    says = _("Your application is approved. Sign the agreement to become a member.")
    _tell(session, application, _("Your application is approved"), says, now=now)
    return application


def decline(session: Session, number: int, reason: str, *, version: int, by: Person, now: datetime) -> Application:
    """Decline the application for a reason, which the applicant reads; on appeal this is final."""
    application = _case(session, number, version, by=by, now=now)
    final = application.state is S.APPEALED
    _decide(session, application, S.DECLINE_UPHELD if final else S.DECLINED, reason, by=by, now=now)
    says = _("Your application is declined for this reason:\n\n%(reason)s", reason=application.reason)
    if not final:
        says += "\n\n" + _(
            "You can appeal within %(days)s days, before %(day)s; somebody else will decide.",
            days=RULES.appeal_within.days,
            day=day((now + RULES.appeal_within).date()),
        )
    _tell(session, application, _("Your application is declined"), says, now=now)
    return application


def is_gone(party: Party) -> bool:
    """Tell whether nobody can become a member any more under this entry; an appeal that was open stays to be closed."""
    return party.erased_at is not None or party.merged_into_id is not None


def gone_in_words() -> str:
    """Return what an officer can still do about an application of such an entry."""
    return str(_("This entry was erased or merged into another. Close the appeal by declining it."))


def _case(session: Session, number: int, version: int, *, by: Person, now: datetime) -> Application:
    application = parties.locked(session, Application, number, version)
    ties.refuse_self_dealing(session, by, application.party, now)
    if application.applicant_id == by.id:
        raise ties.SelfDealing(_("Nobody decides about an application they made themselves."))
    if application.state is S.DRAFT:
        raise Conflict(_("This application has not been submitted."), code="illegal-transition")
    return application


def _decide(
    session: Session, application: Application, to: ApplicationState, reason: str, *, by: Person, now: datetime
) -> None:
    on_appeal = application.state is S.APPEALED
    if on_appeal and application.decider_id == by.id:
        raise ties.SelfDealing(_("You declined this application. Somebody else must decide the appeal."))
    text = paragraphs(reason, _("The reason"), LONGEST_REASON)
    application.decider, application.decided_at, application.reason = by, now, text
    step(session, application, to, note=text, by=by, now=now)
    facts = {"class": application.member_class.value, "decision": to.value, "on_appeal": on_appeal}
    subject = f"application:{application.id}"
    records.enter(session, "application.decided", by=by, subject=subject, facts=facts, now=now)


def _tell(session: Session, application: Application, subject: str, says: str, *, now: datetime) -> None:
    key = f"application:{application.id}:{application.version}"
    letter = Letter(subject, says, key, "membership.application", {"number": application.party_id})
    letters.tell_party(session, application.party, letter, now=now)
