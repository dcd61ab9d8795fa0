"""Choosing a new password: by mailed link when it is forgotten, or with the old one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from foundation.accounts import passwords
from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import FailedSignIns, Password, Person, SessionEnd, TokenPurpose, WebSession
from foundation.accounts.services import joining, letters, sessions, tokens
from foundation.accounts.services.sessions import SignedIn, WrongCredentials


@dataclass(frozen=True, slots=True)
class Change:
    """The password that somebody has and the one they want."""

    old: str = field(repr=False)
    new: str = field(repr=False)


def request_reset(session: Session, address: str, *, now: datetime) -> None:
    """Send a letter to the address: a link to a new password, or word that there is no account; raise Invalid.

    One token and one letter either way; the letter goes to the confirmed address, not to what was typed.
    """
    canonical = canonical_address(address)
    person = joining.person_or_none(session, canonical)
    if person is None:
        letters.send_confirmation(session, canonical, asked="reset", now=now)
    else:
        letters.send_reset(session, person, canonical, asked="reset", now=now)


def address_of(session: Session, token: str, *, now: datetime) -> str:
    """Return the address of the account that the link would give a new password, or raise DeadLink."""
    return letters.living(session, token, TokenPurpose.RESET, now=now).canonical


def reset_password(session: Session, token: str, new: str, *, now: datetime) -> str:
    """Set the password of the link's person, end all their sessions, return the address; raise DeadLink or Invalid."""
    used = letters.use_up(session, token, TokenPurpose.RESET, now=now)
    _set(session, session.get_one(Person, used.person_id), new, now=now)
    return used.canonical


def change_password(session: Session, here: WebSession, change: Change, *, now: datetime) -> SignedIn:
    """Set a new password, end all sessions, begin one with a new token; raise WrongCredentials, TooMany or Invalid.

    After WrongCredentials the caller commits too: whoever found a browser signed in may not guess for ever.
    """
    prove_password(session, here.person, change.old, now=now)
    _set(session, here.person, change.new, now=now)
    return sessions.begin(session, here.person, user_agent=here.user_agent, now=now)


def prove_password(session: Session, person: Person, typed: str, *, now: datetime) -> None:
    """Return if this is the person's password; raise WrongCredentials, after which the caller commits, or TooMany."""
    bucket = hashlib.sha256(b"footing password change\n" + str(person.id).encode()).digest()
    sessions.attempt_once(session, bucket, now=now)
    kept = _kept(session, person)
    if not passwords.is_password(kept.argon2_hash if kept else None, typed):
        sessions.record_failure(session, bucket, now=now)
        raise WrongCredentials(_("This is not your present password."))
    session.execute(delete(FailedSignIns).where(FailedSignIns.bucket == bucket))


def _set(session: Session, person: Person, new: str, *, now: datetime) -> None:
    chosen = passwords.check_password(new, about=(person.address, person.display_name))
    kept = _kept(session, person)
    if kept is None:
        kept = Password(person_id=person.id)
        session.add(kept)
    kept.argon2_hash, kept.changed_at = passwords.hash_password(chosen), now
    session.flush()
    sessions.end_all(session, person, SessionEnd.PASSWORD_CHANGED, now=now)
    tokens.revoke_all(session, person, now=now)
    letters.void(session, person, now=now)
    letters.tell_password_changed(session, person, now=now)


def _kept(session: Session, person: Person) -> Password | None:
    """Return the password's row, held until the end of the transaction: a sign-in meets the old one or the new one."""
    wanted = select(Password).where(Password.person_id == person.id).with_for_update()
    return session.execute(wanted, execution_options={"populate_existing": True}).scalar_one_or_none()
