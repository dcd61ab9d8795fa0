"""Mandates: a signatory invites, the named person and nobody else accepts, and each end is kept with its reason."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, Forbidden, NotFound
from membership.models.mandates import Mandate, MandateRole
from membership.models.parties import Organization
from membership.services import letters, parties, records, ties
from membership.services.letters import Letter
from membership.wording import one_line


class NotYours(Forbidden):
    """The mandate names somebody else."""

    code = "not-yours"


def find(session: Session, number: int) -> Mandate:
    """Return the mandate locked for this transaction, or raise NotFound."""
    wanted = select(Mandate).where(Mandate.id == min(number, parties.LARGEST_NUMBER)).with_for_update(of=Mandate)
    mandate = session.execute(wanted, execution_options={"populate_existing": True}).scalar_one_or_none()
    if mandate is None:
        raise NotFound(_("There is no such mandate."), code="no-such-mandate")
    return mandate


def invite(
    session: Session, organization: Organization, role: MandateRole, address: str, *, by: Person, now: datetime
) -> Mandate:
    """Invite the person with this confirmed address to a role; they decide.

    Only an organization that has proved who it is learns from the answer whether an address has an account.
    """
    parties.require_actor(session, organization.party, by, now=now)
    if organization.domain is None:
        raise Conflict(_("Prove the organization's mail domain first."), code="domain-not-proved")
    person = joining.person_or_none(session, canonical_address(address))
    if person is None:
        sentence = _("Nobody has an account with this address. Ask them to create one first.")
        raise NotFound(sentence, code="no-account")
    return _offered(session, Mandate(organization=organization, person=person, role=role), by, now)


def _offered(session: Session, mandate: Mandate, by: Person, now: datetime) -> Mandate:
    mandate.invited_by_id, mandate.invited_at = by.id, now
    try:
        with session.begin_nested():
            session.add(mandate)
    except IntegrityError as error:
        if is_breach(error, "uq_mandate_open"):
            raise Conflict(_("This person has been invited to this role already."), code="already-invited") from None
        raise
    name = mandate.organization.legal_name
    says = _("%(organization)s asks you to act for it. Accept or decline.", organization=name)
    letter = Letter(_("An organization asks you to act for it"), says, f"mandate:{mandate.id}")
    letters.tell(session, mandate.person, letter, now=now)
    return mandate


def name_signatory(
    session: Session, organization: Organization, address: str, reason: str, *, by: Person, now: datetime
) -> Mandate:
    """Invite a signatory as the membership committee, for an organization that nobody can act for any more.

    The person decides, the present signatories are told, and the reason stands in the public register.
    """
    why = one_line(reason, _("The reason"), 500)
    person = joining.person_of(session, address)
    if person.id == by.id:
        raise ties.SelfDealing(_("Nobody decides about themselves. Another officer must do this."))
    ties.refuse_self_dealing(session, by, organization.party, now)
    mandate = _offered(session, Mandate(organization=organization, person=person, role=MandateRole.SIGNATORY), by, now)
    name = organization.legal_name
    says = _("The membership committee has invited a signatory for %(name)s: %(reason)s", name=name, reason=why)
    values = {"number": organization.id}
    letter = Letter(_("A signatory was invited"), says, f"signatory:{mandate.id}", "membership.organization", values)
    letters.tell_party(session, organization.party, letter, now=now)
    facts = {"mandate": mandate.id, "role": mandate.role.value, "reason": why}
    subject = f"organization:{organization.id}"
    records.enter(session, "mandate.offered_by_committee", by=by, subject=subject, facts=facts, now=now)
    return mandate


def accept(session: Session, number: int, *, by: Person, now: datetime) -> Mandate:
    """Accept an invitation; a new representative takes the place of the one before, whose time stays on record."""
    mandate = _invited(session, number, by)
    if mandate.role is MandateRole.REPRESENTATIVE:
        _make_room(session, mandate, now)
    try:
        with session.begin_nested():
            mandate.accepted_at = now
    except IntegrityError as error:
        if is_breach(error, "ex_mandate_one_representative"):
            raise Conflict(_("The organization has another voting representative at this time.")) from None
        raise
    _enter(session, "mandate.accepted", mandate, now)
    return mandate


def decline(session: Session, number: int, *, by: Person, now: datetime) -> Mandate:
    """Decline an invitation."""
    mandate = _invited(session, number, by)
    mandate.ended_at, mandate.ended_why = now, "declined"
    session.flush()
    return mandate


def end(session: Session, number: int, why: str, *, by: Person, now: datetime) -> Mandate:
    """End a mandate: its holder lays it down, or a signatory takes it back; the last signatory stays."""
    mandate = find(session, number)
    if mandate.person_id != by.id:
        parties.require_actor(session, mandate.organization.party, by, now=now)
    if mandate.ended_at is not None:
        raise Conflict(_("This mandate has ended already."))
    if mandate.role is MandateRole.SIGNATORY and mandate.accepted_at is not None:
        _refuse_last_signatory(session, mandate, now)
    _end(mandate, one_line(why, _("The reason"), 500), now)
    session.flush()
    if mandate.accepted_at is not None:
        _enter(session, "mandate.ended", mandate, now)
        if mandate.person_id != by.id:
            _tell_ended(session, mandate, now)
    return mandate


def _tell_ended(session: Session, mandate: Mandate, now: datetime) -> None:
    """Tell whose mandate was ended by others: they would go on believing that they vote for the organization."""
    says = _(
        "You no longer act for %(organization)s: this mandate has ended (%(why)s). Others that you hold for it go on.",
        organization=mandate.organization.legal_name,
        why=mandate.ended_why,
    )
    letter = Letter(_("A mandate of yours has ended"), says, f"mandate-ended:{mandate.id}")
    letters.tell(session, mandate.person, letter, now=now)


def _invited(session: Session, number: int, by: Person) -> Mandate:
    mandate = find(session, number)
    if mandate.person_id != by.id:
        raise NotYours(_("This invitation is for somebody else."))
    if mandate.ended_at is not None or mandate.accepted_at is not None:
        raise Conflict(_("This invitation is no longer open."))
    return mandate


def _make_room(session: Session, mandate: Mandate, now: datetime) -> None:
    # Locking the organization makes two acceptances at once follow one another; the constraint would refuse one.
    session.execute(select(Organization.id).where(Organization.id == mandate.organization_id).with_for_update())
    wanted = select(Mandate).where(
        Mandate.organization_id == mandate.organization_id,
        Mandate.role == MandateRole.REPRESENTATIVE,
        Mandate.accepted_at.is_not(None),
        Mandate.ended_at.is_(None),
    )
    for present in session.execute(wanted, execution_options={"populate_existing": True}).scalars():
        _end(present, "replaced", now)
        _enter(session, "mandate.ended", present, now)
        _tell_ended(session, present, now)
    session.flush()


def _end(mandate: Mandate, why: str, now: datetime) -> None:
    mandate.ended_at = max(now, mandate.accepted_at or mandate.invited_at)
    mandate.ended_why = why


def _refuse_last_signatory(session: Session, mandate: Mandate, now: datetime) -> None:
    session.execute(select(Organization.id).where(Organization.id == mandate.organization_id).with_for_update())
    others = select(Mandate).where(
        Mandate.organization_id == mandate.organization_id,
        Mandate.role == MandateRole.SIGNATORY,
        Mandate.id != mandate.id,
    )
    if not any(other.is_in_force(now) for other in session.execute(others).scalars()):
        raise Conflict(
            _("An organization keeps at least one signatory. Name another one first."), code="last-signatory"
        )


def _enter(session: Session, act: str, mandate: Mandate, now: datetime) -> None:
    # The register says that the representative changed, not who a private person is.
    subject, facts = f"organization:{mandate.organization_id}", {"role": mandate.role.value, "mandate": mandate.id}
    records.enter(session, act, by="mandate holder", subject=subject, facts=facts, now=now)


def of_organization(session: Session, organization_id: int) -> list[Mandate]:
    """Return all mandates the organization ever gave, newest first."""
    wanted = select(Mandate).where(Mandate.organization_id == organization_id).order_by(Mandate.id.desc())
    return list(session.execute(wanted).scalars())


def of_person(session: Session, person: Person) -> list[Mandate]:
    """Return the person's invitations and mandates that have not ended."""
    wanted = select(Mandate).where(Mandate.person_id == person.id, Mandate.ended_at.is_(None)).order_by(Mandate.id)
    loaded = joinedload(Mandate.organization).selectinload(Organization.party)
    return list(session.execute(wanted.options(loaded)).scalars())
