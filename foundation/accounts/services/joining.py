"""Becoming somebody with an account: an address is confirmed first, and only then is there a person.

Nothing but a hashed token is kept before that. So nobody can take an address that is not theirs, leave a password of
theirs on somebody else's account, or have us write words of theirs to a stranger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts import names, passwords
from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import EmailAddress, Password, Person, TokenPurpose
from foundation.accounts.services import letters, sessions
from foundation.accounts.services.sessions import SignedIn
from foundation.core.db import is_breach
from foundation.core.errors import Conflict, NotFound


class AddressTaken(Conflict):
    """There is an account with this address already."""

    code = "address-taken"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody says of themselves when they make an account."""

    display_name: str
    password: str = field(repr=False)
    user_agent: str = ""


def sign_up(session: Session, address: str, *, now: datetime) -> None:
    """Send a letter to the address: a link to make an account, or word that there is one; raise Invalid.

    One token and one letter either way, so that what the visitor sees, and how long it takes, is the same.
    """
    canonical = canonical_address(address)
    person = person_or_none(session, canonical)
    if person is None:
        letters.send_confirmation(session, canonical, asked="sign_up", now=now)
    else:
        letters.send_reset(session, person, canonical, asked="sign_up", now=now)


def address_of(session: Session, token: str, *, now: datetime) -> str:
    """Return the address that the link would confirm, or raise DeadLink; reading a link does not use it up."""
    return letters.living(session, token, TokenPurpose.CONFIRM, now=now).canonical


def confirm_address(session: Session, token: str, new: NewPerson, *, now: datetime) -> SignedIn:
    """Make the account of the address that the link confirms, and sign in; raise DeadLink, AddressTaken or Invalid."""
    canonical = letters.use_up(session, token, TokenPurpose.CONFIRM, now=now).canonical
    person = make_person(session, canonical, new.display_name, password=new.password, now=now)
    letters.void(session, canonical, now=now)
    return sessions.begin(session, person, user_agent=new.user_agent, now=now)


def make_person(session: Session, address: str, display_name: str, *, password: str | None, now: datetime) -> Person:
    """Make the account of an address that is known to be right; raise AddressTaken or Invalid."""
    canonical, name = canonical_address(address), names.display_name(display_name)
    chosen = None if password is None else passwords.check_password(password, about=(canonical, name))
    person = Person(display_name=name, created_at=now)
    person.addresses.append(EmailAddress(address=address.strip(), canonical=canonical, confirmed_at=now))
    try:
        # In a savepoint, so that the session stays fit for use when the constraint refuses.
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        if is_breach(error, "uq_email_address_canonical"):
            raise AddressTaken(_("There is already an account with this address. Sign in instead.")) from None
        raise
    if chosen is not None:
        session.add(Password(person_id=person.id, argon2_hash=passwords.hash_password(chosen), changed_at=now))
        session.flush()
    return person


def person_or_none(session: Session, canonical: str) -> Person | None:
    """Return whose confirmed address this canonical form is, if anybody's."""
    wanted = select(Person).join(Person.addresses).where(EmailAddress.canonical == canonical)
    return session.execute(wanted).scalar_one_or_none()


def person_of(session: Session, address: str) -> Person:
    """Return whose confirmed address this is, or raise Invalid or NotFound; for officials, not for strangers."""
    person = person_or_none(session, canonical_address(address))
    if person is None:
        raise NotFound(_("There is no account with the address %(address)s.", address=address))
    return person
