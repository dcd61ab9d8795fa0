"""Erasure: a number takes the place of a person, and what the foundation must keep is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from foundation.accounts.models import EmailAddress, FormerName, Password, Person, SessionEnd, Token
from foundation.accounts.services import sessions
from foundation.accounts.services.letters import ERASED, NOBODY
from foundation.core.errors import Conflict
from foundation.core.mail import OutboxMessage
from membership.models.affiliations import Affiliation
from membership.models.applications import Application, ApplicationEvent
from membership.models.cases import Case
from membership.models.mandates import MandateRole
from membership.models.memberships import Membership
from membership.models.participation import Participation, ProjectLead, Source
from membership.models.parties import Party, ProfileEntry, Visibility
from membership.rules.admission import ApplicationState
from membership.rules.standing_status import ENDED
from membership.services import admitting, applying, listing, mandating, parties, records
from membership.services.standing_now import status_of


def why_not_erase(session: Session, person: Person, now: datetime) -> str:
    """Return the sentence why the person cannot be erased now, or an empty one."""
    if person.offices(now):
        return str(_("You hold an office. Lay it down first; who held it and when stays public."))
    for mandate in mandating.of_person(session, person):
        if mandate.role is MandateRole.SIGNATORY and mandate.accepted_at is not None:
            name = mandate.organization.legal_name
            return str(
                _(
                    "You sign for %(name)s. Let that mandate end first. Where you are the only one, the membership "
                    "committee can invite another signatory.",
                    name=name,
                )
            )
    return ""


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """Put a number in the place of the person and remove what they told us; raise Conflict when something hinders it.

    Votes cast, terms served, signatures, expulsions and records of contributing stay (domain, "Privacy").
    """
    hindrance = why_not_erase(session, person, now)
    if hindrance:
        raise Conflict(hindrance, code="not-erasable")
    party = parties.party_of(session, person, now=now)
    _leave(session, party, person, now)
    for entry in parties.with_duplicates(session, party):
        own = session.get_one(Person, entry.person_id)
        _forget_words(session, entry, own, now)
        entry.name_visibility, entry.erased_at = Visibility.NOBODY, now
        _forget_account(session, own, now)
        listing.list_party(session, entry, now=now)
    facts: dict[str, Any] = {}
    records.enter(session, "person.erased", by="member", subject=records.subject_of(party), facts=facts, now=now)


def _leave(session: Session, party: Party, person: Person, now: datetime) -> None:
    application = applying.open_application(session, party)
    if application is not None and application.state is not ApplicationState.APPEALED:
        applying.take_back(session, application, by=person, now=now)
    membership = session.execute(select(Membership).where(Membership.party_id == party.id)).scalar_one_or_none()
    if membership is not None and status_of(membership, now.date()) not in ENDED:
        admitting.resign(session, membership, by=person, now=now)
    for mandate in mandating.of_person(session, person):
        mandating.end(session, mandate.id, "erased", by=person, now=now)
    leading = ProjectLead.person_id == person.id, ProjectLead.until_at.is_(None)
    session.execute(update(ProjectLead).where(*leading).values(until_at=now))


def _forget_words(session: Session, party: Party, person: Person, now: datetime) -> None:
    session.execute(delete(ProfileEntry).where(ProfileEntry.party_id == party.id))
    session.expire(party, ["profile"])
    own = select(Application.id).where(Application.party_id == party.id)
    said = ApplicationEvent.application_id.in_(own), ApplicationEvent.by_id == person.id
    session.execute(update(ApplicationEvent).where(*said).values(note=""))
    session.execute(update(Application).where(Application.party_id == party.id).values(statement=ERASED))
    session.execute(update(Case).where(Case.person_id == person.id).values(text=ERASED))
    mine = Participation.person_id == person.id
    session.execute(update(Participation).where(mine).values(note=""))
    # What a lead attested is named at its source by what was said of it: a number takes its place.
    attested = {"reference": func.concat("erased ", Participation.id)}
    session.execute(update(Participation).where(mine, Participation.source == Source.ATTESTED).values(**attested))
    for affiliation in session.execute(select(Affiliation).where(Affiliation.person_id == person.id)).scalars():
        affiliation.visibility = Visibility.NOBODY
        affiliation.until_on = affiliation.until_on or now.date()
        affiliation.typed_name = ERASED if affiliation.typed_name else ""
    session.flush()


def _forget_account(session: Session, person: Person, now: datetime) -> None:
    known = [address.canonical for address in person.addresses]
    session.execute(delete(Password).where(Password.person_id == person.id))
    session.execute(delete(FormerName).where(FormerName.person_id == person.id))
    session.execute(delete(Token).where((Token.person_id == person.id) | Token.canonical.in_(known)))
    sessions.end_all(session, person, SessionEnd.SIGNED_OUT_ELSEWHERE, now=now)
    session.execute(delete(EmailAddress).where(EmailAddress.person_id == person.id))
    # Letters that wait are no longer sent, and of the others nobody learns to whom they went.
    gone = {"recipient": NOBODY, "subject": ERASED, "text": "", "next_attempt_at": None}
    session.execute(update(OutboxMessage).where(OutboxMessage.recipient.in_(known)).values(**gone))
    # Every account has an address; this one is of a domain that no mail reaches (RFC 2606).
    placeholder = f"erased-{person.id}@erased.invalid"
    session.add(EmailAddress(person_id=person.id, address=placeholder, canonical=placeholder, confirmed_at=now))
    person.display_name = f"Erased person {person.id}"
    session.flush()
    session.expire(person, ["addresses"])
