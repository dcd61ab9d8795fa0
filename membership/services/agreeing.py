"""Agreements: publishing versions, signing them, and asking everyone again when a change is material."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Conflict, Invalid, NotFound
from membership.days import day
from membership.models.agreements import Agreement, AgreementVersion, Signature
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import Party
from membership.rules.classes import CLASS_OF, MemberClass
from membership.rules.defaults import RULES
from membership.rules.names import name_key
from membership.rules.standing_status import EventKind, Status
from membership.services import admitting, letters, listing, parties, records
from membership.services.admitting import Measure
from membership.services.letters import Letter
from membership.services.standing_now import status_of
from membership.wording import one_line, paragraphs

LONGEST_TEXT = 200_000
UNSIGNED = "The agreement's newest material version was not signed in time."


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A text to be published, and whether it changes what members agreed to."""

    member_class: MemberClass
    title: str
    text: str
    material: bool


def publish(session: Session, new: NewVersion, *, by: Person | str, now: datetime) -> AgreementVersion:
    """Publish a version; a material one asks every member of the class to sign within the notice period."""
    words = paragraphs(new.text, _("The text"), LONGEST_TEXT)
    agreement = _agreement(session, new)
    newest = max(agreement.versions, key=lambda version: version.number, default=None)
    digest = hashlib.sha256(words.encode()).hexdigest()
    if newest is not None and newest.sha256 == digest:
        raise Conflict(_("This is the text of the version in force."), code="same-text")
    on = now.date()
    version = AgreementVersion(
        agreement=agreement,
        number=newest.number + 1 if newest else 1,
        text=words,
        sha256=digest,
        material=new.material or newest is None,
        published_on=on,
        sign_by=on + RULES.agreement_notice if newest else on,
        published_by_id=by.id if isinstance(by, Person) else None,
    )
    session.add(version)
    session.flush()
    facts = {"class": new.member_class.value, "version": version.number, "sha256": digest, "material": version.material}
    subject = f"agreement:{new.member_class.value}"
    records.enter(session, "agreement.published", by=by, subject=subject, facts=facts, now=now)
    return version


def _agreement(session: Session, new: NewVersion) -> Agreement:
    wanted = select(Agreement).where(Agreement.member_class == new.member_class).with_for_update()
    agreement = session.execute(wanted).scalar_one_or_none()
    if agreement is None:
        agreement = Agreement(member_class=new.member_class, title="")
        session.add(agreement)
    agreement.title = one_line(new.title, _("The title"), 200)
    session.flush()
    return agreement


def current(session: Session, member_class: MemberClass) -> AgreementVersion:
    """Return the version in force for a class, or raise NotFound."""
    wanted = select(AgreementVersion).join(Agreement).where(Agreement.member_class == member_class)
    version = session.execute(wanted.order_by(AgreementVersion.number.desc()).limit(1)).scalar_one_or_none()
    if version is None:
        raise NotFound(_("There is no agreement to sign yet. Ask the foundation's secretary."), code="no-agreement")
    return version


def find(session: Session, member_class: MemberClass, number: int) -> AgreementVersion:
    """Return a version by its number, or raise NotFound."""
    wanted = select(AgreementVersion).join(Agreement).where(Agreement.member_class == member_class)
    number = min(number, parties.LARGEST_NUMBER)
    version = session.execute(wanted.where(AgreementVersion.number == number)).scalar_one_or_none()
    if version is None:
        raise NotFound(_("There is no such version of the agreement."), code="no-such-version")
    return version


def last_material(session: Session, member_class: MemberClass) -> AgreementVersion | None:
    """Return the version that members must have signed, or a later one."""
    wanted = select(AgreementVersion).join(Agreement).where(Agreement.member_class == member_class)
    wanted = wanted.where(AgreementVersion.material).order_by(AgreementVersion.number.desc())
    return session.execute(wanted.limit(1)).scalar_one_or_none()


def must_sign_by(session: Session, party: Party) -> date | None:
    """Return the day by which the party has to sign, or None when its signature covers what is in force."""
    return must_sign_by_each(session, [party]).get(party.id)


def must_sign_by_each(session: Session, parties_: Sequence[Party]) -> dict[int, date]:
    """Return the days by which those of the parties have to sign whose signatures do not cover what is in force."""
    kinds = {CLASS_OF[party.kind.value] for party in parties_}
    asked = {kind: version for kind in kinds if (version := last_material(session, kind)) is not None}
    signed = (
        select(Signature.party_id, AgreementVersion.agreement_id, func.max(AgreementVersion.number))
        .join(AgreementVersion, AgreementVersion.id == Signature.version_id)
        .where(Signature.party_id.in_([party.id for party in parties_]), Signature.invalidated_at.is_(None))
        .group_by(Signature.party_id, AgreementVersion.agreement_id)
    )
    newest = {(party, agreement): number for party, agreement, number in session.execute(signed)}
    due = {party.id: asked.get(CLASS_OF[party.kind.value]) for party in parties_}
    return {
        number: version.sign_by
        for number, version in due.items()
        if version is not None and newest.get((number, version.agreement_id), 0) < version.number
    }


def sign(session: Session, party: Party, name: str, *, version: int, by: Person, now: datetime) -> Signature:
    """Sign the version in force by typing one's name; the first signature makes an approved party a member."""
    parties.require_actor(session, party, by, now=now)
    number = select(Membership.id).where(Membership.party_id == party.id)
    membership = parties.locked(session, Membership, session.execute(number).scalar_one_or_none() or 0, None)
    status = status_of(membership, now.date())
    if status not in {Status.PENDING_AGREEMENT, Status.ACTIVE, Status.GRACE, Status.SUSPENDED}:
        raise Conflict(_("Only somebody who is or becomes a member signs."), code="illegal-transition")
    if status is not Status.PENDING_AGREEMENT and must_sign_by(session, party) is None:
        raise Conflict(_("Your signature covers the version in force."), code="already-signed")
    newest = current(session, membership.member_class)
    if newest.number != version:
        raise parties.Stale(_("A newer version was published since you opened the page. Read it before you sign."))
    signature = _signature(session, party, newest, name, by=by, now=now)
    if status is Status.PENDING_AGREEMENT:
        admitting.begin_term(session, membership, EventKind.SIGNED, by=by, now=now)
    elif status is Status.SUSPENDED and membership.events[-1].reason == UNSIGNED:
        admitting.act(session, membership, EventKind.REINSTATED, Measure(), by=None, now=now)
        listing.list_membership(session, membership, now=now)
    return signature


def _signature(
    session: Session, party: Party, version: AgreementVersion, name: str, *, by: Person, now: datetime
) -> Signature:
    typed = one_line(name, _("Your name"), 200)
    if name_key(typed) != name_key(by.display_name):
        raise Invalid(_("To sign, type your name as it stands in your account: %(name)s.", name=by.display_name))
    known = select(Signature).where(
        Signature.party_id == party.id, Signature.version_id == version.id, Signature.invalidated_at.is_(None)
    )
    signature = session.execute(known).scalar_one_or_none()
    if signature is not None:
        # A former member who comes back signs anew; the old signature stays, and says that it was followed by another.
        signature.invalidated_at, signature.invalidated_why = now, "Signed again."
        session.flush()
    signature = Signature(party=party, version=version, signatory=by, signed_name=typed, signed_at=now)
    session.add(signature)
    session.flush()
    facts = {"version": version.number, "sha256": version.sha256}
    records.enter(session, "agreement.signed", by="member", subject=records.subject_of(party), facts=facts, now=now)
    return signature


def unsigned_members(session: Session, member_class: MemberClass, on: date) -> list[Membership]:
    """List members in good standing on the day who have not signed the last material version."""
    asked = last_material(session, member_class)
    if asked is None:
        return []
    signed = (
        exists()
        .where(Signature.party_id == Membership.party_id, Signature.invalidated_at.is_(None))
        .where(Signature.version_id == AgreementVersion.id, AgreementVersion.agreement_id == asked.agreement_id)
        .where(AgreementVersion.number >= asked.number)
    )
    standing = (DirectoryEntry.good_from <= on) & (on < DirectoryEntry.good_until)
    wanted = select(Membership).join(DirectoryEntry, DirectoryEntry.membership_id == Membership.id)
    wanted = wanted.where(Membership.member_class == member_class, standing, ~signed).order_by(Membership.id)
    return list(session.execute(wanted).scalars())


def remind_to_sign(session: Session, *, now: datetime) -> int:
    """Ask everyone who must sign a new version, once, and suspend by rule whoever has not at the end of the notice."""
    asked = 0
    for member_class in MemberClass:
        newest = last_material(session, member_class)
        for membership in unsigned_members(session, member_class, now.date()):
            if newest is None:
                continue
            asked += 1
            if newest.sign_by <= now.date():
                locked = parties.locked(session, Membership, membership.id, None)
                admitting.act(session, locked, EventKind.SUSPENDED, Measure(UNSIGNED), by=None, now=now)
                listing.list_membership(session, locked, now=now)
                _tell_suspended(session, locked, newest, now=now)
                continue
            says = _(
                "The agreement of members has changed. Read and sign it before %(day)s (UTC); until then nothing "
                "changes for you, and afterwards your membership is suspended until you sign.",
                day=day(newest.sign_by),
            )
            key = f"sign:{newest.id}:{membership.id}"
            letter = Letter(_("Sign the new agreement"), says, key, "membership.sign", {"number": membership.party_id})
            letters.tell_party(session, membership.party, letter, now=now)
    return asked


def _tell_suspended(session: Session, membership: Membership, newest: AgreementVersion, *, now: datetime) -> None:
    says = _(
        "The changed agreement was not signed in time, so your membership is suspended. It ends the suspension to read "
        "and sign it."
    )
    key, values = f"unsigned:{newest.id}:{membership.id}", {"number": membership.party_id}
    letter = Letter(_("Your membership is suspended"), says, key, "membership.sign", values)
    letters.tell_party(session, membership.party, letter, now=now)


def signatures_of(session: Session, party: Party) -> list[Signature]:
    """Return the party's signatures, oldest first."""
    wanted = select(Signature).where(Signature.party_id == party.id).order_by(Signature.id)
    return list(session.execute(wanted).scalars())


def invalidate(session: Session, number: int, why: str, *, by: Person, now: datetime) -> Signature:
    """Mark a signature as void for a reason; it stays in the record."""
    signature = session.get(Signature, number) if 0 < number <= parties.LARGEST_NUMBER else None
    if signature is None or signature.invalidated_at is not None:
        raise NotFound(_("There is no such valid signature."))
    signature.invalidated_at, signature.invalidated_why = now, one_line(why, _("The reason"), 500)
    session.flush()
    subject = records.subject_of(signature.party)
    facts = {"version": signature.version.number, "reason": signature.invalidated_why}
    records.enter(session, "signature.invalidated", by=by, subject=subject, facts=facts, now=now)
    return signature
