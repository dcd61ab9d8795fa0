"""Affiliations: declared and confirmed by the person, disputed by the organization, linked and judged by officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from membership.models.affiliations import Affiliation, AffiliationKind, DisputeState
from membership.models.mandates import MandateRole
from membership.models.parties import Organization, Party, Visibility
from membership.rules.defaults import RULES
from membership.services import controlling, letters, listing, mandating, organizing, parties, records, ties
from membership.services.letters import Letter
from membership.wording import one_line


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person says of an affiliation: an organization of the register, or a name to be linked by an officer."""

    kind: AffiliationKind
    from_on: date
    organization_id: int | None = None
    typed_name: str = ""
    until_on: date | None = None
    visibility: Visibility = Visibility.EVERYONE


def find(session: Session, number: int) -> Affiliation:
    """Return the affiliation locked for this transaction, or raise NotFound."""
    number = min(number, parties.LARGEST_NUMBER)
    wanted = select(Affiliation).where(Affiliation.id == number).with_for_update(of=Affiliation)
    affiliation = session.execute(wanted, execution_options={"populate_existing": True}).scalar_one_or_none()
    if affiliation is None:
        raise NotFound(_("There is no such affiliation."), code="no-such-affiliation")
    return affiliation


def declare(session: Session, declared: Declared, *, by: Person, now: datetime) -> Affiliation:
    """Declare that one belongs to an organization; overlapping affiliations are allowed, and all count for caps."""
    _check_dates(declared.from_on, declared.until_on, now.date())
    organization = organizing.find_current(session, declared.organization_id) if declared.organization_id else None
    typed = "" if organization else one_line(declared.typed_name, _("The organization's name"), 200)
    affiliation = Affiliation(
        person_id=by.id,
        organization=organization,
        typed_name=typed,
        kind=declared.kind,
        from_on=declared.from_on,
        until_on=declared.until_on,
        visibility=declared.visibility,
        declared_at=now,
        confirmed_on=now.date(),
    )
    session.add(affiliation)
    _after(session, affiliation, now=now)
    return affiliation


def confirm_all(session: Session, *, by: Person, now: datetime) -> int:
    """Confirm that one's affiliations are as they stand, and return how many there are; also when there are none."""
    present = listing.affiliations_on(session, by.id, now.date())
    for affiliation in present:
        affiliation.confirmed_on = now.date()
    session.flush()
    return len(present)


def unconfirmed(session: Session, person: Person, on: date) -> list[Affiliation]:
    """Return the person's affiliations that were not confirmed within the year."""
    limit = on - RULES.confirm_affiliations_every
    return [each for each in listing.affiliations_on(session, person.id, on) if each.confirmed_on <= limit]


def end(session: Session, number: int, until: date, *, by: Person, now: datetime) -> Affiliation:
    """Say when an affiliation of one's own ended."""
    affiliation = _own(session, number, by)
    _check_dates(affiliation.from_on, until, now.date())
    affiliation.until_on = until
    _after(session, affiliation, now=now)
    _tell_of_leaving(session, affiliation, by, now=now)
    return affiliation


def _tell_of_leaving(session: Session, affiliation: Affiliation, person: Person, *, now: datetime) -> None:
    """Tell an organization that somebody who still acts for it has left; whether they go on is for it to say."""
    present = {each.role for each in mandating.of_person(session, person) if each.is_in_force(now)
               and each.organization_id == affiliation.organization_id}  # fmt: skip
    if affiliation.organization is None or not present - {MandateRole.SIGNATORY}:
        return
    says = _(
        "%(name)s no longer belongs to %(organization)s and still acts for it. Name somebody else, or leave it so.",
        name=person.display_name,
        organization=affiliation.organization.legal_name,
    )
    values = {"number": affiliation.organization.id}
    key = f"left:{affiliation.id}"
    letter = Letter(_("Somebody who acts for you has left"), says, key, "membership.organization", values)
    letters.tell_party(session, affiliation.organization.party, letter, now=now)


def show_to(session: Session, number: int, visibility: Visibility, *, by: Person, now: datetime) -> Affiliation:
    """Choose who sees an affiliation of one's own in the directory."""
    affiliation = _own(session, number, by)
    affiliation.visibility = visibility
    _after(session, affiliation, now=now)
    return affiliation


def link_claim(session: Session, number: int, organization: Organization, *, by: Person, now: datetime) -> Affiliation:
    """Link a typed name to an organization of the register; only an officer does, so that caps can be computed."""
    affiliation = find(session, number)
    if affiliation.organization_id is not None:
        raise Conflict(_("This affiliation is linked already."))
    ties.refuse_deciding_about(session, by, affiliation.person_id, now)
    ties.refuse_self_dealing(session, by, organization.party, now)
    affiliation.organization, affiliation.linked_by_id = organization, by.id
    _after(session, affiliation, now=now)
    facts = {"organization": organization.id}
    records.enter(session, "affiliation.linked", by=by, subject=f"affiliation:{number}", facts=facts, now=now)
    return affiliation


def dispute(session: Session, number: int, reason: str, *, by: Person, now: datetime) -> Affiliation:
    """Say, as the organization's signatory, that somebody does not belong to it; it counts until officers decide."""
    affiliation = find(session, number)
    if affiliation.organization is None:
        raise NotFound(_("There is no such affiliation."))
    parties.require_actor(session, affiliation.organization.party, by, now=now)
    if affiliation.dispute is not None:
        raise Conflict(_("This affiliation has been disputed already."))
    affiliation.dispute, affiliation.disputed_by_id = DisputeState.RAISED, by.id
    affiliation.dispute_reason = one_line(reason, _("The reason"), 500)
    session.flush()
    says = _(
        "%(organization)s says that you do not belong to it: %(reason)s\n\nThe affiliation counts until an officer "
        "decides. If it has ended, say so.",
        organization=affiliation.organization.legal_name,
        reason=affiliation.dispute_reason,
    )
    key = f"dispute:{affiliation.id}"
    letter = Letter(_("An affiliation of yours is disputed"), says, key, "membership.affiliations")
    letters.tell(session, affiliation.person, letter, now=now)
    return affiliation


def resolve(session: Session, number: int, *, upheld: bool, resolution: str, by: Person, now: datetime) -> Affiliation:
    """Decide a dispute: upheld, the affiliation counts no more; rejected, it stands."""
    affiliation = find(session, number)
    if affiliation.dispute is not DisputeState.RAISED or affiliation.organization is None:
        raise Conflict(_("There is no open dispute about this affiliation."))
    if affiliation.person_id == by.id:
        raise ties.SelfDealing(_("Nobody decides about themselves. Another officer must do this."))
    ties.refuse_self_dealing(session, by, affiliation.organization.party, now)
    affiliation.dispute = DisputeState.UPHELD if upheld else DisputeState.REJECTED
    affiliation.resolved_by_id, affiliation.resolution = by.id, one_line(resolution, _("The reason"), 500)
    _after(session, affiliation, now=now)
    facts = {"decision": affiliation.dispute.value}
    subject = f"affiliation:{number}"
    records.enter(session, "affiliation.dispute_decided", by=by, subject=subject, facts=facts, now=now)
    _tell_decided(session, affiliation, affiliation.organization, now=now)
    return affiliation


def _tell_decided(session: Session, affiliation: Affiliation, organization: Organization, *, now: datetime) -> None:
    about = {"name": affiliation.person.display_name, "organization": organization.legal_name}
    says = (
        _("The affiliation of %(name)s with %(organization)s was found false and counts no more.", **about)
        if affiliation.dispute is DisputeState.UPHELD
        else _("The affiliation of %(name)s with %(organization)s stands.", **about)
    )
    says += "\n\n" + _("The reason: %(reason)s", reason=affiliation.resolution)
    subject, key = _("A dispute about an affiliation is decided"), f"resolved:{affiliation.id}"
    letters.tell(session, affiliation.person, Letter(subject, says, key, "membership.affiliations"), now=now)
    letter = Letter(subject, says, key, "membership.organization", {"number": organization.id})
    letters.tell_party(session, organization.party, letter, now=now)


def _own(session: Session, number: int, by: Person) -> Affiliation:
    affiliation = find(session, number)
    if affiliation.person_id != by.id:
        raise Forbidden(_("This affiliation is somebody else's."))
    return affiliation


def _after(session: Session, affiliation: Affiliation, *, now: datetime) -> None:
    """Bring the directory up to date, and open a case where a cap is breached now (domain, invariant 6)."""
    session.flush()
    party = session.execute(select(Party).where(Party.person_id == affiliation.person_id)).scalar_one_or_none()
    if party is not None:
        listing.list_party(session, party, now=now)
    controlling.open_cases(session, now=now)


def _check_dates(from_on: date, until_on: date | None, today: date) -> None:
    if until_on is not None and until_on < from_on:
        raise Invalid(_("The end lies before the beginning."), code="dates-reversed")
    if from_on > today:
        raise Invalid(_("An affiliation begins today or earlier."), code="not-begun")
