"""Signing in and out: sessions kept by the server, and failures that slow the next attempt."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Integer, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from foundation.accounts import delays, passwords
from foundation.accounts.addresses import canonical_address
from foundation.accounts.lifetimes import ABSOLUTE, IDLE, KEPT_AFTER_END, SEEN_EVERY
from foundation.accounts.models import (
    Appointment,
    EmailAddress,
    FailedSignIns,
    Password,
    Person,
    SessionEnd,
    WebSession,
)
from foundation.core.errors import Invalid, TooMany

TOKEN_BYTES = 32
LONGEST_USER_AGENT = 200
# The first number of PostgreSQL's two-number advisory locks, so that ours meet nobody else's.
LOCK_OF_SIGN_IN = 0x5167


class WrongCredentials(Invalid):
    """The address and the password do not belong together; which of the two is wrong is not said."""

    code = "wrong-credentials"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody brings to sign in; `browser` names a browser that this address has signed in from before."""

    address: str
    password: str = field(repr=False)
    browser: str | None = None
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session and the token that its browser keeps; the token is known nowhere else."""

    person: Person
    web_session: WebSession
    token: str = field(repr=False)


def sha256_of(token: str) -> bytes:
    """Return what is kept of a random token; it has 256 bits of entropy, so it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def sign_in(session: Session, attempt: Attempt, *, now: datetime) -> SignedIn:
    """Begin a session, or raise WrongCredentials or TooMany.

    After WrongCredentials the caller commits too: the failure must count. Everything is done alike whether or not the
    address has an account, so that neither words, status nor time tell.
    """
    canonical = _canonical_or_nobodys(attempt.address)
    strangers = delays.bucket_of_address(canonical or attempt.address)
    bucket = delays.bucket_of_browser(attempt.browser) if attempt.browser else strangers
    with_password = select(Password).join(EmailAddress, EmailAddress.person_id == Password.person_id)
    # The row is held, so that a password being changed and a sign-in with the old one happen one after the other.
    wanted = with_password.where(EmailAddress.canonical == canonical).with_for_update(of=Password)
    attempt_once(session, bucket, now=now)
    kept = session.execute(wanted).scalar_one_or_none()
    if not passwords.is_password(kept.argon2_hash if kept else None, attempt.password) or kept is None:
        record_failure(session, bucket, now=now)
        raise WrongCredentials(_("The address or the password is not right. Check both and try again."))
    session.execute(delete(FailedSignIns).where(FailedSignIns.bucket == bucket))
    if passwords.is_outdated(kept.argon2_hash):
        kept.argon2_hash = passwords.hash_password(passwords.normal_password(attempt.password))
    return begin(session, kept.person, user_agent=attempt.user_agent, now=now)


def _canonical_or_nobodys(address: str) -> str:
    """Return the canonical address, or "" for what is no address: it is looked up in vain like any that is unknown."""
    try:
        return canonical_address(address)
    except Invalid:
        return ""


def attempt_once(session: Session, bucket: bytes, *, now: datetime) -> None:
    """Take the bucket for this transaction, or raise TooMany where it is taken or must still wait."""
    number = int.from_bytes(bucket[:4], "big", signed=True)
    take = select(
        func.pg_try_advisory_xact_lock(
            bindparam("ours", LOCK_OF_SIGN_IN, type_=Integer), bindparam("bucket", number, type_=Integer)
        )
    )
    # Without this a burst of attempts at once would all be answered before the first failure counts.
    if not session.execute(take).scalar_one():
        raise TooMany(_("Somebody is signing in with this address right now. Try again in a moment."))
    row = session.get(FailedSignIns, bucket, populate_existing=True)
    if row is None:
        return
    left = delays.wait_left(row.failures, row.last_failed_at, now)
    if left:
        raise _wait(-(-left.total_seconds() // 60))


def _wait(minutes: float) -> TooMany:
    sentence = ngettext(
        "Too many attempts failed. Try again in %(num)s minute, or choose a new password by mail.",
        "Too many attempts failed. Try again in %(num)s minutes, or choose a new password by mail.",
        int(minutes),
    )
    return TooMany(sentence, code="wait-to-sign-in")


def record_failure(session: Session, bucket: bytes, *, now: datetime) -> None:
    """Count a failure of the bucket; those that are forgotten by now count no more."""
    first = insert(FailedSignIns).values(bucket=bucket, failures=1, last_failed_at=now)
    forgotten = FailedSignIns.last_failed_at <= now - delays.FORGOTTEN_AFTER
    again = {
        "failures": func.least(FailedSignIns.failures * (~forgotten).cast(Integer) + 1, 1_000_000),
        "last_failed_at": now,
    }
    session.execute(first.on_conflict_do_update(index_elements=["bucket"], set_=again))


def begin(session: Session, person: Person, *, user_agent: str, now: datetime) -> SignedIn:
    """Begin a session of the person with a token that never existed before."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = WebSession(
        person=person,
        token_sha256=sha256_of(token),
        user_agent="".join(c for c in user_agent if c.isprintable())[:LONGEST_USER_AGENT],
        created_at=now,
        last_seen_at=now,
        expires_at=now + ABSOLUTE,
    )
    session.add(row)
    session.flush()
    return SignedIn(person, row, token)


def find(session: Session, token: str, *, now: datetime) -> WebSession | None:
    """Return the living session that the token opens, with its person, if there is one."""
    wanted = select(WebSession).options(joinedload(WebSession.person, innerjoin=True))
    alive = wanted.where(WebSession.token_sha256 == sha256_of(token), *_alive(now))
    return session.execute(alive).scalar_one_or_none()


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """A session lives until it is ended, too old, idle too long, or an office its person held at sign-in runs out."""
    ran_out = exists().where(
        Appointment.person_id == WebSession.person_id,
        Appointment.until_at > WebSession.created_at,
        Appointment.until_at <= now,
    )
    return (
        WebSession.ended_at.is_(None),
        WebSession.expires_at > now,
        WebSession.last_seen_at > now - IDLE,
        ~ran_out,
    )


def is_seen_long_ago(web_session: WebSession, now: datetime) -> bool:
    """Tell whether the session's last use should be written down again."""
    return now - web_session.last_seen_at >= SEEN_EVERY


def living_sessions(session: Session, person: Person, *, now: datetime) -> list[WebSession]:
    """Return where the person is signed in, the latest used first."""
    wanted = select(WebSession).where(WebSession.person_id == person.id, *_alive(now))
    return list(session.execute(wanted.order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())).scalars())


def sign_out(session: Session, web_session: WebSession, *, now: datetime) -> None:
    """End this session."""
    _end(session, WebSession.id == web_session.id, SessionEnd.SIGNED_OUT, now)


def replace(session: Session, web_session: WebSession, *, now: datetime) -> None:
    """End the session that a browser had when it signs in anew."""
    _end(session, WebSession.id == web_session.id, SessionEnd.SIGNED_IN_ANEW, now)


def sign_out_elsewhere(session: Session, here: WebSession, *, now: datetime) -> None:
    """End every session of the person except the one at hand."""
    others = (WebSession.person_id == here.person_id) & (WebSession.id != here.id)
    _end(session, others, SessionEnd.SIGNED_OUT_ELSEWHERE, now)


def end_all(session: Session, person: Person, why: SessionEnd, *, now: datetime) -> None:
    """End every session of the person."""
    _end(session, WebSession.person_id == person.id, why, now)


def _end(session: Session, which: ColumnElement[bool], why: SessionEnd, now: datetime) -> None:
    ended = update(WebSession).where(which, WebSession.ended_at.is_(None)).values(ended_at=now, ended_why=why)
    session.execute(ended)


def forget(session: Session, *, now: datetime) -> None:
    """Remove sessions that were over long ago and failures that no longer count."""
    over = or_(WebSession.ended_at < now - KEPT_AFTER_END, WebSession.expires_at < now - KEPT_AFTER_END)
    session.execute(delete(WebSession).where(over))
    session.execute(delete(FailedSignIns).where(FailedSignIns.last_failed_at < now - delays.FORGOTTEN_AFTER))
