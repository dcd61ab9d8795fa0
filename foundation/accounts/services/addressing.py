"""Further addresses of one person: each is confirmed by a link sent to it, and one of them is written to."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import EmailAddress, Person, TokenPurpose
from foundation.accounts.services import joining, letters
from foundation.accounts.services.joining import AddressTaken
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, NotFound

MOST_ADDRESSES = 20


def request_addition(session: Session, person: Person, address: str, *, now: datetime) -> None:
    """Send a letter to the address: a link to add it to one's account, or word that it has one; raise a refusal.

    One token and one letter either way, so that nobody learns here which addresses have accounts.
    """
    canonical = canonical_address(address)
    if canonical in {each.canonical for each in person.addresses}:
        raise Conflict(_("This address is yours already."), code="yours-already")
    if len(person.addresses) >= MOST_ADDRESSES:
        raise Conflict(_("An account has at most %(most)s addresses.", most=MOST_ADDRESSES), code="too-many")
    taken = joining.person_or_none(session, canonical) is not None
    letters.send_addition(session, person, canonical, taken=taken, now=now)


def add(session: Session, link: str, person: Person, *, now: datetime) -> str:
    """Add the address that the link confirms to the account that asked for it; raise DeadLink or AddressTaken."""
    letters.check_asked_by(link, person)
    canonical = letters.use_up(session, letters.secret_of(link), TokenPurpose.CONFIRM, now=now).canonical
    letters.tell_addresses_changed(session, person, now=now)
    try:
        with session.begin_nested():
            row = EmailAddress(person_id=person.id, address=canonical, canonical=canonical, confirmed_at=now)
            session.add(row)
    except IntegrityError as error:
        if is_breach(error, "uq_email_address_canonical"):
            sentence = _("There is an account with this address. If both are yours, ask the membership committee.")
            raise AddressTaken(sentence) from None
        raise
    session.expire(person, ["addresses"])
    letters.void(session, canonical, now=now)
    return canonical


def remove(session: Session, person: Person, number: int, *, now: datetime) -> str:
    """Take an address off one's account; raise NotFound, or Conflict for the last one."""
    gone = _own(session, person, number)
    if len(person.addresses) == 1:
        raise Conflict(_("An account keeps at least one address."), code="last-address")
    letters.tell_addresses_changed(session, person, now=now)
    session.delete(gone)
    session.flush()
    session.expire(person, ["addresses"])
    letters.void(session, gone.canonical, now=now)
    return gone.canonical


def write_to(session: Session, person: Person, number: int, *, now: datetime) -> str:
    """Let letters go to this address from now on; raise NotFound. What is written to is the row entered first."""
    chosen = _own(session, person, number)
    letters.tell_addresses_changed(session, person, now=now)
    others = [each for each in person.addresses if each.id < chosen.id]
    for each in others:
        session.delete(each)
    session.flush()
    session.add_all(
        EmailAddress(
            person_id=person.id, address=each.address, canonical=each.canonical, confirmed_at=each.confirmed_at
        )
        for each in others
    )
    session.flush()
    session.expire(person, ["addresses"])
    return person.address


def _own(session: Session, person: Person, number: int) -> EmailAddress:
    # The person's row is the lock: of two that change the addresses at once the second sees what the first left.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(of=Person))
    session.refresh(person, ["addresses"])
    found = next((each for each in person.addresses if each.id == number), None)
    if found is None:
        raise NotFound(_("There is no such address."), code="no-such-address")
    return found
